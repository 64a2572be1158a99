import { and, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { node } from '../courses/index.ts';
import { slices } from '../lib/slices.ts';
import { syncChange } from './schema.ts';

/**
 * Titles of nodes of a course by usage key, as they are now, retired ones too. What is not there yet, because a run that is held
 * would add it, goes by the title it would have. A key may be missing. One round trip.
 */
export async function nodeTitles(
  db: DrizzleD1Database,
  { courseId, runId, usageKeys }: { courseId: string; runId: string; usageKeys: readonly string[] },
): Promise<Map<string, string>> {
  const [added, ...kept] = await db.batch([
    db
      .select({ usageKey: syncChange.usageKey, title: syncChange.title })
      .from(syncChange)
      .where(and(eq(syncChange.runId, runId), eq(syncChange.op, 'added'))),
    ...slices([...new Set(usageKeys)]).map((keys) =>
      db
        .select({ usageKey: node.usageKey, title: node.title })
        .from(node)
        .where(and(eq(node.courseId, courseId), sql`${node.usageKey} in (select value from json_each(${keys}))`)),
    ),
  ]);
  return new Map([...added, ...kept.flat()].flatMap(({ usageKey, title }) => (usageKey ? [[usageKey, title]] : [])));
}
