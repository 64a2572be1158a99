import { eq } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { verifyPassword } from './password.ts';
import { refreshFamily, refreshToken, session, user } from './schema.ts';
import { signAccessToken } from './tokens.ts';
import { normaliseEmail, type User } from './users.ts';

const DAY_MS = 24 * 3600 * 1000;
/** A refresh token that is not used for this long is dead; a family ends in any case. */
export const REFRESH_IDLE_MS = 30 * DAY_MS;
const REFRESH_ABSOLUTE_MS = 90 * DAY_MS;
const PAGE_SESSION_MS = 14 * DAY_MS;

export type Credentials = { email: string; password: string };
export type TokenPair = { access: string; refresh: string };

/** Whose credentials these are. Unknown, blocked and wrong are one refusal after the same work. */
async function requireCredentials({ db }: SystemCall, { email, password }: Credentials): Promise<User> {
  const [found] = await db
    .select()
    .from(user)
    .where(eq(user.email, normaliseEmail(email)));
  const isRight = await verifyPassword(password, found?.passwordHash ?? null);
  if (!found || !isRight || found.blockedAt !== null) throw new DomainError('wrong_credentials');
  return found;
}

/** Signs in to the API: a new family of refresh tokens and its first access token. Two round trips. */
export async function signIn(call: SystemCall, credentials: Credentials, secret: string): Promise<TokenPair & { user: User }> {
  const found = await requireCredentials(call, credentials);
  const { db, now } = call;
  const familyId = newId('refreshToken', now);
  const refresh = newSecret();
  await db.batch([
    db.insert(refreshFamily).values({ id: familyId, userId: found.id, createdAt: now, expiresAt: now + REFRESH_ABSOLUTE_MS }),
    db.insert(refreshToken).values({ tokenHash: await sha256(refresh), familyId, expiresAt: now + REFRESH_IDLE_MS }),
  ]);
  const access = await signAccessToken(secret, { userId: found.id, role: found.role, sessionId: familyId }, now);
  return { access, refresh, user: found };
}

/** Signs in to the pages: the secret of a new session, for the cookie. Two round trips. */
export async function signInToPages(call: SystemCall, credentials: Credentials): Promise<string> {
  const found = await requireCredentials(call, credentials);
  const { db, now } = call;
  const secret = newSecret();
  await db.insert(session).values({
    secretHash: await sha256(secret),
    id: newId('session', now),
    userId: found.id,
    createdAt: now,
    expiresAt: now + PAGE_SESSION_MS,
  });
  return secret;
}
