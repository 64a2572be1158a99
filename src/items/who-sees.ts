import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { taughtBy } from '../courses/index.ts';
import { type Actor, isAdmin, isStaff } from '../lib/call.ts';
import { bank } from './schema.ts';

/**
 * Condition on `bank`: those that are not deleted and the actor may read and change. Admins all, instructors their own
 * and those of courses they teach, students none.
 */
export function visibleBank(actor: Actor): SQL | undefined {
  if (!isStaff(actor)) return sql`false`;
  const theirs = or(eq(bank.ownerId, actor.userId), inArray(bank.courseId, taughtBy(actor.userId)));
  return and(isNull(bank.deletedAt), isAdmin(actor) ? undefined : theirs);
}
