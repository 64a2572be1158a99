import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitsOf } from '../http/index.ts';
import { DomainError } from '../lib/errors.ts';
import { localeOf, page, type Words, wordsFor } from '../ui/index.ts';
import { profilePages } from './account/profile-page-routes.tsx';
import { registerPages } from './account/register-page-routes.tsx';
import { verifyPages } from './account/verify-page-routes.tsx';
import { auditPages } from './audit-log/page-routes.tsx';
import { identitiesPages } from './external/identity-page-routes.tsx';
import { externalSignInPages, externalSignInWays } from './external/sign-in-routes.tsx';
import { codePages } from './factor/code-page-routes.tsx';
import { confirmPages } from './factor/confirm-page-routes.tsx';
import { giveHalfway } from './factor/halfway.ts';
import { factorPages } from './factor/page-routes.tsx';
import { LoginInput } from './input.ts';
import { keyPages } from './keys/page-routes.tsx';
import { limitSignIn } from './limit-sign-in.ts';
import { localPath } from './local-path.ts';
import { refuseInFrame } from './page-guard.ts';
import { forgetSession, giveSession, outsideCallOf, secretOf, seeSession, systemCallOf } from './page-session.ts';
import { SignInPage } from './pages.tsx';
import { changePages } from './passwords/change-page-routes.tsx';
import { forgotPages } from './passwords/forgot-page-routes.tsx';
import { linkPages } from './passwords/link-page-routes.tsx';
import { csrfFor, readForm } from './read-form.ts';
import { deviceOf } from './sessions/device.ts';
import { sessionPages } from './sessions/session-page-routes.tsx';
import { signInToPages } from './sign-in.ts';
import { signOutOfPages } from './sign-out.ts';
import { settingsPages } from './site-settings/page-routes.tsx';
import { tellToWait } from './tell-to-wait.ts';
import { accountNamed } from './users.ts';

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** What the sign-in page tells somebody who was led to it. */
const notices = {
  'password-set': 'passwordSet',
  'signed-out': 'signedOut',
  'begin-again': 'facBeginAgain',
  deleted: 'datDeleted',
} as const;
type Notice = keyof typeof notices;
const isNotice = (value: unknown): value is Notice => typeof value === 'string' && Object.hasOwn(notices, value);
const toSignIn = (c: AppContext, notice: Notice) => c.redirect(`/sign-in?notice=${notice}`, 303);

/** Another way to sign in than by password: where it begins, and what its link says. */
export type SignInWay = { href: string; label: string };
type OtherWays = (c: AppContext, next: string) => Promise<readonly SignInWay[]>;

type Refused = { email: string; error: DomainError };

function waitFor(words: Words, { more }: DomainError) {
  const minutes = Math.ceil(Number(more.retryAfter) / 60);
  return minutes > 1 ? words('waitMinutes', { minutes }) : words('waitAMinute');
}

async function showSignIn(c: AppContext, next: string, otherWays: OtherWays, refused?: Refused) {
  const words = wordsFor(localeOf(c));
  const isLimited = refused?.error.code === 'too_many_requests';
  const notice = c.req.query('notice');
  if (isLimited) tellToWait(c, refused.error);
  return page(
    c,
    { title: words('signIn'), status: refused ? (isLimited ? 429 : 401) : 200, script: 'forget.js' },
    <SignInPage
      words={words}
      csrf={await csrfFor(c)}
      next={next}
      email={refused?.email}
      problem={refused && (isLimited ? waitFor(words, refused.error) : words('wrongCredentials'))}
      notice={isNotice(notice) ? words(notices[notice]) : undefined}
      ways={[...externalSignInWays(c, next), ...(await otherWays(c, next))]}
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
      const parts = { pepper: c.env.PASSWORD_PEPPER, device: deviceOf(c.req.raw.headers), previous: secretOf(c) };
      const signIn = () => signInToPages(outsideCallOf(c), credentials.data, parts);
      const done = await limitSignIn(limitsOf(c), () => accountNamed(systemCallOf(c), email), signIn);
      if (done.kind === 'code-needed') {
        await giveHalfway(c, done.user, next);
        return c.redirect('/sign-in/code', 303);
      }
      giveSession(c, done.secret);
      return c.redirect(next, 303);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { code } = error;
      if (code !== 'wrong_credentials' && code !== 'too_many_requests') throw error;
      return await showSignIn(c, next, otherWays, { email, error });
    }
  });

  for (const more of [otherPages, settingsPages, ...accountPages, ...proofPages]) pages.route('/', more);
  return pages;
}

const accountPages = [registerPages, verifyPages, forgotPages, linkPages, changePages, sessionPages, profilePages];

const proofPages = [keyPages, auditPages, codePages, confirmPages, factorPages, externalSignInPages, identitiesPages];

const otherPages = new Hono<AppEnv>({ strict: false });

// Nothing but the cookie is cleared: what the phone has not yet sent stays on it, and so do the stylesheet and script it paid for.
otherPages.post('/sign-out', async (c) => {
  const secret = secretOf(c);
  if (secret) {
    await readForm(c);
    await signOutOfPages(outsideCallOf(c), secret);
    forgetSession(c);
  }
  return toSignIn(c, 'signed-out');
});
