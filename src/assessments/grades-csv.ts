import { and, asc, eq, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { course, enrolment, writableCourse } from '../courses/index.ts';
import { user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { toCsv } from '../lib/csv.ts';
import { DomainError } from '../lib/errors.ts';
import { gradeBy } from './grade.ts';
import { assessment, attempt, result } from './schema.ts';

const MOST_STUDENTS = 10_000;
const MOST_ASSESSMENTS = 200;
const MOST_RESULTS = 100_000;

/**
 * The grades of a course the actor teaches, as a table: one line a student who is enrolled or has a result, one column an assessment that was ever published
 * or sat, its per cent by the assessment's own method; empty where there is no result yet. Refuses with `not_found`. One round trip.
 */
export async function gradesCsv({ db, actor }: Call, courseKey: string): Promise<string> {
  const its = and(eq(course.courseKey, courseKey), writableCourse(actor, 'attempts:manage'));
  const wasGiven = sql`(${isNotNull(assessment.publishedAt)} or exists (select 1 from attempt sat where sat.assessment_id = ${assessment.id}))`;
  const hasResult = sql`exists (select 1 from attempt sat join assessment its on its.id = sat.assessment_id
    join result done on done.attempt_id = sat.id where sat.user_id = ${enrolment.userId} and its.course_id = ${course.id})`;
  const [[found], students, assessments, results] = await db.batch([
    db.select({ id: course.id }).from(course).where(its),
    db
      .select({ userId: enrolment.userId, name: user.name, username: user.username })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .innerJoin(user, eq(user.id, enrolment.userId))
      .where(and(its, or(eq(enrolment.isActive, true), hasResult)))
      .orderBy(asc(user.name), asc(user.id))
      .limit(MOST_STUDENTS),
    db
      .select({
        id: sql<string>`${assessment.id}`.as('assessment_id'),
        title: sql<string>`${assessment.title}`.as('assessment_title'),
        gradingMethod: assessment.gradingMethod,
        passMark: assessment.passMark,
      })
      .from(assessment)
      .innerJoin(course, eq(course.id, assessment.courseId))
      .where(and(its, wasGiven))
      .orderBy(asc(assessment.createdAt), asc(assessment.id))
      .limit(MOST_ASSESSMENTS),
    db
      .select({
        userId: attempt.userId,
        assessmentId: attempt.assessmentId,
        number: sql<number>`${attempt.number}`.as('attempt_number'),
        given: result.given,
        maximum: result.maximum,
        percent: result.percent,
      })
      .from(result)
      .innerJoin(attempt, and(eq(attempt.id, result.attemptId), eq(result.number, sql`${attempt.reopenings} + 1`)))
      .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
      .innerJoin(course, eq(course.id, assessment.courseId))
      .where(and(its, isNull(course.deletedAt)))
      .limit(MOST_RESULTS),
  ]);
  if (!found) throw new DomainError('not_found');
  const resultsOf = Map.groupBy(results, ({ userId, assessmentId }) => `${userId} ${assessmentId}`);
  const rows = students.map(({ userId, name, username }) => [
    ...[name, userId, username],
    ...assessments.map(({ id, gradingMethod, passMark }) => {
      const grade = gradeBy(gradingMethod, resultsOf.get(`${userId} ${id}`) ?? [], passMark);
      return grade && Math.round(grade.percent * 100) / 100;
    }),
  ]);
  return toCsv(['name', 'userId', 'username', ...assessments.map(({ title }) => `${title} (%)`)], rows);
}
