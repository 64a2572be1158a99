import { inArray, lte } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { deadLetter } from './schema.ts';

const DAY_MS = 24 * 3600 * 1000;
/** How long a letter is kept that was sent again. Others stay until staff have seen to them. */
const KEPT_MS = 30 * DAY_MS;

/** The queue whose messages die into a queue of this name. */
const liveQueueOf = (deadQueue: string) => deadQueue.replace('-dead-', '-');

/** Keeps a message that a queue gave up on. The same message again changes nothing. One round trip. */
export async function keepDeadLetter(
  { db, now }: SystemCall,
  { queue, message }: { queue: string; message: Pick<Message, 'id' | 'body' | 'attempts'> },
): Promise<void> {
  const { id, body, attempts } = message;
  await db
    .insert(deadLetter)
    .values({ id: `dlt_${id}`, queue: liveQueueOf(queue), body, attempts, at: now })
    .onConflictDoNothing();
}

/** For the sweep: forgets letters that were sent again a month ago, at most 1,000 a run. One round trip. */
export async function forgetDeadLetters({ db, now }: SystemCall): Promise<void> {
  const old = db
    .select({ id: deadLetter.id })
    .from(deadLetter)
    .where(lte(deadLetter.replayedAt, now - KEPT_MS))
    .limit(1000);
  await db.delete(deadLetter).where(inArray(deadLetter.id, old));
}
