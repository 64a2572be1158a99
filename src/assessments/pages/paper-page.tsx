import { raw } from 'hono/html';
import { showEnd, showExactClock, showLeft, type Words } from '../../ui/index.ts';
import { type Fields, flagOf, pageCount, questionsOf } from '../form-responses.ts';
import { paperData } from '../paper-data.ts';
import type { SessionView } from '../session-rpc.ts';
import { QuestionField } from './question.tsx';

/** A button to save stands after every so many questions: without script that is what loses nothing in a power cut. */
const SAVE_EVERY = 10;

/** The time left, in words. */
export const timeLine = (
  words: Words,
  { endsAt, serverTime }: Pick<SessionView['attempt'], 'endsAt' | 'serverTime'>,
) =>
  endsAt === null
    ? words('paperNoEnd')
    : words('paperTime', {
        left: showLeft(endsAt, serverTime),
        end: showEnd(endsAt, serverTime),
        now: showExactClock(serverTime),
      });

/** What opens the attempt to a form, whoever is signed in. */
export const AttemptFields = ({ token, epoch, page }: { token: string; epoch: number; page?: number }) => (
  <>
    <input type="hidden" name="token" value={token} />
    <input type="hidden" name="epoch" value={epoch} />
    {page !== undefined && <input type="hidden" name="page" value={page} />}
  </>
);

type Paper = {
  words: Words;
  view: SessionView;
  token: string;
  page: number;
  /** What the fields hold. */
  fields: Fields;
  /** The numbers of questions whose answer could not be saved. */
  invalid?: readonly number[];
  savedAt?: number | undefined;
};

/** The paper of an exam. */
export function PaperPage({ words, view, token, page, fields, invalid = [], savedAt }: Paper) {
  const { attempt, items } = view;
  const pages = pageCount(items.length);
  const questions = questionsOf(items, page);
  const last = questions.at(-1)?.number;
  return (
    <>
      <h1>{attempt.title}</h1>
      <div class="bar">
        <p id="time">{timeLine(words, attempt)}</p>
        <p>
          <span id="status" role="status">
            {savedAt !== undefined && words('paperSavedAt', { at: showExactClock(savedAt) })}
          </span>
          <span id="at" />
        </p>
        <p id="left" class="hidden" role="status" />
      </div>
      {invalid.length > 0 && (
        <p class="problem" role="alert">
          {words('paperInvalidSome')}
        </p>
      )}
      <form id="paper" method="post" action={`/attempts/${attempt.id}/save`} autocomplete="off">
        <AttemptFields token={token} epoch={attempt.epoch} page={page} />
        {pages > 1 && <p>{words('paperPage', { page, count: pages })}</p>}
        {questions.map((question, index) => (
          <>
            <QuestionField
              words={words}
              question={question}
              count={items.length}
              fields={fields}
              problem={invalid.includes(question.number) ? words('paperInvalid') : undefined}
            >
              <div>
                <label class="flag">
                  <input type="checkbox" name={flagOf(question.number)} checked={flagOf(question.number) in fields} />
                  {words('paperFlag')}
                </label>
              </div>
            </QuestionField>
            {((index + 1) % SAVE_EVERY === 0 || question.number === last) && (
              <button type="submit" name="go" value={question.number}>
                {words('paperSave')}
              </button>
            )}
          </>
        ))}
        <p class="go">
          {page > 1 && (
            <button type="submit" name="go" value="back">
              {words('paperSaveBack')}
            </button>
          )}{' '}
          {page < pages && (
            <button type="submit" name="go" value="next">
              {words('paperSaveNext')}
            </button>
          )}{' '}
          <button type="submit" name="go" value="hand-in">
            {words('paperHandIn')}
          </button>
        </p>
      </form>
      <script type="application/json" id="data">
        {raw(paperData(view, page, words))}
      </script>
    </>
  );
}
