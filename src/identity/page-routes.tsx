import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../http/index.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError, statusOf } from '../lib/errors.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { LoginInput, NewPassword } from './input.ts';
import { csrfFor, forgetSession, giveSession, readForm, secretOf, systemCallOf } from './page-session.ts';
import { SetPasswordPage, SignInPage } from './pages.tsx';
import { isLinkAlive, setPassword } from './password-link.ts';
import { limitSignIn } from './routes.ts';
import { session } from './schema.ts';
import { signInToPages } from './sign-in.ts';

/** Only a path of ours: an open redirect would lend our name to anybody. */
const localPath = (next: unknown) => (typeof next === 'string' && /^\/(?![/\\])[^\\\n\r]*$/.test(next) ? next : '/');

const text = (form: FormData, name: string) => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

async function showSignIn(c: AppContext, options: { next: string; email?: string; refusal?: DomainError; notice?: string }) {
  const words = wordsFor(localeOf(c));
  const { next, email = '', refusal, notice = '' } = options;
  const problem = refusal && words(refusal.code === 'too_many_requests' ? 'waitAMinute' : 'wrongCredentials');
  const status = refusal ? (statusOf(refusal.code) as 401 | 429) : 200;
  const csrf = await csrfFor(c);
  return page(
    c,
    { title: words('signIn'), status },
    <SignInPage words={words} csrf={csrf} next={next} email={email} notice={notice} {...(problem && { problem })} />,
  );
}

export const identityPages = new Hono<AppEnv>({ strict: false });

identityPages.get('/sign-in', async (c) => {
  const next = localPath(c.req.query('next'));
  if (secretOf(c) && c.req.query('next') === undefined) return c.redirect('/', 303);
  const words = wordsFor(localeOf(c));
  return await showSignIn(c, { next, ...(c.req.query('notice') === 'password-set' && { notice: words('passwordSet') }) });
});

identityPages.post('/sign-in', async (c) => {
  const form = await readForm(c);
  const next = localPath(form.get('next'));
  const email = text(form, 'email');
  try {
    await limitSignIn(c.var.settings, c.env, c.req.raw.headers, email);
    const credentials = LoginInput.safeParse({ email, password: text(form, 'password') });
    if (!credentials.success) throw new DomainError('wrong_credentials');
    giveSession(c, await signInToPages(systemCallOf(c), credentials.data));
    return c.redirect(next, 303);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return await showSignIn(c, { next, email, refusal: error });
  }
});

identityPages.post('/sign-out', async (c) => {
  await readForm(c);
  const secret = secretOf(c);
  if (secret) {
    const { db } = systemCallOf(c);
    await db.delete(session).where(eq(session.secretHash, await sha256(secret)));
  }
  forgetSession(c);
  return c.redirect('/sign-in', 303);
});

async function showSetPassword(c: AppContext, problem?: string) {
  const words = wordsFor(localeOf(c));
  const csrf = await csrfFor(c);
  return page(
    c,
    { title: words('setPassword'), status: problem ? 400 : 200 },
    <SetPasswordPage words={words} csrf={csrf} problem={problem} />,
  );
}

identityPages.get('/password/:token', async (c) => {
  if (!(await isLinkAlive(systemCallOf(c), c.req.param('token')))) {
    throw new DomainError('malformed', wordsFor(localeOf(c))('linkExpired'));
  }
  return await showSetPassword(c);
});

identityPages.post('/password/:token', async (c) => {
  const words = wordsFor(localeOf(c));
  const form = await readForm(c);
  const password = NewPassword.safeParse(form.get('password'));
  if (!password.success) return await showSetPassword(c, words('passwordTooShort'));
  if (password.data !== form.get('repeat')) return await showSetPassword(c, words('passwordsDiffer'));
  await setPassword(systemCallOf(c), { token: c.req.param('token'), password: password.data });
  return c.redirect('/sign-in?notice=password-set', 303);
});
