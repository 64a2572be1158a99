import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { violates } from '../db/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Course } from './courses.ts';
import type { AddNodeInput, ChangeNodeInput } from './input.ts';
import { placeNodes, UNPLACED } from './place-node.ts';
import { course, type NodeKind, node } from './schema.ts';
import { stands } from './standing.ts';
import { writableCourse } from './who-sees.ts';

type EditableKind = 'topic' | 'subtopic' | 'objective';
type Row = { id: string; kind: NodeKind; parentId: string | null; title: string };
type Open = { course: Course; rows: Row[] };

export type EditedNode = { id: string; kind: EditableKind; parentId: string; title: string; position: number };

const kindUnder: Partial<Record<NodeKind, EditableKind>> = {
  course: 'topic',
  topic: 'subtopic',
  subtopic: 'objective',
};
const isEditable = (kind: NodeKind): kind is EditableKind =>
  kind === 'topic' || kind === 'subtopic' || kind === 'objective';

const MAX_NODES = 2000;
const MAX_TRIES = 5;

/** A course whose outline the actor may change, with its live nodes in their order. Refuses with `not_found`, and `synced` one that follows Open edX. */
async function openOutline({ db, actor }: Call, courseKey: string): Promise<Open> {
  const where = and(eq(course.courseKey, courseKey), writableCourse(actor));
  const [[found], rows] = await db.batch([
    db.select().from(course).where(where),
    db
      .select({
        id: sql<string>`${node.id}`.as('node_id'),
        kind: node.kind,
        parentId: node.parentId,
        title: sql<string>`${node.title}`.as('node_title'),
      })
      .from(node)
      .innerJoin(course, eq(course.id, node.courseId))
      .where(and(where, isNull(node.retiredAt)))
      .orderBy(asc(node.position), asc(node.id)),
  ]);
  if (!found) throw new DomainError('not_found');
  if (found.source === 'openedx') throw new DomainError('synced', 'The outline comes from Open edX: change it there');
  return { course: found, rows };
}

/** Whether a node is still there with everything above it: under what is retired nothing is. */
function isLive(rows: readonly Row[], one: Row): boolean {
  if (one.parentId === null) return true;
  const parent = rows.find(({ id }) => id === one.parentId);
  return parent !== undefined && isLive(rows, parent);
}

function requireNode({ rows }: Open, id: string): Row & { kind: EditableKind; parentId: string } {
  const found = rows.find((one) => one.id === id);
  if (!found || !isEditable(found.kind) || found.parentId === null || !isLive(rows, found))
    throw new DomainError('not_found');
  return { ...found, kind: found.kind, parentId: found.parentId };
}

/** The node something is put under, and what that makes of it. Any other is refused as an unknown one. */
function requireParent({ course: its, rows }: Open, parentId = its.id): { id: string; gives: EditableKind } {
  const parent = rows.find(({ id }) => id === parentId);
  const gives = parent && isLive(rows, parent) ? kindUnder[parent.kind] : undefined;
  if (!gives) throw invalidFields([{ pointer: '/parentId', message: 'is no topic or subtopic of this course' }]);
  return { id: parentId, gives };
}

/** Runs again, with fresh reads, what others were faster than; the fifth time it is a `conflict`. */
async function retryIfOvertaken<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (!violates(error, 'NOT NULL', 'course.version')) throw error;
      if (tries === MAX_TRIES) throw new DomainError('conflict', 'Somebody else is changing this outline. Try again.');
    }
  }
}

type Change = {
  action: string;
  it: Pick<EditedNode, 'id' | 'kind'>;
  told: object;
  /** What has to be so still, of the nodes that it is about. */
  isAsRead: SQL;
  node: BatchItem<'sqlite'>;
  places: BatchItem<'sqlite'>;
};

/**
 * Writes a change of an outline, and reads what it made of the node. Where the course, or what the change is about, is no longer as it was
 * read, nothing is written, and the version has no number to go to; what others do elsewhere in the outline does not matter.
 */
async function write(call: Call, { course: its }: Open, change: Change): Promise<EditedNode> {
  const { db } = call;
  const { it, told } = change;
  const isAsRead = and(isNull(course.deletedAt), eq(course.source, its.source), change.isAsRead);
  const [, , , , [after]] = await db.batch([
    db
      .update(course)
      .set({ version: sql`case when ${isAsRead} then ${course.version} + 1 end` })
      .where(eq(course.id, its.id)),
    change.node,
    change.places,
    auditRow(call, { action: change.action, subject: its.courseKey, detail: { id: it.id, ...told } }),
    db
      .select({ parentId: node.parentId, title: node.title, position: node.position })
      .from(node)
      .where(eq(node.id, it.id)),
  ]);
  if (!after || after.parentId === null) throw new Error('a node that was just written is there');
  return { ...it, ...after, parentId: after.parentId };
}

/**
 * Adds a topic, a subtopic or an objective; of many who do so at once each has their way. Refuses with `not_found`, `synced`, `invalid` (no such parent,
 * or more than 2,000 nodes) and `conflict` (others were faster five times). Two round trips.
 */
export async function addNode(
  call: Call,
  { courseKey, title, parentId, position = UNPLACED }: AddNodeInput & { courseKey: string },
): Promise<EditedNode> {
  const { db, now } = call;
  return await retryIfOvertaken(async () => {
    const outline = await openOutline(call, courseKey);
    const parent = requireParent(outline, parentId);
    if (outline.rows.length > MAX_NODES)
      throw invalidFields([{ pointer: '', message: `at most ${MAX_NODES} topics, subtopics and objectives` }]);
    const it = { id: newId(parent.gives, now), kind: parent.gives };
    const row = { ...it, courseId: outline.course.id, parentId: parent.id, title, position: UNPLACED };
    return await write(call, outline, {
      ...{ action: 'outline.added', it, told: { title, parentId: parent.id } },
      isAsRead: stands(parent.id),
      node: db.insert(node).values(row),
      places: placeNodes(db, parent.id, { id: it.id, to: position }),
    });
  });
}

/**
 * Renames or moves a node; with what is under it. Refuses as `addNode`, and with `invalid` a parent that would make another kind of it. Two
 * round trips.
 */
export async function changeNode(
  call: Call,
  { courseKey, id, title, parentId, position }: ChangeNodeInput & { courseKey: string; id: string },
): Promise<EditedNode> {
  const { db } = call;
  return await retryIfOvertaken(async () => {
    const outline = await openOutline(call, courseKey);
    const it = requireNode(outline, id);
    const parent = requireParent(outline, parentId ?? it.parentId);
    if (parent.gives !== it.kind)
      throw invalidFields([{ pointer: '/parentId', message: `a ${it.kind} does not go there` }]);
    const goesElsewhere = parent.id !== it.parentId;
    const to = position ?? (goesElsewhere ? UNPLACED : undefined);
    return await write(call, outline, {
      ...{ action: 'outline.changed', it: { id, kind: it.kind } },
      told: { before: { title: it.title, parentId: it.parentId }, after: { title, parentId, position } },
      isAsRead: sql`${stands(id)} and ${stands(parent.id)} and (select parent_id from node where id = ${id}) = ${it.parentId}`,
      node: db
        .update(node)
        .set({ title: title ?? sql`title`, parentId: parent.id, ...(goesElsewhere && { position: UNPLACED }) })
        .where(eq(node.id, id)),
      places: placeNodes(db, parent.id, to === undefined ? undefined : { id, to }),
    });
  });
}

/**
 * Takes a node out of the outline with what is under it. Lessons, questions and results that point at it keep it. Refuses as `addNode`. Two
 * round trips.
 */
export async function retireNode(call: Call, { courseKey, id }: { courseKey: string; id: string }): Promise<void> {
  const { db, now } = call;
  await retryIfOvertaken(async () => {
    const outline = await openOutline(call, courseKey);
    const { kind, parentId, title } = requireNode(outline, id);
    await write(call, outline, {
      ...{ action: 'outline.retired', it: { id, kind }, told: { title, parentId } },
      isAsRead: sql`${stands(id)} and (select parent_id from node where id = ${id}) = ${parentId}`,
      node: db.update(node).set({ retiredAt: now }).where(eq(node.id, id)),
      places: placeNodes(db, parentId),
    });
  });
}
