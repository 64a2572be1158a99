import { type FeedbackMessage, TRIES_PER_ITEM } from '../../grading/index.ts';
import type { Words } from '../../ui/index.ts';
import { type Fields, fillQuestions, pageCount, type Question, questionsOf } from '../form-responses.ts';
import type { SessionView } from '../session-rpc.ts';
import { AttemptFields, timeLine } from './paper-page.tsx';
import { QuestionField } from './question.tsx';
import { FeedbackParts, ReviewedQuestion } from './reviewed-question.tsx';

const messages: { [M in FeedbackMessage]: Parameters<Words>[0] } = {
  right: 'practiceRight',
  try_again: 'practiceTryAgain',
  hint: 'practiceHintGiven',
  solution: 'practiceSolutionGiven',
  unscorable: 'practiceUnreadable',
};

/** An answer that used no try: which question, what its fields hold, and why. */
export type Untried = { number: number; fields: Fields; problem: string };

type Practice = { words: Words; view: SessionView; token: string; page: number; untried?: Untried | undefined };

/** One question: its form while a try is left, then what was right. */
function PracticeQuestion({ words, view, token, page, untried, question }: Practice & { question: Question }) {
  const { attempt, items, tries } = view;
  const { number, item } = question;
  const made = tries[item.id];
  const message = made && (
    <p class="verdict">
      <strong>{words(messages[made.feedback.message])}</strong>
    </p>
  );
  const last = made?.tries.at(-1);
  if (made?.feedback.triesLeft === 0) {
    const { score, outcome, key, ...feedback } = made.feedback;
    return (
      <ReviewedQuestion
        words={words}
        question={question}
        count={items.length}
        response={last?.response ?? null}
        score={score}
        outcome={outcome}
        itsKey={key}
        feedback={feedback}
      />
    );
  }
  const isUntried = untried?.number === number;
  const standing = last ? { [item.id]: { response: last.response } } : {};
  return (
    <form method="post" action={`/attempts/${attempt.id}/try`} autocomplete="off">
      <AttemptFields token={token} epoch={attempt.epoch} page={page} />
      <input type="hidden" name="question" value={number} />
      <input type="hidden" name="try" value={(made?.tries.length ?? 0) + 1} />
      <QuestionField
        words={words}
        question={question}
        count={items.length}
        fields={isUntried ? untried.fields : fillQuestions([question], standing, [])}
        problem={isUntried ? untried.problem : undefined}
      >
        {message}
        {made && <FeedbackParts words={words} feedback={made.feedback} />}
        <button type="submit">
          {words('practiceTry', { number: (made?.tries.length ?? 0) + 1, count: TRIES_PER_ITEM })}
        </button>
      </QuestionField>
    </form>
  );
}

/** The paper of a practice: each question its own form, with what the last try was told. */
export function PracticePage(parts: Practice) {
  const { words, view, token, page } = parts;
  const { attempt, items, tries } = view;
  const pages = pageCount(items.length);
  const mastered = Object.values(tries).filter(({ feedback }) => feedback.mastered).length;
  const link = (to: number) => `/attempts/${attempt.id}?page=${to}`;
  return (
    <>
      <h1>{attempt.title}</h1>
      <div class="bar">
        <p>{words('practiceProgress', { mastered, count: items.length })}</p>
        {attempt.endsAt !== null && <p>{timeLine(words, attempt)}</p>}
      </div>
      {questionsOf(items, page).map((question) => (
        <PracticeQuestion {...parts} question={question} />
      ))}
      {pages > 1 && (
        <p class="go">
          {page > 1 && <a href={link(page - 1)}>{words('pagePrevious')}</a>}{' '}
          {words('paperPage', { page, count: pages })}{' '}
          {page < pages && <a href={link(page + 1)}>{words('pageNext')}</a>}
        </p>
      )}
      <form method="post" action={`/attempts/${attempt.id}/submit`}>
        <AttemptFields token={token} epoch={attempt.epoch} />
        <p>{words('practiceFinishNote')}</p>
        <button type="submit">{words('practiceFinish')}</button>
      </form>
    </>
  );
}
