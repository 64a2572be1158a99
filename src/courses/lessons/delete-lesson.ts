import { and, desc, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import { auditIfChanged } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { course, lesson } from '../schema.ts';
import { writableCourse } from '../who-sees.ts';
import { RESTORABLE_MS, requireWritableLesson, selectWritableLesson, type WritableLesson } from './lessons.ts';
import { placeLessons, UNPLACED } from './place-lessons.ts';

/** Takes a lesson away; those behind it move up. What students have done of it is kept. Refuses with `not_found`, also one that is not of `courseKey`. Two round trips. */
export async function deleteLesson(call: Call, id: string, courseKey?: string): Promise<void> {
  const { db, now } = call;
  const { courseId, title, position, ...its } = await requireWritableLesson(call, id);
  if (courseKey !== undefined && its.courseKey !== courseKey) throw new DomainError('not_found');
  await db.batch([
    db
      .update(lesson)
      .set({ deletedAt: now })
      .where(and(eq(lesson.id, id), isNull(lesson.deletedAt))),
    auditIfChanged(call, { action: 'lesson.deleted', subject: id, detail: { before: { courseId, title, position } } }),
    placeLessons(db, courseId),
  ]);
}

/** The statement, for the asker's own batch, that reads the lessons of a course that can be put back, the last deleted first. */
export const selectDeletedOf = (call: Call, courseKey: string) =>
  call.db
    .select({ id: lesson.id, title: lesson.title, deletedAt: lesson.deletedAt })
    .from(lesson)
    .innerJoin(course, eq(course.id, lesson.courseId))
    .where(
      and(eq(course.courseKey, courseKey), gt(lesson.deletedAt, call.now - RESTORABLE_MS), writableCourse(call.actor)),
    )
    .orderBy(desc(lesson.deletedAt))
    .limit(50);

/** Puts back a lesson that was deleted in the last 30 days, where it stood. Refuses as `deleteLesson`. Two round trips. */
export async function restoreLesson(call: Call, id: string, courseKey?: string): Promise<WritableLesson> {
  const { db, actor, now } = call;
  const [found] = await db
    .select({ courseId: lesson.courseId, position: lesson.position })
    .from(lesson)
    .innerJoin(course, eq(course.id, lesson.courseId))
    .where(
      and(
        eq(lesson.id, id),
        gt(lesson.deletedAt, now - RESTORABLE_MS),
        courseKey === undefined ? undefined : eq(course.courseKey, courseKey),
        writableCourse(actor),
      ),
    );
  if (!found) throw new DomainError('not_found');
  const [, , , [restored]] = await db.batch([
    db
      .update(lesson)
      .set({ deletedAt: null, position: UNPLACED })
      .where(and(eq(lesson.id, id), isNotNull(lesson.deletedAt))),
    auditIfChanged(call, { action: 'lesson.restored', subject: id, detail: { after: found } }),
    placeLessons(db, found.courseId, { id, to: found.position }),
    selectWritableLesson(call, id),
  ]);
  if (!restored) throw new DomainError('not_found');
  return restored;
}
