import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Call } from '../lib/call.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import { type Progress, progressColumns } from './progress.ts';
import { course, enrolment } from './schema.ts';

const MOST = 100;

/** A course somebody learns in, and how far they are. `lastAccessedAt` and `enrolledAt` in ms. */
export type MyCourse = Progress & {
  courseKey: string;
  title: string;
  enrolmentId: string;
  enrolledAt: number;
  lastAccessedAt: number | null;
};

const isMine = (userId: string) =>
  and(eq(enrolment.userId, userId), eq(enrolment.isActive, true), isNull(course.deletedAt));

/** The statement, for the asker's own batch, that reads the courses a student is enrolled in, by title; the first 100. */
export const selectMyCourses = (
  db: DrizzleD1Database,
  userId: string,
  { limit, offset } = { limit: MOST, offset: 0 },
) =>
  db
    .select({
      courseKey: course.courseKey,
      title: course.title,
      enrolmentId: sql<string>`${enrolment.id}`.as('enrolment_id'),
      enrolledAt: sql<number>`${enrolment.createdAt}`.as('enrolled_at'),
      lastAccessedAt: enrolment.lastAccessedAt,
      ...progressColumns(sql`${enrolment.courseId}`, sql`${enrolment.userId}`),
    })
    .from(enrolment)
    .innerJoin(course, eq(course.id, enrolment.courseId))
    .where(isMine(userId))
    .orderBy(asc(course.title), asc(course.id))
    .limit(limit)
    .offset(offset);

/** The courses the actor is enrolled in, by title. One round trip. */
export async function listMyCourses({ db, actor }: Call, query: PageQuery): Promise<Page<MyCourse>> {
  const [[total], results] = await db.batch([
    db
      .select({ count: count() })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .where(isMine(actor.userId)),
    selectMyCourses(db, actor.userId, { limit: query.pageSize, offset: offsetOf(query) }),
  ]);
  return { count: total?.count ?? 0, results };
}
