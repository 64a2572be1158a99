import { type SQL, sql } from 'drizzle-orm';

/** How many lessons a course has, and how many of them somebody is through with. */
export type Progress = { lessons: number; completed: number };

/**
 * The columns of a `Progress`. `courseId` and `userId` are expressions of the statement they stand in, which has to join: of a lone table drizzle leaves
 * the name out, and they would mean the lesson's.
 */
export const progressColumns = (courseId: SQL, userId: SQL) => ({
  lessons:
    sql<number>`(select count(*) from lesson where lesson.course_id = ${courseId} and lesson.deleted_at is null)`.as(
      'lessons',
    ),
  completed: sql<number>`(select count(*) from lesson_progress
    join lesson on lesson.id = lesson_progress.lesson_id and lesson.deleted_at is null
    where lesson.course_id = ${courseId} and lesson_progress.user_id = ${userId} and lesson_progress.completed_at is not null)`.as(
    'completed',
  ),
});

/** Whole per cent of the lessons, rounded down, so that 100 is all of them; null where there are none. */
export const percentOf = ({ lessons, completed }: Progress): number | null =>
  lessons === 0 ? null : Math.floor((100 * completed) / lessons);
