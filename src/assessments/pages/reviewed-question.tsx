import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { BLANK_MARK } from '../../content/index.ts';
import type { Outcome, Score } from '../../grading/index.ts';
import {
  type ItemResponse,
  type ItemType,
  type PublicItem,
  type PublicItemOf,
  type ResponseOf,
} from '../../items/index.ts';
import { unreachable } from '../../lib/errors.ts';
import type { Words } from '../../ui/index.ts';
import type { Question } from '../form-responses.ts';
import type { ItemFeedback, Key } from '../review.ts';
import { legendOf } from './question.tsx';

/*
 * One question after it was answered: what was given, whether it is right, and what is right, as far as it may be seen. Never
 * by colour alone.
 */

type KeyOf = {
  choice: Extract<Key, { correct: string[] }>;
  text_entry: Extract<Key, { blanks: Record<string, string[]> }>;
  numeric: Exclude<Key, { correct: string[] } | { blanks: Record<string, string[]> }>;
};
type Parts<T extends ItemType> = {
  words: Words;
  item: PublicItemOf<T>;
  response: ResponseOf[T] | null;
  itsKey: KeyOf[T] | undefined;
};

const Line = ({ text }: { text: string }) => <p>{text}</p>;

/** `[5, 7)`: from 5 on, below 7. */
const showRange = ({ from, to, includesFrom, includesTo }: NonNullable<KeyOf['numeric']['range']>) =>
  `${includesFrom ? '[' : '('}${from}, ${to}${includesTo ? ']' : ')'}`;

export const showFigures = (words: Words, count: number) =>
  words(count === 1 ? 'resultFiguresOne' : 'resultFigures', { count });

export function showNumber(key: KeyOf['numeric'], words: Words): string {
  const { answer, tolerance, unit, range, alternatives = [] } = key;
  const parts = [range ? showRange(range) : String(answer), ...(unit === undefined ? [] : [unit])];
  if (tolerance && tolerance.value > 0) {
    const { kind, value } = tolerance;
    const allowed =
      kind === 'absolute'
        ? `± ${value}`
        : kind === 'relative'
          ? `± ${Math.round(value * 1e6) / 1e4} %`
          : `× ÷ ${1 + value}`;
    parts.push(words('resultTolerance', { range: allowed }));
  }
  return [parts.join(' '), ...alternatives].join(` ${words('resultOr')} `);
}

const bodies: { [T in ItemType]: (parts: Parts<T>) => Child } = {
  choice({ words, item, response, itsKey }) {
    return (
      <>
        <div>{raw(item.prompt)}</div>
        <ul class="choices">
          {item.choices.map(({ id, text }) => {
            const marks = [
              ...(response?.selected.includes(id) ? [`● ${words('resultYours')}`] : []),
              ...(itsKey?.correct.includes(id) ? [`✓ ${words('resultKey')}`] : []),
            ];
            return (
              <li class={marks.length > 0 ? 'marked' : undefined}>
                {raw(text)}
                {marks.length > 0 && <b> ({marks.join(', ')})</b>}
              </li>
            );
          })}
        </ul>
      </>
    );
  },
  text_entry({ words, item, response, itsKey }) {
    const places = item.blanks.map(({ id }) => id);
    const numbered = item.prompt.replaceAll(BLANK_MARK, (mark, id: string) =>
      places.includes(id) ? `<b>[${places.length > 1 ? places.indexOf(id) + 1 : ' … '}]</b>` : mark,
    );
    const number = (place: number) => (places.length > 1 ? `${place + 1}. ` : '');
    return (
      <>
        <div>{raw(numbered)}</div>
        {places.map((id, place) => (
          <>
            <Line text={number(place) + words('resultYourAnswer', { answer: response?.blanks[id] || '–' })} />
            {itsKey?.blanks[id] && (
              <Line
                text={
                  number(place) +
                  words('resultRightAnswer', { answer: itsKey.blanks[id].join(` ${words('resultOr')} `) })
                }
              />
            )}
          </>
        ))}
      </>
    );
  },
  numeric({ words, item, response, itsKey }) {
    return (
      <>
        <div>{raw(item.prompt)}</div>
        <Line text={words('resultYourAnswer', { answer: response?.value ?? '–' })} />
        {itsKey && <Line text={words('resultRightAnswer', { answer: showNumber(itsKey, words) })} />}
        {itsKey?.significantFigures !== undefined && <Line text={showFigures(words, itsKey.significantFigures)} />}
      </>
    );
  },
};

/** Symbol and word of an outcome. */
export function showOutcome(words: Words, outcome: Outcome, response: ItemResponse | null): string {
  switch (outcome) {
    case 'right':
      return `✓ ${words('resultRight')}`;
    case 'partial':
      return `◐ ${words('resultPartial')}`;
    case 'wrong':
      return `✗ ${words('resultWrong')}`;
    case 'unscorable':
      return `– ${words(response === null ? 'resultUnscorable' : 'resultUnreadable')}`;
    default:
      return unreachable(outcome);
  }
}

/** Hint, solution with steps, and what was misunderstood. */
export function FeedbackParts({ words, feedback }: { words: Words; feedback: ItemFeedback }) {
  const { hint, solution, misconceptions = [], remarks = [] } = feedback;
  return (
    <>
      {remarks.length > 0 && (
        <div class="note">
          {remarks.map((text) => (
            <div>{raw(text)}</div>
          ))}
        </div>
      )}
      {misconceptions.length > 0 && (
        <div class="note">
          <strong>{words('resultMisconception')}</strong>
          {misconceptions.map(({ text }) => (
            <div>{raw(text)}</div>
          ))}
        </div>
      )}
      {hint && (
        <div class="note">
          <strong>{words('resultHint')}</strong>
          <div>{raw(hint)}</div>
        </div>
      )}
      {solution && (
        <div class="note">
          <strong>{words('resultSolution')}</strong>
          <div>{raw(solution.explanation)}</div>
          {solution.steps && (
            <ol>
              {solution.steps.map((step) => (
                <li>{raw(step)}</li>
              ))}
            </ol>
          )}
        </div>
      )}
    </>
  );
}

type Reviewed = {
  words: Words;
  question: Question;
  count: number;
  response: ItemResponse | null;
  score?: Score | undefined;
  outcome?: Outcome | undefined;
  itsKey?: Key | undefined;
  feedback?: ItemFeedback | undefined;
};

/** A question that is over. */
export function ReviewedQuestion({ words, question, count, response, score, outcome, itsKey, feedback }: Reviewed) {
  const body = bodies[question.item.type] as (parts: {
    words: Words;
    item: PublicItem;
    response: ItemResponse | null;
    itsKey: Key | undefined;
  }) => Child;
  return (
    <section class={outcome ? `reviewed ${outcome}` : 'reviewed'} id={`q${question.number}`}>
      <h3>{legendOf(words, question, count)}</h3>
      {outcome && (
        <p class="verdict">
          <strong>{showOutcome(words, outcome, response)}</strong>{' '}
          {score && words('resultMarks', { given: score.given, maximum: score.maximum })}
        </p>
      )}
      {body({ words, item: question.item, response, itsKey })}
      {feedback && <FeedbackParts words={words} feedback={feedback} />}
    </section>
  );
}
