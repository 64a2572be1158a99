import { sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { syncRun } from './schema.ts';

/** When runs ended, in ms; null while they have not. One round trip, none for no run. */
export async function runTimes(db: DrizzleD1Database, ids: readonly string[]): Promise<Map<string, number | null>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: syncRun.id, finishedAt: syncRun.finishedAt })
    .from(syncRun)
    .where(sql`${syncRun.id} in (select value from json_each(${JSON.stringify(ids)}))`);
  return new Map(rows.map(({ id, finishedAt }) => [id, finishedAt]));
}
