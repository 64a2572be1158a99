import { and, eq, gt, isNull } from 'drizzle-orm';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { connect } from '../db/index.ts';
import { type AppContext, type AppEnv, readLimited } from '../http/index.ts';
import { type Call, isStaff, type SystemCall } from '../lib/call.ts';
import { equalInConstantTime, hmac, newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { session, user } from './schema.ts';

/*
 * How pages know who asks. The cookie is an opaque secret whose hash is a row; the token in every form is made from the same
 * secret, so it needs no storage and dies with the sign-in. Before sign-in an anonymous cookie serves the same way.
 */

const SESSION = 've_session';
const ANONYMOUS = 've_anonymous';
const MAX_FORM_BYTES = 1024 * 1024;
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i;

const cookie = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

export const secretOf = (c: AppContext) => getCookie(c, SESSION, 'host');

export function giveSession(c: AppContext, secret: string) {
  setCookie(c, SESSION, secret, { ...cookie, maxAge: 14 * 24 * 3600 });
}

export function forgetSession(c: AppContext) {
  deleteCookie(c, SESSION, cookie);
}

/** The token for the forms of a page, before sign-in too. */
export async function csrfFor(c: AppContext): Promise<string> {
  let secret = secretOf(c) ?? getCookie(c, ANONYMOUS, 'host');
  if (!secret) {
    secret = newSecret();
    setCookie(c, ANONYMOUS, secret, cookie);
  }
  return await hmac(secret, 'csrf');
}

async function requireCsrf(c: AppContext, form: FormData) {
  if (c.req.header('sec-fetch-site') === 'cross-site') throw new DomainError('bad_token', 'This form came from another site');
  const given = form.get('csrf');
  const secrets = [secretOf(c), getCookie(c, ANONYMOUS, 'host')].filter((secret) => secret !== undefined);
  for (const secret of secrets) {
    if (typeof given === 'string' && equalInConstantTime(given, await hmac(secret, 'csrf'))) return;
  }
  throw new DomainError('bad_token');
}

/** Reads a posted form: at most 1 MiB (413), a form's media type (415), and its CSRF token. */
export async function readForm(c: AppContext): Promise<FormData> {
  const type = c.req.header('content-type') ?? '';
  const bytes = await readLimited(c.req.raw, MAX_FORM_BYTES);
  if (!FORM.test(type)) throw new DomainError('unsupported_media_type', 'Send a form');
  try {
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    await requireCsrf(c, form);
    return form;
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new DomainError('malformed', 'The form could not be read');
  }
}

/** Signed-in pages: one read finds session and user together, so a block or another role counts at once. */
export const pageGuard = createMiddleware<AppEnv>(async (c, next) => {
  const secret = secretOf(c);
  const [found] = secret ? await findSession(c, secret) : [];
  if (!found) {
    if (secret) forgetSession(c);
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') throw new DomainError('unauthenticated');
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  const { user: who, sessionId } = found;
  c.set('actor', { userId: who.id, role: who.role, sessionId });
  c.set('viewer', { name: who.name, isStaff: who.role !== 'student', csrf: await csrfFor(c) });
  return await next();
});

const findSession = async (c: AppContext, secret: string) =>
  connect(c.env.DB, c.var.trips)
    .select({ user, sessionId: session.id })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(and(eq(session.secretHash, await sha256(secret)), gt(session.expiresAt, c.var.now), isNull(user.blockedAt)));

/** Pages of staff. A student is refused without being told what is there. */
export const staffOnly = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.var.actor || !isStaff(c.var.actor)) throw new DomainError('forbidden');
  await next();
});

/** What a verb wants to know of a page request that passed `pageGuard`. */
export function pageCall(c: AppContext): Call {
  const { actor } = c.var;
  if (!actor) throw new DomainError('unauthenticated');
  return { ...systemCallOf(c), actor, requestId: c.var.requestId };
}

/** The same before sign-in. */
export const systemCallOf = (c: AppContext): SystemCall => ({ db: connect(c.env.DB, c.var.trips), now: c.var.now });
