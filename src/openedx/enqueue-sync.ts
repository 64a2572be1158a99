/** What is to be done about a run: the messages of the queue of syncs, one run each. */
export type SyncJob = { runId: string };

/** The queue holds a message no longer than this; the sweep sends another. */
const MAX_DELAY_SECONDS = 43_200;

/** Puts a run on its queue, to be worked on at `startsAt` (ms) and not before. */
export async function enqueueSync(queue: Queue<SyncJob>, runId: string, startsAt: number, now: number): Promise<void> {
  const delaySeconds = Math.min(Math.max(0, Math.ceil((startsAt - now) / 1000)), MAX_DELAY_SECONDS);
  await queue.send({ runId }, delaySeconds > 0 ? { delaySeconds } : {});
}
