import { and, asc, count, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { contains } from '../db/index.ts';
import { user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import { type Permission, scopeOf } from '../lib/permissions.ts';
import type { ListUsersInput } from './input.ts';
import { reachable } from './own-students.ts';
import type { Person } from './user-answer.ts';

/** What is searched is what is shown: nobody finds out an address by searching for it. */
function matching({ actor }: Call, search: string | undefined): SQL | undefined {
  const wanted = search?.trim() ?? '';
  if (wanted === '') return undefined;
  const columns =
    scopeOf(actor, 'users:read') === 'all' ? [user.name, user.username, user.email] : [user.name, user.username];
  return contains(wanted, ...columns);
}

/** The people the actor may see, by name. One round trip. */
export async function listUsers(call: Call, input: ListUsersInput): Promise<Page<Person>> {
  const { db, actor } = call;
  const where = and(
    reachable(actor, 'users:read'),
    matching(call, input.search),
    input.role === undefined ? undefined : eq(user.role, input.role),
    input.blocked === undefined ? undefined : input.blocked ? isNotNull(user.blockedAt) : isNull(user.blockedAt),
  );
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(user).where(where),
    db
      .select()
      .from(user)
      .where(where)
      .orderBy(asc(sql`lower(${user.name})`), asc(user.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/** The statement, for a batch, that finds a person whom a permission reaches. */
export const selectReachable = ({ db, actor }: Call, id: string, permission: Permission) =>
  db
    .select()
    .from(user)
    .where(and(eq(user.id, id), reachable(actor, permission)));

/** A person whom a permission reaches; any other is refused exactly as an absent one (`not_found`). One round trip. */
export async function requireReachable(call: Call, id: string, permission: Permission): Promise<Person> {
  const [found] = await selectReachable(call, id, permission);
  if (!found) throw new DomainError('not_found');
  return found;
}

/** Whether there was such an account, and it was deleted. One round trip. */
export async function isDeleted({ db }: Call, id: string): Promise<boolean> {
  const [found] = await db
    .select({ id: user.id })
    .from(user)
    .where(and(eq(user.id, id), isNotNull(user.deletedAt)));
  return found !== undefined;
}

/** The name of the instructor a student is assigned to. One round trip, none for who has none. */
export async function findInstructorName({ db }: Call, { instructorId }: Person): Promise<string | null> {
  if (instructorId === null) return null;
  const [found] = await db.select({ name: user.name }).from(user).where(eq(user.id, instructorId));
  return found?.name ?? null;
}
