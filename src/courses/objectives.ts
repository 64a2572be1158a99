import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { objective, subtopic, topic } from './schema.ts';

const among = (ids: readonly string[]) => sql`${objective.id} in (select value from json_each(${JSON.stringify(ids)}))`;

/** The statement, for the asker's own batch, that finds which of `ids` are objectives, and of which course. */
export const coursesOfObjectives = (db: DrizzleD1Database, ids: readonly string[]) =>
  db.select({ id: objective.id, courseId: objective.courseId }).from(objective).where(among(ids));

/** Titles of objectives with their topic's, by objective id, in the order of the outline; retired ones too. One round trip. */
export async function objectiveTitles(
  db: DrizzleD1Database,
  ids: readonly string[],
): Promise<Map<string, { title: string; topic: string }>> {
  const rows = await db
    .select({ id: objective.id, title: objective.title, topic: topic.title })
    .from(objective)
    .innerJoin(subtopic, eq(subtopic.id, objective.subtopicId))
    .innerJoin(topic, eq(topic.id, subtopic.topicId))
    .where(among(ids))
    .orderBy(asc(topic.courseId), asc(topic.position), asc(subtopic.position), asc(objective.position));
  return new Map(rows.map(({ id, ...titles }) => [id, titles]));
}

/** The objectives of a course with their topic's title, in the order of the outline, without retired ones. One round trip. */
export async function listObjectives(
  db: DrizzleD1Database,
  courseId: string,
): Promise<{ id: string; title: string; topic: string }[]> {
  return await db
    .select({ id: objective.id, title: objective.title, topic: topic.title })
    .from(objective)
    .innerJoin(subtopic, eq(subtopic.id, objective.subtopicId))
    .innerJoin(topic, eq(topic.id, subtopic.topicId))
    .where(
      and(
        eq(objective.courseId, courseId),
        isNull(objective.retiredAt),
        isNull(subtopic.retiredAt),
        isNull(topic.retiredAt),
      ),
    )
    .orderBy(asc(topic.position), asc(subtopic.position), asc(objective.position));
}
