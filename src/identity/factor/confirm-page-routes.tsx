import { Hono } from 'hono';
import { type AppEnv, limitsOf } from '../../http/index.ts';
import { tryForm } from '../../ui/index.ts';
import { readKeptForm } from '../kept-form/kept-form.ts';
import { limitSignIn } from '../limit-sign-in.ts';
import { localPath } from '../local-path.ts';
import { pageCall, pageGuard } from '../page-guard.ts';
import { readForm } from '../read-form.ts';
import { confirmSelf } from './confirm-self.ts';
import { ConfirmInput } from './input.ts';
import { showConfirm, showKept } from './show-confirm.tsx';

/** `/confirm?next=`: shows again who one is, before what lets people in is changed. */
export const confirmPages = new Hono<AppEnv>({ strict: false });

confirmPages.get('/confirm', pageGuard, (c) => showConfirm(c, { next: localPath(c.req.query('next')) }));

confirmPages.post('/confirm', pageGuard, async (c) => {
  const form = await readForm(c);
  const next = localPath(c.req.query('next'));
  const kept = readKeptForm(form.get('kept'));
  if (form.has('another')) return await showConfirm(c, { next, kept });
  const call = pageCall(c);
  const given = (name: string) => form.get(name) ?? undefined;
  // What cannot be a proof is a wrong one.
  const proof = ConfirmInput.safeParse({ password: given('password'), code: given('code') }).data ?? { code: '' };
  const keys = { pepper: c.env.PASSWORD_PEPPER, secretsKey: c.env.SECRETS_KEY };
  const refused = await tryForm(
    ['wrong_credentials', 'second_factor_required', 'no_password', 'too_many_requests'],
    () => limitSignIn(limitsOf(c), call.actor.userId, () => confirmSelf(call, proof, keys)),
  );
  if (refused) return await showConfirm(c, { next, kept, refused });
  return kept ? showKept(c, { next, kept }) : c.redirect(next, 303);
});
