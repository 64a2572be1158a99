import { type Score, totalScore } from '../grading/index.ts';
import type { gradingMethods } from './definition.ts';

/** What several attempts come to. */
export type Grade = { score: Score; percent: number; passed: boolean };

export type AttemptResult = { number: number; given: number; maximum: number; percent: number };

/**
 * The grade by the assessment's method. `average` weighs every attempt by what could be had in it, so that the exact mean
 * decides about passing. `results` hold one per attempt; undefined while there is none.
 */
export function gradeBy(
  method: (typeof gradingMethods)[number],
  results: readonly AttemptResult[],
  passMark: number,
): Grade | undefined {
  const inOrder = [...results].sort((a, b) => a.number - b.number);
  const first = inOrder[0];
  if (!first) return undefined;
  const gradeOf = (counted: readonly AttemptResult[]) =>
    totalScore(
      counted.map(({ given, maximum }) => ({ score: { given, maximum }, outcome: 'partial' })),
      passMark,
    );
  switch (method) {
    case 'first':
      return gradeOf([first]);
    case 'last':
      return gradeOf(inOrder.slice(-1));
    case 'best':
      return gradeOf([inOrder.reduce((best, one) => (one.percent > best.percent ? one : best), first)]);
    case 'average': {
      const { score, ...rest } = gradeOf(inOrder);
      const share = (points: number) => Math.round((points / inOrder.length) * 10_000) / 10_000;
      return { score: { given: share(score.given), maximum: share(score.maximum) }, ...rest };
    }
  }
}
