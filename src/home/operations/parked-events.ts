import { and, asc, count, eq, isNull } from 'drizzle-orm';
import { event } from '../../events/index.ts';
import { auditIfChanged } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { offsetOf, type Page, type PageQuery } from '../../lib/paging.ts';
import { requireOperator } from '../../notifications/index.ts';

export type ParkedEvent = typeof event.$inferSelect;

/** Condition on `event`: its reactions failed so often that it waits for staff. */
const isParked = and(isNull(event.handledAt), isNull(event.nextAt));

/** Events whose reactions failed too often, oldest first. Refuses with `forbidden`. One round trip. */
export async function listParkedEvents({ db, actor }: Call, query: PageQuery): Promise<Page<ParkedEvent>> {
  requireOperator(actor);
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(event).where(isParked),
    db
      .select()
      .from(event)
      .where(isParked)
      .orderBy(asc(event.at), asc(event.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  return { count: total?.count ?? 0, results };
}

/**
 * Has a parked event reacted to again, with all its tries; the route puts it on the queue. Refuses with `forbidden`, `not_found`, and `conflict` for
 * one that is not parked. One round trip.
 */
export async function retryEvent(call: Call, id: string): Promise<ParkedEvent> {
  const { db, actor, now } = call;
  requireOperator(actor);
  const [[retried], , [found]] = await db.batch([
    db
      .update(event)
      .set({ nextAt: now, attempts: 0 })
      .where(and(eq(event.id, id), isParked))
      .returning(),
    auditIfChanged(call, { action: 'event.retried', subject: id, detail: {} }),
    db.select({ id: event.id }).from(event).where(eq(event.id, id)),
  ]);
  if (!found) throw new DomainError('not_found');
  if (!retried) throw new DomainError('conflict', 'This event is not parked');
  return retried;
}
