import type { Words } from '../../ui/index.ts';
import { pageCount, pageOfQuestion } from '../form-responses.ts';
import type { SessionView } from '../session-rpc.ts';
import { AttemptFields, timeLine } from './paper-page.tsx';

type HandIn = { words: Words; view: SessionView; token: string; epoch: number; page: number };

/** Asks before handing in, and tells what is still open. */
export function HandInPage({ words, view, token, epoch, page }: HandIn) {
  const { attempt, items, responses, flagged } = view;
  const numbered = items.map(({ id }, index) => ({ id, number: index + 1 }));
  const unanswered = numbered.filter(({ id }) => !responses[id]);
  const flags = numbered.filter(({ id }) => flagged.includes(id));
  const count = items.length;
  const list = (title: 'confirmUnanswered' | 'confirmFlagged', questions: typeof numbered) =>
    questions.length > 0 && (
      <>
        <h2>{words(title)}</h2>
        <ul class="numbers">
          {questions.map(({ number }) => (
            <li>
              <a
                href={`/attempts/${attempt.id}${pageCount(count) > 1 ? `?page=${pageOfQuestion(number)}` : ''}#q${number}`}
              >
                {words('confirmQuestion', { number })}
              </a>
            </li>
          ))}
        </ul>
      </>
    );
  return (
    <>
      <h1>{words('confirmTitle')}</h1>
      <p>
        <strong>{attempt.title}</strong>
      </p>
      <p>{timeLine(words, attempt)}</p>
      <p>
        {unanswered.length > 0
          ? words(count === 1 ? 'confirmAnsweredOne' : 'confirmAnswered', {
              answered: count - unanswered.length,
              count,
            })
          : words(count === 1 ? 'confirmAllOne' : 'confirmAll', { count })}
      </p>
      {list('confirmUnanswered', unanswered)}
      {list('confirmFlagged', flags)}
      <BackToPaper words={words} attemptId={attempt.id} token={token} page={page} label="confirmBack" />
      <p>{words('confirmFinal')}</p>
      <form method="post" action={`/attempts/${attempt.id}/submit`}>
        <AttemptFields token={token} epoch={epoch} />
        <button type="submit">{words('confirmNow')}</button>
      </form>
    </>
  );
}

type Back = { words: Words; attemptId: string; token: string; page: number; label: 'confirmBack' | 'staleContinue' };

/** Opens the paper, whoever is signed in: the token travels in the form, never in an address. */
export const BackToPaper = ({ words, attemptId, token, page, label }: Back) => (
  <form method="post" action={`/attempts/${attemptId}`}>
    <input type="hidden" name="token" value={token} />
    <input type="hidden" name="page" value={page} />
    <button type="submit" class={label === 'confirmBack' ? 'quiet' : undefined}>
      {words(label)}
    </button>
  </form>
);
