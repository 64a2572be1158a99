import { and, asc, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Outside } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { enqueueSync, type SyncJob } from './enqueue-sync.ts';
import { reconcile } from './reconcile.ts';
import { syncRun } from './schema.ts';
import type { Waits } from './waits.ts';
import { buryRun, workOnRun } from './work-on-run.ts';

/** A message that came this late is given up and sent again. */
const LATE_MS = 5_000;
/** How far the sweeps are apart. */
const SWEEP_MS = 60_000;
const BATCH = 100;

/** What the consumer does with its message: it is done with it, or wants it again after so many seconds. */
export type Verdict = { kind: 'ack' } | { kind: 'retry'; delaySeconds: number };

/** A run that could not start because another of its course is under way, and only waits, calls that one if it is due. */
async function callWaiting({ db, now }: SystemCall, runId: string, queue: Queue<SyncJob>): Promise<void> {
  const [waiting] = await db
    .select({ id: syncRun.id })
    .from(syncRun)
    .where(
      and(
        sql`${syncRun.courseId} = (select course_id from sync_run mine where mine.id = ${runId} and mine.state = 'pending')`,
        sql`${syncRun.state} = 'running' and ${syncRun.leaseUntil} is null`,
        lte(syncRun.dueAt, now),
      ),
    );
  if (waiting) await queue.send({ runId: waiting.id });
}

/**
 * Works on the run of one message. Waiting for the platform is a message of its own, with a delay; a failure takes one of the
 * retries of the queue. When a run ends, the next one of its course is called.
 */
export async function consumeSync(
  call: SystemCall,
  { runId }: SyncJob,
  { outside, waits, queue }: { outside: Outside; waits: Waits; queue: Queue<SyncJob> },
): Promise<Verdict> {
  const outcome = await workOnRun(call, runId, outside, waits);
  const now = outside.now();
  switch (outcome.kind) {
    case 'nothing':
      await callWaiting(call, runId, queue);
      return { kind: 'ack' };
    case 'again':
      await enqueueSync(queue, runId, outcome.at, now);
      return { kind: 'ack' };
    case 'retry':
      return { kind: 'retry', delaySeconds: Math.max(0, Math.ceil((outcome.at - now) / 1000)) };
    case 'done': {
      const [next] = await call.db
        .select({ id: syncRun.id, dueAt: syncRun.dueAt })
        .from(syncRun)
        .where(sql`${syncRun.courseId} = ${outcome.courseId} and ${syncRun.state} = 'pending'`);
      if (next) await enqueueSync(queue, next.id, next.dueAt ?? now, now);
      return { kind: 'ack' };
    }
  }
}

/** The dead-letter queue: a run that was retried too often has failed. */
export const buryDeadSync = (call: SystemCall, { runId }: SyncJob) => buryRun(call, runId);

/**
 * Sends again what no message will come for: due runs that nobody works on, those too whose worker died. Where a lease ends before
 * the next sweep the message comes when it does.
 */
export async function resendSyncs({ db, now }: SystemCall, queue: Queue<SyncJob>): Promise<number> {
  const due = await db
    .select({ id: syncRun.id, leaseUntil: syncRun.leaseUntil })
    .from(syncRun)
    .where(
      and(
        inArray(syncRun.state, ['pending', 'running', 'held']),
        lte(syncRun.dueAt, now - LATE_MS),
        or(isNull(syncRun.leaseUntil), lte(syncRun.leaseUntil, now + SWEEP_MS)),
      ),
    )
    .orderBy(asc(syncRun.dueAt))
    .limit(BATCH);
  for (const { id, leaseUntil } of due) await enqueueSync(queue, id, leaseUntil ?? now, now);
  return due.length;
}

/** Reconciles and lets the queue work on what that finds. */
export async function reconcileAndSync(
  call: SystemCall,
  { outside, queue, all }: { outside: Outside; queue: Queue<SyncJob>; all: boolean },
): Promise<void> {
  for (const runId of await reconcile(call, outside, { all })) await queue.send({ runId });
}
