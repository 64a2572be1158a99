import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitRate, outsideOf } from '../http/index.ts';
import {
  giveSecret,
  letIn,
  localPath,
  outsideCallOf,
  readSecret,
  type SignInWay,
  secretOf,
  systemCallOf,
} from '../identity/index.ts';
import { newSecret } from '../lib/crypto.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { beginSignIn, listSignInConnections, SIGN_IN_MS } from './begin-sign-in.ts';
import { type Finished, finishSignIn } from './finish-sign-in.ts';

/** The cookie that binds a sign-in to the browser it began in. */
const BROWSER = 've_openedx';

const beginPath = (next: string, connectionId?: string) =>
  `/sign-in/openedx?${new URLSearchParams({ next, ...(connectionId && { connection: connectionId }) })}`;

/** The links for the sign-in page. */
export async function openedxSignInWays(c: AppContext, next: string): Promise<SignInWay[]> {
  const words = wordsFor(localeOf(c));
  const found = await listSignInConnections(systemCallOf(c));
  return found.map(({ id, name }) => ({
    href: beginPath(next, id),
    label: found.length === 1 ? words('conSignIn') : words('conSignInNamed', { name }),
  }));
}

const redirectUriOf = (c: AppContext) => `${new URL(c.req.url).origin}/sign-in/openedx/callback`;

const limit = (c: AppContext) =>
  limitRate(c.var.settings, c.env.SIGN_IN_BY_ADDRESS, c.req.header('cf-connecting-ip') ?? '127.0.0.1');

const reasons = {
  expired: ['conExpired', 400],
  denied: ['conDenied', 403],
  away: ['conAway', 503],
  misconfigured: ['conMisconfigured', 503],
  blocked: ['conBlocked', 403],
} as const;

function showFailed(c: AppContext, finished: Exclude<Finished, { kind: 'let-in' }>) {
  const words = wordsFor(localeOf(c));
  const [reason, status] = reasons[finished.kind];
  const { next, again } =
    finished.kind === 'expired'
      ? { next: '/', again: beginPath('/') }
      : { next: finished.next, again: beginPath(finished.next, finished.connectionId) };
  return page(
    c,
    { title: words('conSignInFailed'), status },
    <>
      <h1>{words('conSignInFailed')}</h1>
      <p role="alert">{words(reason)}</p>
      {finished.kind !== 'blocked' && (
        <p>
          <a href={again}>{words('conAgain')}</a>
        </p>
      )}
      <p>
        <a href={`/sign-in?${new URLSearchParams({ next })}`}>{words('conOtherWay')}</a>
      </p>
    </>,
  );
}

export const openedxSignInPages = new Hono<AppEnv>({ strict: false });

openedxSignInPages.get('/sign-in/openedx', async (c) => {
  await limit(c);
  c.header('cache-control', 'private, no-store');
  const browser = readSecret(c, BROWSER) ?? newSecret();
  const { url } = await beginSignIn(
    systemCallOf(c),
    {
      connectionId: c.req.query('connection'),
      next: localPath(c.req.query('next')),
      browser,
      redirectUri: redirectUriOf(c),
    },
    outsideOf(c.env, c.var.settings),
  );
  giveSecret(c, BROWSER, browser, SIGN_IN_MS / 1000);
  return c.redirect(url, 303);
});

openedxSignInPages.get('/sign-in/openedx/callback', async (c) => {
  await limit(c);
  c.header('cache-control', 'private, no-store');
  // The address holds the code.
  c.header('referrer-policy', 'no-referrer');
  const { state = '', code, error } = c.req.query();
  const finished = await finishSignIn(
    outsideCallOf(c),
    {
      state,
      code: error === undefined ? code : undefined,
      browser: readSecret(c, BROWSER),
      redirectUri: redirectUriOf(c),
      previous: secretOf(c),
    },
    outsideOf(c.env, c.var.settings),
  );
  if (finished.kind !== 'let-in') return showFailed(c, finished);
  return await letIn(c, finished.came, finished.next);
});
