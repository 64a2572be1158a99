import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { OutsideCall, SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { beginFamily, beginSession, type TokenPair } from './begin-sign-in.ts';
import { type Factor, hasNoFactor, useCode } from './factor/use-code.ts';
import type { LoginInput } from './input.ts';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';
import { secondFactor, user } from './schema.ts';
import { isCalled, type User } from './users.ts';

/** The second factor of a user that is on, to be joined. */
export const itsFactor = and(eq(secondFactor.userId, user.id), isNotNull(secondFactor.confirmedAt));

/**
 * Whose credentials these are, with their second factor if one is on. Unknown, blocked and wrong are one refusal after the same work. One round trip, and one more where the
 * password was hashed at another cost than today's: it is hashed again.
 */
async function requireCredentials(
  { db }: SystemCall,
  { email, password }: LoginInput,
  pepper: string,
): Promise<{ found: User; factor: Factor | null }> {
  const [row] = await db
    .select({ found: user, factor: secondFactor })
    .from(user)
    .leftJoin(secondFactor, itsFactor)
    .where(isCalled(email));
  const { found, factor = null } = row ?? {};
  const isRight = await verifyPassword(password, found?.passwordHash ?? null, pepper);
  if (!found || !isRight || found.blockedAt !== null) throw new DomainError('wrong_credentials');
  if (!isOutdated(found.passwordHash)) return { found, factor };
  const [renewed] = await db
    .update(user)
    .set({ passwordHash: await hashPassword(password, pepper) })
    .where(stillAs(found))
    .returning();
  if (!renewed) throw new DomainError('wrong_credentials');
  return { found: renewed, factor };
}

/** Comparing takes a while; who was blocked or took another password meanwhile is not signed in by the old one. */
export const stillAs = ({ id, passwordHash }: Pick<User, 'id' | 'passwordHash'>) =>
  and(eq(user.id, id), isNull(user.blockedAt), sql`${user.passwordHash} is ${passwordHash}`);

type ByPassword = { pepper: string; device: string | null };

/**
 * Signs in to the API: a new family of refresh tokens and its first access token. Refuses with `wrong_credentials`, and with
 * `second_factor_required` who has a second factor and brings no code. Two round trips, three with a code.
 */
export async function signIn(
  call: OutsideCall,
  credentials: LoginInput,
  { secret, pepper, secretsKey, device }: ByPassword & { secret: string; secretsKey: string },
): Promise<TokenPair & { user: User }> {
  const { found, factor } = await requireCredentials(call, credentials, pepper);
  if (factor) {
    if (credentials.code === undefined) throw new DomainError('second_factor_required');
    if (!(await useCode(call, factor, credentials.code, secretsKey))) throw new DomainError('wrong_credentials');
  }
  const isThem = and(stillAs(found), factor ? undefined : hasNoFactor);
  const shown = { userId: found.id, by: factor ? 'code' : 'password', device } as const;
  const begun = await beginFamily(call, isThem, shown, secret);
  if (!begun) throw new DomainError('wrong_credentials');
  return begun;
}

/** Signs in to the API somebody who has just registered. One round trip. */
export async function signInRegistered(
  call: OutsideCall,
  registered: User,
  { secret, device }: { secret: string; device: string | null },
): Promise<TokenPair & { user: User }> {
  const shown = { userId: registered.id, by: 'password', device } as const;
  const begun = await beginFamily(call, stillAs(registered), shown, secret);
  if (!begun) throw new DomainError('unavailable');
  return begun;
}

/** As `signInRegistered`, to the pages: the secret for the cookie. One round trip. */
export async function signInRegisteredToPages(
  call: OutsideCall,
  registered: User,
  { previous, device }: { previous: string | undefined; device: string | null },
): Promise<string> {
  const shown = { userId: registered.id, by: 'password', device } as const;
  const secret = await beginSession(call, stillAs(registered), shown, previous);
  if (secret === undefined) throw new DomainError('unavailable');
  return secret;
}

/**
 * What came of showing one thing: the secret of a session, for the cookie; or, of somebody with a second factor, no session until a code
 * follows (factor/halfway.ts).
 */
export type LetIn =
  | { kind: 'signed-in'; secret: string }
  | { kind: 'code-needed'; user: Pick<User, 'id' | 'passwordHash'> };

/** Signs in to the pages by password. Refuses with `wrong_credentials`. Two round trips. */
export async function signInToPages(
  call: OutsideCall,
  credentials: LoginInput,
  { pepper, device, previous }: ByPassword & { previous: string | undefined },
): Promise<LetIn> {
  const { found, factor } = await requireCredentials(call, credentials, pepper);
  if (factor) return { kind: 'code-needed', user: found };
  const shown = { userId: found.id, by: 'password', device } as const;
  const secret = await beginSession(call, and(stillAs(found), hasNoFactor), shown, previous);
  if (secret === undefined) throw new DomainError('wrong_credentials');
  return { kind: 'signed-in', secret };
}

/** Condition on `user`: this one, whom nobody blocked. */
export const isWelcome = (userId: string) => and(eq(user.id, userId), isNull(user.blockedAt));

/**
 * Signs in to the pages somebody whom another site has vouched for; who has a second factor here is asked for it all the same. Undefined
 * when they are blocked here. One round trip, two with a second factor.
 */
export async function signInVouchedFor(
  call: OutsideCall,
  userId: string,
  previous: string | undefined,
  device: string | null = null,
): Promise<LetIn | undefined> {
  const isThem = and(isWelcome(userId), hasNoFactor);
  const secret = await beginSession(call, isThem, { userId, by: 'vouched', device }, previous);
  if (secret !== undefined) return { kind: 'signed-in', secret };
  const [found] = await call.db
    .select({ id: user.id, passwordHash: user.passwordHash })
    .from(user)
    .innerJoin(secondFactor, itsFactor)
    .where(isWelcome(userId));
  return found && { kind: 'code-needed', user: found };
}
