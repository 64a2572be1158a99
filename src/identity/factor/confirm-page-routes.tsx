import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../../http/index.ts';
import type { DomainError } from '../../lib/errors.ts';
import { frameOf, page, tryForm } from '../../ui/index.ts';
import { limitSignIn } from '../limit-sign-in.ts';
import { localPath } from '../local-path.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { CodeForm } from './code-form.tsx';
import { confirmSelf, proofOf } from './confirm-self.ts';
import { ConfirmInput } from './input.ts';
import { tellRefused } from './refused-proof.ts';

/** `/confirm?next=`: shows again who one is, before what lets people in is changed. */
export const confirmPages = new Hono<AppEnv>({ strict: false });

async function showConfirm(c: AppContext, next: string, refused?: DomainError) {
  const { words, viewer, csrf } = frameOf(c);
  const kind = await proofOf(pageCall(c));
  const isRecovery = kind === 'code' && c.req.query('with') === 'recovery';
  const wrong = isRecovery ? 'facWrongRecovery' : kind === 'password' ? 'cnfWrongPassword' : 'facWrongCode';
  const { status, problem } = tellRefused(c, refused, wrong);
  const here = (more: Record<string, string> = {}) => `/confirm?${new URLSearchParams({ next, ...more })}`;
  return page(
    c,
    { title: words('cnfTitle'), viewer, status },
    <>
      <h1>{words('cnfTitle')}</h1>
      {kind === 'none' ? (
        <>
          <p>{words(c.var.actor?.isHeld ? 'cnfHeld' : 'cnfNoPassword')}</p>
          <p>{c.var.actor?.isHeld ? undefined : <a href="/forgot">{words('cnfSetPassword')}</a>}</p>
        </>
      ) : (
        <>
          <p>{words('cnfWhy')}</p>
          <CodeForm
            words={words}
            csrf={csrf}
            action={here(isRecovery ? { with: 'recovery' } : {})}
            kind={isRecovery ? 'recovery' : kind}
            submit={words('cnfSubmit')}
            problem={problem}
          />
          {kind === 'code' && (
            <p>
              <a href={here(isRecovery ? {} : { with: 'recovery' })}>
                {words(isRecovery ? 'facWithCode' : 'facWithRecovery')}
              </a>
            </p>
          )}
        </>
      )}
    </>,
  );
}

confirmPages.get('/confirm', pageGuard, (c) => showConfirm(c, localPath(c.req.query('next'))));

confirmPages.post('/confirm', pageGuard, async (c) => {
  const form = await readForm(c);
  const next = localPath(c.req.query('next'));
  const call = pageCall(c);
  const given = (name: string) => form.get(name) ?? undefined;
  // What cannot be a proof is a wrong one.
  const proof = ConfirmInput.safeParse({ password: given('password'), code: given('code') }).data ?? { code: '' };
  const keys = { pepper: c.env.PASSWORD_PEPPER, secretsKey: c.env.SECRETS_KEY };
  const refused = await tryForm(
    ['wrong_credentials', 'second_factor_required', 'no_password', 'too_many_requests'],
    () => limitSignIn(limitsOf(c), call.actor.userId, () => confirmSelf(call, proof, keys)),
  );
  return refused ? await showConfirm(c, next, refused) : c.redirect(next, 303);
});
