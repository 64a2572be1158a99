import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { versionOf } from '../../http/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { offsetOf, type Page } from '../../lib/paging.ts';
import { course, lesson, lessonProgress } from '../schema.ts';
import { visibleCourse } from '../who-sees.ts';
import type { ListLessonsInput } from './input.ts';
import { standingObjective } from './lessons.ts';

export type ListedLesson = Pick<
  typeof lesson.$inferSelect,
  'id' | 'title' | 'position' | 'objectiveId' | 'version' | 'updatedAt'
> & { courseKey: string; openedAt: number | null; completedAt: number | null };

/** As many as a course may have, and as its pages show. */
export const MOST_LESSONS = 500;

const select = (db: DrizzleD1Database, userId: string) =>
  db
    .select({
      id: lesson.id,
      courseKey: course.courseKey,
      title: lesson.title,
      position: lesson.position,
      objectiveId: standingObjective,
      version: sql<number>`${lesson.version}`.as('lesson_version'),
      updatedAt: lesson.updatedAt,
      openedAt: lessonProgress.openedAt,
      completedAt: lessonProgress.completedAt,
    })
    .from(lesson)
    .innerJoin(course, eq(course.id, lesson.courseId))
    .leftJoin(lessonProgress, and(eq(lessonProgress.lessonId, lesson.id), eq(lessonProgress.userId, userId)));

/** The statement, for the batch of who knows that the asker may read the course: its lessons in order, and how far a user is with each. */
export const selectLessonsOf = (db: DrizzleD1Database, courseKey: string, userId: string) =>
  select(db, userId)
    .where(and(eq(course.courseKey, courseKey), isNull(lesson.deletedAt)))
    .orderBy(asc(lesson.position), asc(lesson.id))
    .limit(MOST_LESSONS);

/**
 * The lessons of a course in their order, or of all courses the actor may read, by the title of the course. `changes` counts what the list
 * is made of. A course that they may not read is refused with `not_found`. One round trip.
 */
export async function listLessons(
  { db, actor }: Call,
  { courseKey, ...query }: ListLessonsInput,
): Promise<Page<ListedLesson> & { changes: number }> {
  const mine = versionOf(`user:${actor.userId}`);
  const changes =
    courseKey === undefined
      ? sql<number>`${mine} + ${versionOf('courses')} + (select coalesce(sum(value), 0) from version where "of" glob 'course:*')`
      : sql<number>`${mine} + ${versionOf(sql`(select 'course:' || id from course where course_key = ${courseKey})`)}`;
  const readable = and(courseKey === undefined ? undefined : eq(course.courseKey, courseKey), visibleCourse(actor));
  const where = and(readable, isNull(lesson.deletedAt));
  const [courses, [total], results] = await db.batch([
    db.select({ id: course.id }).from(course).where(readable).limit(1),
    db
      .select({ count: count(), changes: changes.as('changes') })
      .from(lesson)
      .innerJoin(course, eq(course.id, lesson.courseId))
      .where(where),
    select(db, actor.userId)
      .where(where)
      .orderBy(asc(course.title), asc(course.id), asc(lesson.position), asc(lesson.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  if (courseKey !== undefined && courses.length === 0) throw new DomainError('not_found');
  return { count: total?.count ?? 0, changes: total?.changes ?? 0, results };
}
