import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { requireWritableCourse } from './courses.ts';
import { course } from './schema.ts';

/**
 * Takes a course away from everybody, and frees its key. Nothing of it is lost: attempts that run go on and are graded, results and
 * enrolments stay, and admins still find its assessments. What it followed is no longer asked. Answers the event to react to.
 * Refuses with `not_found`, and with `forbidden` who is there by a platform's word alone. Two round trips.
 */
export async function deleteCourse(call: Call, courseKey: string): Promise<{ eventId: string }> {
  const { db, actor, now } = call;
  const { id, title } = await requireWritableCourse(call, courseKey);
  if (actor.isHeld) throw new DomainError('forbidden', 'Courses come and go with your platform');
  const eventId = newId('event', now);
  const [[done]] = await db.batch([
    db
      .update(course)
      // No key has a space: what is looked up by key does not find it any more.
      .set({ deletedAt: now, courseKey: sql`${course.courseKey} || ' ' || ${course.id}`, visibility: 'invited' })
      .where(and(eq(course.id, id), isNull(course.deletedAt)))
      .returning({ id: course.id }),
    recordIfChanged(call, { type: 'course.deleted', payload: { courseId: id } }, eventId),
    auditIfChanged(call, { action: 'course.deleted', subject: courseKey, detail: { id, title } }),
  ]);
  if (!done) throw new DomainError('not_found');
  return { eventId };
}
