import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { asc, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { attempt, result } from '../../src/assessments/schema.ts';
import { IDLE_LIMIT_MS } from '../../src/assessments/session.ts';
import type { PinnedItem } from '../../src/assessments/session-state.ts';
import { event } from '../../src/events/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { aSitting, happen, set } from '../assessments/a-sitting.ts';
import { aSittingStudent, aUser, db, set as setOf } from '../factories.ts';
import { aSession, HOUR, objectOf, ops } from './a-session.ts';

/* The object itself, on real storage. `Date` is moved in the object too, but a moved `Date` fires no alarm: tests do. */

const user = 'usr_student';
const MINUTE = 60_000;
const at = (now: number) => vi.useFakeTimers({ toFake: ['Date'], now });
const soon = { timeout: 8_000, interval: 50 };

afterEach(() => vi.useRealTimers());

/** A student in the middle of a real attempt, and its object. */
async function aRealSitting(settings: Parameters<typeof aSittingStudent>[1] = {}) {
  const sitting = await aSittingStudent(await aUser('instructor'), settings);
  const { id } = sitting.view.attempt;
  const endsAt = Date.parse(sitting.view.attempt.endsAt ?? '');
  const save = (seq: number) =>
    sitting.student.ask('POST', `${sitting.path}/ops`, { epoch: 1, ops: [setOf(seq, sitting.itemIds[0])] });
  return { ...sitting, ...objectOf(id), id, endsAt, save };
}

const resultsOf = (attemptId: string) =>
  db.select().from(result).where(eq(result.attemptId, attemptId)).orderBy(asc(result.number));
const eventsOf = async (attemptId: string) =>
  (await db.select().from(event).where(eq(event.type, 'assessment.attempt.finished'))).filter(
    ({ payload }) => 'attemptId' in payload && payload.attemptId === attemptId,
  );
const stored = (attemptId: string) =>
  vi.waitFor(async () => {
    const [row] = await db.select().from(attempt).where(eq(attempt.id, attemptId));
    expect(row?.state).toBe('graded');
    return row;
  }, soon);

describe('start', () => {
  it('twice is the same as once, whatever the second one says', async () => {
    const { spec, rpc, sql } = await aSession();
    await rpc.record(user, ops(1, set(1, 'itm_1', 'a')));
    const again = await rpc.start({ ...spec, title: 'Another', endsAt: spec.startedAt + 9 * HOUR, items: [] });
    expect(again).toMatchObject({
      attempt: { title: 'Mock', endsAt: spec.endsAt, lastSeq: 1 },
      responses: { itm_1: { seq: 1 } },
    });
    expect(again.kind === 'view' && again.items).toHaveLength(5);
    expect(await sql('select count(*) as n from start')).toEqual([{ n: 1 }]);
  });

  it('sets the alarm to the end', async () => {
    const { spec, alarmAt } = await aSession();
    expect(await alarmAt()).toBe(spec.endsAt);
  });
});

describe('nobody', () => {
  it('makes anything by guessing an id: the answer is absent and no table is made', async () => {
    const { rpc, tables, alarmAt } = objectOf(newId('attempt'));
    const answers = [
      await rpc.view(user),
      await rpc.open(user),
      await rpc.record(user, ops(1, set(1, 'itm_1', 'a'))),
      await rpc.takeover(user),
      await rpc.submit(user, { kind: 'submit', epoch: 1 }),
      await rpc.tryItem(user, { kind: 'try', itemId: 'itm_1', response: {}, tryNumber: 1 }),
      await rpc.summary(),
      await rpc.finished(),
      await rpc.adjust({ endsAt: 1, reopenings: 1, closesAt: null, review: aSitting().terms.review }),
      await rpc.ops(),
    ];
    for (const answer of answers) expect(answer).toEqual({ kind: 'absent' });
    await rpc.stored(1);
    expect(await tables()).toEqual([]);
    expect(await alarmAt()).toBeNull();
  });

  it("reads or writes another user's attempt: to them it is as absent as one that never was", async () => {
    const { rpc, sql } = await aSession({ behaviour: 'practice' });
    const thief = 'usr_other';
    const answers = [
      await rpc.view(thief),
      await rpc.open(thief),
      await rpc.record(thief, ops(1, set(1, 'itm_1', 'a'))),
      await rpc.takeover(thief),
      await rpc.submit(thief, { kind: 'submit', epoch: 1 }),
      await rpc.tryItem(thief, { kind: 'try', itemId: 'itm_1', response: { selected: ['a'] }, tryNumber: 1 }),
    ];
    for (const answer of answers) expect(answer).toEqual({ kind: 'absent' });
    expect(await rpc.view(user)).toMatchObject({ attempt: { epoch: 1, lastSeq: 0, state: 'open' }, tries: {} });
    expect(await sql('select (select count(*) from op) + (select count(*) from change) as n')).toEqual([{ n: 0 }]);
  });
});

describe('the alarm', () => {
  it('when due finishes the attempt at its end, and the result reaches D1', async () => {
    const { id, stub, endsAt, save, alarmAt } = await aRealSitting();
    await save(1);
    at(endsAt + 3);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const row = await stored(id);
    expect(row?.finishedAt).toBe(endsAt);
    expect(await resultsOf(id)).toMatchObject([{ number: 1, given: 1, maximum: 3, answered: 1, finishedAt: endsAt }]);
    await vi.waitFor(async () => expect(await alarmAt()).toBeNull(), soon);
  });

  it('that comes early finishes nothing and is set again', async () => {
    const { spec, stub, rpc, alarmAt } = await aSession();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await alarmAt()).toBe(spec.endsAt);
    expect(await rpc.view(user)).toMatchObject({ attempt: { state: 'open' } });
  });

  it('that comes late finishes the attempt at its end, not at the alarm', async () => {
    const { id, stub, endsAt } = await aRealSitting();
    at(endsAt + 5 * HOUR);
    await runDurableObjectAlarm(stub);
    expect((await stored(id))?.finishedAt).toBe(endsAt);
  });

  it('that comes twice, or after a submit, makes no second result and no second event', async () => {
    const { id, stub, student, path, endsAt, inside } = await aRealSitting();
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const [first] = await resultsOf(id);
    at(endsAt + MINUTE);
    for (let i = 0; i < 2; i++) {
      await inside((storage) => storage.setAlarm(endsAt + HOUR));
      expect(await runDurableObjectAlarm(stub)).toBe(true);
    }
    expect(await resultsOf(id)).toEqual([first]);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('that never comes is not needed: the first read after the end finishes the attempt', async () => {
    const { id, inside, student, path, endsAt } = await aRealSitting();
    await inside((storage) => storage.deleteAlarm());
    at(endsAt + 2 * HOUR);
    expect((await student.ask('GET', path)).json.attempt).toMatchObject({
      state: 'graded',
      finishedAt: new Date(endsAt).toISOString(),
    });
    expect((await stored(id))?.finishedAt).toBe(endsAt);
  });

  it('of an attempt without an end moves on with each op, 30 days ahead', async () => {
    const { spec, rpc, stub, alarmAt } = await aSession({ endsAt: null });
    expect(await alarmAt()).toBe(spec.startedAt + IDLE_LIMIT_MS);
    at(spec.startedAt + HOUR);
    await rpc.record(user, ops(1, set(1, 'itm_1', 'a')));
    at(spec.startedAt + IDLE_LIMIT_MS);
    await runDurableObjectAlarm(stub);
    expect(await rpc.view(user)).toMatchObject({ attempt: { state: 'open' } });
    expect(await alarmAt()).toBe(spec.startedAt + HOUR + IDLE_LIMIT_MS);
  });
});

describe('an eviction', () => {
  it('keeps an open attempt as it was: responses, flags, epoch, gaps, conflicts, refused ops', async () => {
    const { rpc, evict } = await aSession();
    await rpc.record(user, ops(1, set(1, 'itm_1', 'a'), set(2, 'itm_9', 'a'), set(2, 'itm_1', 'b')));
    await rpc.takeover(user);
    await rpc.record(user, ops(1, set(3, 'itm_2', 'a'))); // stale, kept for staff
    await rpc.record(
      user,
      ops(2, set(1, 'itm_1', 'c'), set(5, 'itm_2', 'b'), { seq: 7, itemId: 'itm_3', kind: 'flag', value: true }),
    );
    const looks = async () => {
      const view = await rpc.view(user);
      const { receipt } = (await rpc.record(user, ops(2, set(5, 'itm_2', 'b')))) as { receipt: object };
      const { attempt: facts, ...rest } = view as Extract<typeof view, { kind: 'view' }>;
      return {
        ...rest,
        facts: { ...facts, serverTime: 0 },
        receipt: { ...receipt, serverTime: 0 },
        ops: await rpc.ops(),
      };
    };
    const before = await looks();
    await evict();
    expect(await looks()).toEqual(before);
    expect(before).toMatchObject({
      facts: { epoch: 2 },
      flagged: ['itm_3'],
      receipt: { upTo: 1, missing: [2, 3, 4, 6] },
    });
  });

  it('keeps tries, and the result of a finished attempt', async () => {
    const { rpc, evict, student, itemIds } = await aRealSitting({ behaviour: 'practice' });
    const itemId = itemIds[0] ?? '';
    const tryIt = (choice: string, tryNumber: number) =>
      rpc.tryItem(student.id, { kind: 'try', itemId, response: { selected: [choice] }, tryNumber });
    await tryIt('b', 1);
    await evict();
    expect(await tryIt('a', 2)).toMatchObject({ kind: 'tried', feedback: { mastered: true, tryNumber: 2 } });
    const view = await rpc.view(student.id);
    await evict();
    expect(await rpc.view(student.id)).toMatchObject({ tries: view.kind === 'view' ? view.tries : {} });
    const handedIn = await rpc.submit(student.id, { kind: 'submit', epoch: 1 });
    await evict();
    expect(await rpc.finished()).toMatchObject({ result: handedIn.kind === 'finished' && handedIn.result });
  });

  it('does not move the end, and what extra time gave stays given', async () => {
    const { spec, rpc, evict } = await aSession();
    const endsAt = (spec.endsAt ?? 0) + 10 * MINUTE;
    await rpc.adjust({ endsAt, reopenings: 0, closesAt: null, review: spec.review });
    await evict();
    expect(await rpc.view(user)).toMatchObject({ attempt: { endsAt } });
  });

  it('at any moment, with batches repeated, lost, sent again and in any order, leaves the responses the rule says', async () => {
    const change = fc.record({ item: fc.integer({ min: 1, max: 4 }), choice: fc.constantFrom('a', 'b', 'c', 'clear') });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ from: fc.nat(), length: fc.integer({ min: 1, max: 6 }) }) },
      { weight: 1, arbitrary: fc.constant('evict' as const) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 12 }),
        fc.array(step, { maxLength: 8 }),
        async (changes, steps) => {
          const all = changes.map(({ item, choice }, index) =>
            choice === 'clear'
              ? { seq: index + 1, itemId: `itm_${item}`, kind: 'clear' }
              : set(index + 1, `itm_${item}`, choice),
          );
          const rule = aSitting();
          happen(rule, ops(1, ...all));
          const { rpc, evict } = await aSession();
          for (const one of steps) {
            if (one === 'evict') await evict();
            else
              await rpc.record(
                user,
                ops(
                  1,
                  ...all
                    .slice(one.from % all.length)
                    .slice(0, one.length)
                    .reverse(),
                ),
              );
          }
          const last = await rpc.record(user, ops(1, ...all)); // what was lost is sent again
          await evict();
          expect(last).toMatchObject({ receipt: { upTo: all.length, missing: [], refused: [] } });
          const view = await rpc.view(user);
          const standing = [...rule.responses].filter(([, { response }]) => response !== null);
          expect(view.kind === 'view' && view.responses).toEqual(Object.fromEntries(standing));
          expect(await rpc.ops()).toMatchObject({ ops: { length: all.length } });
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('storage that fails', () => {
  const failing = "create trigger broken before insert on op when new.seq = 2 begin select raise(abort, 'disk'); end";

  it('in the middle of a batch leaves the memory not ahead of it, and the batch can be sent again', async () => {
    const { rpc, sql, evict } = await aSession();
    await sql(failing);
    const batch = ops(1, set(1, 'itm_1', 'a'), set(2, 'itm_2', 'b'), set(3, 'itm_3', 'c'));
    await expect(async () => await rpc.record(user, batch)).rejects.toThrow(/disk/);
    const inMemory = await rpc.view(user);
    await evict();
    const durable = await rpc.view(user);
    expect({ ...inMemory, attempt: 0 }).toEqual({ ...durable, attempt: 0 });
    expect(durable.kind === 'view' && durable.responses).not.toHaveProperty('itm_2');
    await sql('drop trigger broken');
    expect(await rpc.record(user, batch)).toMatchObject({ receipt: { upTo: 3, missing: [], refused: [] } });
    expect(await rpc.view(user)).toMatchObject({ responses: { itm_1: {}, itm_2: {}, itm_3: {} } });
  });

  it('at the submit leaves the attempt open, not half finished', async () => {
    const { rpc, sql } = await aSession();
    await sql("create trigger broken before insert on change begin select raise(abort, 'disk'); end");
    await expect(async () => await rpc.submit(user, { kind: 'submit', epoch: 1 })).rejects.toThrow(/disk/);
    expect(await rpc.view(user)).toMatchObject({ attempt: { state: 'open', finishedAt: null } });
    expect(await rpc.record(user, ops(1, set(1, 'itm_1', 'a')))).toMatchObject({ receipt: { refused: [] } });
  });
});

describe('a grader that throws', () => {
  it('leaves the attempt submitted with its ops safe, and the alarm grades it later', async () => {
    const { id, rpc, sql, evict, stub, student, path, save, inside, alarmAt } = await aRealSitting();
    await save(1);
    await evict();
    const [{ json }] = (await sql('select json from start')) as [{ json: string }];
    const spec = JSON.parse(json) as { items: PinnedItem[] };
    const write = (items: unknown) =>
      inside((storage) => storage.sql.exec('update start set json = ?', JSON.stringify({ ...spec, items })).toArray());
    await write(spec.items.map((one) => ({ ...one, item: { ...one.item, correct: null } })));
    await evict();

    const answer = await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 1 });
    expect([answer.status, answer.json.attempt]).toEqual([200, expect.objectContaining({ state: 'submitted' })]);
    expect(answer.json).not.toHaveProperty('result');
    expect((await student.ask('GET', `${path}/result`)).json).toMatchObject({ attempt: { state: 'submitted' } });
    expect((await rpc.ops()) as object).toMatchObject({ ops: [{ seq: 1 }] });
    await runDurableObjectAlarm(stub);
    expect(await alarmAt()).toBeGreaterThan(Date.now());
    expect(await resultsOf(id)).toEqual([]);

    await write(spec.items);
    await evict();
    await runDurableObjectAlarm(stub);
    await stored(id);
    expect(await resultsOf(id)).toMatchObject([{ number: 1, given: 1, answered: 1 }]);
  });
});

describe('D1 away for a day', () => {
  it('loses nothing: the object keeps the result, asks again ever more slowly, and stores it when D1 is back', async () => {
    const { id, rpc, stub, student, path, alarmAt, save, endsAt } = await aRealSitting();
    await save(1);
    const handedInAt = endsAt - MINUTE;
    at(handedInAt);
    await env.DB.exec('alter table result rename to result_away');
    const answer = await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 1 });
    expect([answer.status, answer.json.result]).toEqual([
      200,
      expect.objectContaining({ score: { given: 1, maximum: 3 } }),
    ]);

    const waits: number[] = [];
    for (let now = handedInAt; now < handedInAt + 24 * HOUR && waits.length < 50; ) {
      const next = (await alarmAt()) ?? 0;
      waits.push((next - now) / 1000);
      now = next;
      at(now);
      await runDurableObjectAlarm(stub);
    }
    expect(waits.slice(0, 8)).toEqual([30, 30, 60, 120, 240, 480, 960, 1920]);
    expect(Math.max(...waits)).toBe(3600);
    expect(await rpc.finished()).toMatchObject({ result: { number: 1, score: { given: 1 }, finishedAt: handedInAt } });

    await env.DB.exec('alter table result_away rename to result');
    await runDurableObjectAlarm(stub);
    expect((await stored(id))?.finishedAt).toBe(handedInAt);
    await vi.waitFor(async () => expect(await alarmAt()).toBeNull(), soon);
    expect(await eventsOf(id)).toHaveLength(1);
  });
});

describe('discard', () => {
  it('forgets everything: tables, alarm, memory', async () => {
    const { rpc, tables, alarmAt } = await aSession();
    await rpc.record(user, ops(1, set(1, 'itm_1', 'a')));
    await rpc.discard();
    expect(await rpc.view(user)).toEqual({ kind: 'absent' });
    expect([await tables(), await alarmAt()]).toEqual([[], null]);
  });
});
