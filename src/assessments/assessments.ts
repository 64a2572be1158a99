import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { course, courseKeyNow } from '../courses/index.ts';
import { contains } from '../db/index.ts';
import type { Actor } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { iso } from '../lib/instant.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { AssessmentsQuery } from './input.ts';
import { assessment } from './schema.ts';
import { ownAssessment, visibleAssessment } from './who-sees.ts';

export type AssessmentRow = typeof assessment.$inferSelect;

/** An assessment with its course, and whether the actor looks after its attempts and may share it. No two columns share a name. */
const columnsFor = (actor: Actor) => ({
  assessment,
  courseKey: courseKeyNow,
  courseTitle: sql<string | null>`${course.title}`.as('course_title'),
  isOwn: sql`coalesce(${ownAssessment(actor) ?? sql`true`}, false)`.mapWith(Boolean).as('is_own'),
});

/** The statement that finds an assessment the actor may see, with its course. For a batch. */
export const selectVisible = (db: DrizzleD1Database, actor: Actor, id: string) =>
  db
    .select(columnsFor(actor))
    .from(assessment)
    .leftJoin(course, eq(course.id, assessment.courseId))
    .where(and(eq(assessment.id, id), visibleAssessment(actor)));

/** As `selectVisible`, for those whose attempts the actor looks after. */
const selectOwn = (db: DrizzleD1Database, actor: Actor, id: string) =>
  db
    .select(columnsFor(actor))
    .from(assessment)
    .leftJoin(course, eq(course.id, assessment.courseId))
    .where(and(eq(assessment.id, id), ownAssessment(actor)));

type Found = Awaited<ReturnType<typeof selectVisible>>[number];

/** The first row, or `not_found`, the same for absent and for somebody else's. */
export function requireFirst<T>(rows: readonly T[]): T {
  const [first] = rows;
  if (first === undefined) throw new DomainError('not_found');
  return first;
}

/** Fetches an assessment the actor may see, or refuses with `not_found`. */
export const requireAssessment = async (db: DrizzleD1Database, actor: Actor, id: string): Promise<Found> =>
  requireFirst(await selectVisible(db, actor, id));

/** Fetches an assessment whose attempts the actor looks after, or refuses with `not_found`. */
export const requireOwnAssessment = async (db: DrizzleD1Database, actor: Actor, id: string): Promise<Found> =>
  requireFirst(await selectOwn(db, actor, id));

/** The settings everybody may see. */
export const publicSettings = ({ assessment: row, courseKey }: Pick<Found, 'assessment' | 'courseKey'>) => ({
  id: row.id,
  title: row.title,
  courseKey,
  behaviour: row.behaviour,
  timeLimitSeconds: row.timeLimitSeconds,
  opensAt: iso(row.opensAt),
  closesAt: iso(row.closesAt),
  attemptsAllowed: row.attemptsAllowed,
  gradingMethod: row.gradingMethod,
  passMark: row.passMark,
  review: row.review,
});

/** What staff see of a definition. */
export const staffView = (found: Pick<Found, 'assessment' | 'courseKey'>) => ({
  ...publicSettings(found),
  shuffleItems: found.assessment.shuffleItems,
  sections: found.assessment.sections,
  published: found.assessment.publishedAt !== null,
});

/** A page of the assessments the actor may see, newest first, sought in title and course key. One round trip. */
export async function listAssessments(
  db: DrizzleD1Database,
  actor: Actor,
  query: AssessmentsQuery,
): Promise<Page<Found>> {
  const itsCourse = sql`(select course_key from course where course.id = ${assessment}.course_id)`;
  const found = and(
    visibleAssessment(actor),
    query.search ? contains(query.search, assessment.title, itsCourse) : undefined,
  );
  const [counted, results] = await db.batch([
    db.select({ count: count() }).from(assessment).where(found),
    db
      .select(columnsFor(actor))
      .from(assessment)
      .leftJoin(course, eq(course.id, assessment.courseId))
      .where(found)
      .orderBy(desc(assessment.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  return { count: counted[0]?.count ?? 0, results };
}
