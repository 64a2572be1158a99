import { and, eq, type SQL, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { type EnrolmentOrigin, enrolment } from './schema.ts';

/**
 * Enrols a user in a course, or opens an ended enrolment again; repeating it changes nothing. It asks nobody's leave and counts no seats: the
 * seed calls it.
 */
export async function enrol(
  { db, now }: SystemCall,
  { courseId, userId, mode = 'audit' }: { courseId: string; userId: string; mode?: string },
): Promise<{ id: string }> {
  const [kept] = await db
    .insert(enrolment)
    .values({ id: newId('enrolment', now), courseId, userId, mode, origin: 'staff', createdAt: now })
    .onConflictDoUpdate({
      target: [enrolment.userId, enrolment.courseId],
      set: { isActive: true, mode, endedAt: null },
    })
    .returning({ id: enrolment.id });
  if (!kept) throw new Error('an upsert returns its row');
  return kept;
}

/** Somebody to be enrolled. `was`: the id of their ended enrolment, which is opened again. */
export type ToEnrol = { id: string; userId: string; eventId: string; was: string | null };

export const toEnrol = ({ now }: SystemCall, userId: string, was: string | null): ToEnrol => ({
  ...{ id: newId('enrolment', now), userId, eventId: newId('event', now), was },
});

/** Events that a crash leaves behind are found by the sweep after so long. */
const SWEEP_AFTER_MS = 60_000;

const among = (column: SQL, rows: string, name: string) =>
  sql`${column} in (select value ->> ${name} from json_each(${rows}))`;

/**
 * The statements, for one batch, that enrol people in a course, in their order while there are seats. How many are free is asked in the very
 * statement that takes them, so nobody gets a seat that somebody else has got meanwhile. An active enrolment stays as it is. Whoever
 * was enrolled has their event recorded (`by`: who of the staff enrolled them); the last two statements say who that is, and who is enrolled now. At most 1,000 people.
 */
export function enrolStatements(
  { db, now }: SystemCall,
  { courseId, origin, by }: { courseId: string; origin: EnrolmentOrigin; by: string | null },
  people: readonly ToEnrol[],
) {
  const rows = JSON.stringify(people);
  return [
    batchable(
      db,
      sql`insert into enrolment (id, user_id, course_id, is_active, mode, origin, enrolled_by, created_at)
      select given.value ->> 'id', given.value ->> 'userId', course.id, 1, 'audit', ${origin}, ${by}, ${now}
      from course join json_each(${rows}) given
      where course.id = ${courseId} and course.deleted_at is null and (course.seat_limit is null or given.key < course.seat_limit
        - (select count(*) from enrolment taken where taken.course_id = ${courseId} and taken.is_active = 1))
      on conflict (user_id, course_id) do update
      set is_active = 1, origin = excluded.origin, enrolled_by = excluded.enrolled_by, created_at = excluded.created_at, ended_at = null
      where enrolment.is_active = 0`,
    ),
    batchable(
      db,
      sql`insert into event (id, type, payload, at, next_at, attempts)
      select given.value ->> 'eventId', 'course.enrolment.created', json_object('enrolmentId', it.id), ${now}, ${now + SWEEP_AFTER_MS}, 0
      from json_each(${rows}) given
      join enrolment it on it.user_id = given.value ->> 'userId' and it.course_id = ${courseId}
      where it.is_active = 1 and (it.id = given.value ->> 'id' or (it.id = given.value ->> 'was' and it.created_at = ${now}))`,
    ),
    db
      .select({ eventId: sql<string>`id`.as('event_id') })
      .from(sql`event`)
      .where(among(sql`id`, rows, 'eventId')),
    db
      .select({ id: enrolment.id, userId: enrolment.userId, isActive: enrolment.isActive, mode: enrolment.mode })
      .from(enrolment)
      .where(and(eq(enrolment.courseId, courseId), among(sql`${enrolment.userId}`, rows, 'userId'))),
  ] as const;
}
