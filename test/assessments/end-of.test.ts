import { describe, expect, it, test } from 'vitest';
import { type EndTerms, endOf } from '../../src/assessments/end-of.ts';

/* CONTRACT "Assessments": the end is `min(startedAt + timeLimit × timeMultiplier, closesAt) + extraTimeSeconds`. */

const START = Date.UTC(2026, 10, 20, 8);
const MINUTE = 60_000;
const terms = (changes: Partial<EndTerms> = {}): EndTerms => ({
  startedAt: START,
  timeLimitSeconds: 3600,
  closesAt: null,
  extraTimeSeconds: 0,
  timeMultiplier: 1,
  ...changes,
});
const minutes = (end: number | null) => (end === null ? null : (end - START) / MINUTE);

describe('the end of an attempt', () => {
  test.each<[string, Partial<EndTerms>, number | null]>([
    ['the time limit', {}, 60],
    ['the time limit times the multiplier', { timeMultiplier: 1.5 }, 90],
    ['the closing time, if that is sooner', { closesAt: START + 20 * MINUTE }, 20],
    ['not the closing time, if that is later', { closesAt: START + 80 * MINUTE }, 60],
    ['the closing time without a limit', { timeLimitSeconds: null, closesAt: START + 20 * MINUTE }, 20],
    ['never without either', { timeLimitSeconds: null }, null],
    [
      'never without either, whatever is added',
      { timeLimitSeconds: null, extraTimeSeconds: 60, grantedSeconds: 60 },
      null,
    ],
    ['later by extra time', { extraTimeSeconds: 300 }, 65],
    ['later by extra time past the closing time', { closesAt: START + 20 * MINUTE, extraTimeSeconds: 300 }, 25],
    ['never past the closing time by the multiplier alone', { closesAt: START + 70 * MINUTE, timeMultiplier: 2 }, 70],
    ['later by both extra times', { extraTimeSeconds: 300, grantedSeconds: 600 }, 75],
    [
      'where staff reopened it to, past limit and closing time',
      { closesAt: START, reopenedUntil: START + 200 * MINUTE },
      200,
    ],
    ['later than that by what is granted after', { reopenedUntil: START + 200 * MINUTE, grantedSeconds: 60 }, 201],
  ])('is %s', (_name, changes, expected) => {
    expect(minutes(endOf(terms(changes)))).toBe(expected);
  });

  it('is a whole number of milliseconds, whatever the multiplier', () => {
    for (const timeMultiplier of [1.1, 1.25, 1 / 3 + 1, 1.0000001]) {
      expect(Number.isInteger(endOf(terms({ timeLimitSeconds: 7, timeMultiplier })))).toBe(true);
    }
  });
});
