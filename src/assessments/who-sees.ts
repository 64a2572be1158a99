import { and, eq, inArray, isNotNull, isNull, or, type SQL } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import { enrolledIn, taughtBy } from '../courses/index.ts';
import { type Actor, isAdmin, isStaff } from '../lib/call.ts';
import { admission, assessment } from './schema.ts';

const query = new QueryBuilder();

/** Subquery: ids of the assessments a launch let this user into. */
const admittedTo = (userId: string) =>
  query.select({ id: admission.assessmentId }).from(admission).where(eq(admission.userId, userId));

/** Subquery: ids of the assessments the actor sees. */
export const assessmentsSeenBy = (actor: Actor) =>
  query.select({ id: assessment.id }).from(assessment).where(visibleAssessment(actor));

/**
 * Condition on `assessment`: admins see all, instructors their own and those of courses they teach, students what is
 * published for everybody, for a course they are enrolled in, or by a launch that let them in.
 */
export function visibleAssessment(actor: Actor): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  if (isStaff(actor)) {
    return or(eq(assessment.ownerId, actor.userId), inArray(assessment.courseId, taughtBy(actor.userId)));
  }
  return and(
    isNotNull(assessment.publishedAt),
    or(
      isNull(assessment.courseId),
      inArray(assessment.courseId, enrolledIn(actor.userId)),
      inArray(assessment.id, admittedTo(actor.userId)),
    ),
  );
}
