import { and, asc, eq, exists, isNull, sql } from 'drizzle-orm';
import { batchable } from '../../db/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { noteVisit, updateVisit } from '../note-visit.ts';
import { percentOf } from '../progress.ts';
import { course, enrolment, lesson, lessonProgress } from '../schema.ts';
import { visibleCourse, writableCourse } from '../who-sees.ts';
import { type Lesson, selectVisibleLesson } from './lessons.ts';
import { MOST_LESSONS } from './list-lessons.ts';

/** How exactly it is kept when a lesson was last open. */
const FIVE_MINUTES_MS = 5 * 60 * 1000;
const AN_HOUR_MS = 3600 * 1000;

const isOld = (at: number | null, age: number, now: number) => at === null || now - at >= age;

/** `where` goes on with it: the lesson is there, and the user learns in its course. */
const learns = (lessonId: string, userId: string) => sql`exists (
  select 1 from lesson join enrolment on enrolment.course_id = lesson.course_id
  where lesson.id = ${lessonId} and lesson.deleted_at is null and enrolment.user_id = ${userId} and enrolment.is_active = 1
)`;

/**
 * Keeps that somebody who learns in the course has a lesson open just now: at most once in five minutes, and of the course at most once an hour.
 * It need not hold the answer. Two round trips at most.
 */
export async function noteOpened(call: Call, opened: Lesson): Promise<void> {
  const { db, now, actor } = call;
  const { id, courseId, isEnrolled, lastOpenedAt, lastAccessedAt } = opened;
  if (!isEnrolled) return;
  if (isOld(lastOpenedAt, FIVE_MINUTES_MS, now))
    await db.run(
      sql`insert into lesson_progress (user_id, lesson_id, opened_at, last_opened_at)
      select ${actor.userId}, ${id}, ${now}, ${now} where ${learns(id, actor.userId)}
      on conflict (user_id, lesson_id) do update set last_opened_at = max(last_opened_at, excluded.last_opened_at)`,
    );
  if (isOld(lastAccessedAt, AN_HOUR_MS, now)) await noteVisit(call, courseId);
}

/** How far somebody is with a lesson, instants in ms. */
export type LessonProgress = { openedAt: number | null; completedAt: number | null };

/**
 * The actor is through with a lesson, or not yet after all; repeating it changes nothing but when they were last there. Refuses with `not_found`, and with `not_enrolled`
 * who only reads in the course. One round trip.
 */
export async function setProgress(
  call: Call,
  { id, completed }: { id: string; completed: boolean },
): Promise<LessonProgress> {
  const { db, now, actor } = call;
  const at = completed ? now : null;
  const [, [after]] = await db.batch([
    batchable(
      db,
      sql`insert into lesson_progress (user_id, lesson_id, opened_at, last_opened_at, completed_at)
      select ${actor.userId}, ${id}, ${now}, ${now}, ${at} where ${learns(id, actor.userId)}
      on conflict (user_id, lesson_id) do update set
        completed_at = case when ${at} is null then null else coalesce(completed_at, excluded.completed_at) end
      where (completed_at is null) <> (excluded.completed_at is null)`,
    ),
    selectVisibleLesson(call, id),
    updateVisit(call, sql`(select course_id from lesson where id = ${id} and deleted_at is null)`),
  ]);
  if (!after) throw new DomainError('not_found');
  if (!after.isEnrolled) throw new DomainError('not_enrolled');
  return { openedAt: after.openedAt, completedAt: after.completedAt };
}

export type CourseProgress = {
  completed: number;
  total: number;
  /** Whole per cent; null where there is no lesson. */
  percent: number | null;
  lessons: (LessonProgress & { id: string; title: string })[];
};

/**
 * How far the actor is with the lessons of a course; or another user who learns there, for those who may see that. Refuses
 * with `not_found`. One round trip.
 */
export async function readProgress(
  { db, actor }: Call,
  { courseKey, userId = actor.userId }: { courseKey: string; userId?: string | undefined },
): Promise<CourseProgress> {
  const learnsThere = exists(
    db
      .select({ one: sql`1` })
      .from(enrolment)
      .where(and(eq(enrolment.courseId, course.id), eq(enrolment.userId, userId))),
  );
  const mayRead =
    userId === actor.userId ? visibleCourse(actor) : and(writableCourse(actor, 'enrolments:manage'), learnsThere);
  const where = and(eq(course.courseKey, courseKey), mayRead);
  const [courses, lessons] = await db.batch([
    db.select({ id: course.id }).from(course).where(where),
    db
      .select({
        id: lesson.id,
        title: lesson.title,
        openedAt: lessonProgress.openedAt,
        completedAt: lessonProgress.completedAt,
      })
      .from(lesson)
      .innerJoin(course, eq(course.id, lesson.courseId))
      .leftJoin(lessonProgress, and(eq(lessonProgress.lessonId, lesson.id), eq(lessonProgress.userId, userId)))
      .where(and(where, isNull(lesson.deletedAt)))
      .orderBy(asc(lesson.position), asc(lesson.id))
      .limit(MOST_LESSONS),
  ]);
  if (courses.length === 0) throw new DomainError('not_found');
  const completed = lessons.filter(({ completedAt }) => completedAt !== null).length;
  return { completed, total: lessons.length, percent: percentOf({ lessons: lessons.length, completed }), lessons };
}
