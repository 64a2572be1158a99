import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { connect } from '../db/index.ts';
import type { AppContext } from '../http/index.ts';
import type { OutsideCall, Role, SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { PAGE_SESSION_MS } from './begin-sign-in.ts';
import { session, user } from './schema.ts';

/*
 * How pages know who asks: the cookie is an opaque secret, and a row is found by its hash. `__Host-` keeps other hosts of the
 * domain from setting it.
 */

const NAME = 've_session';
/**
 * The session of a launch inside a platform's frame. Browsers keep such a cookie apart for each platform, if at all; a name of its own keeps it
 * from being mistaken for a sign-in of our own pages. Each session has a name of its own behind this: two frames of one page launch at
 * once, neither with a session, and were the later to replace the earlier, the forms of the earlier's page would be refused.
 */
const FRAME = 've_frame';
const isFrameName = (name: string) => /^(__Host-)?ve_frame(_[A-Za-z0-9_-]{8})?$/.test(name);
const cookieOptions = { path: '/', httpOnly: true, sameSite: 'Lax' } as const;
const protectedOptions = { ...cookieOptions, prefix: 'host', secure: true } as const;
const framedOptions = { ...protectedOptions, sameSite: 'None', partitioned: true } as const;

/**
 * Text browsers and scripts keep no `Secure` cookie over http. On this machine alone, where there is no https, they get the
 * same secret under a plain name too.
 */
const wantsPlain = (c: AppContext) =>
  c.var.settings.isLocal && /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//.test(c.req.url);

const couldBeOurs = (secret: string | undefined) => secret !== undefined && /^[A-Za-z0-9_-]{43}$/.test(secret);

/** What the browser keeps under a name, as it came. */
export const readKept = (c: AppContext, name: string): string | undefined =>
  getCookie(c, name, 'host') ?? (wantsPlain(c) ? getCookie(c, name) : undefined);

/** The secret kept under a name, if it could be one of ours. */
export function readSecret(c: AppContext, name: string): string | undefined {
  const secret = readKept(c, name);
  return couldBeOurs(secret) ? secret : undefined;
}

/** Sessions of launches that the browser came with, by their names without prefix. Browsers send the oldest first (RFC 6265, 5.4). */
function framedOf(c: AppContext): Map<string, string> {
  const found = Object.entries(getCookie(c)).filter(
    ([name, secret]) => isFrameName(name) && couldBeOurs(secret) && (name.startsWith('__Host-') || wantsPlain(c)),
  );
  return new Map(found.map(([name, secret]) => [name.replace('__Host-', ''), secret]));
}

/** Lets the browser keep a secret; without `maxAge`, in seconds, until it is closed. */
export function giveSecret(c: AppContext, name: string, secret: string, maxAge?: number) {
  const life = maxAge === undefined ? {} : { maxAge };
  setCookie(c, name, secret, { ...protectedOptions, ...life });
  if (wantsPlain(c)) setCookie(c, name, secret, { ...cookieOptions, ...life });
}

/** As `giveSecret`, for a page in another site's frame. */
export function giveFramedSecret(c: AppContext, name: string, secret: string, maxAge: number) {
  setCookie(c, name, secret, { ...framedOptions, maxAge });
  if (wantsPlain(c)) setCookie(c, name, secret, { ...cookieOptions, maxAge });
}

/** The secret of a page session that the browser came with; one of a launch before one of our own pages. */
export const secretOf = (c: AppContext) => [...framedOf(c).values()][0] ?? readSecret(c, NAME);

function forget(c: AppContext, name: string, options: typeof protectedOptions | typeof framedOptions) {
  deleteCookie(c, name, options);
  if (wantsPlain(c)) deleteCookie(c, name, cookieOptions);
}

/** Has the browser drop what `giveSecret` gave it. */
export const forgetSecret = (c: AppContext, name: string) => forget(c, name, protectedOptions);

function forgetFramed(c: AppContext, but?: string) {
  for (const name of framedOf(c).keys()) if (name !== but) forget(c, name, framedOptions);
}

export function forgetSession(c: AppContext) {
  forget(c, NAME, protectedOptions);
  forgetFramed(c);
}

/** A sign-in in a window of ours. */
export function giveSession(c: AppContext, secret: string) {
  forgetFramed(c);
  giveSecret(c, NAME, secret, PAGE_SESSION_MS / 1000);
}

/** A session of a launch inside a frame, in place of those the browser came with. */
export function giveFramedSession(c: AppContext, secret: string) {
  const [known] = [...framedOf(c)].find(([, one]) => one === secret) ?? [];
  const name = known ?? `${FRAME}_${newSecret().slice(0, 8)}`;
  forgetFramed(c, name);
  giveFramedSecret(c, name, secret, PAGE_SESSION_MS / 1000);
}

/** Where and when, before it is known who asks. */
export const systemCallOf = (c: AppContext): SystemCall => ({ db: connect(c.env.DB, c.var.trips), now: c.var.now });

/** As `systemCallOf`, with what the audit log says of a request. */
export const outsideCallOf = (c: AppContext): OutsideCall => ({
  ...systemCallOf(c),
  requestId: c.var.requestId,
  address: c.var.address,
});

/** As `findSession`; the answer may then be shown in the frames this session may be shown in. */
export async function seeSession(c: AppContext, secret: string) {
  const found = await findSession(systemCallOf(c), secret);
  if (found?.frameOrigins) c.set('frameOrigins', found.frameOrigins);
  return found;
}

/** Who is behind a cookie's secret now: undefined when it expired, was ended, or they are blocked. One round trip. */
async function findSession({ db, now }: SystemCall, secret: string) {
  const [found] = await db
    .select({
      sessionId: session.id,
      userId: user.id,
      name: user.name,
      mustChangePassword: sql<number>`${session.role} is null and ${user.mustChangePassword}`
        .mapWith(Boolean)
        .as('must_change_password'),
      role: sql<Role>`coalesce(${session.role}, ${user.role})`.as('role'),
      isHeld: sql<number>`${session.role} is not null`.mapWith(Boolean).as('is_held'),
      frameOrigins: session.frameOrigins,
    })
    .from(session)
    .innerJoin(user, eq(user.id, session.userId))
    .where(and(eq(session.secretHash, await sha256(secret)), gt(session.expiresAt, now), isNull(user.blockedAt)));
  return found;
}
