import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scored, totalScore } from '../../src/grading/index.ts';

const scored = (given: number, maximum: number): Scored => ({ score: { given, maximum }, outcome: 'partial' });

describe('a paper', () => {
  it('adds exactly where floats drift', () => {
    const total = totalScore(
      Array.from({ length: 10 }, () => scored(0.1, 0.3)),
      0.8,
    );
    expect(total.score).toEqual({ given: 1, maximum: 3 });
  });

  it.each([
    [1, 3, 33.3333],
    [2, 3, 66.6667],
    [1, 1, 100],
    [0, 5, 0],
    [0.0001, 1000, 0],
    [0.5, 1000, 0.05],
    [0.0005, 1000, 0.0001],
  ])('%d of %d is %d %%', (given, maximum, percent) => {
    expect(totalScore([scored(given, maximum)], 0.8).percent).toBe(percent);
  });

  it.each([
    [0.8, 1, 0.8, true],
    [0.7999, 1, 0.8, false],
    [7.9999999, 10, 0.8, false],
    [0.3, 1, 0.3, true],
    [0, 5, 0, true],
    [5, 5, 1, true],
    [4.9999, 5, 1, false],
    [2.1, 3, 0.7, true],
  ])('%d of %d at a pass mark of %d: passed is %s', (given, maximum, passMark, passed) => {
    expect(totalScore([scored(given, maximum)], passMark).passed).toBe(passed);
  });

  it('does not pass by a rounded percent', () => {
    const total = totalScore([scored(799.9999, 1000), ...Array.from({ length: 9 }, () => scored(800, 1000))], 0.8);
    expect(total).toEqual({ score: { given: 7999.9999, maximum: 10_000 }, percent: 80, passed: false });
  });

  it('worth nothing is 0 % and not passed', () => {
    expect(totalScore([], 0)).toEqual({ score: { given: 0, maximum: 0 }, percent: 0, passed: false });
    expect(totalScore([scored(0, 0)], 0).passed).toBe(false);
  });

  it('comes out the same in any order and stays within 0 to 100 %', () => {
    const points = fc.integer({ min: 0, max: 10_000_000 });
    const scores = fc.tuple(points, points).map(([a, b]) => scored(Math.min(a, b) / 10_000, Math.max(a, b) / 10_000));
    fc.assert(
      fc.property(fc.array(scores, { maxLength: 40 }), (items) => {
        const total = totalScore(items, 0.8);
        expect(totalScore(items.toReversed(), 0.8)).toEqual(total);
        expect(total.percent).toBeGreaterThanOrEqual(0);
        expect(total.percent).toBeLessThanOrEqual(100);
      }),
    );
  });
});
