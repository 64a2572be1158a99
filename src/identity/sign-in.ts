import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { LoginInput } from './input.ts';
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
  const { db, now } = call;
  const familyId = newId('refreshToken', now);
  const refresh = newSecret();
  const [begun] = await db.batch([
    db
      .insert(refreshFamily)
      .select(
        db
          .select({
            id: sql<string>`${familyId}`.as('id'),
            userId: user.id,
            createdAt: sql<number>`${now}`.as('created_at'),
            expiresAt: sql<number>`${now + REFRESH_ABSOLUTE_MS}`.as('expires_at'),
            endedAt: sql<null>`null`.as('ended_at'),
          })
          .from(user)
          .where(stillAs(found)),
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
  ]);
  if (begun.length === 0) throw new DomainError('wrong_credentials');
  const access = await signAccessToken(secret, { userId: found.id, role: found.role, sessionId: familyId }, now);
  return { access, refresh, user: found };
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
