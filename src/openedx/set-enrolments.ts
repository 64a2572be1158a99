import { sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';

/** What the platform says of a learner in a course. `at` in µs since 1970. */
export type EnrolmentFact = { lmsUserId: number; userId: string; isActive: boolean; mode: string; at: number };

/** Whoever enrolled them here, what the platform says holds, and is the platform's to take back. */
const asThePlatformSays = (
  now: number,
) => sql`is_active = excluded.is_active, mode = excluded.mode, origin = 'platform',
  ended_at = case when excluded.is_active = 0 then ${now} end`;

/**
 * Sets enrolments of a course to what the platform says, unless something newer is known; of two of the same time the ended one
 * wins, so that any order and repetition ends alike. Where the course is followed on this connection the enrolments here follow.
 * At most a few thousand at once; `also` is written in the same batch. One round trip.
 */
export async function setEnrolments(
  { db, now }: SystemCall,
  { connectionId, courseKey }: { connectionId: string; courseKey: string },
  facts: readonly EnrolmentFact[],
  also: readonly BatchItem<'sqlite'>[] = [],
): Promise<void> {
  if (facts.length === 0) return;
  const rows = JSON.stringify(
    facts.map((fact) => ({ ...fact, isActive: fact.isActive ? 1 : 0, enrolmentId: newId('enrolment', now) })),
  );
  await db.batch([
    batchable(
      db,
      sql`insert into openedx_enrolment (connection_id, course_key, lms_user_id, is_active, mode, at)
      select ${connectionId}, ${courseKey}, value ->> 'lmsUserId', value ->> 'isActive', value ->> 'mode', value ->> 'at'
      from json_each(${rows}) where true
      on conflict do update set is_active = excluded.is_active, mode = excluded.mode, at = excluded.at
      where (excluded.at, -excluded.is_active, excluded.mode)
        > (openedx_enrolment.at, -openedx_enrolment.is_active, openedx_enrolment.mode)`,
    ),
    // Whatever won above is what holds here.
    batchable(
      db,
      sql`insert into enrolment (id, user_id, course_id, is_active, mode, created_at)
      select given.value ->> 'enrolmentId', given.value ->> 'userId', course.id, it.is_active, it.mode, ${now}
      from course
      join followed_course on followed_course.course_id = course.id and followed_course.connection_id = ${connectionId}
      join json_each(${rows}) given
      join openedx_enrolment it on it.connection_id = ${connectionId} and it.course_key = ${courseKey}
        and it.lms_user_id = given.value ->> 'lmsUserId'
      where course.course_key = ${courseKey}
      on conflict (user_id, course_id) do update set ${asThePlatformSays(now)}`,
    ),
    ...also,
  ]);
}

/** The statement that enrols everybody the platform is known to have enrolled in a course, for the batch that begins to follow it. */
export const enrolKnown = ({ db, now }: SystemCall, courseId: string) =>
  batchable(
    db,
    sql`insert into enrolment (id, user_id, course_id, is_active, mode, created_at)
    select 'enr_' || lower(hex(randomblob(13))), openedx_user.user_id, course.id, it.is_active, it.mode, ${now}
    from course
    join followed_course on followed_course.course_id = course.id
    join openedx_enrolment it on it.course_key = course.course_key and it.connection_id = followed_course.connection_id
    join openedx_user on openedx_user.connection_id = it.connection_id and openedx_user.lms_user_id = it.lms_user_id
    where course.id = ${courseId}
    on conflict (user_id, course_id) do update set ${asThePlatformSays(now)}`,
  );
