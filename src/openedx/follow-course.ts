import { sql } from 'drizzle-orm';
import { type course, courseStaff, newCourse, renderCourse } from '../courses/index.ts';
import { batchable, violates } from '../db/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { scopeOf } from '../lib/permissions.ts';
import type { AddCourseInput } from './input.ts';
import { pendingRun } from './request-sync.ts';
import { enrolKnown } from './set-enrolments.ts';
import { RECONCILE_MS } from './waits.ts';

/** Without a connection a course is ours alone; with one its key must be one Open edX gives. */
const FOLLOWABLE = /^course-v1:[^+/\s]+\+[^+/\s]+\+[^+/\s]+$/;

function checkFollowable({ actor }: Call, { connectionId, courseKey }: AddCourseInput): void {
  if (connectionId === undefined) return;
  if (scopeOf(actor, 'connections:manage') !== 'all')
    throw new DomainError('forbidden', 'Only admins let a course follow a connection');
  if (!FOLLOWABLE.test(courseKey))
    throw invalidFields([{ pointer: '/courseKey', message: 'must be course-v1:{org}+{course}+{run} to be followed' }]);
}

/**
 * Makes a course. With a connection it is followed: its outline and enrolments come from there, beginning with the first sync,
 * whose run is answered; that takes an admin. A key that is taken is refused with `conflict`. One round trip.
 */
export async function addCourse(
  call: Call,
  input: AddCourseInput,
): Promise<{ course: typeof course.$inferSelect; runId: string | null }> {
  const { db, now } = call;
  // A key they made up could be that of another platform's course, which would then be theirs.
  if (call.actor.isHeld) throw new DomainError('forbidden', 'Courses come with the launches of your platform');
  checkFollowable(call, input);
  const { connectionId, courseKey, title, examinationLevel, academicClass, ...details } = input;
  const { courseId, statements } = newCourse(call, {
    ...{ courseKey, title, examinationLevel, academicClass },
    details: {
      visibility: connectionId === undefined ? 'open' : 'invited',
      ...details,
      ...renderCourse(details),
      source: connectionId === undefined ? 'here' : 'openedx',
    },
  });
  const runId = connectionId === undefined ? null : newId('syncRun', now);
  try {
    const [[made]] = await db.batch([
      ...statements,
      // Who makes a course teaches it; admins see every course anyway.
      ...(scopeOf(call.actor, 'courses:write') === 'all'
        ? []
        : [db.insert(courseStaff).values({ courseId, userId: call.actor.userId })]),
      auditRow(call, { action: 'course.added', subject: courseKey, detail: { connectionId: connectionId ?? null } }),
      ...(connectionId === undefined || runId === null
        ? []
        : [
            // Fails, and with it the whole batch, when the connection was taken away meanwhile.
            batchable(
              db,
              sql`insert into followed_course (course_id, connection_id, reconcile_at, settle_step)
              values (${courseId}, (select id from connection where id = ${connectionId} and deleted_at is null), ${now + RECONCILE_MS}, 0)`,
            ),
            pendingRun(call, { courseId, cause: 'staff', isForced: true, dueAt: now }, runId),
            enrolKnown(call, courseId),
          ]),
    ]);
    if (!made) throw new Error('an insert returns its row');
    return { course: made, runId };
  } catch (error) {
    if (violates(error, 'NOT NULL', 'followed_course.connection_id'))
      throw invalidFields([{ pointer: '/connectionId', message: 'unknown connection' }]);
    if (violates(error, 'UNIQUE', 'course.course_key'))
      throw new DomainError('conflict', `There is a course ${courseKey} already`);
    throw error;
  }
}
