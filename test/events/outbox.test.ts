import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  forgetHandledEvents,
  type Job,
  reactTo,
  record,
  recordIfChanged,
  relayEvents,
} from '../../src/events/index.ts';
import { event } from '../../src/events/schema.ts';
import { user } from '../../src/identity/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { db } from '../factories.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const happened = { type: 'assessment.times.changed', payload: { assessmentId: 'asm_1' } } as const;

/** An event recorded at `now`; its id. */
async function anEvent(now: number) {
  const id = newId('event');
  await record({ db, now }, happened, id);
  return id;
}
const kept = async (id: string) => (await db.select().from(event).where(eq(event.id, id)))[0];

/** The ids that reach a queue. */
async function relayed(now: number, limit?: number) {
  const sent: string[] = [];
  const sendBatch = async (messages: Iterable<{ body: Job }>) => {
    for (const { body } of messages) if (body.job === 'react') sent.push(body.eventId);
  };
  await relayEvents({ db, now }, { sendBatch } as unknown as Queue<Job>, limit);
  return sent;
}

describe('an event', () => {
  it('is recorded with a change that happened, and not with one that did not', async () => {
    const id = newId('user');
    await db.insert(user).values({ id, name: 'x', role: 'student', createdAt: 1 });
    const rename = (from: string) => db.update(user).set({ name: 'y' }).where(eq(user.id, from));
    const [yes, no] = [newId('event'), newId('event')];
    await db.batch([rename(id), recordIfChanged({ db, now: 1 }, happened, yes)]);
    await db.batch([rename('nobody'), recordIfChanged({ db, now: 1 }, happened, no)]);
    expect([await kept(yes), await kept(no)]).toMatchObject([{ ...happened, at: 1, handledAt: null }, undefined]);
  });

  it('is left to who recorded it for a minute, then relayed by the sweep', async () => {
    const now = Date.now();
    const id = await anEvent(now);
    expect(await relayed(now + MINUTE - 1)).not.toContain(id);
    expect(await relayed(now + MINUTE)).toContain(id);
  });

  it('is reacted to once, however often it comes', async () => {
    const id = await anEvent(1);
    const seen: unknown[] = [];
    const react = async (one: unknown) => void seen.push(one);
    for (let i = 0; i < 3; i++) await reactTo({ db, now: 2 }, id, react);
    expect(seen).toEqual([happened]);
    expect(await kept(id)).toMatchObject({ handledAt: 2, nextAt: null });
    expect(await relayed(Number.MAX_SAFE_INTEGER)).not.toContain(id);
  });

  it('whose reaction fails comes again later and later, then is parked with its error', async () => {
    const id = await anEvent(0);
    const waits: (number | null)[] = [];
    for (let i = 0; i < 8; i++) {
      await reactTo({ db, now: 0 }, id, async () => {
        throw new Error('D1 is away');
      });
      waits.push((await kept(id))?.nextAt ?? null);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, null].map((minutes) => minutes && minutes * MINUTE));
    expect(await kept(id)).toMatchObject({
      attempts: 8,
      handledAt: null,
      lastError: expect.stringContaining('D1 is away'),
    });
  });

  it('is forgotten a month after it was handled, and not while it waits or is parked', async () => {
    const [handled, waiting] = [await anEvent(1), await anEvent(1)];
    await reactTo({ db, now: 5 * DAY }, handled, async () => {});
    await forgetHandledEvents({ db, now: 35 * DAY - 1 });
    expect(await kept(handled)).toBeDefined();
    await forgetHandledEvents({ db, now: 35 * DAY });
    expect([await kept(handled), await kept(waiting)]).toEqual([undefined, expect.anything()]);
  });

  it('that is unknown is nothing to react to', async () => {
    let reacted = false;
    await reactTo({ db, now: 0 }, 'evt_none', async () => void (reacted = true));
    expect(reacted).toBe(false);
  });

  it('of many due goes in the order of falling due, at most so many a run', async () => {
    const ids = [await anEvent(-3 * MINUTE), await anEvent(-5 * MINUTE), await anEvent(-4 * MINUTE)];
    expect(await relayed(0, 2)).toEqual([ids[1], ids[2]]);
  });
});
