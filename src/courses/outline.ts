import { and, asc, eq, getTableColumns, isNull } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { Course } from './courses.ts';
import { course, objective, subtopic, topic } from './schema.ts';
import { visibleCourse } from './who-sees.ts';

type Node = { id: string; usageKey: string | null; title: string; position: number };

/** A course and its shown topics, subtopics and objectives. Positions count from 0 among shown siblings. */
export type Outline = {
  course: Course;
  topics: (Node & { subtopics: (Node & { objectives: Node[] })[] })[];
};

const shown = (rows: Node[]): Node[] =>
  rows.map(({ id, usageKey, title }, position) => ({ id, usageKey, title, position }));

/** The outline of a course the actor may see; refuses with `not_found`. One round trip. */
export async function readOutline({ db, actor }: Call, courseKey: string): Promise<Outline> {
  const where = and(eq(course.courseKey, courseKey), visibleCourse(actor));
  const [[found], topics, subtopics, objectives] = await db.batch([
    db.select().from(course).where(where),
    db
      .select(getTableColumns(topic))
      .from(topic)
      .innerJoin(course, eq(course.id, topic.courseId))
      .where(and(where, isNull(topic.retiredAt)))
      .orderBy(asc(topic.position), asc(topic.id)),
    db
      .select(getTableColumns(subtopic))
      .from(subtopic)
      .innerJoin(course, eq(course.id, subtopic.courseId))
      .where(and(where, isNull(subtopic.retiredAt)))
      .orderBy(asc(subtopic.position), asc(subtopic.id)),
    db
      .select(getTableColumns(objective))
      .from(objective)
      .innerJoin(course, eq(course.id, objective.courseId))
      .where(and(where, isNull(objective.retiredAt)))
      .orderBy(asc(objective.position), asc(objective.id)),
  ]);
  if (!found) throw new DomainError('not_found');
  const subtopicsOf = Map.groupBy(subtopics, (one) => one.topicId);
  const objectivesOf = Map.groupBy(objectives, (one) => one.subtopicId);
  return {
    course: found,
    topics: shown(topics).map((one) => ({
      ...one,
      subtopics: shown(subtopicsOf.get(one.id) ?? []).map((under) => ({
        ...under,
        objectives: shown(objectivesOf.get(under.id) ?? []),
      })),
    })),
  };
}
