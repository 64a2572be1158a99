import { and, asc, count, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import { studentsOf, studentsTaughtBy } from '../courses/index.ts';
import { contains } from '../db/index.ts';
import { user } from '../identity/index.ts';
import { type Actor, type Call, isAdmin } from '../lib/call.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import { type AssessmentRow, requireFirst, requireOwnAssessment } from './assessments.ts';
import type { AssessmentsQuery } from './input.ts';
import { accommodation, attempt } from './schema.ts';

/** A student with their own terms for one assessment. Times in seconds. */
export type StudentTerms = {
  id: string;
  name: string;
  extraTimeSeconds: number;
  timeMultiplier: number;
  extraAttempts: number;
  attempts: number;
};

/**
 * Condition on `user`: the students whose terms the actor may set here. Those who have an attempt at it, and those of its
 * course; where it is for every student, those of the actor's own courses, and for admins all.
 */
function studentsFor(actor: Actor, { id, courseId }: AssessmentRow): SQL | undefined {
  const sat = sql`exists (select 1 from ${attempt} where ${attempt.assessmentId} = ${id} and ${attempt.userId} = ${user.id})`;
  const taught = courseId === null ? studentsTaughtBy(actor.userId) : studentsOf(courseId);
  const isEverybody = courseId === null && isAdmin(actor);
  return and(eq(user.role, 'student'), isEverybody ? undefined : or(sat, inArray(user.id, taught)));
}

const selectTerms = ({ db }: Call, assessmentId: string) =>
  db
    .select({
      id: user.id,
      name: user.name,
      extraTimeSeconds: sql<number>`coalesce(${accommodation.extraTimeSeconds}, 0)`.as('extra_time_seconds'),
      timeMultiplier: sql<number>`coalesce(${accommodation.timeMultiplier}, 1)`.as('time_multiplier'),
      extraAttempts: sql<number>`coalesce(${accommodation.extraAttempts}, 0)`.as('extra_attempts'),
      attempts:
        sql<number>`(select count(*) from attempt where attempt.assessment_id = ${assessmentId} and attempt.user_id = ${user.id})`.as(
          'attempts',
        ),
    })
    .from(user)
    .leftJoin(accommodation, and(eq(accommodation.userId, user.id), eq(accommodation.assessmentId, assessmentId)))
    .$dynamic();

/** A page of the students whose terms may be set, by name. Two round trips. */
export async function listStudents(
  call: Call,
  assessmentId: string,
  query: AssessmentsQuery,
): Promise<Page<StudentTerms> & { assessment: AssessmentRow }> {
  const { assessment: row } = await requireOwnAssessment(call.db, call.actor, assessmentId);
  const where = and(studentsFor(call.actor, row), query.search ? contains(query.search, user.name) : undefined);
  const [counted, results] = await call.db.batch([
    call.db.select({ count: count() }).from(user).where(where),
    selectTerms(call, assessmentId)
      .where(where)
      .orderBy(asc(user.name), asc(user.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  return { assessment: row, count: counted[0]?.count ?? 0, results };
}

/** One such student; anybody else is refused with `not_found`. Two round trips. */
export async function requireStudent(
  call: Call,
  { assessmentId, userId }: { assessmentId: string; userId: string },
): Promise<{ assessment: AssessmentRow; student: StudentTerms }> {
  const { assessment: row } = await requireOwnAssessment(call.db, call.actor, assessmentId);
  const found = await selectTerms(call, assessmentId).where(and(eq(user.id, userId), studentsFor(call.actor, row)));
  return { assessment: row, student: requireFirst(found) };
}
