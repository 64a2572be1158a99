import { and, asc, eq, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import type { DomainEvent, Job } from './event.ts';
import { event } from './schema.ts';

/** A reaction that has failed this often is parked for staff. */
const MAX_ATTEMPTS = 8;
/** The verb pokes the queue itself; the sweep picks up what a crash left behind after this long. */
const SWEEP_AFTER_MS = 60_000;

/**
 * The statement that records an event; it goes into the verb's own batch. It writes only if the statement just before it
 * in the batch changed exactly one row, so a lost conditional write records nothing; and only `where` somebody may care.
 */
export function recordIfChanged(
  { db, now }: SystemCall,
  happened: DomainEvent,
  id = newId('event', now),
  where: SQL = sql`true`,
) {
  return batchable(
    db,
    sql`insert into event (id, type, payload, at, next_at, attempts)
    select ${id}, ${happened.type}, ${JSON.stringify(happened.payload)}, ${now}, ${now + SWEEP_AFTER_MS}, 0
    where changes() = 1 and ${where}`,
  );
}

/**
 * The statement that records an event about whom a query finds: nothing where it finds nobody, which costs the same. `payload` is JSON made of
 * what `found` (`from … where …`, one row at most) has.
 */
export function recordOf(
  { db, now }: SystemCall,
  type: DomainEvent['type'],
  { payload, found }: { payload: SQL; found: SQL },
  id = newId('event', now),
) {
  return batchable(
    db,
    sql`insert into event (id, type, payload, at, next_at, attempts)
    select ${id}, ${type}, ${payload}, ${now}, ${now + SWEEP_AFTER_MS}, 0 ${found}`,
  );
}

/** The statement that records an event whatever came before it. */
export function record({ db, now }: SystemCall, happened: DomainEvent, id = newId('event', now)) {
  return db.insert(event).values({ id, ...happened, at: now, nextAt: now + SWEEP_AFTER_MS });
}

/** Hands due events to the queue. At most `limit` a run; the next run takes the rest. */
export async function relayEvents({ db, now }: SystemCall, queue: Queue<Job>, limit = 100): Promise<number> {
  const due = await db
    .select({ id: event.id })
    .from(event)
    .where(lte(event.nextAt, now))
    .orderBy(asc(event.nextAt))
    .limit(limit);
  if (due.length > 0) await queue.sendBatch(due.map(({ id }) => ({ body: { job: 'react', eventId: id } })));
  return due.length;
}

/**
 * Runs the reactions to one event. Reactions are idempotent: an event may come twice. A failure backs off (one minute,
 * doubling), then parks with its error.
 */
export async function reactTo(
  { db, now }: SystemCall,
  eventId: string,
  react: (happened: DomainEvent, eventId: string) => Promise<void>,
): Promise<void> {
  const [found] = await db.select().from(event).where(eq(event.id, eventId));
  if (!found || found.handledAt !== null) return;
  try {
    await react({ type: found.type, payload: found.payload } as DomainEvent, eventId);
    await db.update(event).set({ handledAt: now, nextAt: null, lastError: null }).where(eq(event.id, eventId));
  } catch (error) {
    const attempts = found.attempts + 1;
    const nextAt = attempts < MAX_ATTEMPTS ? now + SWEEP_AFTER_MS * 2 ** (attempts - 1) : null;
    await db
      .update(event)
      .set({ attempts, nextAt, lastError: String(error).slice(0, 1000) })
      .where(and(eq(event.id, eventId), eq(event.attempts, found.attempts)));
  }
}

const DAY_MS = 24 * 3600 * 1000;
/** How long an event that was handled is kept for those who look into what happened. */
const KEPT_MS = 30 * DAY_MS;

/** For the sweep: forgets handled events, at most 1,000 a run. Parked ones stay until staff have seen to them. */
export async function forgetHandledEvents({ db, now }: SystemCall): Promise<void> {
  const old = db
    .select({ id: event.id })
    .from(event)
    .where(lte(event.handledAt, now - KEPT_MS))
    .limit(1000);
  await db.delete(event).where(inArray(event.id, old));
}
