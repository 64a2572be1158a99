import { type FeedbackMessage, TRIES_PER_ITEM } from '../../grading/index.ts';
import { showExactClock, type Words } from '../../ui/index.ts';
import { type Fields, pageCount, type Question, questionsOf } from '../form-responses.ts';
import { checkOf, fillPractice, isOver } from '../practice-form.ts';
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

/** Answers that were not taken: what the fields hold, and why, by the number of the question. */
export type Untaken = { fields: Fields; problems: ReadonlyMap<number, string> };

type Practice = {
  words: Words;
  view: SessionView;
  token: string;
  page: number;
  savedAt?: number | undefined;
  untaken?: Untaken | undefined;
};

/** One question: its fields and its button while a try is left, then what was right. */
function PracticeQuestion({ words, view, untaken, question }: Practice & { question: Question }) {
  const { items, tries } = view;
  const { number, item } = question;
  const made = tries[item.id];
  if (made && isOver(view, item.id)) {
    const { score, outcome, key, ...feedback } = made.feedback;
    return (
      <ReviewedQuestion
        words={words}
        question={question}
        count={items.length}
        response={made.tries.at(-1)?.response ?? null}
        score={score}
        outcome={outcome}
        itsKey={key}
        feedback={feedback}
      />
    );
  }
  const problem = untaken?.problems.get(number);
  const tryNumber = (made?.tries.length ?? 0) + 1;
  return (
    <QuestionField
      words={words}
      question={question}
      count={items.length}
      fields={untaken && problem !== undefined ? untaken.fields : fillPractice(view, question)}
      problem={problem}
    >
      {made && (
        <p class="verdict">
          <strong>{words(messages[made.feedback.message])}</strong>
        </p>
      )}
      {made && <FeedbackParts words={words} feedback={made.feedback} />}
      <button type="submit" name="check" value={checkOf(number, tryNumber)}>
        {words('practiceTry', { number, try: tryNumber, count: TRIES_PER_ITEM })}
      </button>
    </QuestionField>
  );
}

/** The paper of a practice: one form, whose buttons say which question to check, with what the last try was told. */
export function PracticePage(parts: Practice) {
  const { words, view, token, page, savedAt, untaken } = parts;
  const { attempt, items, tries } = view;
  const pages = pageCount(items.length);
  const mastered = Object.values(tries).filter(({ feedback }) => feedback.mastered).length;
  return (
    <>
      <h1>{attempt.title}</h1>
      <div class="bar">
        <p>{words('practiceProgress', { mastered, count: items.length })}</p>
        {attempt.endsAt !== null && <p>{timeLine(words, attempt)}</p>}
        {savedAt !== undefined && (
          <p id="status" role="status">
            {words('practiceSaved', { at: showExactClock(savedAt) })}
          </p>
        )}
      </div>
      {untaken && (
        <ul class="problem" role="alert">
          {[...untaken.problems].map(([number, problem]) => (
            <li>
              <a href={`#q${number}`}>{words('confirmQuestion', { number })}</a>: {problem}
            </li>
          ))}
        </ul>
      )}
      <form method="post" action={`/attempts/${attempt.id}/try`} autocomplete="off">
        <AttemptFields token={token} epoch={attempt.epoch} page={page} />
        <input type="hidden" name="seq" value={attempt.lastSeq} />
        {/* Enter in a text presses the first button of its form: that must use no try. */}
        <button type="submit" class="hidden" tabindex={-1} aria-hidden="true">
          {words('paperSave')}
        </button>
        {questionsOf(items, page).map((question) => (
          <PracticeQuestion {...parts} question={question} />
        ))}
        {pages > 1 && <p>{words('paperPage', { page, count: pages })}</p>}
        <p>{words('practiceFinishNote')}</p>
        <p class="go">
          {page > 1 && (
            <button type="submit" name="go" value="back">
              {words('paperSaveBack')}
            </button>
          )}
          {page < pages && (
            <button type="submit" name="go" value="next">
              {words('paperSaveNext')}
            </button>
          )}
          <button type="submit" class="quiet">
            {words('paperSave')}
          </button>
          <button type="submit" name="go" value="finish">
            {words('practiceFinish')}
          </button>
        </p>
      </form>
    </>
  );
}
