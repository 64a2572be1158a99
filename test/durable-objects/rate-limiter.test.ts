import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { isTooFast } from '../../src/assessments/pace.ts';
import {
  type Counted,
  giveBack,
  overAt,
  type Rate,
  type RateCounter,
  stillCounted,
  take,
} from '../../src/http/rate-window.ts';
import { newId } from '../../src/lib/ids.ts';

const HOUR = 3_600_000;
const START = 1_800_000_000_000;
const hourly = (limit: number): Rate => ({ limit, windowMs: HOUR });

describe('the rule of a limit', () => {
  /** Lets instants ask, in their order; tells which were let in, and what each was told. */
  function ask(rate: Rate, instants: readonly number[]) {
    let counted: Counted = [];
    return instants.map((at) => {
      const answer = take(counted, rate, at);
      counted = answer.counted;
      return { at, ...answer.taken, counted };
    });
  }

  const aRate = fc.record({
    limit: fc.integer({ min: 1, max: 12 }),
    windowMs: fc.constantFrom(50, 1000, 15 * 60_000, HOUR),
  });
  /** Instants that crowd around the edges of windows and slots. */
  const instantsOf = ({ windowMs }: Rate) =>
    fc
      .array(fc.tuple(fc.constantFrom(0, 1, windowMs / 50, windowMs / 2, windowMs), fc.constantFrom(-1, 0, 0, 0, 1)), {
        maxLength: 60,
      })
      .map((steps) => {
        let at = START;
        return steps.map(([step, jitter]) => (at += Math.max(0, step + jitter)));
      });
  const anAsking = aRate.chain((rate) => fc.tuple(fc.constant(rate), instantsOf(rate)));

  it('never lets more than the limit into any window, wherever it is laid', () => {
    fc.assert(
      fc.property(anAsking, ([rate, instants]) => {
        const letIn = ask(rate, instants).flatMap(({ at, isAllowed }) => (isAllowed ? [at] : []));
        for (const from of letIn)
          expect(letIn.filter((at) => at >= from && at < from + rate.windowMs).length).toBeLessThanOrEqual(rate.limit);
      }),
    );
  });

  it('tells how long to wait: as long is enough, and a slot less is not', () => {
    fc.assert(
      fc.property(anAsking, ([rate, instants]) => {
        for (const { at, isAllowed, waitMs, counted, remaining } of ask(rate, instants)) {
          expect(waitMs).toBeGreaterThan(0);
          expect(waitMs).toBeLessThanOrEqual(rate.windowMs + rate.windowMs / 50);
          if (!isAllowed) {
            expect(remaining).toBe(0);
            expect(take(counted, rate, at + waitMs).taken.isAllowed).toBe(true);
            expect(take(counted, rate, at + waitMs - 1).taken.isAllowed).toBe(false);
          }
        }
      }),
    );
  });

  it('refuses only who used the limit up within a window and a slot', () => {
    fc.assert(
      fc.property(anAsking, ([rate, instants]) => {
        const asked = ask(rate, instants);
        for (const [i, { at, isAllowed }] of asked.entries()) {
          const before = asked.slice(0, i).filter((one) => one.isAllowed && one.at > at - rate.windowMs * 1.02 - 1);
          if (!isAllowed) expect(before.length).toBeGreaterThanOrEqual(rate.limit);
        }
      }),
    );
  });

  it('says how many are left, and that there are as many', () => {
    const rate = hourly(5);
    const asked = ask(
      rate,
      [0, 1, 2, 3, 4, 5].map((minute) => START + minute * 60_000),
    );
    expect(asked.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0]);
    expect(asked.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, true, true, false]);
  });

  it('takes back what is given back, once, and nothing else', () => {
    const rate = hourly(1);
    const first = take([], rate, START);
    expect(take(first.counted, rate, START).taken.isAllowed).toBe(false);
    const back = giveBack(first.counted, first.taken.slot);
    expect(back).toEqual([]);
    expect(giveBack(back, first.taken.slot)).toEqual([]);
    expect(giveBack(first.counted, first.taken.slot - 1)).toEqual(first.counted);
    expect(take(back, rate, START).taken.isAllowed).toBe(true);
  });

  it('stays small, whatever the limit is', () => {
    let counted: Counted = [];
    for (let i = 0; i < 5000; i++) counted = take(counted, hourly(1_000_000), START + i * 977).counted;
    expect(counted.length).toBeLessThanOrEqual(51);
    expect(stillCounted(counted, hourly(1), overAt(counted, hourly(1)))).toEqual([]);
    expect(stillCounted(counted, hourly(1), overAt(counted, hourly(1)) - 1)).toHaveLength(1);
  });

  it('holds when the clock is set back, and for a limit that was lowered', () => {
    const full = ask(hourly(3), [START + HOUR, START + HOUR, START + HOUR]).at(-1)?.counted ?? [];
    expect(take(full, hourly(3), START).taken).toMatchObject({ isAllowed: false, waitMs: expect.any(Number) });
    expect(take(full, hourly(3), START).taken.waitMs).toBeLessThanOrEqual(HOUR * 1.02);
    expect(take(full, hourly(1), START + HOUR).taken).toMatchObject({ isAllowed: false, remaining: 0 });
    expect(take(full, hourly(4), START + HOUR).taken).toMatchObject({ isAllowed: true, remaining: 0 });
  });
});

test('an attempt takes so many a second and no more, and after a second as many again', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom(0, 1, 333, 500, 999, 1000, 1001), { maxLength: 50 }),
      (perSecond, steps) => {
        const recent: number[] = [];
        let at = START;
        const letIn: number[] = [];
        for (const step of steps) {
          at += step;
          if (!isTooFast(recent, perSecond, at)) letIn.push(at);
          else expect(isTooFast([...recent], perSecond, at + 1000)).toBe(false);
        }
        for (const from of letIn)
          expect(letIn.filter((one) => one >= from && one < from + 1000).length).toBeLessThanOrEqual(perSecond);
      },
    ),
  );
});

describe('a rate limiter', () => {
  afterEach(() => vi.useRealTimers());
  const at = (now: number) => vi.useFakeTimers({ toFake: ['Date'], now });

  function aLimiter() {
    const stub = env.LIMITS.get(env.LIMITS.idFromName(newId('request')));
    const tables = () =>
      runInDurableObject(stub, (_, { storage }) =>
        storage.sql
          .exec("select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'")
          .toArray(),
      );
    const alarmAt = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
    return { stub, tables, alarmAt, rpc: stub as unknown as RateCounter };
  }

  it('counts exactly when many ask at once', async () => {
    const { rpc } = aLimiter();
    const taken = await Promise.all(Array.from({ length: 50 }, () => rpc.take(hourly(10))));
    expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
  });

  it('forgets nothing when it is evicted', async () => {
    const { rpc, stub } = aLimiter();
    for (let i = 0; i < 3; i++) await rpc.take(hourly(3));
    await evictDurableObject(stub);
    expect(await rpc.take(hourly(3))).toMatchObject({ isAllowed: false, remaining: 0 });
    expect(await rpc.take(hourly(4))).toMatchObject({ isAllowed: true });
  });

  it('writes nothing of what it refuses, and takes back one of what it allowed', async () => {
    const { rpc, stub } = aLimiter();
    const { slot } = await rpc.take(hourly(1));
    const kept = () =>
      runInDurableObject(stub, (_, { storage }) => storage.sql.exec('select json from kept').toArray());
    const before = await kept();
    expect((await rpc.take(hourly(1))).isAllowed).toBe(false);
    expect(await kept()).toEqual(before);
    await rpc.giveBack(slot);
    await evictDurableObject(stub);
    expect((await rpc.take(hourly(1))).isAllowed).toBe(true);
    expect((await rpc.take(hourly(1))).isAllowed).toBe(false);
  });

  it('has nothing before it counts, and nothing is given back to it', async () => {
    const { rpc, tables, alarmAt } = aLimiter();
    await rpc.giveBack(1);
    expect(await tables()).toEqual([]);
    expect(await alarmAt()).toBeNull();
  });

  it('deletes everything once the window is over, and not before', async () => {
    const { rpc, stub, tables, alarmAt } = aLimiter();
    at(START);
    await rpc.take(hourly(2));
    expect(await alarmAt()).toBe(START + HOUR + HOUR / 50);
    at(START + HOUR / 2);
    await rpc.take(hourly(2));
    expect((await rpc.take(hourly(2))).isAllowed).toBe(false);

    at(START + HOUR + HOUR / 50);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await alarmAt()).toBe(START + HOUR / 2 + HOUR + HOUR / 50);
    expect(await rpc.take(hourly(1))).toMatchObject({ isAllowed: false });

    at(START + 2 * HOUR);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await tables()).toEqual([]);
    expect(await alarmAt()).toBeNull();
    expect(await rpc.take(hourly(2))).toMatchObject({ isAllowed: true, remaining: 1 });
    expect(await alarmAt()).not.toBeNull();
  });

  it('bears an alarm twice, and one without anything to do', async () => {
    const { rpc, stub, tables } = aLimiter();
    at(START);
    await rpc.take(hourly(2));
    at(START + 3 * HOUR);
    await runInDurableObject(stub, (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm());
    await runInDurableObject(stub, (instance) => (instance as unknown as { alarm(): Promise<void> }).alarm());
    expect(await tables()).toEqual([]);
  });
});
