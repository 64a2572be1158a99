import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { requireTaughtCourse } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import { auditIfChanged, auditRow } from '../identity/index.ts';
import type { Call, SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { requireRun, selectPending } from './runs.ts';
import { followedCourse, syncRun } from './schema.ts';
import type { RunCause } from './words.ts';

type Wanted = { courseId: string; cause: RunCause; isForced: boolean; dueAt: number };

/** The statement that makes the pending run of a course, unless there is one or `when` does not hold. */
export const pendingRun = (
  { db, now }: SystemCall,
  { courseId, cause, isForced, dueAt }: Wanted,
  id = newId('syncRun', now),
  when = sql`true`,
) =>
  batchable(
    db,
    sql`insert into sync_run (id, course_id, cause, state, due_at, is_forced, attempts, created_at)
    select ${id}, ${courseId}, ${cause}, 'pending', ${dueAt}, ${isForced ? 1 : 0}, 0, ${now} where ${when}
    on conflict do nothing`,
  );

/** A run that nobody works on just now: it waits to look again, or for a retry. */
const isWaiting = and(eq(syncRun.state, 'running'), isNull(syncRun.leaseUntil));

/** Makes the pending run of a course due now and forced, or makes one. Returns its id. */
async function forceSync(call: SystemCall, courseId: string): Promise<string> {
  const { db, now } = call;
  const [, , , [pending]] = await db.batch([
    pendingRun(call, { courseId, cause: 'staff', isForced: true, dueAt: now }),
    db
      .update(syncRun)
      .set({ cause: 'staff', isForced: true, dueAt: now })
      .where(and(eq(syncRun.courseId, courseId), eq(syncRun.state, 'pending'))),
    // It need not wait for one that only waits for the platform.
    db
      .update(syncRun)
      .set({ dueAt: now })
      .where(and(eq(syncRun.courseId, courseId), isWaiting)),
    selectPending(db, courseId),
  ]);
  // It started between the two: then it is the sync that was asked for.
  if (pending) return pending.id;
  const [newest] = await db
    .select({ id: syncRun.id })
    .from(syncRun)
    .where(eq(syncRun.courseId, courseId))
    .orderBy(sql`created_at desc, id desc`)
    .limit(1);
  if (!newest) throw new DomainError('conflict');
  return newest.id;
}

async function requireFollowed({ db }: Call, courseId: string): Promise<void> {
  const [found] = await db
    .select({ id: followedCourse.courseId })
    .from(followedCourse)
    .where(eq(followedCourse.courseId, courseId));
  if (!found) throw new DomainError('conflict', 'This course is not followed on an Open edX connection');
}

/**
 * Staff ask for a sync now. It pulls even a version that was seen. A run that has not started becomes this one. Refuses with
 * `not_found`, and `conflict` for a course that is not followed.
 */
export async function requestSync(call: Call, courseKey: string): Promise<{ runId: string }> {
  const { id } = await requireTaughtCourse(call, courseKey);
  await requireFollowed(call, id);
  const runId = await forceSync(call, id);
  await auditRow(call, { action: 'sync.requested', subject: courseKey, detail: { runId } });
  return { runId };
}

/** What a run is when it begins anew. */
const anew = (now: number) => ({
  dueAt: now,
  leaseUntil: null,
  lookUntil: null,
  attempts: 0,
  finishedAt: null,
  isForced: true,
});

const hasPending = sql`exists (select 1 from sync_run other where other.course_id = ${syncRun.courseId} and other.state = 'pending')`;

/**
 * Staff accept what a held run would do: the version it shows is applied whatever looks wrong with it; another version is
 * looked at afresh. Refuses with `not_found`, and `conflict` for a run that is not held.
 */
export async function confirmRun(call: Call, id: string): Promise<{ runId: string }> {
  const { db, now } = call;
  const { run } = await requireRun(call, id);
  const [[confirmed]] = await db.batch([
    db
      .update(syncRun)
      .set({
        ...anew(now),
        // Another run may be waiting: then this one starts from where it is.
        state: sql`case when ${hasPending} then 'held' else 'pending' end`,
        confirmedVersion: syncRun.publishedVersion,
      })
      .where(and(eq(syncRun.id, id), eq(syncRun.state, 'held')))
      .returning({ id: syncRun.id }),
    auditIfChanged(call, { action: 'sync.confirmed', subject: id, detail: { version: run.publishedVersion } }),
  ]);
  if (!confirmed) throw new DomainError('conflict', `This run is ${run.state}, not held`);
  return { runId: id };
}

/**
 * Staff try a failed or held run again, or at once one that waits for the platform; where another run waits to start, that one
 * now. Refuses with `not_found`, and `conflict` for a run of another state.
 */
export async function retryRun(call: Call, id: string): Promise<{ runId: string }> {
  const { db, now } = call;
  const { run } = await requireRun(call, id);
  const waits = run.state === 'running' && run.leaseUntil === null;
  if (run.state !== 'failed' && run.state !== 'held' && !waits)
    throw new DomainError('conflict', `This run is ${run.state}`);
  const [[again]] = await db.batch([
    db
      .update(syncRun)
      .set({ ...anew(now), state: sql`case when ${isWaiting} then 'running' else 'pending' end`, error: null })
      .where(
        and(eq(syncRun.id, id), or(isWaiting, and(inArray(syncRun.state, ['failed', 'held']), sql`not ${hasPending}`))),
      )
      .returning({ id: syncRun.id }),
    auditIfChanged(call, { action: 'sync.retried', subject: id, detail: {} }),
  ]);
  return { runId: again?.id ?? (await forceSync(call, run.courseId)) };
}
