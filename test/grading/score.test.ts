import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreItem } from '../../src/grading/index.ts';
import { makeChoice, makeNumeric, makeTextEntry } from './make-item.ts';

const points = fc.integer({ min: 1, max: 10_000_000 }).map((parts) => parts / 10_000);
const letters = [...'abcde'];

const choice = fc
  .record({
    correct: fc.subarray(letters, { minLength: 1 }),
    scoring: fc.constantFrom('all_or_nothing', 'sum', 'right_minus_wrong'),
    maxScore: points,
  })
  .map(({ correct, ...fields }) => makeChoice(correct.join(''), { choices: 'abcde', ...fields }));
const textEntry = fc
  .record({ maxScore: points, caseSensitive: fc.boolean() })
  .map((fields) => makeTextEntry({ one: ['a'], two: ['b', 'c'], three: ['d'] }, fields));
const numeric = fc
  .record({
    answer: fc.double({ min: -1e300, max: 1e300, noNaN: true }).filter((answer) => answer !== 0),
    fields: fc.record(
      {
        tolerance: fc.record({
          kind: fc.constantFrom('absolute', 'relative', 'geometric'),
          value: fc.double({ min: 0, max: 1e300, noNaN: true }),
        }),
        unit: fc.constantFrom('K', 'm/s', '%'),
        significantFigures: fc.integer({ min: 1, max: 15 }),
        maxScore: points,
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ answer, fields }) => makeNumeric(answer, fields));
const items = fc.oneof(choice, textEntry, numeric);

const typed = fc.oneof(fc.double().map(String), fc.string(), fc.constantFrom('K5', '5 m/s', '1e401', '10%', 'a', 'B'));
const responses = fc.oneof(
  fc.record({ selected: fc.subarray(letters) }),
  fc.record({ blanks: fc.dictionary(fc.constantFrom('one', 'two', 'three'), typed) }),
  fc.record({ value: typed }),
);

describe('every score', () => {
  it('lies between nothing and the maximum, and says the same as its outcome', () => {
    fc.assert(
      fc.property(items, responses, (item, raw) => {
        const { score, outcome } = scoreItem(item, raw);
        expect(score.given).toBeGreaterThanOrEqual(0);
        expect(score.given).toBeLessThanOrEqual(score.maximum);
        if (outcome === 'right') expect(score.given).toBe(score.maximum);
        if (outcome === 'wrong' || outcome === 'unscorable') expect(score.given).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('has at most four decimals, and the points of the item for its maximum', () => {
    fc.assert(
      fc.property(items, responses, (item, raw) => {
        const { given, maximum } = scoreItem(item, raw).score;
        expect(given).toBe(Number(given.toFixed(4)));
        expect(maximum).toBe(item.maxScore);
      }),
    );
  });
});

describe('junk', () => {
  it('is unscorable and never throws', () => {
    fc.assert(
      fc.property(
        items,
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (item, raw) => {
          const { score, outcome } = scoreItem(item, raw);
          expect([score.given, outcome]).toEqual([0, 'unscorable']);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('in the right envelope never throws and never leaves the bounds', () => {
    const junk = fc.oneof(
      fc.record({ selected: fc.anything() }),
      fc.record({ blanks: fc.anything() }),
      fc.record({ value: fc.anything() }),
      fc.record({ value: fc.string({ unit: 'binary', maxLength: 700 }) }),
      fc.record({ blanks: fc.dictionary(fc.constantFrom('one', 'two', '__proto__'), fc.string({ unit: 'binary' })) }),
    );
    fc.assert(
      fc.property(items, junk, (item, raw) => {
        const { given, maximum } = scoreItem(item, raw).score;
        expect(given >= 0 && given <= maximum).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
