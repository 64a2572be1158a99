import { and, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { course } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { slices } from '../lib/slices.ts';
import { type Claimed, isHeldBy, isMine, type Run } from './claim-run.ts';
import type { Change, Counts } from './diff-outline.ts';
import { type Kept, nodeWrites } from './kept-outline.ts';
import type { Outline } from './outline.ts';
import { type NodePatch, patched, patchesBetween } from './patch.ts';
import type { Version } from './pull.ts';
import type { Skipped } from './read-blocks.ts';
import { followedCourse, syncChange, syncRun, syncSkipped } from './schema.ts';
import { SETTLE_MS } from './waits.ts';

/** The rest is left out: nobody reads as many. */
const MAX_SKIPPED = 1000;

/** What is over: nobody works on it and nothing is due. */
const over = (now: number) => ({ leaseUntil: null, dueAt: null, finishedAt: now });

export const changeWrites = (db: DrizzleD1Database, runId: string, changes: readonly Change[]) =>
  slices(changes.map((change, seq) => ({ seq, ...change, detail: change }))).map((rows) =>
    batchable(
      db,
      sql`insert into sync_change (run_id, seq, op, usage_key, title, detail)
      select ${runId}, value ->> 'seq', value ->> 'op', value ->> 'usageKey', value ->> 'title', value -> 'detail'
      from json_each(${rows})`,
    ),
  );

const skippedWrites = (db: DrizzleD1Database, runId: string, skipped: readonly Skipped[]) =>
  slices(skipped.slice(0, MAX_SKIPPED).map((one, seq) => ({ seq, ...one }))).map((rows) =>
    batchable(
      db,
      sql`insert into sync_skipped (run_id, seq, usage_key, reason)
      select ${runId}, value ->> 'seq', value ->> 'usageKey', value ->> 'reason' from json_each(${rows})`,
    ),
  );

const patchWrites = (db: DrizzleD1Database, runId: string, patches: readonly NodePatch[]) =>
  slices(patches).map((rows) =>
    batchable(
      db,
      sql`insert into sync_patch (run_id, usage_key, patch)
      select ${runId}, value ->> 'usageKey', value from json_each(${rows})`,
    ),
  );

/** Takes away what an earlier look at a held run reported. */
const forgetReport = (db: DrizzleD1Database, runId: string) =>
  [
    db.delete(syncChange).where(eq(syncChange.runId, runId)),
    db.delete(syncSkipped).where(eq(syncSkipped.runId, runId)),
  ] as const;

type Report = { changes: readonly Change[]; counts?: Counts; skipped: readonly Skipped[]; version: Version };

/**
 * Moves the version of a course from `guard`, or makes the whole batch fail (`NOT NULL` on `course.version`): the outline was
 * written meanwhile, or `lease` is no longer ours.
 */
export const courseGuard = (db: DrizzleD1Database, courseId: string, guard: number, lease?: Run) =>
  db
    .update(course)
    .set({
      version: sql`case when ${course.version} = ${guard} and ${
        lease ? isHeldBy(lease) : sql`true`
      } then ${course.version} + 1 end`,
    })
    .where(eq(course.id, courseId));

/** The statements that bring a course to an outline and keep how, for one batch. */
export function outlineWrites(
  call: SystemCall,
  { courseId, runId, kept, patches }: { courseId: string; runId: string; kept: Kept; patches: readonly NodePatch[] },
) {
  const wanted = patched(kept.nodes, patches);
  const touched = patches.map(({ usageKey }) => usageKey);
  return [...nodeWrites(call, { courseId, kept, wanted, touched }), ...patchWrites(call.db, runId, patches)];
}

/**
 * Applies a pull in one batch: the course's version, its nodes, the changes and how to take them back, the run, and the version
 * that was seen. All of it or nothing; without a difference only the run and the version seen.
 */
export async function applyRun(
  call: SystemCall,
  { run, course, followed }: Claimed,
  { changes, counts, skipped, version, kept, outline, guard }: Report & { kept: Kept; outline: Outline; guard: number },
): Promise<void> {
  const { db, now } = call;
  const patches = patchesBetween(kept.nodes, outline, now);
  const step = followed.seenVersion === version.version ? followed.settleStep : 0;
  const settle = SETTLE_MS[step];
  const writes = [
    ...(patches.length > 0
      ? [
          courseGuard(db, course.id, guard, run),
          ...outlineWrites(call, { courseId: course.id, runId: run.id, kept, patches }),
        ]
      : []),
    ...forgetReport(db, run.id),
    ...changeWrites(db, run.id, changes),
    ...skippedWrites(db, run.id, skipped),
    db
      .update(followedCourse)
      .set({
        seenVersion: version.version,
        seenPublishedAt: version.publishedAt,
        platformVersion: version.version,
        settleStep: step,
        settleAt: settle === undefined ? null : now + settle,
        lastError: null,
      })
      .where(and(eq(followedCourse.courseId, course.id), isHeldBy(run))),
    db
      .update(syncRun)
      .set({
        state: 'succeeded',
        publishedVersion: version.version,
        courseVersion: patches.length > 0 ? guard + 1 : null,
        counts: counts ?? null,
        error: null,
        ...over(now),
      })
      .where(isMine(run)),
  ];
  const [first, ...rest] = writes;
  // There are always some: the run and what was seen.
  await db.batch([first as (typeof writes)[number], ...rest]);
}

/** Keeps what a pull would do, without doing it. `dueAt`: when to look again, null when only staff can help. */
export async function holdRun(
  { db, now }: SystemCall,
  { run }: Claimed,
  { changes, counts, skipped, version, error, dueAt }: Report & { error: string; dueAt: number | null },
): Promise<void> {
  await db.batch([
    ...forgetReport(db, run.id),
    ...changeWrites(db, run.id, changes),
    ...skippedWrites(db, run.id, skipped),
    db
      .update(syncRun)
      .set({
        state: 'held',
        publishedVersion: version.version,
        counts: counts ?? null,
        error,
        leaseUntil: null,
        dueAt,
        finishedAt: dueAt === null ? now : null,
      })
      .where(isMine(run)),
  ]);
}

/** Ends a run that applied nothing. */
export async function endRun(
  { db, now }: SystemCall,
  { run }: Claimed,
  {
    state,
    version,
    error = null,
    attempts = run.attempts,
  }: {
    state: 'succeeded' | 'failed';
    version?: Version | undefined;
    error?: string | null;
    attempts?: number;
  },
): Promise<void> {
  await db
    .update(syncRun)
    .set({ state, error, attempts, publishedVersion: version?.version ?? run.publishedVersion, ...over(now) })
    .where(isMine(run));
}
