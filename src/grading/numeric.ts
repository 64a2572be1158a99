import type { ItemOf, ResponseOf } from '../items/index.ts';
import { absolute, add, compare, type Decimal, decimalOf, multiply, roundToFigures, subtract } from './decimal.ts';
import { judgeExpression } from './expression.ts';
import { readNumber } from './read-number.ts';
import { type Share, wholeIf } from './share.ts';
import { isSameUnit } from './units.ts';

type Tolerance = NonNullable<ItemOf<'numeric'>['tolerance']>;

const isAtMost = (a: Decimal, b: Decimal): boolean => compare(a, b) <= 0;
const signOf = (value: Decimal): number => compare(value, { digits: 0n, exponent: 0 });

/** Bounds are inclusive and exact; nothing is divided, so nothing is rounded. */
function isWithin(value: Decimal, key: Decimal, tolerance: Tolerance): boolean {
  const allowed = decimalOf(tolerance.value);
  switch (tolerance.kind) {
    case 'absolute':
      return isAtMost(absolute(subtract(value, key)), allowed);
    case 'relative':
      return isAtMost(absolute(subtract(value, key)), multiply(allowed, absolute(key)));
    case 'geometric': {
      const factor = add(decimalOf(1), allowed);
      const [size, keySize] = [absolute(value), absolute(key)];
      return (
        signOf(value) === signOf(key) &&
        isAtMost(keySize, multiply(size, factor)) &&
        isAtMost(size, multiply(keySize, factor))
      );
    }
  }
}

const isEqual = (a: Decimal, b: Decimal): boolean => compare(a, b) === 0;

function isRightValue(value: Decimal, { answer, tolerance, significantFigures }: ItemOf<'numeric'>): boolean {
  if (answer === undefined) return false;
  const key = decimalOf(answer);
  if (tolerance === undefined && significantFigures === undefined) return isEqual(value, key);
  const isRounded = significantFigures === undefined || isEqual(value, roundToFigures(key, significantFigures));
  return isRounded && (tolerance === undefined || isWithin(value, key, tolerance));
}

/**
 * CONTRACT "Scoring", numeric, in decimal arithmetic: the unit when the item has one, `significantFigures` when it asks
 * for them (written with exactly as many, and equal to the key rounded to them), within the tolerance when it has one.
 * With neither of the two, equal to the key. An item without unit takes the number alone, whatever unit is behind it.
 * An item that reads expressions is judged by expression.ts. Undefined when no number can be read.
 */
export function scoreNumeric(item: ItemOf<'numeric'>, response: ResponseOf['numeric']): Share | undefined {
  if (item.reading === 'expression') return judgeExpression(item, response.value)?.share;
  const typed = readNumber(response.value, item.unit);
  if (typed === undefined) return undefined;
  const { unit, significantFigures: wanted } = item;
  const hasUnit = unit === undefined || isSameUnit(typed.unit, unit);
  const hasFigures = wanted === undefined || (typed.figures.min <= wanted && wanted <= typed.figures.max);
  return wholeIf(hasUnit && hasFigures && isRightValue(typed.value, item));
}
