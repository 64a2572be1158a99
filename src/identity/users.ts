import { and, eq, inArray, isNull, ne, or, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Call, SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { refreshFamily, user } from './schema.ts';

export type User = typeof user.$inferSelect;

/** An address, or a user name, as it is kept: in small letters, and the same however a keyboard composes them. */
export const normaliseEmail = (email: string) => email.trim().normalize('NFKC').toLowerCase();

/** Condition on `user`: they sign in by this address or user name. No user name has an `@` in it. */
export const isCalled = (nameOrAddress: string) =>
  eq(nameOrAddress.includes('@') ? user.email : user.username, normaliseEmail(nameOrAddress));

/**
 * By what tries to sign in to an account are counted: its id, however it was called, else what was typed. One round trip, whether somebody is there or
 * not.
 */
export async function accountNamed({ db }: SystemCall, nameOrAddress: string): Promise<string> {
  const [found] = await db.select({ id: user.id }).from(user).where(isCalled(nameOrAddress));
  return found?.id ?? nameOrAddress;
}

/** What a user may be told of themselves. */
export const userView = ({ id, email, username, name, role, emailVerifiedAt }: User) => ({
  ...{ id, email, username, name, role },
  emailVerified: email !== null && emailVerifiedAt !== null,
});

/** Condition on `user`: those `who` are of the staff, neither blocked nor deleted. */
export const teachers = (who: SQL | undefined) =>
  and(who, ne(user.role, 'student'), isNull(user.blockedAt), isNull(user.deletedAt));

/** Somebody of the staff by address or user name. One round trip. */
export async function findTeacher(db: DrizzleD1Database, nameOrAddress: string): Promise<{ id: string } | undefined> {
  const wanted = normaliseEmail(nameOrAddress);
  const [found] = await db
    .select({ id: user.id })
    .from(user)
    .where(teachers(or(eq(user.email, wanted), eq(user.username, wanted))));
  return found;
}

/** The statement, for the asker's own batch, that finds users by a subquery of their ids. */
export const selectUsers = (db: DrizzleD1Database, ids: SQLWrapper) =>
  db.select({ id: user.id, name: user.name, blockedAt: user.blockedAt }).from(user).where(inArray(user.id, ids));

async function findUser(db: DrizzleD1Database, id: string): Promise<User | undefined> {
  const [found] = await db.select().from(user).where(eq(user.id, id));
  return found;
}

/** Whether a user is blocked. One round trip. */
export async function isBlocked(db: DrizzleD1Database, id: string): Promise<boolean> {
  const [found] = await db.select({ blockedAt: user.blockedAt }).from(user).where(eq(user.id, id));
  return found?.blockedAt != null;
}

/** Fetches a user or refuses with `not_found`. */
export async function requireUser(db: DrizzleD1Database, id: string): Promise<User> {
  const found = await findUser(db, id);
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The actor as a user in the role of their sign-in, with the launch it came of; who is no longer there is `unauthenticated`. */
export async function requireSelf({ db, actor }: Call): Promise<{ user: User; launch: LaunchFacts | null }> {
  const [found] = await db
    .select({ user, launch: refreshFamily.launch })
    .from(user)
    .leftJoin(refreshFamily, eq(refreshFamily.id, actor.sessionId))
    .where(and(eq(user.id, actor.userId), isNull(user.deletedAt)));
  if (!found) throw new DomainError('unauthenticated');
  return { user: { ...found.user, role: found.launch?.role ?? found.user.role }, launch: found.launch };
}
