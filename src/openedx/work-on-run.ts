import { eq, sql } from 'drizzle-orm';
import { violates } from '../db/index.ts';
import type { Outside } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { type Claimed, claimRun, isMine, renewLease } from './claim-run.ts';
import { countChanges, diffOutline } from './diff-outline.ts';
import { applyRun, endRun, holdRun } from './end-run.ts';
import { failRun } from './fail-run.ts';
import { keptFrom, keptRows } from './kept-outline.ts';
import { nextLook } from './next-look.ts';
import { liveOutline } from './patch.ts';
import { type Platform, platformOf } from './platform.ts';
import { type Pulled, pullOutline, readVersion, type Version } from './pull.ts';
import { syncRun } from './schema.ts';
import type { Waits } from './waits.ts';

/** What is to happen with a run after a look at it. `nothing`: somebody else has it, or there is nothing more to do. */
export type Outcome =
  | { kind: 'nothing' }
  | { kind: 'done'; courseId: string }
  | { kind: 'again'; at: number }
  | { kind: 'retry'; at: number };

/** How often a version may move while it is pulled before the run waits a little. */
const STARTS = 3;

/** The part of the live nodes, in percent, that would be retired. */
function vanishing(kept: ReadonlyMap<string, unknown>, wanted: ReadonlyMap<string, unknown>): number {
  const gone = [...kept.keys()].filter((key) => !wanted.has(key)).length;
  // The root is no node of its own.
  return kept.size <= 1 ? 0 : (100 * gone) / (kept.size - 1);
}

async function lookAgain({ db }: SystemCall, { run }: Claimed, at: number): Promise<Outcome> {
  await db.update(syncRun).set({ leaseUntil: null, dueAt: at }).where(isMine(run));
  return { kind: 'again', at };
}

/** Diffs what was pulled with what is kept, and applies it or holds it. */
async function decideOn(
  call: SystemCall,
  claimed: Claimed,
  pulled: Pulled,
  waits: Waits,
  now: number,
): Promise<Outcome> {
  const { run, course, connection } = claimed;
  // Read in the same moment as the version that guards the write: whoever writes in between makes the write fail.
  const [rows, [current]] = await call.db.batch([
    keptRows(call.db, course.id),
    call.db.select({ version: sql<number>`version` }).from(sql`course`).where(sql`id = ${course.id}`),
  ]);
  const kept = keptFrom(rows);
  const before = liveOutline(kept.nodes);
  const changes = diffOutline(before, pulled.outline);
  const counts = countChanges(changes);

  const doubts = [...pulled.doubts];
  const gone = vanishing(before, pulled.outline);
  if (gone > connection.vanishLimit)
    doubts.push(`${Math.round(gone)} % of the outline would vanish (limit ${connection.vanishLimit} %)`);
  if (pulled.outline.size <= 1 && before.size > 1) doubts.push('the course is empty on the platform');

  const report = { changes, counts, skipped: pulled.skipped };
  if (doubts.length > 0 && run.confirmedVersion !== pulled.version.version) {
    const at = now + waits.pollMs;
    const isPatient = at <= (run.lookUntil ?? 0);
    await holdRun(call, claimed, {
      ...report,
      version: pulled.version,
      error: doubts.join('; '),
      dueAt: isPatient ? at : null,
    });
    return isPatient ? { kind: 'again', at } : { kind: 'done', courseId: course.id };
  }
  try {
    await applyRun(call, claimed, {
      ...report,
      version: pulled.version,
      kept,
      outline: pulled.outline,
      guard: current?.version ?? 0,
    });
    return { kind: 'done', courseId: course.id };
  } catch (error) {
    // Somebody wrote to the outline meanwhile (an undo): what was decided on is no longer there.
    if (!violates(error, 'NOT NULL', 'course.version')) throw error;
    return await lookAgain(call, claimed, now);
  }
}

async function look(
  call: SystemCall,
  claimed: Claimed,
  platform: Platform,
  waits: Waits,
  clock: () => number,
): Promise<Outcome> {
  const { run, course, followed } = claimed;
  const giveUpOrWait = async (shown: Version | undefined): Promise<Outcome> => {
    const at = clock() + waits.pollMs;
    if (at <= (run.lookUntil ?? 0)) return await lookAgain(call, claimed, at);
    await endRun(call, claimed, { state: 'succeeded', version: shown });
    return { kind: 'done', courseId: course.id };
  };
  for (let start = 0; start < STARTS; start++) {
    const shown = await readVersion(platform, course.courseKey);
    if (!shown.ok) return await failRun(call, claimed, shown.failure, waits, clock());
    const decision = nextLook(shown.value, run, followed);
    if (decision === 'unchanged') {
      await endRun(call, claimed, { state: 'succeeded', version: shown.value });
      return { kind: 'done', courseId: course.id };
    }
    if (decision === 'wait') return await giveUpOrWait(shown.value);
    if (decision === 'older') {
      const error = `the platform shows a version of ${new Date(shown.value.publishedAt).toISOString()}, older than the one applied last`;
      await holdRun(call, claimed, { changes: [], skipped: [], version: shown.value, error, dueAt: null });
      return { kind: 'done', courseId: course.id };
    }
    const pulled = await pullOutline(platform, course.courseKey, claimed.rootKey, shown.value);
    if (!(await renewLease(call, claimed, { waits, now: clock() }))) return { kind: 'nothing' };
    if (!pulled.ok) return await failRun(call, claimed, pulled.failure, waits, clock());
    if (pulled.value !== 'moved') return await decideOn(call, claimed, pulled.value, waits, clock());
  }
  const at = clock() + waits.pollMs;
  if (at <= (run.lookUntil ?? 0)) return await lookAgain(call, claimed, at);
  const detail = 'it was published again and again while it was read';
  const failure = { kind: 'temporary', status: null, retryAfterSeconds: null, detail } as const;
  return await failRun(call, claimed, failure, waits, clock());
}

/**
 * Works on one run: claims it, looks at the platform once, and applies, waits, holds or fails. It never sleeps: where something
 * is left to do, the outcome says when. An error that is not the platform's is thrown, with the run released and its reason
 * kept.
 */
export async function workOnRun(call: SystemCall, runId: string, outside: Outside, waits: Waits): Promise<Outcome> {
  const claimed = await claimRun(call, runId, waits);
  if (!claimed) return { kind: 'nothing' };
  try {
    const platform = await platformOf(claimed.connection, outside);
    return await look({ ...call, now: outside.now() }, claimed, platform, waits, outside.now);
  } catch (error) {
    await failRun(call, claimed, 'ours', waits, outside.now());
    throw error;
  }
}

/** Marks a run failed that its queue gave up (the dead-letter queue), with the reason it keeps. */
export async function buryRun({ db, now }: SystemCall, runId: string): Promise<void> {
  await db
    .update(syncRun)
    .set({
      state: 'failed',
      finishedAt: now,
      dueAt: null,
      leaseUntil: null,
      error: sql`coalesce(${syncRun.error}, 'It was tried too often')`,
    })
    .where(sql`${eq(syncRun.id, runId)} and ${syncRun.state} in ('pending', 'running')`);
}
