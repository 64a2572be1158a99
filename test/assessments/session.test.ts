import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gradeIfDue,
  IDLE_LIMIT_MS,
  MAX_AHEAD,
  MAX_KEPT_OPS,
  nextAlarm,
  type Receipt,
  type SessionEvent,
  step,
} from '../../src/assessments/session.ts';
import { evolve, type SessionState } from '../../src/assessments/session-state.ts';
import { aSitting, happen, MINUTE, STARTED_AT, set, standing } from './a-sitting.ts';

const AT = STARTED_AT + MINUTE;
const END = STARTED_AT + 60 * MINUTE;

const ops = (epoch: number, ...entries: unknown[]): SessionEvent => ({ kind: 'ops', epoch, ops: entries });

function receipt(state: SessionState, event: SessionEvent, now = AT): Receipt {
  const answer = happen(state, event, now);
  if (answer.kind !== 'receipt') throw new Error(`expected a receipt, got ${answer.kind}`);
  return answer.receipt;
}

describe('ops', () => {
  it('are acknowledged up to the first gap, and the gap is named', () => {
    const state = aSitting();
    expect(receipt(state, ops(1, set(1, 'itm_1', 'a'), set(2, 'itm_2', 'b'), set(5, 'itm_3', 'c')))).toMatchObject({
      epoch: 1,
      upTo: 2,
      missing: [3, 4],
      refused: [],
      state: 'open',
    });
    expect(receipt(state, ops(1, set(4, 'itm_4', 'a'), set(3, 'itm_5', 'a')))).toMatchObject({ upTo: 5, missing: [] });
  });

  it('count once however often they come', () => {
    const state = aSitting();
    const batch = ops(1, set(1, 'itm_1', 'a'), set(1, 'itm_1', 'a'));
    expect(receipt(state, batch)).toMatchObject({ upTo: 1, refused: [] });
    expect(step(state, batch, AT).changes).toEqual([]);
  });

  it('of one item: the highest (epoch, seq) wins, whatever order they came in', () => {
    const state = aSitting();
    happen(state, ops(1, set(3, 'itm_1', 'c')));
    happen(state, ops(1, set(1, 'itm_1', 'a'), set(2, 'itm_1', 'b')));
    expect(standing(state)).toEqual({ itm_1: { selected: ['c'] } });
    happen(state, { kind: 'takeover' });
    happen(state, ops(2, set(1, 'itm_1', 'b')));
    expect(standing(state)).toEqual({ itm_1: { selected: ['b'] } });
  });

  it('clear a response; only clear empties', () => {
    const state = aSitting();
    happen(state, ops(1, set(1, 'itm_1', 'a'), { seq: 2, itemId: 'itm_1', kind: 'set', response: { selected: [] } }));
    expect(standing(state)).toEqual({ itm_1: { selected: ['a'] } });
    happen(state, ops(1, { seq: 3, itemId: 'itm_1', kind: 'clear' }));
    expect(standing(state)).toEqual({});
  });

  it('flag and unflag an item', () => {
    const state = aSitting();
    happen(state, ops(1, { seq: 1, itemId: 'itm_2', kind: 'flag', value: true }));
    expect(state.flags.get('itm_2')?.value).toBe(true);
    happen(state, ops(1, { seq: 2, itemId: 'itm_2', kind: 'flag', value: false }));
    expect(state.flags.get('itm_2')?.value).toBe(false);
  });

  it.each([
    ['an unknown item', set(1, 'itm_9', 'a'), 'unknown_item'],
    ['an unknown choice', set(1, 'itm_1', 'z'), 'invalid'],
    ['a blank response', { seq: 1, itemId: 'itm_1', kind: 'set', response: { selected: [] } }, 'blank'],
    ['no response at all', { seq: 1, itemId: 'itm_1', kind: 'set' }, 'blank'],
    ['an unknown kind', { seq: 1, itemId: 'itm_1', kind: 'delete' }, 'invalid'],
    ['an unknown field', { ...set(1, 'itm_1', 'a'), score: 1 }, 'invalid'],
    ['a clear with a response', { seq: 1, itemId: 'itm_1', kind: 'clear', response: { selected: ['a'] } }, 'invalid'],
    ['a flag without a value', { seq: 1, itemId: 'itm_1', kind: 'flag' }, 'invalid'],
    ['a clock that is no instant', { ...set(1, 'itm_1', 'a'), at: 'yesterday' }, 'invalid'],
    ['an item id that is no text', { ...set(1, 'itm_1', 'a'), itemId: 7 }, 'invalid'],
    ['a prototype key', JSON.parse('{"seq":1,"itemId":"itm_1","kind":"set","response":{"__proto__":{}}}'), 'invalid'],
  ])('with %s are refused, kept, count as received and stop no other', (_, entry, reason) => {
    const state = aSitting();
    expect(receipt(state, ops(1, entry, set(2, 'itm_2', 'a')))).toMatchObject({
      upTo: 2,
      refused: [{ seq: 1, reason }],
    });
    expect(state.find(1, 1)).toMatchObject({ refused: reason });
    expect(standing(state)).toEqual({ itm_2: { selected: ['a'] } });
  });

  it('with other content under a seq that is taken are a conflict; the first stands', () => {
    const state = aSitting();
    happen(state, ops(1, set(1, 'itm_1', 'a')));
    expect(receipt(state, ops(1, set(1, 'itm_1', 'b')))).toMatchObject({
      upTo: 1,
      refused: [{ seq: 1, reason: 'conflict' }],
    });
    expect(standing(state)).toEqual({ itm_1: { selected: ['a'] } });
    expect(state.conflicts).toHaveLength(1);
    happen(state, ops(1, set(1, 'itm_1', 'b')));
    expect(state.conflicts).toHaveLength(1);
  });

  it('too far ahead are not recorded and may come again', () => {
    const state = aSitting();
    expect(receipt(state, ops(1, set(MAX_AHEAD + 1, 'itm_1', 'a')))).toMatchObject({
      upTo: 0,
      refused: [{ seq: MAX_AHEAD + 1, reason: 'too_far' }],
    });
    happen(state, ops(1, set(1, 'itm_2', 'a')));
    expect(receipt(state, ops(1, set(MAX_AHEAD + 1, 'itm_1', 'a')))).toMatchObject({ refused: [] });
  });

  it('that only fill the object are not recorded', () => {
    const state = aSitting();
    state.keptOps = MAX_KEPT_OPS;
    expect(receipt(state, ops(1, set(1, 'itm_1', 'a')))).toMatchObject({
      upTo: 0,
      refused: [{ seq: 1, reason: 'too_far' }],
    });
  });

  it('name the first thousand gaps only', () => {
    const { missing } = receipt(aSitting(), ops(1, set(5_000, 'itm_1', 'a')));
    expect(missing).toHaveLength(1_000);
    expect(missing.at(-1)).toBe(1_000);
  });

  it('of an older epoch are kept for staff and not applied', () => {
    const state = aSitting();
    happen(state, { kind: 'takeover' });
    expect(happen(state, ops(1, set(1, 'itm_1', 'a')))).toEqual({ kind: 'stale_epoch', epoch: 2 });
    expect(standing(state)).toEqual({});
    expect(state.find(1, 1)).toMatchObject({ refused: 'stale_epoch', response: { selected: ['a'] } });
  });

  it.each([0, 2, 99])('of epoch %i, which was never issued, change nothing', (epoch) => {
    const state = aSitting();
    expect(step(state, ops(epoch, set(1, 'itm_1', 'a')), AT)).toEqual({
      changes: [],
      answer: { kind: 'unknown_epoch', epoch: 1 },
    });
  });

  it("are late by the server's clock, whatever the phone's clock says", () => {
    const state = aSitting();
    const early = { ...set(1, 'itm_1', 'a'), at: new Date(STARTED_AT - 120 * MINUTE).toISOString() };
    const late = { ...set(2, 'itm_2', 'a'), at: new Date(STARTED_AT + 180 * MINUTE).toISOString() };
    expect(receipt(state, ops(1, early, late), AT)).toMatchObject({ upTo: 2, refused: [] });
    const tooLate = { ...set(3, 'itm_3', 'a'), at: new Date(STARTED_AT).toISOString() };
    expect(receipt(state, ops(1, tooLate), END)).toMatchObject({
      upTo: 3,
      refused: [{ seq: 3, reason: 'late' }],
      state: 'expired',
    });
    expect(state).toMatchObject({ phase: 'expired', finishedAt: END, lateOps: 1 });
  });

  it('are taken until the last millisecond', () => {
    expect(receipt(aSitting(), ops(1, set(1, 'itm_1', 'a')), END - 1)).toMatchObject({ refused: [], state: 'open' });
  });

  it('that were acknowledged are not refused when they are repeated after the end', () => {
    const state = aSitting();
    happen(state, ops(1, set(1, 'itm_1', 'a')));
    expect(receipt(state, ops(1, set(1, 'itm_1', 'a')), END + 5)).toMatchObject({ upTo: 1, refused: [] });
  });

  it('after a submit are refused as finished', () => {
    const state = aSitting();
    happen(state, { kind: 'submit', epoch: 1 });
    expect(receipt(state, ops(1, set(1, 'itm_1', 'a')))).toMatchObject({
      refused: [{ seq: 1, reason: 'finished' }],
      state: 'submitted',
    });
  });

  it('end in the same responses in any order, with any repetition and any grouping', () => {
    const entry = fc.record({ item: fc.integer({ min: 1, max: 5 }), choice: fc.constantFrom('a', 'b', 'c', 'clear') });
    const sent = fc.array(entry, { minLength: 1, maxLength: 30 }).chain((entries) => {
      const all = entries.map(({ item, choice }, index) =>
        choice === 'clear'
          ? { seq: index + 1, itemId: `itm_${item}`, kind: 'clear' }
          : set(index + 1, `itm_${item}`, choice),
      );
      return fc.record({
        all: fc.constant(all),
        delivered: fc.array(fc.subarray(all), { maxLength: 6 }).map((some) => [...some, all]),
        order: fc.infiniteStream(fc.nat()),
      });
    });
    fc.assert(
      fc.property(sent, ({ all, delivered, order }) => {
        const inOrder = aSitting();
        happen(inOrder, ops(1, ...all));
        const shuffled = aSitting();
        const next = order[Symbol.iterator]();
        const batches = delivered
          .map((batch) => ({ key: next.next().value ?? 0, batch: [...batch].reverse() }))
          .sort((a, b) => a.key - b.key);
        for (const { batch } of batches) happen(shuffled, ops(1, ...batch));
        expect(standing(shuffled)).toEqual(standing(inOrder));
        expect(shuffled.upTo).toBe(all.length);
      }),
      { numRuns: 500 },
    );
  });

  it('lost on the way change nothing of what the others say, and the receipt names exactly them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (arrived) => {
        const state = aSitting();
        const { upTo, missing } = receipt(state, ops(1, ...arrived.map((seq) => set(seq, 'itm_1', 'a'))));
        const expected = Array.from({ length: Math.max(...arrived) }, (_, i) => i + 1).filter(
          (seq) => !arrived.includes(seq),
        );
        expect(missing).toEqual(expected);
        expect(upTo).toBe((expected[0] ?? Math.max(...arrived) + 1) - 1);
      }),
    );
  });
});

describe('a form without script', () => {
  const form = (responses: Record<string, unknown>, flags: Record<string, boolean> = {}, epoch = 1): SessionEvent => ({
    kind: 'form',
    epoch,
    responses,
    flags,
  });

  it('becomes ops for what differs, numbered after every seq seen so far', () => {
    const state = aSitting();
    happen(state, ops(1, set(1, 'itm_1', 'a'), set(4, 'itm_2', 'b')));
    happen(
      state,
      form({ itm_1: { selected: ['a'] }, itm_2: { selected: [] }, itm_3: { selected: ['c'] } }, { itm_3: true }),
    );
    expect(standing(state)).toEqual({ itm_1: { selected: ['a'] }, itm_3: { selected: ['c'] } });
    expect(state.highest(1)).toBe(7);
    expect(state.flags.get('itm_3')?.value).toBe(true);
  });

  it('posted twice changes nothing the second time', () => {
    const state = aSitting();
    happen(state, form({ itm_1: { selected: ['a'] } }));
    expect(step(state, form({ itm_1: { selected: ['a'] } }), AT).changes).toEqual([]);
  });

  it('of a stale page is told so', () => {
    const state = aSitting();
    happen(state, { kind: 'takeover' });
    expect(happen(state, form({ itm_1: { selected: ['a'] } }))).toEqual({ kind: 'stale_epoch', epoch: 2 });
    expect(standing(state)).toEqual({});
  });
});

describe('submit', () => {
  it('names the ops that have not arrived and ends nothing', () => {
    const state = aSitting();
    happen(state, ops(1, set(1, 'itm_1', 'a'), set(3, 'itm_1', 'b')));
    expect(happen(state, { kind: 'submit', epoch: 1, lastSeq: 4 })).toEqual({
      kind: 'ops_missing',
      missing: [2, 4],
      upTo: 1,
    });
    expect(state.phase).toBe('open');
  });

  it('ends the sitting now, and again gives the same', () => {
    const state = aSitting();
    expect(happen(state, { kind: 'submit', epoch: 1 }, AT)).toEqual({ kind: 'submitted' });
    expect(happen(state, { kind: 'submit', epoch: 1 }, AT + MINUTE)).toEqual({ kind: 'submitted' });
    expect(state).toMatchObject({ phase: 'submitted', finishedAt: AT });
  });

  it('after the end finds the sitting finished at its end', () => {
    const state = aSitting();
    happen(state, { kind: 'submit', epoch: 1 }, END + MINUTE);
    expect(state).toMatchObject({ phase: 'expired', finishedAt: END });
  });

  it('of an older epoch is refused while the sitting is open', () => {
    const state = aSitting();
    happen(state, { kind: 'takeover' });
    expect(happen(state, { kind: 'submit', epoch: 1 })).toEqual({ kind: 'stale_epoch', epoch: 2 });
    happen(state, { kind: 'submit', epoch: 2 });
    expect(happen(state, { kind: 'submit', epoch: 1 })).toEqual({ kind: 'submitted' });
  });

  it('and the alarm, interleaved in 1,000 ways, give one result, finished no later than the end', () => {
    const around = fc.integer({ min: -50, max: 50 }).map((ms) => END + ms);
    const event = fc.constantFrom<SessionEvent>(
      { kind: 'settle' },
      { kind: 'submit', epoch: 1 },
      ops(1, set(1, 'itm_1', 'a')),
      ops(1, set(2, 'itm_2', 'a')),
    );
    const moments = fc.array(fc.tuple(around, event), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(moments, (happenings) => {
        const state = aSitting();
        const results: unknown[] = [];
        for (const [now, one] of [...happenings].sort(([a], [b]) => a - b)) {
          happen(state, one, now);
          for (const change of gradeIfDue(state)) {
            results.push(change);
            evolve(state, change);
          }
        }
        happen(state, { kind: 'settle' }, END + 1_000);
        for (const change of gradeIfDue(state)) {
          results.push(change);
          evolve(state, change);
        }
        expect(results).toHaveLength(1);
        expect(state.finishedAt).toBeLessThanOrEqual(END);
        expect(state.result?.finishedAt).toBe(state.finishedAt);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('time', () => {
  const adjust = (endsAt: number | null, reopenings = 0): SessionEvent => ({
    kind: 'adjust',
    adjustment: { endsAt, reopenings, closesAt: null, review: aSitting().terms.review },
  });

  it('given five seconds before the end counts', () => {
    const state = aSitting();
    happen(state, adjust(END + 10 * MINUTE), END - 5_000);
    expect(receipt(state, ops(1, set(1, 'itm_1', 'a')), END + MINUTE)).toMatchObject({
      refused: [],
      endsAt: END + 10 * MINUTE,
    });
  });

  it('given after the end does not open the sitting again', () => {
    const state = aSitting();
    happen(state, adjust(END + 10 * MINUTE), END);
    expect(state).toMatchObject({ phase: 'expired', finishedAt: END });
  });

  it('is never taken away from an open sitting', () => {
    const state = aSitting();
    happen(state, adjust(END - 10 * MINUTE));
    expect(state.endsAt).toBe(END);
  });

  it('given twice is given once', () => {
    const state = aSitting();
    happen(state, adjust(END + MINUTE));
    expect(step(state, adjust(END + MINUTE), AT).changes).toEqual([]);
  });

  it('after reopening runs to the new end in the same epoch, and the next result is number two', () => {
    const state = aSitting();
    happen(state, ops(1, set(1, 'itm_1', 'a')));
    happen(state, { kind: 'submit', epoch: 1 });
    for (const change of gradeIfDue(state)) evolve(state, change);
    happen(state, adjust(AT + 5 * MINUTE, 1), AT + MINUTE);
    expect(state).toMatchObject({ phase: 'open', endsAt: AT + 5 * MINUTE, epoch: 1, result: undefined });
    happen(state, adjust(AT + 5 * MINUTE, 1), AT + MINUTE);
    happen(state, ops(1, set(2, 'itm_2', 'a')), AT + 2 * MINUTE);
    happen(state, { kind: 'submit', epoch: 1 }, AT + 3 * MINUTE);
    for (const change of gradeIfDue(state)) evolve(state, change);
    expect(state.result).toMatchObject({ number: 2, score: { given: 2, maximum: 5 }, percent: 40, passed: false });
  });

  it('without an end runs out after 30 days without an op', () => {
    const state = aSitting({ endsAt: null });
    happen(state, ops(1, set(1, 'itm_1', 'a')), AT);
    happen(state, { kind: 'settle' }, AT + IDLE_LIMIT_MS - 1);
    expect(state.phase).toBe('open');
    happen(state, { kind: 'settle' }, AT + IDLE_LIMIT_MS);
    expect(state).toMatchObject({ phase: 'expired', finishedAt: AT + IDLE_LIMIT_MS });
  });
});

describe('the next alarm', () => {
  it('is the end while open, then retries until D1 has the result, then none', () => {
    const state = aSitting();
    expect(nextAlarm(state, AT)).toBe(END);
    happen(state, { kind: 'submit', epoch: 1 }, AT);
    for (const change of gradeIfDue(state)) evolve(state, change);
    expect(nextAlarm(state, AT)).toBe(AT + 30_000);
    expect(nextAlarm(state, AT + 60_000)).toBe(AT + 120_000);
    expect(nextAlarm(state, AT + 24 * 60 * MINUTE)).toBe(AT + 25 * 60 * MINUTE);
    happen(state, { kind: 'stored', resultNumber: 1 });
    expect(nextAlarm(state, AT)).toBeNull();
  });
});

describe('practice', () => {
  const tryIt = (choice: string, tryNumber: number, itemId = 'itm_1'): SessionEvent => ({
    kind: 'try',
    itemId,
    tryNumber,
    response: { selected: [choice] },
  });

  it('climbs the ladder: try again, hint, solution with the misconception and the key', () => {
    const state = aSitting({ behaviour: 'practice', endsAt: null });
    const first = happen(state, tryIt('b', 1));
    expect(first).toMatchObject({ kind: 'tried', feedback: { message: 'try_again', triesLeft: 2, mastered: false } });
    expect(JSON.stringify(first)).not.toMatch(/Think|Because|Mixed|correct/);
    const second = happen(state, tryIt('c', 2));
    expect(second).toMatchObject({ feedback: { message: 'hint', hint: 'Think.', triesLeft: 1 } });
    expect(JSON.stringify(second)).not.toMatch(/Because|Mixed|correct/);
    expect(happen(state, tryIt('b', 3))).toMatchObject({
      feedback: {
        message: 'solution',
        triesLeft: 0,
        solution: { explanation: 'Because.' },
        misconceptions: [{ id: 'b', text: 'Mixed up with A.' }],
        key: { correct: ['a'] },
      },
    });
    expect(happen(state, tryIt('a', 4))).toEqual({ kind: 'item_over' });
  });

  it('masters an item at any try', () => {
    const state = aSitting({ behaviour: 'practice', endsAt: null });
    happen(state, tryIt('b', 1));
    expect(happen(state, tryIt('a', 2))).toMatchObject({
      feedback: { message: 'right', mastered: true, triesLeft: 0, key: { correct: ['a'] } },
    });
    happen(state, { kind: 'submit', epoch: 1 });
    for (const change of gradeIfDue(state)) evolve(state, change);
    expect(state.result).toMatchObject({ score: { given: 1, maximum: 5 }, answered: 1 });
  });

  it('repeats the first answer for the same number and response, and uses no try', () => {
    const state = aSitting({ behaviour: 'practice', endsAt: null });
    const first = happen(state, tryIt('b', 1));
    happen(state, tryIt('c', 2));
    expect(happen(state, tryIt('b', 1))).toMatchObject({ ...first, repeated: true });
    expect(state.tries.get('itm_1')).toHaveLength(2);
  });

  it.each([
    ['another response under a used number', tryIt('c', 1), 'wrong_try'],
    ['a number that is not the next', tryIt('c', 3), 'wrong_try'],
    ['an unknown item', tryIt('a', 1, 'itm_9'), 'unknown_item'],
    ['a response that says nothing', { ...tryIt('a', 2), response: { selected: [] } } as SessionEvent, 'unreadable'],
  ])('refuses %s and uses no try', (_, event, kind) => {
    const state = aSitting({ behaviour: 'practice', endsAt: null });
    happen(state, tryIt('b', 1));
    expect(happen(state, event).kind).toBe(kind);
    expect(state.tries.get('itm_1')).toHaveLength(1);
  });

  it('is not for exams', () => {
    expect(happen(aSitting(), tryIt('a', 1))).toEqual({ kind: 'not_practice' });
  });
});
