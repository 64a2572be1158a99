import { add, compare, type Decimal, decimalOf, multiply, ratio, toNumber } from './decimal.ts';
import type { Score, Scored } from './share.ts';

/** `percent` 0–100, half-up to 4 decimals. */
export type Total = { score: Score; percent: number; passed: boolean };

const PERCENT_PLACES = 4;
const zero = decimalOf(0);

const sum = (points: number[]): Decimal => points.map(decimalOf).reduce(add, zero);

/**
 * The result of a paper: the exact sum of its items, and whether given ÷ maximum reaches `passMark` (0–1), decided
 * before any rounding, so 79.99999 % does not pass at 0.8. A paper worth nothing has 0 % and is not passed.
 */
export function totalScore(scored: readonly Scored[], passMark: number): Total {
  const given = sum(scored.map(({ score }) => score.given));
  const maximum = sum(scored.map(({ score }) => score.maximum));
  const score = { given: toNumber(given), maximum: toNumber(maximum) };
  if (compare(maximum, zero) === 0) return { score, percent: 0, passed: false };
  const percent = toNumber(ratio(multiply(given, decimalOf(100)), maximum, PERCENT_PLACES));
  return { score, percent, passed: compare(given, multiply(decimalOf(passMark), maximum)) >= 0 };
}
