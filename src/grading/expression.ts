import { evaluate, type ItemOf } from '../items/index.ts';
import { absolute, compare, decimalOf, subtract } from './decimal.ts';
import type { Share } from './share.ts';

type Numeric = ItemOf<'numeric'>;
type Tolerance = Numeric['tolerance'];

/** What an expression was worth, and what it hit when it is right: the answer (or range), or one of the alternatives. */
export type Judgement = { share: Share; hit?: 'answer' | { alternative: number } };

const isAtMost = (difference: [number, number], allowed: number): boolean => {
  const [a, b] = difference;
  if (!Number.isFinite(allowed)) return !Number.isNaN(allowed);
  return compare(absolute(subtract(decimalOf(a), decimalOf(b))), decimalOf(allowed)) <= 0;
};

/** 0.001 %, of the larger of the two, as its text says it and as floating point has it. */
const NEAR = 0.001 * 0.01;

/**
 * `compare_with_tolerance` of capa/util.py: the bounds are doubles, as there, and compared as the decimals they are written
 * as. `times` widens the tolerance for partial marks.
 */
function isNear(value: number, key: number, tolerance: Tolerance, times?: number): boolean {
  if (Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) return value === key;
  if (!tolerance) {
    const of = times === undefined ? Math.max(Math.abs(value), Math.abs(key)) : Math.abs(key);
    return isAtMost([value, key], NEAR * (times ?? 1) * of);
  }
  const allowed = tolerance.value * (times ?? 1);
  return isAtMost([value, key], tolerance.kind === 'relative' ? allowed * Math.abs(key) : allowed);
}

const wholly = (hit: Judgement['hit']): Judgement => ({
  share: { earned: 1, of: 1 },
  ...(hit !== undefined && { hit }),
});
const part = (earned: number): Judgement => ({ share: { earned, of: 1 } });

function judgeRange(value: number, item: Numeric, range: NonNullable<Numeric['range']>): Judgement {
  const { from, to, includesFrom, includesTo } = range;
  const ends = [
    { end: from, isIncluded: includesFrom },
    { end: to, isIncluded: includesTo },
  ];
  for (const { end, isIncluded } of ends) {
    const isAtEnd = isAtMost([value, end], Number.EPSILON * Math.max(Math.abs(value), Math.abs(end)));
    if (isAtEnd) return isIncluded ? wholly('answer') : part(0);
  }
  if (from < value && value < to) return wholly('answer');
  const margin = (item.partial?.within ?? 0) * (to - from);
  const isClose = item.partial?.within !== undefined && from - margin < value && value < to + margin;
  return part(isClose ? 0.5 : 0);
}

/** In the order of capa: one listed answer after the other, each with what is near the answer itself in between. */
function judgeAnswer(value: number, { tolerance, partial }: Numeric, answer: number): Judgement {
  if (isNear(value, answer, tolerance)) return wholly('answer');
  const { within, answers } = partial ?? {};
  const isClose = (key: number) => within !== undefined && isNear(value, key, tolerance, within);
  for (const listed of answers ?? []) {
    if (isNear(value, listed, tolerance) || isClose(answer)) return part(0.5);
    if (isClose(listed)) return part(0.25);
  }
  return part(answers === undefined && isClose(answer) ? 0.5 : 0);
}

/**
 * Judges a text as the numerical response of Open edX does (capa/responsetypes.py, `NumericalResponse.get_score`). Undefined
 * when it cannot be read as a number, and for a complex one where a range is asked for.
 */
export function judgeExpression(item: Numeric, text: string): Judgement | undefined {
  const read = evaluate(text);
  if (read === undefined) return undefined;
  if (read.kind === 'complex') return item.range ? undefined : part(0);
  const { value } = read;
  const first =
    item.range === undefined
      ? judgeAnswer(value, item, item.answer ?? Number.NaN)
      : Number.isFinite(value)
        ? judgeRange(value, item, item.range)
        : part(0);
  const alternative = first.share.earned === 0 ? item.alternatives?.find((one) => one === value) : undefined;
  return alternative === undefined ? first : wholly({ alternative });
}
