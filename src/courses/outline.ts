import { and, asc, count, eq, getTableColumns, inArray, isNull } from 'drizzle-orm';
import { type Call, isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { Course } from './courses.ts';
import { course, node } from './schema.ts';
import { visibleCourse } from './who-sees.ts';

type Row = typeof node.$inferSelect;
type Shown = Pick<Row, 'id' | 'usageKey' | 'title' | 'position'> &
  Partial<Pick<Row, 'start' | 'due' | 'graded' | 'format' | 'visibility'>> & { problems?: number };

/**
 * A course and its shown topics, subtopics and objectives. Positions count from 0 among shown siblings. What a node does not
 * have (a date, a format, problems) is absent.
 */
export type Outline = { course: Course; topics: (Shown & { subtopics: (Shown & { objectives: Shown[] })[] })[] };

/**
 * The outline of a course the actor may see; refuses with `not_found`. Staff see hidden nodes too, each with its
 * `visibility`. One round trip.
 */
export async function readOutline({ db, actor }: Call, courseKey: string): Promise<Outline> {
  const where = and(eq(course.courseKey, courseKey), visibleCourse(actor));
  const forAll = isStaff(actor) ? undefined : eq(node.visibility, 'shown');
  const [[found], rows, counted] = await db.batch([
    db.select().from(course).where(where),
    db
      .select(getTableColumns(node))
      .from(node)
      .innerJoin(course, eq(course.id, node.courseId))
      .where(and(where, inArray(node.kind, ['topic', 'subtopic', 'objective']), isNull(node.retiredAt), forAll))
      .orderBy(asc(node.position), asc(node.id)),
    db
      .select({ objectiveId: node.parentId, problems: count() })
      .from(node)
      .innerJoin(course, eq(course.id, node.courseId))
      .where(and(where, eq(node.kind, 'resource'), eq(node.type, 'problem'), isNull(node.retiredAt), forAll))
      .groupBy(node.parentId),
  ]);
  if (!found) throw new DomainError('not_found');
  const problemsOf = new Map(counted.map(({ objectiveId, problems }) => [objectiveId, problems]));
  const childrenOf = Map.groupBy(rows, (row) => row.parentId);
  const sum = (nodes: Shown[]) => nodes.reduce((total, one) => total + (one.problems ?? 0), 0);

  const shown = (row: Row, position: number, problems: number): Shown => ({
    id: row.id,
    usageKey: row.usageKey,
    title: row.title,
    position,
    ...(row.start !== null && { start: row.start }),
    ...(row.due !== null && { due: row.due }),
    ...(row.graded && { graded: true }),
    ...(row.format !== null && { format: row.format }),
    ...(row.visibility !== 'shown' && { visibility: row.visibility }),
    ...(problems > 0 && { problems }),
  });
  const under = <T>(parentId: string, each: (row: Row, position: number) => T): T[] =>
    (childrenOf.get(parentId) ?? []).map(each);

  const topics = under(found.id, (topic, position) => {
    const subtopics = under(topic.id, (subtopic, position) => {
      const objectives = under(subtopic.id, (one, position) => shown(one, position, problemsOf.get(one.id) ?? 0));
      return { ...shown(subtopic, position, sum(objectives)), objectives };
    });
    return { ...shown(topic, position, sum(subtopics)), subtopics };
  });
  return { course: found, topics };
}
