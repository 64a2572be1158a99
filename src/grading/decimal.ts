/** An exact decimal, `digits × 10^exponent`. One value has many forms (15 × 10², 1500): ask `compare`, never `===`. */
export type Decimal = { readonly digits: bigint; readonly exponent: number };

/** How many significant figures a number was written with; two numbers where the writing leaves it open. */
export type Figures = { readonly min: number; readonly max: number };

/** A hostile `1e999999999` would ask for a gigabyte of zeros: nothing beyond this is read. JSON numbers end at 10^±324. */
const LARGEST_EXPONENT = 400;
const MOST_DIGITS = 400;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/**
 * Reads `-12`, `1.50`, `.5`, `5.`, `3e8`: ASCII digits, a point, no spaces. Undefined when the text is anything else,
 * has over 400 digits or an exponent beyond ±400.
 */
export function readDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const digits = whole + fraction;
  if (digits === '' || digits.length > MOST_DIGITS || Math.abs(Number(power)) > LARGEST_EXPONENT) return undefined;
  const size = BigInt(digits);
  return { digits: sign === '-' ? -size : size, exponent: Number(power) - fraction.length };
}

/** The decimal a JSON number was written as: its shortest text, so 0.1 is one tenth. Throws RangeError unless finite. */
export function decimalOf(value: number): Decimal {
  const decimal = readDecimal(String(value));
  if (decimal === undefined) throw new RangeError(`${value} is not a decimal`);
  return decimal;
}

/** A text that `readDecimal` reads back to the same value. */
export const writeDecimal = (value: Decimal): string => `${value.digits}e${value.exponent}`;

/** The nearest JSON number. */
export const toNumber = (value: Decimal): number => Number(writeDecimal(value));

const tenTo = (power: number): bigint => 10n ** BigInt(power);
const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

const digitsAt = (value: Decimal, exponent: number): bigint => value.digits * tenTo(value.exponent - exponent);

export function add(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { digits: digitsAt(a, exponent) + digitsAt(b, exponent), exponent };
}

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, { digits: -b.digits, exponent: b.exponent });

export const multiply = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  exponent: a.exponent + b.exponent,
});

export const absolute = (value: Decimal): Decimal => ({ digits: sizeOf(value.digits), exponent: value.exponent });

/** Below zero when a < b, zero when they are the same value, above zero when a > b. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const { digits } = subtract(a, b);
  if (digits === 0n) return 0;
  return digits < 0n ? -1 : 1;
}

/** Half away from zero: what schools and CONTRACT call half-up. */
function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const size = (2n * sizeOf(numerator) + sizeOf(denominator)) / (2n * sizeOf(denominator));
  return numerator < 0n === denominator < 0n ? size : -size;
}

/** numerator ÷ denominator, rounded once, half-up, to `places` decimals. Throws RangeError when the denominator is zero. */
export function ratio(numerator: Decimal, denominator: Decimal, places: number): Decimal {
  const shift = numerator.exponent - denominator.exponent + places;
  const top = shift > 0 ? numerator.digits * tenTo(shift) : numerator.digits;
  const bottom = shift < 0 ? denominator.digits * tenTo(-shift) : denominator.digits;
  return { digits: divideHalfUp(top, bottom), exponent: -places };
}

/** Rounded half-up to `figures` (at least 1) significant figures. Zero stays zero. */
export function roundToFigures(value: Decimal, figures: number): Decimal {
  const surplus = String(sizeOf(value.digits)).length - figures;
  if (surplus <= 0) return value;
  return { digits: divideHalfUp(value.digits, tenTo(surplus)), exponent: value.exponent + surplus };
}

/**
 * Significant figures of plain digits with or without a point, as written: leading zeros never count, zeros after a
 * point always do, and the closing zeros of a whole number may or may not: `1500` is 2, 3 or 4 figures, `1500.` is 4.
 * Zero has none.
 */
export function countFigures(written: string): Figures {
  const digits = written.replace('.', '').replace(/^0+/, '');
  const max = digits.length;
  return { min: written.includes('.') ? max : digits.replace(/(?<!0)0+$/, '').length, max };
}
