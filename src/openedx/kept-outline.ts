import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { node } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { slices } from '../lib/slices.ts';
import type { KeptNode } from './patch.ts';

/** The nodes of a course that came from Open edX, retired ones too, by usage key; and the ids of their rows. */
export type Kept = { nodes: Map<string, KeptNode>; ids: Map<string, string> };

/** The statement, for the asker's own batch, whose rows `keptFrom` reads. */
export const keptRows = (db: DrizzleD1Database, courseId: string) =>
  db
    .select()
    .from(node)
    .where(and(eq(node.courseId, courseId), isNotNull(node.usageKey)));

export function keptFrom(rows: readonly (typeof node.$inferSelect)[]): Kept {
  const keyOf = new Map(rows.map((row) => [row.id, row.usageKey]));
  const nodes = new Map<string, KeptNode>();
  const ids = new Map<string, string>();
  for (const row of rows) {
    if (row.usageKey === null) continue;
    const { usageKey, kind, title, position, start, due, graded, format, visibility } = row;
    ids.set(usageKey, row.id);
    nodes.set(usageKey, {
      ...{ usageKey, kind, type: row.type ?? '', title, position, start, due, graded, format, visibility },
      parent: row.parentId === null ? null : (keyOf.get(row.parentId) ?? null),
      retiredAt: row.retiredAt,
    });
  }
  return { nodes, ids };
}

/**
 * The statements that bring the rows of a course to `wanted`, for the nodes named in `touched`; they go into the batch that
 * holds the guard. Two statements for every MB.
 */
export function nodeWrites(
  { db, now }: SystemCall,
  {
    courseId,
    kept,
    wanted,
    touched,
  }: { courseId: string; kept: Kept; wanted: ReadonlyMap<string, KeptNode>; touched: readonly string[] },
) {
  const ids = new Map(kept.ids);
  for (const key of touched) {
    const one = wanted.get(key);
    if (one && !ids.has(key)) ids.set(key, newId(one.kind === 'course' ? 'course' : one.kind, now));
  }
  const rowOf = (usageKey: string) => {
    const one = wanted.get(usageKey);
    if (!one) throw new Error(`${usageKey} is touched but not wanted`);
    const { graded, parent, ...rest } = one;
    return {
      ...rest,
      id: ids.get(usageKey),
      graded: graded ? 1 : 0,
      parentId: parent === null ? null : ids.get(parent),
    };
  };
  const made = touched.filter((key) => !kept.ids.has(key));
  const changed = touched.filter((key) => kept.ids.has(key));
  // Parents have to be there before their children: `wanted` lists them first.
  const order = new Map([...wanted.keys()].map((key, index) => [key, index]));
  made.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return [
    ...slices(made.map(rowOf)).map((rows) =>
      batchable(
        db,
        sql`insert into node (id, course_id, kind, parent_id, usage_key, type, title, position, start, due, graded, format, visibility)
        select value ->> 'id', ${courseId}, value ->> 'kind', value ->> 'parentId', value ->> 'usageKey', value ->> 'type',
          value ->> 'title', value ->> 'position', value ->> 'start', value ->> 'due', value ->> 'graded', value ->> 'format',
          value ->> 'visibility'
        from json_each(${rows})`,
      ),
    ),
    ...slices(changed.map(rowOf)).map((rows) =>
      batchable(
        db,
        sql`update node set parent_id = value ->> 'parentId', title = value ->> 'title', position = value ->> 'position',
          start = value ->> 'start', due = value ->> 'due', graded = value ->> 'graded', format = value ->> 'format',
          visibility = value ->> 'visibility', retired_at = value ->> 'retiredAt'
        from json_each(${rows}) where node.id = value ->> 'id'`,
      ),
    ),
    // The course goes by the name of its root.
    batchable(
      db,
      sql`update course set title = root.title from node root where root.id = course.id and root.title <> '' and course.id = ${courseId}`,
    ),
  ];
}
