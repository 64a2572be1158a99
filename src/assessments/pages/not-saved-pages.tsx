import { showInstant, type Words } from '../../ui/index.ts';
import type { Difference } from '../form-responses.ts';
import type { AttemptFacts } from '../session-rpc.ts';
import { AnswerText } from './answer-text.tsx';
import { BackToPaper } from './hand-in-page.tsx';
import { legendOf } from './question.tsx';

type Stale = {
  words: Words;
  attempt: AttemptFacts;
  count: number;
  differing: readonly Difference[];
  token: string;
  page: number;
};

/** The attempt was opened elsewhere since: what was written here is shown, and not taken. */
export function StalePage({ words, attempt, count, differing, token, page }: Stale) {
  return (
    <>
      <h1>{words('staleTitle')}</h1>
      <p>{words('staleWhat')}</p>
      {differing.length === 0 ? (
        <p>{words('staleSame')}</p>
      ) : (
        <>
          <h2>{words('staleDiffers')}</h2>
          <ul>
            {differing.map((one) => (
              <li>
                {legendOf(words, one, count)}
                <br />
                {words('staleHere')} <AnswerText words={words} item={one.item} response={one.given} />
                <br />
                {words('sayAtSchool')} <AnswerText words={words} item={one.item} response={one.stands} />
              </li>
            ))}
          </ul>
        </>
      )}
      <BackToPaper words={words} attemptId={attempt.id} token={token} page={page} label="staleContinue" />
    </>
  );
}

type Late = { words: Words; title: string; attempt: AttemptFacts; count: number; differing: readonly Difference[] };

/** The end came before the form: what was in it is shown, and kept for staff. */
export function LatePage({ words, title, attempt, count, differing }: Late) {
  return (
    <>
      <h1>{title}</h1>
      <p>{words('lateWhat', { end: showInstant(attempt.finishedAt ?? attempt.endsAt ?? attempt.serverTime) })}</p>
      <p>{words('lateAnswers')}</p>
      <ul>
        {differing.map((one) => (
          <li>
            {legendOf(words, one, count)}: <AnswerText words={words} item={one.item} response={one.given} />
          </li>
        ))}
      </ul>
      <p>
        <a href={`/attempts/${attempt.id}/result`}>{words('seeResult')}</a>
      </p>
    </>
  );
}

/** Handed in, and nobody is signed in who may see the result. */
export function HandedInPage({ words, attempt }: { words: Words; attempt: AttemptFacts }) {
  return (
    <>
      <h1>{words('finishedTitle')}</h1>
      <p>{words('finishedWhat', { at: showInstant(attempt.finishedAt ?? attempt.serverTime) })}</p>
      <p>
        <a href={`/attempts/${attempt.id}/result`}>{words('finishedSignIn')}</a>
      </p>
    </>
  );
}
