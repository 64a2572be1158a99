import { describe, expect, it, test } from 'vitest';
import { type AttemptResult, gradeBy } from '../../src/assessments/grade.ts';

/* CONTRACT "Assessments": `gradingMethod`, `passMark`, `grade`. */

const result = (number: number, given: number, maximum = 10): AttemptResult => ({
  number,
  given,
  maximum,
  percent: (given / maximum) * 100,
});

describe('the grade of several attempts', () => {
  const results = [result(2, 9), result(1, 4), result(3, 8)];
  test.each([
    ['best', 9, 90],
    ['last', 8, 80],
    ['first', 4, 40],
    ['average', 7, 70],
  ] as const)('by %s is %d points', (method, given, percent) => {
    expect(gradeBy(method, results, 0.8)).toEqual({ score: { given, maximum: 10 }, percent, passed: percent >= 80 });
  });

  it('is none while there is no result', () => {
    for (const method of ['best', 'last', 'first', 'average'] as const)
      expect(gradeBy(method, [], 0.8)).toBeUndefined();
  });

  it('by best goes by the share, where papers differ in what could be had', () => {
    expect(gradeBy('best', [result(1, 8, 20), result(2, 6, 10)], 0.5)).toMatchObject({
      score: { given: 6, maximum: 10 },
      percent: 60,
    });
  });

  it('by best is the earlier of two that are equal', () => {
    expect(gradeBy('best', [result(2, 6, 12), result(1, 5, 10)], 0.5)?.score).toEqual({ given: 5, maximum: 10 });
  });

  it('passes exactly at the pass mark, and by the exact mean', () => {
    expect(gradeBy('average', [result(1, 7), result(2, 9)], 0.8)?.passed).toBe(true);
    expect(gradeBy('average', [result(1, 7.9999), result(2, 8)], 0.8)?.passed).toBe(false);
    expect(gradeBy('first', [result(1, 0)], 0)?.passed).toBe(true);
    expect(gradeBy('average', [result(1, 0.1, 0.3), result(2, 0.2, 0.3)], 0.5)?.passed).toBe(true);
  });

  it('is rounded half up to four decimals', () => {
    expect(gradeBy('average', [result(1, 1), result(2, 1), result(3, 2)], 0.5)?.score).toEqual({
      given: 1.3333,
      maximum: 10,
    });
  });
});
