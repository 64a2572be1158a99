import { and, eq, inArray, isNotNull, isNull, notExists, or, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import { course, enrolledIn, taughtBy } from '../courses/index.ts';
import type { Actor } from '../lib/call.ts';
import { scopeOf } from '../lib/permissions.ts';
import { admission, assessment, assessmentShare } from './schema.ts';

const query = new QueryBuilder();

/** Subquery: ids of the assessments a launch let this user into. */
const admittedTo = (userId: string) =>
  query.select({ id: admission.assessmentId }).from(admission).where(eq(admission.userId, userId));

const sharedWith = (userId: string) =>
  query.select({ id: assessmentShare.assessmentId }).from(assessmentShare).where(eq(assessmentShare.userId, userId));

/** Subquery: ids of the assessments whose attempts the actor looks after. */
export const ownAssessments = (actor: Actor) =>
  query.select({ id: assessment.id }).from(assessment).where(ownAssessment(actor));

/** A paper of a course belongs to who teaches it, whoever wrote it; one of no course, or of a deleted one, to its owner. */
const isTheirs = ({ userId }: Actor) =>
  or(
    inArray(assessment.courseId, taughtBy(userId)),
    and(
      eq(assessment.ownerId, userId),
      notExists(
        query
          .select({ one: sql`1` })
          .from(course)
          .where(and(eq(course.id, assessment.courseId), isNull(course.deletedAt))),
      ),
    ),
  );

/**
 * Condition on `assessment`: admins see all, instructors their own, those of courses they teach and those shared with them, students
 * what is published for everybody, for a course they are enrolled in, or by a launch that let them in.
 */
export function visibleAssessment(actor: Actor): SQL | undefined {
  const scope = scopeOf(actor, 'assessments:read');
  if (scope === undefined) return sql`false`;
  if (scope === 'all') return undefined;
  if (scope !== 'published to them') return or(isTheirs(actor), inArray(assessment.id, sharedWith(actor.userId)));
  return and(
    isNotNull(assessment.publishedAt),
    or(
      isNull(assessment.courseId),
      inArray(assessment.courseId, enrolledIn(actor.userId)),
      inArray(assessment.id, admittedTo(actor.userId)),
    ),
  );
}

/**
 * Condition on `assessment`: those the actor may share, and whose attempts they look after. As for staff in `visibleAssessment`, without what is only
 * shared with them: a paper that colleagues share says nothing of each other's students.
 */
export function ownAssessment(actor: Actor): SQL | undefined {
  const scope = scopeOf(actor, 'attempts:manage');
  if (scope === undefined) return sql`false`;
  return scope === 'all' ? undefined : isTheirs(actor);
}
