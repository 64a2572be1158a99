import { and, eq, inArray, isNotNull, isNull, or, type SQL } from 'drizzle-orm';
import { enrolledIn, taughtBy } from '../courses/index.ts';
import { type Actor, isAdmin, isStaff } from '../lib/call.ts';
import { assessment } from './schema.ts';

/**
 * Condition on `assessment`: admins see all, instructors their own and those of courses they teach, students what is
 * published for everybody or for a course they are enrolled in.
 */
export function visibleAssessment(actor: Actor): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  if (isStaff(actor)) {
    return or(eq(assessment.ownerId, actor.userId), inArray(assessment.courseId, taughtBy(actor.userId)));
  }
  return and(
    isNotNull(assessment.publishedAt),
    or(isNull(assessment.courseId), inArray(assessment.courseId, enrolledIn(actor.userId))),
  );
}
