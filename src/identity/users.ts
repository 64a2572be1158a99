import { eq, inArray, type SQLWrapper } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { refreshFamily, user } from './schema.ts';

export type User = typeof user.$inferSelect;

export const normaliseEmail = (email: string) => email.trim().toLowerCase();

/** What a user may be told of themselves. */
export const userView = ({ id, email, name, role }: User) => ({ id, email, name, role });

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
    .where(eq(user.id, actor.userId));
  if (!found) throw new DomainError('unauthenticated');
  return { user: { ...found.user, role: found.launch?.role ?? found.user.role }, launch: found.launch };
}
