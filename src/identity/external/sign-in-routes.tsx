import { Hono } from 'hono';
import { type AppContext, type AppEnv, limitRate, limitsOf, networkOf, outsideOf } from '../../http/index.ts';
import type { Actor } from '../../lib/call.ts';
import { newSecret } from '../../lib/crypto.ts';
import { DomainError } from '../../lib/errors.ts';
import { consoleLog } from '../../lib/log.ts';
import { localeOf, page, wordsFor } from '../../ui/index.ts';
import { letIn } from '../factor/let-in.ts';
import { limitRegistration } from '../limit-sign-in.ts';
import { localPath } from '../local-path.ts';
import { refuseInFrame } from '../page-guard.ts';
import { giveSecret, outsideCallOf, readSecret, secretOf, seeSession, systemCallOf } from '../page-session.ts';
import { identityProviders } from '../schema.ts';
import { deviceOf } from '../sessions/device.ts';
import { beginExternalSignIn, SIGN_IN_MS } from './begin-sign-in.ts';
import { type Finished, finishExternalSignIn } from './finish-sign-in.ts';
import { givePendingLink } from './pending-link.ts';
import { credentialsOf, type ProviderName, providers } from './providers.ts';

/** The cookie that binds a sign-in to the browser it began in. */
const BROWSER = 've_external';

const beginPath = (provider: ProviderName, next: string) => `/sign-in/${provider}?${new URLSearchParams({ next })}`;

/** The links for the sign-in page: providers we have secrets for. */
export function externalSignInWays(c: AppContext, next: string): { href: string; label: string }[] {
  const words = wordsFor(localeOf(c));
  return identityProviders
    .filter((provider) => credentialsOf(c.env, provider))
    .map((provider) => ({
      href: beginPath(provider, next),
      label: words('extSignIn', { provider: providers[provider].label }),
    }));
}

/** Our own origin, whatever host the request names. */
const redirectUriOf = (c: AppContext, provider: ProviderName) =>
  `${c.var.settings.publicOrigin}/sign-in/${provider}/callback`;

function requireOffered(c: AppContext, provider: ProviderName) {
  const credentials = credentialsOf(c.env, provider);
  if (!credentials) throw new DomainError('not_found');
  return credentials;
}

/** Leads the browser to a provider; with `userId` to link what they are there to them. */
export async function leadToProvider(
  c: AppContext,
  provider: ProviderName,
  { next, userId }: { next: string; userId?: string },
): Promise<Response> {
  const { id: clientId } = requireOffered(c, provider);
  await limitRate(c.var.settings, c.env.SIGN_IN_BY_ADDRESS, networkOf(c.var.address));
  c.header('cache-control', 'private, no-store');
  const browser = readSecret(c, BROWSER) ?? newSecret();
  const begin = { provider, clientId, redirectUri: redirectUriOf(c, provider), next, browser };
  const { url } = await beginExternalSignIn(systemCallOf(c), { ...begin, ...(userId !== undefined && { userId }) });
  giveSecret(c, BROWSER, browser, SIGN_IN_MS / 1000);
  return c.redirect(url, 303);
}

const reasons = {
  expired: ['extExpired', 400],
  denied: ['extDenied', 403],
  away: ['extAway', 503],
  misconfigured: ['extMisconfigured', 503],
  blocked: ['conBlocked', 403],
  taken: ['extTaken', 409],
} as const;

function showFailed(
  c: AppContext,
  provider: ProviderName,
  finished: Extract<Finished, { kind: keyof typeof reasons }>,
) {
  const words = wordsFor(localeOf(c));
  const [reason, status] = reasons[finished.kind];
  const next = finished.kind === 'expired' ? '/' : finished.next;
  const fill = { provider: providers[provider].label };
  const isFinal = finished.kind === 'blocked' || finished.kind === 'taken';
  return page(
    c,
    { title: words('conSignInFailed'), status },
    <>
      <h1>{words('conSignInFailed')}</h1>
      <p role="alert">{words(reason, fill)}</p>
      {!isFinal && (
        <p>
          <a href={beginPath(provider, next)}>{words('extAgain', fill)}</a>
        </p>
      )}
      <p>
        <a href={`/sign-in?${new URLSearchParams({ next })}`}>{words('conOtherWay')}</a>
      </p>
    </>,
  );
}

/** Who is signed in here already, in a window of ours. */
async function findActor(c: AppContext): Promise<Actor | undefined> {
  const secret = secretOf(c);
  const found = secret === undefined ? undefined : await seeSession(c, secret);
  if (!found) return undefined;
  const { userId, role, sessionId, isHeld } = found;
  return { userId, role, sessionId, ...(isHeld && { isHeld }) };
}

async function comeBack(c: AppContext, provider: ProviderName): Promise<Response> {
  const credentials = requireOffered(c, provider);
  const { settings, address } = c.var;
  await limitRate(settings, c.env.SIGN_IN_BY_ADDRESS, networkOf(address));
  c.header('cache-control', 'private, no-store');
  // The address holds the code.
  c.header('referrer-policy', 'no-referrer');
  const call = outsideCallOf(c);
  const finished = await finishExternalSignIn(
    call,
    {
      provider,
      parameters: new URL(c.req.url).searchParams,
      browser: readSecret(c, BROWSER),
      redirectUri: redirectUriOf(c, provider),
      previous: secretOf(c),
      device: deviceOf(c.req.raw.headers),
      actor: await findActor(c),
    },
    {
      outside: outsideOf(c.env, settings),
      credentials,
      limitRegistration: () => limitRegistration(limitsOf(c)),
    },
  );
  if (finished.kind === 'let-in') return await letIn(c, finished.came, finished.next);
  if (finished.kind === 'linked') return c.redirect(finished.next, 303);
  if (finished.kind === 'known-address') {
    const { userId, identity, next } = finished;
    await givePendingLink(c, { userId, ...identity, next });
    return c.redirect('/sign-in/link', 303);
  }
  if ('why' in finished) {
    const { kind: outcome, why } = finished;
    const line = { message: 'sign-in with a provider', request_id: c.var.requestId, provider, outcome, why };
    consoleLog('info', line);
  }
  return showFailed(c, provider, finished);
}

/** Signing in with Google and GitHub. */
export const externalSignInPages = new Hono<AppEnv>({ strict: false });

for (const provider of identityProviders) {
  externalSignInPages.get(`/sign-in/${provider}`, (c) => {
    refuseInFrame(c);
    return leadToProvider(c, provider, { next: localPath(c.req.query('next')) });
  });
  externalSignInPages.get(`/sign-in/${provider}/callback`, (c) => comeBack(c, provider));
}
