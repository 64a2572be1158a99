import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../http/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { localeOf, page, tryForm, wordsFor } from '../../ui/index.ts';
import { outsideCallOf, systemCallOf } from '../page-session.ts';
import { LinkExpiredPage, SetPasswordPage } from '../pages.tsx';
import { requireLinkOwner, setPasswordByLink } from '../password-link.ts';
import { csrfFor, readForm } from '../read-form.ts';
import { findUnfit } from './fit-password.ts';

/** `/password/{token}`: sets a password by a link that works once. */
export const linkPages = new Hono<AppEnv>({ strict: false });

type Unfit = 'passwordTooShort' | 'passwordsDiffer' | 'accOwnWord';

async function showSetPassword(c: AppContext, token: string, unfit?: Unfit) {
  const words = wordsFor(localeOf(c));
  // The address of this page is the secret.
  c.header('referrer-policy', 'no-referrer');
  const { email, username } = await requireLinkOwner(systemCallOf(c), token);
  return page(
    c,
    { title: words('setPassword'), status: unfit ? 400 : 200 },
    <SetPasswordPage words={words} csrf={await csrfFor(c)} email={email ?? username} problem={unfit && words(unfit)} />,
  );
}

async function orLinkExpired(c: AppContext, work: () => Promise<Response>): Promise<Response> {
  const done = await tryForm(['bad_token'], work);
  if (!(done instanceof DomainError)) return done;
  const words = wordsFor(localeOf(c));
  return page(c, { title: words('setPassword'), status: 400 }, <LinkExpiredPage words={words} />);
}

linkPages.get('/password/:token', (c) => orLinkExpired(c, () => showSetPassword(c, c.req.param('token'))));

linkPages.post('/password/:token', async (c) => {
  const form = await readForm(c);
  const token = c.req.param('token');
  const given = form.get('password');
  const password = typeof given === 'string' ? given : '';
  return await orLinkExpired(c, async () => {
    if (findUnfit(password, {})) return await showSetPassword(c, token, 'passwordTooShort');
    if (password !== form.get('repeat')) return await showSetPassword(c, token, 'passwordsDiffer');
    const set = await tryForm(['invalid'], () =>
      setPasswordByLink(outsideCallOf(c), { token, password }, c.env.PASSWORD_PEPPER),
    );
    if (set instanceof DomainError) return await showSetPassword(c, token, 'accOwnWord');
    c.executionCtx.waitUntil(c.env.JOBS.send({ job: 'react', eventId: set.eventId }));
    return c.redirect('/sign-in?notice=password-set', 303);
  });
});
