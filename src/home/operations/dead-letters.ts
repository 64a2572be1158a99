import { and, count, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import * as z from 'zod';
import { deadLetter } from '../../events/index.ts';
import { auditIfChanged } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { offsetOf, type Page, PageQuery } from '../../lib/paging.ts';
import { requireOperator } from '../../notifications/index.ts';
import { retryRun } from '../../openedx/index.ts';

const states = ['waiting', 'replayed'] as const;

export const ListDeadLettersInput = PageQuery.extend({ state: z.enum(states).optional() });
export type ListDeadLettersInput = z.output<typeof ListDeadLettersInput>;

export type DeadLetter = typeof deadLetter.$inferSelect;

/** The queues that letters came from, by name; given by the route. */
export type LiveQueues = { [queue in string]?: Pick<Queue, 'send'> };

export const liveQueues = (env: Env): LiveQueues => ({
  've-edu-vault-jobs': env.JOBS,
  've-edu-vault-syncs': env.SYNCS,
  've-edu-vault-passbacks': env.PASSBACKS,
});

/** What queues gave up on, newest first. Refuses with `forbidden`. One round trip. */
export async function listDeadLetters({ db, actor }: Call, input: ListDeadLettersInput): Promise<Page<DeadLetter>> {
  requireOperator(actor);
  const { replayedAt } = deadLetter;
  const where = input.state && (input.state === 'waiting' ? isNull(replayedAt) : isNotNull(replayedAt));
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(deadLetter).where(where),
    db
      .select()
      .from(deadLetter)
      .where(where)
      .orderBy(desc(deadLetter.at), desc(deadLetter.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/** A run of a sync whose message died has failed; for the message to mean anything the run begins anew. Any other message stands for itself. */
async function bodyAgain(call: Call, { body }: DeadLetter): Promise<unknown> {
  const runId = typeof body === 'object' && body !== null && 'runId' in body ? body.runId : undefined;
  if (typeof runId !== 'string') return body;
  try {
    return await retryRun(call, runId);
  } catch (error) {
    if (error instanceof DomainError) return body;
    throw error;
  }
}

/**
 * Sends a dead letter again to the queue it came from, once: of any number who ask, one does. If the queue cannot be reached it waits as before.
 * Refuses with `forbidden`, `not_found`, and `conflict` for one that was sent again already. One round trip and the queue; a sync costs more.
 */
export async function replayDeadLetter(call: Call, id: string, queues: LiveQueues): Promise<DeadLetter> {
  const { db, actor, now } = call;
  requireOperator(actor);
  const [[letter], , [found]] = await db.batch([
    db
      .update(deadLetter)
      .set({ replayedAt: now })
      .where(and(eq(deadLetter.id, id), isNull(deadLetter.replayedAt)))
      .returning(),
    auditIfChanged(call, { action: 'dead-letter.replayed', subject: id, detail: {} }),
    db.select({ id: deadLetter.id }).from(deadLetter).where(eq(deadLetter.id, id)),
  ]);
  if (!found) throw new DomainError('not_found');
  if (!letter) throw new DomainError('conflict', 'This message was sent again already');
  try {
    const queue = queues[letter.queue];
    if (!queue) throw new DomainError('conflict', `There is no queue ${letter.queue} any more`);
    await queue.send(await bodyAgain(call, letter));
  } catch (error) {
    await db
      .update(deadLetter)
      .set({ replayedAt: null })
      .where(and(eq(deadLetter.id, id), eq(deadLetter.replayedAt, now)));
    throw error;
  }
  return letter;
}
