import { and, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { Role, SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { LoginInput } from './input.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { verifyPassword } from './password.ts';
import { refreshFamily, refreshToken, session, user } from './schema.ts';
import { signAccessToken } from './tokens.ts';
import { normaliseEmail, type User } from './users.ts';

const DAY_MS = 24 * 3600 * 1000;
/** A refresh token that is not used for this long is dead. */
export const REFRESH_IDLE_MS = 30 * DAY_MS;
/** A family of refresh tokens ends in any case. */
const REFRESH_ABSOLUTE_MS = 90 * DAY_MS;
export const PAGE_SESSION_MS = 14 * DAY_MS;

export type TokenPair = { access: string; refresh: string };

/** Whose credentials these are. Unknown, blocked and wrong are one refusal after the same work. One round trip. */
async function requireCredentials({ db }: SystemCall, { email, password }: LoginInput): Promise<User> {
  const [found] = await db
    .select()
    .from(user)
    .where(eq(user.email, normaliseEmail(email)));
  const isRight = await verifyPassword(password, found?.passwordHash ?? null);
  if (!found || !isRight || found.blockedAt !== null) throw new DomainError('wrong_credentials');
  return found;
}

/** Comparing takes a while; who was blocked or took another password meanwhile is not signed in by the old one. */
const stillAs = ({ id, passwordHash }: User) =>
  and(eq(user.id, id), isNull(user.blockedAt), sql`${user.passwordHash} is ${passwordHash}`);

/**
 * Signs in to the API: a new family of refresh tokens and its first access token. Refuses with `wrong_credentials`. Two round
 * trips.
 */
export async function signIn(
  call: SystemCall,
  credentials: LoginInput,
  secret: string,
): Promise<TokenPair & { user: User }> {
  const found = await requireCredentials(call, credentials);
  const begun = await beginFamily(call, stillAs(found), secret);
  if (!begun) throw new DomainError('wrong_credentials');
  return begun;
}

/**
 * A new family of refresh tokens and its first access token, for the user `isThem` is true of; undefined when it is true of
 * nobody. A `launch` holds it to the role it gave. One round trip.
 */
async function beginFamily(
  { db, now }: SystemCall,
  isThem: SQL | undefined,
  secret: string,
  launch: LaunchFacts | null = null,
): Promise<(TokenPair & { user: User }) | undefined> {
  const familyId = newId('refreshToken', now);
  const refresh = newSecret();
  const [[begun], , [owner]] = await db.batch([
    db
      .insert(refreshFamily)
      .select(
        db
          .select({
            id: sql<string>`${familyId}`.as('id'),
            userId: user.id,
            role: sql<Role | null>`${launch?.role ?? null}`.as('role'),
            launch: sql<LaunchFacts | null>`${launch && JSON.stringify(launch)}`.as('launch'),
            device: sql<string | null>`${null}`.as('device'),
            confirmedAt: sql<number | null>`${launch ? null : now}`.as('confirmed_at'),
            createdAt: sql<number>`${now}`.as('created_at'),
            expiresAt: sql<number>`${now + REFRESH_ABSOLUTE_MS}`.as('expires_at'),
            endedAt: sql<null>`null`.as('ended_at'),
          })
          .from(user)
          .where(isThem),
      )
      .returning({ id: refreshFamily.id }),
    db.insert(refreshToken).select(
      db
        .select({
          tokenHash: sql<string>`${await sha256(refresh)}`.as('token_hash'),
          familyId: refreshFamily.id,
          expiresAt: sql<number>`${now + REFRESH_IDLE_MS}`.as('expires_at'),
          usedAt: sql<null>`null`.as('used_at'),
        })
        .from(refreshFamily)
        .where(eq(refreshFamily.id, familyId)),
    ),
    db.select().from(user).where(isThem),
  ]);
  if (!begun || !owner) return undefined;
  const role = launch?.role ?? owner.role;
  const access = await signAccessToken(
    secret,
    { userId: owner.id, role, sessionId: familyId, isHeld: launch !== null },
    now,
  );
  return { access, refresh, user: { ...owner, role } };
}

/**
 * The secret of a new page session, for the cookie, of the user `isThem` is true of; undefined when it is true of nobody. The
 * session the browser came with (`previous`) ends, so nobody keeps a foot in the door. One round trip.
 */
async function beginSession(
  { db, now }: SystemCall,
  isThem: SQL | undefined,
  previous: string | undefined,
): Promise<string | undefined> {
  const secret = newSecret();
  const [begun] = await db.batch([
    db
      .insert(session)
      .select(
        db
          .select({
            secretHash: sql<string>`${await sha256(secret)}`.as('secret_hash'),
            id: sql<string>`${newId('session', now)}`.as('id'),
            userId: user.id,
            role: sql<null>`null`.as('role'),
            launch: sql<null>`null`.as('launch'),
            frameOrigins: sql<null>`null`.as('frame_origins'),
            device: sql<string | null>`${null}`.as('device'),
            confirmedAt: sql<number | null>`${now}`.as('confirmed_at'),
            createdAt: sql<number>`${now}`.as('created_at'),
            expiresAt: sql<number>`${now + PAGE_SESSION_MS}`.as('expires_at'),
          })
          .from(user)
          .where(isThem),
      )
      .returning({ id: session.id }),
    db.delete(session).where(eq(session.secretHash, await sha256(previous ?? ''))),
  ]);
  return begun.length === 0 ? undefined : secret;
}

/** Signs in to the pages by password. Refuses with `wrong_credentials`. Two round trips. */
export async function signInToPages(
  call: SystemCall,
  credentials: LoginInput,
  previous: string | undefined,
): Promise<string> {
  const found = await requireCredentials(call, credentials);
  const secret = await beginSession(call, stillAs(found), previous);
  if (secret === undefined) throw new DomainError('wrong_credentials');
  return secret;
}

/**
 * Signs in to the pages somebody whom another site has vouched for: the secret of a new session, or undefined when they are
 * blocked here. One round trip.
 */
export const signInVouchedFor = (call: SystemCall, userId: string, previous: string | undefined) =>
  beginSession(call, and(eq(user.id, userId), isNull(user.blockedAt)), previous);

/**
 * Signs in to the API somebody whom a learning platform has vouched for, in the role of their launch. Undefined when they are
 * blocked here. One round trip.
 */
export const signInByLaunch = (call: SystemCall, userId: string, launch: LaunchFacts, secret: string) =>
  beginFamily(call, and(eq(user.id, userId), isNull(user.blockedAt)), secret, launch);

type LaunchSession = { userId: string; launch: LaunchFacts; frameOrigins: readonly string[] };

/**
 * The page session of a launch, for the launch's own batch: the secret for the cookie and the statements. The session the browser
 * came with, `previous`, goes on where it is the same person's in the same role, so that two frames on one page do not put
 * each other out; any other ends.
 */
export async function sessionByLaunch(
  { db, now }: SystemCall,
  { userId, launch, frameOrigins }: LaunchSession,
  previous: string | undefined,
) {
  const { role } = launch;
  const secret = newSecret();
  const previousHash = await sha256(previous ?? '');
  const isTheirs = and(eq(session.secretHash, previousHash), eq(session.userId, userId), eq(session.role, role));
  const origins = JSON.stringify(frameOrigins);
  return {
    secret,
    statements: [
      db
        .update(session)
        .set({
          expiresAt: now + PAGE_SESSION_MS,
          launch,
          frameOrigins: sql`(select json_group_array(value) from (
            select value from json_each(${session.frameOrigins}) union select value from json_each(${origins})))`,
        })
        .where(isTheirs)
        .returning({ id: session.id }),
      db
        .delete(session)
        .where(
          and(
            eq(session.secretHash, previousHash),
            or(ne(session.userId, userId), sql`${session.role} is not ${role}`),
          ),
        ),
      batchable(
        db,
        sql`insert into ${session} (secret_hash, id, user_id, role, launch, frame_origins, created_at, expires_at)
        select ${await sha256(secret)}, ${newId('session', now)}, id, ${role}, ${JSON.stringify(launch)}, ${origins}, ${now}, ${now + PAGE_SESSION_MS}
        from ${user} where id = ${userId} and blocked_at is null
          and not exists (select 1 from ${session} where secret_hash = ${previousHash})`,
      ),
    ] as const,
  };
}
