import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { violates } from '../../db/index.ts';
import { auditIfChanged } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { invalidFields } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { coursesOfStanding } from '../objectives.ts';
import { course, lesson } from '../schema.ts';
import { writableCourse } from '../who-sees.ts';
import type { CreateLessonInput } from './input.ts';
import { selectWritableLesson, type WritableLesson } from './lessons.ts';
import { MOST_LESSONS } from './list-lessons.ts';
import { placeLessons, UNPLACED } from './place-lessons.ts';
import { renderLesson } from './render-lesson.ts';

export type Written = WritableLesson & { warnings: string[] };

const unknownCourse = () => invalidFields([{ pointer: '/courseKey', message: 'unknown course' }]);

/**
 * Writes a new lesson of a course, at the place asked for or at the end. Refuses (`invalid`) a course the actor may not change, as an unknown
 * one, also where that comes to be meanwhile, an objective that is not of the course, and a text that cannot be drawn. Two round trips.
 */
export async function createLesson(call: Call, input: CreateLessonInput): Promise<Written> {
  const { db, actor, now } = call;
  const { courseKey, title, body, position = UNPLACED, objectiveId = null } = input;
  const { html, warnings } = renderLesson(body);
  const isTheirs = and(eq(course.courseKey, courseKey), writableCourse(actor));
  const [[found], [standing], objectives] = await db.batch([
    db.select({ id: course.id }).from(course).where(isTheirs),
    db
      .select({ count: count() })
      .from(lesson)
      .innerJoin(course, eq(course.id, lesson.courseId))
      .where(and(isTheirs, isNull(lesson.deletedAt))),
    coursesOfStanding(db, objectiveId === null ? [] : [objectiveId]),
  ]);
  if (!found) throw unknownCourse();
  if (objectiveId !== null && objectives[0]?.courseId !== found.id)
    throw invalidFields([{ pointer: '/objectiveId', message: 'is no objective of this course' }]);
  if ((standing?.count ?? 0) >= MOST_LESSONS)
    throw invalidFields([{ pointer: '/courseKey', message: `has ${MOST_LESSONS} lessons, and can have no more` }]);

  const id = newId('lesson', now);
  const courseId = found.id;
  // No course, no number: then the column takes nothing, and the whole batch is off.
  const stillTheirs = sql`(${db.select({ id: course.id }).from(course).where(isTheirs)})`;
  const writing = db.batch([
    db.insert(lesson).values({
      ...{ id, courseId: stillTheirs, objectiveId, title, body, html, position: UNPLACED },
      ...{ createdBy: actor.userId, createdAt: now, updatedAt: now },
    }),
    auditIfChanged(call, { action: 'lesson.made', subject: id, detail: { after: { courseId, title, objectiveId } } }),
    placeLessons(db, courseId, { id, to: position }),
    selectWritableLesson(call, id),
  ]);
  const [, , , [made]] = await writing.catch((error: unknown) => {
    throw violates(error, 'NOT NULL', 'lesson.course_id') ? unknownCourse() : error;
  });
  if (!made) throw new Error('what was just written is there');
  return { ...made, warnings };
}
