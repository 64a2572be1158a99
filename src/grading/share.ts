import { decimalOf, multiply, ratio, toNumber } from './decimal.ts';

/** Points, `given` half-up to 4 decimals (CONTRACT "Scoring"); 0 ≤ given ≤ maximum. */
export type Score = { given: number; maximum: number };

/** `unscorable`: nothing that could be right or wrong was given. It scores 0 and is not a mistake. */
export type Outcome = 'right' | 'partial' | 'wrong' | 'unscorable';

export type Scored = { score: Score; outcome: Outcome };

/** The part of an item's points that a response earns, `earned` of `of`: decimals, 0 ≤ earned ≤ of, of ≥ 1. */
export type Share = { earned: number; of: number };

/** All or nothing. */
export const wholeIf = (right: boolean): Share => ({ earned: right ? 1 : 0, of: 1 });

const PLACES = 4;

function outcomeOf(share: Share): Outcome {
  if (share.earned === 0) return 'wrong';
  return share.earned === share.of ? 'right' : 'partial';
}

/** Turns a share of `maxScore` points (at most 4 decimals) into a score, rounding once; no share is `unscorable`. */
export function scoreShare(share: Share | undefined, maxScore: number): Scored {
  if (share === undefined) return { score: { given: 0, maximum: maxScore }, outcome: 'unscorable' };
  const points = multiply(decimalOf(maxScore), decimalOf(share.earned));
  const given = toNumber(ratio(points, decimalOf(share.of), PLACES));
  return { score: { given, maximum: maxScore }, outcome: outcomeOf(share) };
}
