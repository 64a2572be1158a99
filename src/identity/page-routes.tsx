import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { LoginInput, NewPassword } from './input.ts';
import { limitSignIn } from './limit-sign-in.ts';
import { localPath } from './local-path.ts';
import { refuseInFrame } from './page-guard.ts';
import { forgetSession, giveSession, secretOf, seeSession, systemCallOf } from './page-session.ts';
import { LinkExpiredPage, SetPasswordPage, SignInPage } from './pages.tsx';
import { requireLinkOwner, setPasswordByLink } from './password-link.ts';
import { csrfFor, readForm } from './read-form.ts';
import { signInToPages } from './sign-in.ts';
import { signOutOfPages } from './sign-out.ts';

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** What the sign-in page tells somebody who was led to it. */
const notices = { 'password-set': 'passwordSet', 'signed-out': 'signedOut' } as const;
type Notice = keyof typeof notices;
const isNotice = (value: unknown): value is Notice => typeof value === 'string' && Object.hasOwn(notices, value);
const toSignIn = (c: AppContext, notice: Notice) => c.redirect(`/sign-in?notice=${notice}`, 303);

/** Another way to sign in than by password: where it begins, and what its link says. */
export type SignInWay = { href: string; label: string };
type OtherWays = (c: AppContext, next: string) => Promise<readonly SignInWay[]>;

type Refused = { email: string; code: 'wrong_credentials' | 'too_many_requests' };

async function showSignIn(c: AppContext, next: string, otherWays: OtherWays, refused?: Refused) {
  const words = wordsFor(localeOf(c));
  const isLimited = refused?.code === 'too_many_requests';
  const notice = c.req.query('notice');
  if (isLimited) c.header('retry-after', '60');
  return page(
    c,
    { title: words('signIn'), status: refused ? (isLimited ? 429 : 401) : 200 },
    <SignInPage
      words={words}
      csrf={await csrfFor(c)}
      next={next}
      email={refused?.email}
      problem={refused && words(isLimited ? 'waitAMinute' : 'wrongCredentials')}
      notice={isNotice(notice) ? words(notices[notice]) : undefined}
      ways={await otherWays(c, next)}
    />,
  );
}

/** The pages of this room. `otherWays`: links of rooms above it to sign in by. */
export function identityPages(otherWays: OtherWays = async () => []) {
  const pages = new Hono<AppEnv>({ strict: false });

  pages.get('/sign-in', async (c) => {
    refuseInFrame(c);
    const next = localPath(c.req.query('next'));
    const secret = secretOf(c);
    if (!secret) return await showSignIn(c, next, otherWays);
    if (await seeSession(c, secret)) return c.redirect(next, 303);
    forgetSession(c);
    return await showSignIn(c, next, otherWays);
  });

  pages.post('/sign-in', async (c) => {
    const form = await readForm(c);
    const next = localPath(form.get('next'));
    const email = textOf(form, 'email');
    try {
      const credentials = LoginInput.safeParse({ email, password: textOf(form, 'password') });
      if (!credentials.success) throw new DomainError('wrong_credentials');
      await limitSignIn(c.var.settings, c.env, c.req.raw.headers, email);
      giveSession(c, await signInToPages(systemCallOf(c), credentials.data, secretOf(c)));
      return c.redirect(next, 303);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      if (code !== 'wrong_credentials' && code !== 'too_many_requests') throw error;
      return await showSignIn(c, next, otherWays, { email, code });
    }
  });

  pages.route('/', otherPages);
  return pages;
}

const otherPages = new Hono<AppEnv>({ strict: false });

// Nothing but the cookie is cleared: what the phone has not yet sent stays on it, and so do the stylesheet and script it paid for.
otherPages.post('/sign-out', async (c) => {
  const secret = secretOf(c);
  if (secret) {
    await readForm(c);
    await signOutOfPages(systemCallOf(c), secret);
    forgetSession(c);
  }
  return toSignIn(c, 'signed-out');
});

type Unfit = 'passwordTooShort' | 'passwordsDiffer';

async function showSetPassword(c: AppContext, token: string, unfit?: Unfit) {
  const words = wordsFor(localeOf(c));
  // The address of this page is the secret.
  c.header('referrer-policy', 'no-referrer');
  const { email } = await requireLinkOwner(systemCallOf(c), token);
  return page(
    c,
    { title: words('setPassword'), status: unfit ? 400 : 200 },
    <SetPasswordPage words={words} csrf={await csrfFor(c)} email={email} problem={unfit && words(unfit)} />,
  );
}

async function orLinkExpired(c: AppContext, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'bad_token')) throw error;
    const words = wordsFor(localeOf(c));
    return page(c, { title: words('setPassword'), status: 400 }, <LinkExpiredPage words={words} />);
  }
}

otherPages.get('/password/:token', (c) => orLinkExpired(c, () => showSetPassword(c, c.req.param('token'))));

otherPages.post('/password/:token', async (c) => {
  const form = await readForm(c);
  const token = c.req.param('token');
  return await orLinkExpired(c, async () => {
    const password = NewPassword.safeParse(form.get('password'));
    if (!password.success) return await showSetPassword(c, token, 'passwordTooShort');
    if (password.data !== form.get('repeat')) return await showSetPassword(c, token, 'passwordsDiffer');
    await setPasswordByLink(systemCallOf(c), { token, password: password.data });
    return toSignIn(c, 'password-set');
  });
});
