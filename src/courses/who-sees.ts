import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import type { Actor } from '../lib/call.ts';
import { type Permission, scopeOf } from '../lib/permissions.ts';
import { course, courseStaff, enrolment } from './schema.ts';

const query = new QueryBuilder();

/** A deleted course is nobody's: neither its teachers' nor its students'. */
const isThere = isNull(course.deletedAt);

/** Subquery: ids of the courses this user teaches. */
export const taughtBy = (userId: string | SQL) =>
  query
    .select({ id: courseStaff.courseId })
    .from(courseStaff)
    .innerJoin(course, eq(course.id, courseStaff.courseId))
    .where(and(eq(courseStaff.userId, userId), isThere));

/** Subquery: ids of the courses this user is actively enrolled in. */
export const enrolledIn = (userId: string) =>
  query
    .select({ id: enrolment.courseId })
    .from(enrolment)
    .innerJoin(course, eq(course.id, enrolment.courseId))
    .where(and(eq(enrolment.userId, userId), eq(enrolment.isActive, true), isThere));

/** Subquery: ids of the users actively enrolled in a course. */
export const studentsOf = (courseId: string) =>
  query
    .select({ id: enrolment.userId })
    .from(enrolment)
    .where(and(eq(enrolment.courseId, courseId), eq(enrolment.isActive, true)));

/** Subquery: ids of the users actively enrolled in any course this user teaches. */
export const studentsTaughtBy = (userId: string) =>
  query
    .select({ id: enrolment.userId })
    .from(enrolment)
    .where(and(inArray(enrolment.courseId, taughtBy(userId)), eq(enrolment.isActive, true)));

/**
 * Subquery: as `studentsTaughtBy`, without whom this user enrolled by themselves: it takes another to say that somebody is a teacher's to look after, and not the teacher's word alone.
 */
export const studentsGivenTo = (userId: string) =>
  query
    .select({ id: enrolment.userId })
    .from(enrolment)
    .where(
      and(
        inArray(enrolment.courseId, taughtBy(userId)),
        eq(enrolment.isActive, true),
        sql`${enrolment.enrolledBy} is not ${userId}`,
      ),
    );

/** Condition on `course`: those that are open to everybody, and those this user is enrolled in. */
export const openOrTheirs = (userId: string) =>
  and(isThere, or(eq(course.visibility, 'open'), inArray(course.id, enrolledIn(userId))));

/** Condition on `course`: those a permission reaches for the actor. A deleted one is within nobody's reach. */
function courseWithin(actor: Actor, permission: Permission): SQL | undefined {
  const scope = scopeOf(actor, permission);
  if (scope === 'all') return isThere;
  if (scope === 'enrolled or open') return openOrTheirs(actor.userId);
  if (scope === undefined || actor.role === 'student') return sql`false`;
  return and(isThere, inArray(course.id, taughtBy(actor.userId)));
}

/** Condition on `course`: those the actor may read. Staff all, staff by a launch those they teach, students open ones and theirs. */
export const visibleCourse = (actor: Actor) => courseWithin(actor, 'courses:read');

/** Condition on `course`: those the actor may change, or do with what `permission` says. Admins all, instructors those they teach, students none. */
export const writableCourse = (actor: Actor, permission: Permission = 'courses:write') =>
  courseWithin(actor, permission);

/**
 * Condition on `course`: those whose people, papers and platforms the actor has to do with: those they teach, for admins all, for students
 * none. That instructors read every course opens nothing of that. Which of it a key may do is for the route's own permission to say.
 */
export const teachableCourse = ({ userId, role, sessionId, isHeld }: Actor) =>
  courseWithin({ userId, role, sessionId, ...(isHeld && { isHeld }) }, 'courses:write');

/** Condition on `enrolment`: those the permission reaches for the actor. Admins all, instructors those of their courses, students their own. */
export function enrolmentWithin(actor: Actor, permission: Permission): SQL | undefined {
  const scope = scopeOf(actor, permission);
  if (scope === 'all') return undefined;
  if (scope === undefined) return sql`false`;
  return scope === 'own' ? eq(enrolment.userId, actor.userId) : inArray(enrolment.courseId, taughtBy(actor.userId));
}
