import { and, eq } from 'drizzle-orm';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { course, enrolment } from './schema.ts';
import { enrolmentWithin } from './who-sees.ts';

/**
 * Ends an enrolment: one's own, or of a course one teaches; an ended one stays as it is. What was done in the course is kept. Refuses with
 * `not_found`, also where it is not of the course of `courseKey`, and with `synced` where a platform decides: of a course that follows Open edX for everybody, else for the student
 * it brought. Two round trips.
 */
export async function endEnrolment(call: Call, id: string, courseKey?: string): Promise<void> {
  const { db, actor, now } = call;
  const [found] = await db
    .select({
      userId: enrolment.userId,
      origin: enrolment.origin,
      isActive: enrolment.isActive,
      source: course.source,
      courseKey: course.courseKey,
    })
    .from(enrolment)
    .innerJoin(course, eq(course.id, enrolment.courseId))
    .where(
      and(
        eq(enrolment.id, id),
        courseKey === undefined ? undefined : eq(course.courseKey, courseKey),
        enrolmentWithin(actor, 'enrolments:write'),
      ),
    );
  if (!found) throw new DomainError('not_found');
  if (found.origin === 'platform' && (found.source === 'openedx' || found.userId === actor.userId))
    throw new DomainError('synced', 'The learning platform enrolled them: end it there');
  if (!found.isActive) return;
  const detail = { userId: found.userId };
  await db.batch([
    db
      .update(enrolment)
      .set({ isActive: false, endedAt: now })
      .where(and(eq(enrolment.id, id), eq(enrolment.isActive, true))),
    auditIfChanged(call, { action: 'enrolment.ended', subject: found.courseKey, detail }),
  ]);
}
