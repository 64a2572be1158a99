import { sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { batchable } from '../db/index.ts';

/** Where a node stands that has no place yet: behind all others. */
export const UNPLACED = 1_000_000;

/**
 * The statement, for the asker's own batch, that counts the nodes under a parent from 0 without a gap, after `moved`, one of them, has gone to the
 * place `to`, or to the end where there are not so many. It reads the order as it is at that moment, so movers at the same time do not undo each other.
 */
export function placeNodes(db: DrizzleD1Database, parentId: string, moved?: { id: string; to: number }) {
  // Half a place before whoever stands there; behind them, when it came from before them.
  const key = moved
    ? sql`case when id <> ${moved.id} then place when place < ${moved.to} then ${moved.to} + 0.5 else ${moved.to} - 0.5 end`
    : sql`place`;
  return batchable(
    db,
    sql`update node set position = placed.at
    from (
      select id, row_number() over (order by ${key}) - 1 as at
      from (
        select id, row_number() over (order by position, id) - 1 as place
        from node where parent_id = ${parentId} and retired_at is null
      )
    ) as placed
    where node.id = placed.id and node.position <> placed.at`,
  );
}
