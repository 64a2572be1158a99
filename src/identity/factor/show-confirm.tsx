import type { AppContext } from '../../http/index.ts';
import type { DomainError } from '../../lib/errors.ts';
import { CsrfField, frameOf, page } from '../../ui/index.ts';
import type { KeptForm } from '../kept-form/kept-form.ts';
import { SendForm } from '../kept-form/send-form.tsx';
import { pageCall } from '../page-guard.ts';
import { CodeForm } from './code-form.tsx';
import { proofOf } from './confirm-self.ts';
import { tellRefused } from './refused-proof.ts';

/** `next`: the page to go on to. `kept`: what was typed there, to be sent after the proof. */
type Asked = { next: string; kept?: KeptForm | undefined };

const KeptField = ({ kept }: { kept: KeptForm | undefined }) =>
  kept && <input type="hidden" name="kept" value={JSON.stringify(kept)} />;

/** Asks for a proof of who one is, and brings what was typed along. One round trip. */
export async function showConfirm(
  c: AppContext,
  { next, kept, refused, status: asked = 200 }: Asked & { refused?: DomainError; status?: 200 | 401 },
) {
  const { words, viewer, csrf } = frameOf(c);
  const kind = await proofOf(pageCall(c));
  const isRecovery = kind === 'code' && c.req.query('with') === 'recovery';
  const wrong = isRecovery ? 'facWrongRecovery' : kind === 'password' ? 'cnfWrongPassword' : 'facWrongCode';
  const told = tellRefused(c, refused, wrong);
  const here = (more: Record<string, string> = {}) => `/confirm?${new URLSearchParams({ next, ...more })}`;
  const another = here(isRecovery ? {} : { with: 'recovery' });
  const anotherLabel = words(isRecovery ? 'facWithCode' : 'facWithRecovery');
  return page(
    c,
    { title: words('cnfTitle'), viewer, status: refused ? told.status : asked, isPassing: kept !== undefined },
    <>
      <h1>{words('cnfTitle')}</h1>
      {kind === 'none' ? (
        <>
          <p>{words(c.var.actor?.isHeld ? 'cnfHeld' : 'cnfNoPassword')}</p>
          <p>{c.var.actor?.isHeld ? undefined : <a href="/forgot">{words('cnfSetPassword')}</a>}</p>
        </>
      ) : (
        <>
          <p>{words(kept ? 'cnfWhyKept' : 'cnfWhy')}</p>
          <CodeForm
            words={words}
            csrf={csrf}
            action={here(isRecovery ? { with: 'recovery' } : {})}
            kind={isRecovery ? 'recovery' : kind}
            submit={words('cnfSubmit')}
            problem={told.problem}
          >
            <KeptField kept={kept} />
          </CodeForm>
          {kind === 'code' &&
            (kept ? (
              <form method="post" action={another}>
                <CsrfField csrf={csrf} />
                <KeptField kept={kept} />
                <button type="submit" name="another" value="yes">
                  {anotherLabel}
                </button>
              </form>
            ) : (
              <p>
                <a href={another}>{anotherLabel}</a>
              </p>
            ))}
        </>
      )}
    </>,
  );
}

/** After the proof: what was typed, and a button to send it. */
export function showKept(c: AppContext, { next, kept }: Required<Asked> & { kept: KeptForm }) {
  const { words, viewer, csrf } = frameOf(c);
  return page(
    c,
    { title: words('cnfDone'), viewer, isPassing: true },
    <>
      <h1>{words('cnfDone')}</h1>
      <p>{words('cnfSend')}</p>
      <SendForm words={words} csrf={csrf} kept={kept} label={words('keptSend')} />
      <p>
        <a href={next}>{words('cnfDrop')}</a>
      </p>
    </>,
  );
}
