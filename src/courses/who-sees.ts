import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import { type Actor, isAdmin, isStaff } from '../lib/call.ts';
import { course, courseStaff, enrolment } from './schema.ts';

const query = new QueryBuilder();

/** Subquery: ids of the courses this user teaches. */
export const taughtBy = (userId: string) =>
  query.select({ id: courseStaff.courseId }).from(courseStaff).where(eq(courseStaff.userId, userId));

/** Subquery: ids of the courses this user is actively enrolled in. */
export const enrolledIn = (userId: string) =>
  query
    .select({ id: enrolment.courseId })
    .from(enrolment)
    .where(and(eq(enrolment.userId, userId), eq(enrolment.isActive, true)));

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

/** Condition on `course`: those the actor may read. Admins all, instructors theirs, students where they are enrolled. */
export function visibleCourse(actor: Actor): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  return inArray(course.id, isStaff(actor) ? taughtBy(actor.userId) : enrolledIn(actor.userId));
}

/** Condition on `course`: those the actor may change and hang things on. Admins all, instructors theirs, students none. */
export function teachableCourse(actor: Actor): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  return isStaff(actor) ? inArray(course.id, taughtBy(actor.userId)) : sql`false`;
}
