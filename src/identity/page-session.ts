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
export const cookieOptions = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

/** The secret the browser came with, if it could be one of ours. */
export function secretOf(c: AppContext): string | undefined {
  const secret = getCookie(c, NAME, 'host');
  return secret && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined;
}

export function giveSession(c: AppContext, secret: string) {
  setCookie(c, NAME, secret, { ...cookieOptions, maxAge: PAGE_SESSION_MS / 1000 });
}

export function forgetSession(c: AppContext) {
  deleteCookie(c, NAME, cookieOptions);
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
