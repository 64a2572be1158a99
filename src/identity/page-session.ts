import { and, eq, gt, isNull } from 'drizzle-orm';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { connect } from '../db/index.ts';
import type { AppContext } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { session, user } from './schema.ts';
import { PAGE_SESSION_MS } from './sign-in.ts';

/*
 * How pages know who asks: the cookie is an opaque secret, and a row is found by its hash. `__Host-` keeps other hosts of the
 * domain from setting it.
 */

const NAME = 've_session';
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'Lax' } as const;
const protectedOptions = { ...cookieOptions, prefix: 'host', secure: true } as const;

/**
 * Text browsers and scripts keep no `Secure` cookie over http. On this machine alone, where there is no https, they get the
 * same secret under a plain name too.
 */
const wantsPlain = (c: AppContext) =>
  c.var.settings.isLocal && /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//.test(c.req.url);

/** The secret kept under a name, if it could be one of ours. */
export function readSecret(c: AppContext, name: string): string | undefined {
  const secret = getCookie(c, name, 'host') ?? (wantsPlain(c) ? getCookie(c, name) : undefined);
  return secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined;
}

/** Lets the browser keep a secret; without `maxAge`, in seconds, until it is closed. */
export function giveSecret(c: AppContext, name: string, secret: string, maxAge?: number) {
  const life = maxAge === undefined ? {} : { maxAge };
  setCookie(c, name, secret, { ...protectedOptions, ...life });
  if (wantsPlain(c)) setCookie(c, name, secret, { ...cookieOptions, ...life });
}

/** The secret of a page session that the browser came with. */
export const secretOf = (c: AppContext) => readSecret(c, NAME);

export const giveSession = (c: AppContext, secret: string) => giveSecret(c, NAME, secret, PAGE_SESSION_MS / 1000);

export function forgetSession(c: AppContext) {
  deleteCookie(c, NAME, protectedOptions);
  if (wantsPlain(c)) deleteCookie(c, NAME, cookieOptions);
}

/** Where and when, before it is known who asks. */
export const systemCallOf = (c: AppContext): SystemCall => ({ db: connect(c.env.DB, c.var.trips), now: c.var.now });

/** Who is behind a cookie's secret now: undefined when it expired, was ended, or they are blocked. One round trip. */
export async function findSession({ db, now }: SystemCall, secret: string) {
  const [found] = await db
    .select({ sessionId: session.id, userId: user.id, name: user.name, role: user.role })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(and(eq(session.secretHash, await sha256(secret)), gt(session.expiresAt, now), isNull(user.blockedAt)));
  return found;
}
