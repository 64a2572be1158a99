import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { studentsGivenTo, studentsTaughtBy } from '../courses/index.ts';
import { user } from '../identity/index.ts';
import type { Actor } from '../lib/call.ts';
import { type Permission, scopeOf } from '../lib/permissions.ts';

/** Condition on `user`: students assigned to an instructor, or enrolled in a course they teach. */
const ownStudents = (instructorId: string): SQL | undefined =>
  and(
    eq(user.role, 'student'),
    or(eq(user.instructorId, instructorId), inArray(user.id, studentsTaughtBy(instructorId))),
  );

/** Condition on `user`: own students whom not the instructor alone made theirs, and whose password they may therefore replace. */
export const studentsInCare = (instructorId: string): SQL | undefined =>
  and(
    eq(user.role, 'student'),
    or(eq(user.instructorId, instructorId), inArray(user.id, studentsGivenTo(instructorId))),
  );

/** Condition on `user`: those a permission reaches for the actor. The deleted are nobody's. */
export function reachable(actor: Actor, permission: Permission): SQL | undefined {
  const scope = scopeOf(actor, permission);
  const theirs =
    scope === 'all' || scope === 'up to instructor'
      ? undefined
      : scope === 'own students'
        ? ownStudents(actor.userId)
        : sql`false`;
  return and(isNull(user.deletedAt), theirs);
}
