import { publicItem } from '../../items/index.ts';
import { showInstant, type Words } from '../../ui/index.ts';
import type { Review } from '../definition.ts';
import type { Question } from '../form-responses.ts';
import type { GradedItem } from '../grade-attempt.ts';
import type { ResultView } from '../read-result.ts';
import type { ReviewItems } from '../review.ts';
import { ReviewedQuestion } from './reviewed-question.tsx';

/** "14 of 20 marks (70 %)", "1 of 1 mark (100 %)" */
export const showScore = (words: Words, score: { given: number; maximum: number }, percent: number) =>
  words(score.maximum === 1 ? 'scoreLineOne' : 'scoreLine', {
    given: score.given,
    maximum: score.maximum,
    percent: Math.round(percent * 100) / 100,
  });

/** The item as the paper showed it, choices in the order of the paper. */
function shownAgain({ itemId, choiceOrder }: GradedItem, items: ReviewItems): Question['item'] | undefined {
  const source = items.get(itemId);
  if (!source) return undefined;
  const shown = publicItem(itemId, source.item, source.rendered);
  if (shown.type !== 'choice' || !choiceOrder) return shown;
  return { ...shown, choices: choiceOrder.flatMap((id) => shown.choices.filter((choice) => choice.id === id)) };
}

const hiddenWords = {
  score: 'resultHiddenScore',
  correctness: 'resultHiddenCorrectness',
  key: 'resultHiddenKey',
  feedback: 'resultHiddenFeedback',
} as const satisfies { [K in keyof Review]: Parameters<Words>[0] };

/** What is hidden just now, and from when on it is shown. */
function Hidden({ words, view: { visible, review, closesAt } }: { words: Words; view: ResultView }) {
  const hidden = (Object.keys(hiddenWords) as (keyof Review)[]).filter((part) => !visible[part]);
  if (hidden.length === 0) return null;
  const when = (part: keyof Review) =>
    review[part] === 'after_close' && closesAt !== null
      ? words('resultWhenClosed', { at: showInstant(closesAt) })
      : words('resultNever');
  return (
    <>
      <h2>{words('resultHidden')}</h2>
      <ul>
        {hidden.map((part) => (
          <li>{words('resultHiddenLine', { what: words(hiddenWords[part]), when: when(part) })}</li>
        ))}
      </ul>
    </>
  );
}

function Questions({ words, result, paper }: { words: Words } & Required<Pick<ResultView, 'result' | 'paper'>>) {
  if (!result || !paper) return null;
  const count = result.items.length;
  return (
    <>
      <h2>{words('resultAnswers')}</h2>
      {result.items.map(({ response, score, outcome, key, feedback }, index) => {
        const graded = paper.result.items[index];
        const item = graded && shownAgain(graded, paper.items);
        return (
          item && (
            <ReviewedQuestion
              words={words}
              question={{ number: index + 1, item }}
              count={count}
              response={response}
              score={score}
              outcome={outcome}
              itsKey={key}
              feedback={feedback}
            />
          )
        );
      })}
    </>
  );
}

/** The result of an attempt, as far as review allows just now. */
export function ResultPage({ words, view }: { words: Words; view: ResultView }) {
  const { attempt, result, paper, lateOps } = view;
  return (
    <>
      <h1>{words('resultTitle', { title: attempt.title })}</h1>
      {attempt.finishedAt !== null && <p>{words('resultFinished', { at: showInstant(attempt.finishedAt) })}</p>}
      {!result && (
        <p>
          {words('resultWaiting')} <a href={`/attempts/${attempt.id}/result`}>{words('resultReload')}</a>
        </p>
      )}
      {result?.score && (
        <p class="score">
          {words('resultScore')}: <strong>{showScore(words, result.score, result.percent ?? 0)}</strong>{' '}
          <span>{result.passed ? `✓ ${words('passed')}` : `✗ ${words('notPassed')}`}</span>
        </p>
      )}
      {lateOps > 0 && <p>{words('resultLate', { count: lateOps })}</p>}
      {result && <Hidden words={words} view={view} />}
      <Questions words={words} result={result} paper={paper} />
      <p>
        <a href="/">{words('backHome')}</a>
      </p>
    </>
  );
}

/** There is no result yet: the attempt is still open. */
export const NotFinishedPage = ({ words, attemptId }: { words: Words; attemptId: string }) => (
  <>
    <h1>{words('resultNotFinished')}</h1>
    <p>
      <a href={`/attempts/${attemptId}`}>{words('resultToPaper')}</a>
    </p>
  </>
);
