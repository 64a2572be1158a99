import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { versionOf } from '../http/index.ts';
import { type Actor, type Call, isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { Course } from './courses.ts';
import { course, node } from './schema.ts';
import { visibleCourse } from './who-sees.ts';

const nodeColumns = {
  id: node.id,
  parentId: node.parentId,
  usageKey: node.usageKey,
  title: node.title,
  start: node.start,
  due: node.due,
  graded: node.graded,
  format: node.format,
  visibility: node.visibility,
};
type Row = Pick<typeof node.$inferSelect, keyof typeof nodeColumns>;

/** All that is kept of a course, whoever may see how much of it. `problems` are of an objective: all, and those everybody sees. */
export type KeptCourse = {
  course: Course;
  nodes: Row[];
  problems: { objectiveId: string | null; all: number; shown: number }[];
};

type Shown = Pick<Row, 'id' | 'usageKey' | 'title'> &
  Partial<Pick<Row, 'start' | 'due' | 'graded' | 'format' | 'visibility'>> & { position: number; problems?: number };

/**
 * A course and its shown topics, subtopics and objectives. Positions count from 0 among shown siblings. What a node does not
 * have (a date, a format, problems) is absent.
 */
export type Outline = { course: Course; topics: (Shown & { subtopics: (Shown & { objectives: Shown[] })[] })[] };

/** The statements, for one batch, that read a course with its whole outline, and how often it has changed. */
export const selectKept = (db: DrizzleD1Database, where: SQL | undefined) =>
  [
    db.select().from(course).where(where),
    db
      .select(nodeColumns)
      .from(node)
      .innerJoin(course, eq(course.id, node.courseId))
      .where(and(where, inArray(node.kind, ['topic', 'subtopic', 'objective']), isNull(node.retiredAt)))
      .orderBy(asc(node.position), asc(node.id)),
    db
      .select({
        objectiveId: node.parentId,
        all: sql<number>`count(*)`.as('all_of_them'),
        shown: sql<number>`sum(${node.visibility} = 'shown')`.as('shown'),
      })
      .from(node)
      .innerJoin(course, eq(course.id, node.courseId))
      .where(and(where, eq(node.kind, 'resource'), eq(node.type, 'problem'), isNull(node.retiredAt)))
      .groupBy(node.parentId),
    db
      .select({ version: versionOf(sql`'course:' || ${course.id}`).as('changes') })
      .from(course)
      .where(where),
  ] as const;

/** The outline as the actor sees it: staff see hidden nodes too, each with its `visibility`. Pure. */
export function outlineOf({ course, nodes, problems }: KeptCourse, actor: Actor): Outline {
  const isForStaff = isStaff(actor);
  const rows = isForStaff ? nodes : nodes.filter(({ visibility }) => visibility === 'shown');
  const problemsOf = new Map(problems.map(({ objectiveId, all, shown }) => [objectiveId, isForStaff ? all : shown]));
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

  const topics = under(course.id, (topic, position) => {
    const subtopics = under(topic.id, (subtopic, position) => {
      const objectives = under(subtopic.id, (one, position) => shown(one, position, problemsOf.get(one.id) ?? 0));
      return { ...shown(subtopic, position, sum(objectives)), objectives };
    });
    return { ...shown(topic, position, sum(subtopics)), subtopics };
  });
  return { course, topics };
}

/** The outline of a course the actor may see, from the database itself; refuses with `not_found`. One round trip. */
export async function readOutline({ db, actor }: Call, courseKey: string): Promise<Outline> {
  const where = and(eq(course.courseKey, courseKey), visibleCourse(actor));
  const [[found], nodes, problems] = await db.batch(selectKept(db, where));
  if (!found) throw new DomainError('not_found');
  return outlineOf({ course: found, nodes, problems }, actor);
}
