import { and, eq, inArray, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { type FollowedCourse, selectFollowed } from './followed-courses.ts';
import { followedCourse, syncRun } from './schema.ts';
import { LOOKS, leaseMs, type Waits } from './waits.ts';

export type Run = typeof syncRun.$inferSelect;

/** A run that is ours until its lease ends, with what it is about. `run` is as of the last renewal; `rootKey` is the usage key of the course block. */
export type Claimed = Omit<FollowedCourse, 'rootKey'> & { run: Run; rootKey: string };

/** Condition on `sync_run`: the run is still ours. */
export const isMine = ({ id, leaseUntil }: Run) => and(eq(syncRun.id, id), sql`${syncRun.leaseUntil} = ${leaseUntil}`);

/** The same condition on any other table. */
export const isHeldBy = ({ id, leaseUntil }: Run) =>
  sql`exists (select 1 from sync_run where id = ${id} and lease_until = ${leaseUntil})`;

/**
 * Takes a due run: by one conditional update, so that one worker has it, and no other run of its course is under way. The first
 * time it starts it supersedes held runs of its course. Undefined when it is not due, not there, or somebody else's. One round
 * trip.
 */
export async function claimRun({ db, now }: SystemCall, runId: string, waits: Waits): Promise<Claimed | undefined> {
  const leaseUntil = now + leaseMs(waits);
  const [[run], , [about]] = await db.batch([
    db
      .update(syncRun)
      .set({
        state: 'running',
        leaseUntil,
        startedAt: sql`coalesce(${syncRun.startedAt}, ${now})`,
        lookUntil: sql`coalesce(${syncRun.lookUntil}, ${now + LOOKS * waits.pollMs})`,
      })
      .where(
        and(
          eq(syncRun.id, runId),
          inArray(syncRun.state, ['pending', 'running', 'held']),
          sql`${syncRun.dueAt} <= ${now}`,
          sql`(${syncRun.leaseUntil} is null or ${syncRun.leaseUntil} <= ${now})`,
          sql`not exists (select 1 from sync_run other
            where other.course_id = ${syncRun.courseId} and other.id <> ${runId} and other.state = 'running')`,
        ),
      )
      .returning(),
    db
      .update(syncRun)
      .set({ state: 'failed', error: `superseded by ${runId}`, dueAt: null, finishedAt: now })
      .where(
        and(
          eq(syncRun.state, 'held'),
          sql`course_id = (select course_id from sync_run mine where mine.id = ${runId} and mine.lease_until = ${leaseUntil})`,
        ),
      ),
    selectFollowed(db).where(sql`${followedCourse.courseId} = (select course_id from sync_run where id = ${runId})`),
  ]);
  if (!run || !about || about.rootKey === null) return undefined;
  return { run, ...about, rootKey: about.rootKey };
}

/** Keeps a run for another step, as of `now` (ms), and says whether it was still ours. One round trip. */
export async function renewLease(
  { db }: SystemCall,
  claimed: Claimed,
  { waits, now }: { waits: Waits; now: number },
): Promise<boolean> {
  const { run } = claimed;
  const leaseUntil = now + leaseMs(waits);
  const [kept] = await db.update(syncRun).set({ leaseUntil }).where(isMine(run)).returning({ id: syncRun.id });
  if (kept) claimed.run = { ...run, leaseUntil };
  return kept !== undefined;
}
