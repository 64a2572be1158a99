import { createMiddleware } from 'hono/factory';
import { type AppContext, type AppEnv, isFramed } from '../http/index.ts';
import { type Call, isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { localPath } from './local-path.ts';
import { forgetSession, outsideCallOf, secretOf, seeSession } from './page-session.ts';
import { csrfFor } from './read-form.ts';

/** Where somebody changes the password they were given. */
const FIRST_STOP = '/profile/password';

/** Our sign-in page is shown in no frame; what is said there instead, with nothing on it to press, may be in any. */
export function refuseInFrame(c: AppContext): void {
  if (!isFramed(c)) return;
  c.set('frameOrigins', ['*']);
  throw new DomainError('unauthenticated');
}

/** Where an address with a page number that is none leads, the first page; undefined for any other. */
function firstPageOf(c: AppContext): string | undefined {
  const url = new URL(c.req.url);
  const number = url.searchParams.get('page');
  if (number === null || /^[1-9]\d{0,5}$/.test(number) || c.req.method !== 'GET') return undefined;
  url.searchParams.delete('page');
  return localPath(url.pathname + url.search);
}

/**
 * Pages of somebody signed in. One read finds session and user together, so a block or another role counts at once. Reading
 * without a sign-in leads to the sign-in page and back; writing is refused with `unauthenticated`, so that what was written is
 * still there one step back.
 */
export const pageGuard = createMiddleware<AppEnv>(async (c, next) => {
  const secret = secretOf(c);
  const found = secret && (await seeSession(c, secret));
  const { pathname, search } = new URL(c.req.url);
  if (!found) {
    if (secret) forgetSession(c);
    refuseInFrame(c);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') throw new DomainError('unauthenticated');
    c.header('cache-control', 'private, no-store');
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  // Whom staff gave a password goes nowhere before they have one that only they know.
  if (found.mustChangePassword && pathname.replace(/\/$/, '') !== FIRST_STOP) {
    c.header('cache-control', 'private, no-store');
    const next = c.req.method === 'GET' ? pathname + search : '/';
    return c.redirect(`${FIRST_STOP}?next=${encodeURIComponent(next)}`, 303);
  }
  const first = firstPageOf(c);
  if (first !== undefined) {
    c.header('cache-control', 'private, no-store');
    return c.redirect(first, 303);
  }
  const { userId, role, sessionId, isHeld } = found;
  const actor = { userId, role, sessionId, ...(isHeld && { isHeld }) };
  c.set('actor', actor);
  c.set('viewer', { name: found.name, isStaff: isStaff(actor), csrf: await csrfFor(c) });
  return await next();
});

/** Pages of staff, behind `pageGuard`. A student is refused without being told what is there. */
export const staffOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.var.actor || !isStaff(c.var.actor)) throw new DomainError('forbidden');
  await next();
});

/** What a verb wants to know of a page request that passed `pageGuard`. */
export function pageCall(c: AppContext): Call {
  const { actor } = c.var;
  if (!actor) throw new DomainError('unauthenticated');
  return { ...outsideCallOf(c), actor };
}
