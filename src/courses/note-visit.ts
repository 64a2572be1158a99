import { and, eq, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { type Call, isStaff } from '../lib/call.ts';
import { enrolment } from './schema.ts';

/** How exactly it is kept when somebody was last in a course. */
const AN_HOUR_MS = 3600 * 1000;

/** The statement that keeps that the actor, if they learn in the course, is there just now: at most once an hour. */
export const updateVisit = ({ db, actor, now }: Call, courseId: string | SQL) =>
  db
    .update(enrolment)
    .set({ lastAccessedAt: now })
    .where(
      and(
        eq(enrolment.userId, actor.userId),
        sql`${enrolment.courseId} = ${courseId}`,
        eq(enrolment.isActive, true),
        or(isNull(enrolment.lastAccessedAt), lt(enrolment.lastAccessedAt, now - AN_HOUR_MS)),
      ),
    );

/** Keeps that a student is in a course just now; for others nothing. It need not hold the answer. One round trip, or none. */
export async function noteVisit(call: Call, courseId: string): Promise<void> {
  if (!isStaff(call.actor)) await updateVisit(call, courseId);
}
