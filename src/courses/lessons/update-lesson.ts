import { and, eq, isNull, sql } from 'drizzle-orm';
import { violates } from '../../db/index.ts';
import { auditIfChanged } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError, invalidFields } from '../../lib/errors.ts';
import { coursesOfStanding } from '../objectives.ts';
import { lesson } from '../schema.ts';
import type { Written } from './create-lesson.ts';
import type { ChangeLessonInput } from './input.ts';
import { selectWritableLesson } from './lessons.ts';
import { placeLessons } from './place-lessons.ts';
import { renderLesson } from './render-lesson.ts';

const stale = () => new DomainError('conflict', 'Somebody has changed this lesson meanwhile');

/**
 * Changes what is given of a lesson. Given `version`, the one its editor saw, it refuses with `conflict` when that is no longer the current
 * one; without, the last writer wins. Moving it alone makes no new version. Refuses as `createLesson` does, and with `not_found`, also one that is not of `courseKey`. Two round trips.
 */
export async function updateLesson(
  call: Call,
  id: string,
  { version, position, body, ...given }: ChangeLessonInput,
  courseKey?: string,
): Promise<Written> {
  const { db, now } = call;
  const drawn = body === undefined ? undefined : renderLesson(body);
  const { objectiveId } = given;
  const [[before], objectives] = await db.batch([
    selectWritableLesson(call, id),
    coursesOfStanding(db, objectiveId ? [objectiveId] : []),
  ]);
  if (!before || (courseKey !== undefined && before.courseKey !== courseKey)) throw new DomainError('not_found');
  if (version !== undefined && version !== before.version) throw stale();
  if (objectiveId && objectives[0]?.courseId !== before.courseId)
    throw invalidFields([{ pointer: '/objectiveId', message: 'is no objective of this course' }]);

  const texts = { ...given, ...(drawn && { body, html: drawn.html }) };
  const isChanged = Object.keys(texts).length > 0;
  const next = isChanged ? sql`version + 1` : sql`version`;
  if (!isChanged && position === undefined) return { ...before, warnings: [] };
  // What is long is not kept twice; that it changed is.
  const told = { ...given, ...(position !== undefined && { position }), ...(drawn && { body: '…' }) };
  const { title, objectiveId: formerly, position: stood } = before;
  try {
    const [, , , [after]] = await db.batch([
      db
        .update(lesson)
        .set({
          ...texts,
          // A version that has gone by leaves nothing to write, which the column does not take: the whole batch is off.
          version: version === undefined ? next : sql`case when version = ${version} then ${next} end`,
          ...(isChanged && { updatedAt: now }),
        })
        .where(and(eq(lesson.id, id), isNull(lesson.deletedAt))),
      auditIfChanged(call, {
        action: 'lesson.changed',
        subject: id,
        detail: { before: { title, objectiveId: formerly, position: stood }, after: told },
      }),
      placeLessons(db, before.courseId, position === undefined ? undefined : { id, to: position }),
      selectWritableLesson(call, id),
    ]);
    if (!after) throw new DomainError('not_found');
    return { ...after, warnings: drawn?.warnings ?? [] };
  } catch (error) {
    if (violates(error, 'NOT NULL', 'lesson.version')) throw stale();
    throw error;
  }
}
