import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { alias } from 'drizzle-orm/sqlite-core';
import { node } from './schema.ts';
import { stands } from './standing.ts';

const subtopic = alias(node, 'subtopic');
const topic = alias(node, 'topic');

const isObjective = eq(node.kind, 'objective');
const among = (ids: readonly string[]) =>
  and(isObjective, sql`${node.id} in (select value from json_each(${JSON.stringify(ids)}))`);

/** The statement, for the asker's own batch, that finds which of `ids` are objectives, and of which course. */
export const coursesOfObjectives = (db: DrizzleD1Database, ids: readonly string[]) =>
  db.select({ id: node.id, courseId: node.courseId }).from(node).where(among(ids));

/** As `coursesOfObjectives`, of those that are in their outline still. */
export const coursesOfStanding = (db: DrizzleD1Database, ids: readonly string[]) =>
  db
    .select({ id: node.id, courseId: node.courseId })
    .from(node)
    .where(and(among(ids), stands(sql`${node.id}`)));

/** Titles of objectives with their topic's, by objective id, in the order of the outline; retired ones too. One round trip. */
export async function objectiveTitles(
  db: DrizzleD1Database,
  ids: readonly string[],
): Promise<Map<string, { title: string; topic: string }>> {
  const rows = await db
    .select({ id: node.id, title: node.title, topic: topic.title })
    .from(node)
    .innerJoin(subtopic, eq(subtopic.id, node.parentId))
    .innerJoin(topic, eq(topic.id, subtopic.parentId))
    .where(among(ids))
    .orderBy(asc(topic.courseId), asc(topic.position), asc(subtopic.position), asc(node.position));
  return new Map(rows.map(({ id, ...titles }) => [id, titles]));
}

/** The objectives of a course with their topic's title, in the order of the outline, without retired ones. One round trip. */
export async function listObjectives(
  db: DrizzleD1Database,
  courseId: string,
): Promise<{ id: string; title: string; topic: string }[]> {
  return await db
    .select({ id: node.id, title: node.title, topic: topic.title })
    .from(node)
    .innerJoin(subtopic, eq(subtopic.id, node.parentId))
    .innerJoin(topic, eq(topic.id, subtopic.parentId))
    .where(
      and(
        eq(node.courseId, courseId),
        isObjective,
        isNull(node.retiredAt),
        isNull(subtopic.retiredAt),
        isNull(topic.retiredAt),
      ),
    )
    .orderBy(asc(topic.position), asc(subtopic.position), asc(node.position));
}
