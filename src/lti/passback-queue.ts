import { and, asc, eq, lte, or } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { passback } from './schema.ts';

/** What is to be sent: the messages of the queue of passbacks, one row each. */
export type PassbackJob = { id: string };

/** A message that came this late is given up and sent again. */
const LATE_MS = 5_000;
const BATCH = 100;

/** Has rows sent now. */
export async function pokePassbacks(queue: Queue<PassbackJob>, ids: readonly string[]): Promise<void> {
  for (let i = 0; i < ids.length; i += BATCH)
    await queue.sendBatch(ids.slice(i, i + BATCH).map((id) => ({ body: { id } })));
}

/**
 * For the sweep: what is due and no message will come for, those too whose consumer died. At most 100 a run, the longest due
 * first.
 */
export async function resendPassbacks({ db, now }: SystemCall, queue: Queue<PassbackJob>): Promise<number> {
  const due = await db
    .select({ id: passback.id })
    .from(passback)
    .where(
      or(
        and(eq(passback.state, 'pending'), lte(passback.nextAt, now - LATE_MS)),
        and(eq(passback.state, 'sending'), lte(passback.leaseUntil, now)),
      ),
    )
    .orderBy(asc(passback.nextAt))
    .limit(BATCH);
  await pokePassbacks(
    queue,
    due.map(({ id }) => id),
  );
  return due.length;
}
