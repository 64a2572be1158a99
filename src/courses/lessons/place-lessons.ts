import { sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { batchable } from '../../db/index.ts';

/** Where a lesson stands that has no place yet: behind all others. */
export const UNPLACED = 1_000_000;

/**
 * The statement, for the asker's own batch, that counts the lessons of a course from 0 without a gap, after `moved` has gone to the place
 * `to`, or to the end. It reads the order as it is at that moment, so movers at the same time do not undo each other.
 */
export function placeLessons(db: DrizzleD1Database, courseId: string, moved?: { id: string; to: number }) {
  // Half a place before whoever stands there; behind them, when it came from before them.
  const key = moved
    ? sql`case when id <> ${moved.id} then position when position < ${moved.to} then ${moved.to} + 0.5 else ${moved.to} - 0.5 end`
    : sql`position`;
  return batchable(
    db,
    sql`update lesson set position = placed.at
    from (
      select id, row_number() over (order by ${key}, created_at, id) - 1 as at
      from lesson where course_id = ${courseId} and deleted_at is null
    ) as placed
    where lesson.id = placed.id and lesson.position <> placed.at`,
  );
}
