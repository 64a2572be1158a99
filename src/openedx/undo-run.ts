import { and, asc, desc, eq, gt } from 'drizzle-orm';
import { course } from '../courses/index.ts';
import { violates } from '../db/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { Run } from './claim-run.ts';
import { countChanges, diffOutline } from './diff-outline.ts';
import { changeWrites, courseGuard, outlineWrites } from './end-run.ts';
import { keptFrom, keptRows } from './kept-outline.ts';
import { flaws, invert, liveOutline, type NodePatch, patched } from './patch.ts';
import { requireRun } from './runs.ts';
import { followedCourse, syncPatch, syncRun } from './schema.ts';

const MAX_TOLD = 50;
const ATTEMPTS = 3;

type Later = { run: Pick<Run, 'id' | 'undoes'>; patches: NodePatch[] };

/** Of the later runs, those that still stand: a run and the undo of it cancel each other. Newest first. */
function standing<T extends { run: Pick<Run, 'id' | 'undoes'> }>(newestFirst: readonly T[]): T[] {
  const ids = new Set(newestFirst.map(({ run }) => run.id));
  const cancelled = new Set<string>();
  for (const { run } of newestFirst) {
    if (cancelled.has(run.id) || run.undoes === null || !ids.has(run.undoes)) continue;
    cancelled.add(run.id).add(run.undoes);
  }
  return newestFirst.filter(({ run }) => !cancelled.has(run.id));
}

/** Whether a later patch of the same node says anything about the fields of the earlier one. */
function collide(ours: NodePatch, later: NodePatch): boolean {
  // What was made is taken back as a whole; that its siblings made room or gave some is no use of it.
  if ('made' in ours) return 'made' in later || Object.keys(later.set).some((field) => field !== 'position');
  if ('made' in later) return true;
  return Object.keys(ours.set).some((field) => field in later.set);
}

/** What stands in the way of an undo, each with the run that did it. */
function obstacles(patches: readonly NodePatch[], later: readonly Later[]): { runId: string; usageKey: string }[] {
  const ours = new Map(patches.map((patch) => [patch.usageKey, patch]));
  return later.flatMap(({ run, patches }) =>
    patches.flatMap((patch) => {
      const mine = ours.get(patch.usageKey);
      return mine && collide(mine, patch) ? [{ runId: run.id, usageKey: patch.usageKey }] : [];
    }),
  );
}

function refuse(found: readonly { runId: string; usageKey: string; why?: string }[]): never {
  const errors = found.slice(0, MAX_TOLD).map(({ runId, usageKey, why = 'changed it later' }) => ({
    pointer: `/${usageKey.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    message: `${runId}: ${usageKey}: ${why}`,
    runId,
    usageKey,
  }));
  throw new DomainError('later_changes', 'Undo the later runs first', { errors });
}

/** Everything an undo decides on, read in one moment. */
async function readForUndo({ db }: Call, run: Run) {
  const isLater = and(eq(syncRun.courseId, run.courseId), gt(syncRun.courseVersion, run.courseVersion ?? 0));
  const [rows, own, later, laterPatches, [current]] = await db.batch([
    keptRows(db, run.courseId),
    db.select().from(syncPatch).where(eq(syncPatch.runId, run.id)),
    db
      .select({ id: syncRun.id, undoes: syncRun.undoes })
      .from(syncRun)
      .where(isLater)
      .orderBy(desc(syncRun.courseVersion)),
    db
      .select({ runId: syncPatch.runId, patch: syncPatch.patch })
      .from(syncPatch)
      .innerJoin(syncRun, eq(syncRun.id, syncPatch.runId))
      .where(isLater)
      .orderBy(asc(syncPatch.runId)),
    db.select({ version: course.version }).from(course).where(eq(course.id, run.courseId)),
  ]);
  const byRun = Map.groupBy(laterPatches, ({ runId }) => runId);
  return {
    kept: keptFrom(rows),
    own: own.map(({ patch }) => patch),
    later: later.map((one): Later => ({ run: one, patches: (byRun.get(one.id) ?? []).map(({ patch }) => patch) })),
    version: current?.version ?? 0,
  };
}

async function undoOnce(call: Call, run: Run): Promise<string> {
  const { db, now } = call;
  const { kept, own, later, version } = await readForUndo(call, run);
  if (own.length === 0) throw new DomainError('conflict', 'This run changed nothing');
  const standingLater = standing(later);
  const inTheWay = obstacles(own, standingLater);
  if (inTheWay.length > 0) refuse(inTheWay);

  const patches = own.map((patch) => invert(patch, now));
  const wanted = patched(kept.nodes, patches);
  const wrong = flaws(wanted);
  if (wrong.size > 0) {
    const culprit = (usageKey: string) =>
      standingLater.find(({ patches }) => patches.some((patch) => patch.usageKey === usageKey))?.run.id ?? run.id;
    refuse([...wrong].slice(0, MAX_TOLD).map(([usageKey, why]) => ({ runId: culprit(usageKey), usageKey, why })));
  }
  const changes = diffOutline(liveOutline(kept.nodes), liveOutline(wanted));
  const undoId = newId('syncRun', now);
  await db.batch([
    courseGuard(db, run.courseId, version),
    db.insert(syncRun).values({
      id: undoId,
      courseId: run.courseId,
      cause: 'undo',
      state: 'succeeded',
      undoes: run.id,
      courseVersion: version + 1,
      counts: countChanges(changes),
      createdAt: now,
      startedAt: now,
      finishedAt: now,
    }),
    ...outlineWrites(call, { courseId: run.courseId, runId: undoId, kept, patches }),
    ...changeWrites(db, undoId, changes),
    db.update(syncRun).set({ state: 'undone', undoneBy: undoId }).where(eq(syncRun.id, run.id)),
    // What was undone must not come back by a second look at the version that brought it.
    db.update(followedCourse).set({ settleAt: null }).where(eq(followedCourse.courseId, run.courseId)),
    db
      .update(syncRun)
      .set({ isForced: false })
      .where(
        and(eq(syncRun.courseId, run.courseId), eq(syncRun.cause, 'reconciliation'), eq(syncRun.state, 'pending')),
      ),
    auditRow(call, { action: 'sync.undone', subject: run.id, detail: { runId: undoId } }),
  ]);
  return undoId;
}

/**
 * Takes back what a run did, in one batch, as a run of its own: every field of every node it touched is what it was before,
 * places included. Refuses with `not_found`; `conflict` for a run that was undone already, has not succeeded or changed
 * nothing; `later_changes`, naming run and usage key, when a later run that still stands touched the same.
 */
export async function undoRun(call: Call, id: string): Promise<{ runId: string }> {
  for (let attempt = 1; ; attempt++) {
    const { run } = await requireRun(call, id);
    if (run.state === 'undone') throw new DomainError('conflict', 'This run was undone already');
    if (run.state !== 'succeeded') throw new DomainError('conflict', `This run is ${run.state}`);
    try {
      return { runId: await undoOnce(call, run) };
    } catch (error) {
      // Somebody wrote to the outline meanwhile: decide again on what is there now.
      if (!violates(error, 'NOT NULL', 'course.version') || attempt === ATTEMPTS) throw error;
    }
  }
}
