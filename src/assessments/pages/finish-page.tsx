import type { Words } from '../../ui/index.ts';
import { pageCount, pageOfQuestion } from '../form-responses.ts';
import type { SessionView } from '../session-rpc.ts';
import { BackToPaper } from './hand-in-page.tsx';
import { AttemptFields } from './paper-page.tsx';

type Finish = { words: Words; view: SessionView; token: string; page: number; untried: readonly number[] };

/** Asks before a practice is finished while answers are unchecked. */
export function FinishPage({ words, view: { attempt, items }, token, page, untried }: Finish) {
  const query = (number: number) => (pageCount(items.length) > 1 ? `?page=${pageOfQuestion(number)}` : '');
  return (
    <>
      <h1>{words('practiceFinishAsk')}</h1>
      <p>
        <strong>{attempt.title}</strong>
      </p>
      <p>{words('practiceUnchecked')}</p>
      <ul class="numbers">
        {untried.map((number) => (
          <li>
            <a href={`/attempts/${attempt.id}${query(number)}#q${number}`}>{words('confirmQuestion', { number })}</a>
          </li>
        ))}
      </ul>
      <BackToPaper words={words} attemptId={attempt.id} token={token} page={page} label="confirmBack" />
      <p>{words('practiceFinishNote')}</p>
      <form method="post" action={`/attempts/${attempt.id}/submit`}>
        <AttemptFields token={token} epoch={attempt.epoch} />
        <button type="submit">{words('practiceFinish')}</button>
      </form>
    </>
  );
}
