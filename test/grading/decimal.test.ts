import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absolute,
  add,
  compare,
  countFigures,
  type Decimal,
  decimalOf,
  multiply,
  ratio,
  readDecimal,
  roundToFigures,
  subtract,
  toNumber,
  writeDecimal,
} from '../../src/grading/decimal.ts';

const decimals: fc.Arbitrary<Decimal> = fc.record({
  digits: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  exponent: fc.integer({ min: -60, max: 60 }),
});
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const read = (text: string): Decimal => {
  const value = readDecimal(text);
  if (value === undefined) throw new Error(`${text} is unreadable`);
  return value;
};
const isSame = (a: Decimal, b: Decimal) => compare(a, b) === 0;

describe('reading a decimal', () => {
  it.each([
    ['0', 0n, 0],
    ['-0', 0n, 0],
    ['1500', 1500n, 0],
    ['+1.50', 150n, -2],
    ['.5', 5n, -1],
    ['5.', 5n, 0],
    ['-12.25e3', -1225n, 1],
    ['3E-8', 3n, -8],
    ['1e400', 1n, 400],
    ['1e-400', 1n, -400],
    ['9'.repeat(400), BigInt('9'.repeat(400)), 0],
  ])('reads %s', (text, digits, exponent) => {
    expect(readDecimal(text)).toEqual({ digits, exponent });
  });

  it.each(['', '.', '-', 'e5', '.e5', '1e', '1e5.5', '1 000', '1,5', '0x10', 'NaN', 'Infinity', '--1', '1\n', '٣'])(
    'does not read %j',
    (text) => {
      expect(readDecimal(text)).toBeUndefined();
    },
  );

  it.each(['1e401', '1e-401', '1e999999999', `1e${'9'.repeat(5000)}`, '1'.repeat(401)])(
    'does not read beyond 400 digits or powers (%#)',
    (text) => {
      expect(readDecimal(text)).toBeUndefined();
    },
  );

  it('takes a JSON number as it is written, not as the binary fraction behind it', () => {
    expect(decimalOf(0.1)).toEqual({ digits: 1n, exponent: -1 });
    expect(isSame(add(decimalOf(0.1), decimalOf(0.2)), decimalOf(0.3))).toBe(true);
    expect(isSame(decimalOf(0.1 + 0.2), decimalOf(0.3))).toBe(false);
    expect(decimalOf(1e21)).toEqual({ digits: 1n, exponent: 21 });
  });

  it('refuses what is not finite', () => {
    expect(() => decimalOf(Number.NaN)).toThrow(RangeError);
    expect(() => decimalOf(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it('gives every JSON number back', () => {
    fc.assert(fc.property(finite, (value) => toNumber(decimalOf(value)) === value));
  });

  it('gives back what it wrote', () => {
    fc.assert(fc.property(decimals, (value) => isSame(read(writeDecimal(value)), value)));
  });
});

describe('arithmetic', () => {
  it('adds in any order and grouping', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) => {
        expect(isSame(add(a, b), add(b, a))).toBe(true);
        expect(isSame(add(add(a, b), c), add(a, add(b, c)))).toBe(true);
      }),
    );
  });

  it('takes away what it added', () => {
    fc.assert(fc.property(decimals, decimals, (a, b) => isSame(subtract(add(a, b), b), a)));
  });

  it('multiplies over a sum', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) =>
        isSame(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c))),
      ),
    );
  });

  it('compares values, not forms', () => {
    expect(compare(read('1500'), read('15e2'))).toBe(0);
    expect(compare(read('-2'), read('-1'))).toBe(-1);
    expect(compare(read('1e400'), read('-1e400'))).toBe(1);
    expect(compare(read('0'), read('-0.00'))).toBe(0);
  });

  it('compares safe integers as numbers do', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) =>
        Object.is(compare(decimalOf(a), decimalOf(b)), a === b ? 0 : a < b ? -1 : 1),
      ),
    );
  });

  it('makes nothing negative absolute', () => {
    expect(isSame(absolute(read('-1.5')), read('1.5'))).toBe(true);
    expect(isSame(absolute(read('1.5')), read('1.5'))).toBe(true);
  });
});

describe('rounding', () => {
  it.each([
    ['1', '3', 4, 0.3333],
    ['2', '3', 4, 0.6667],
    ['1', '8', 2, 0.13],
    ['-1', '8', 2, -0.13],
    ['1', '-8', 2, -0.13],
    ['-1', '-8', 2, 0.13],
    ['0.5', '1', 0, 1],
    ['-0.5', '1', 0, -1],
    ['0.49999', '1', 0, 0],
    ['2.00005', '1', 4, 2.0001],
    ['1.005', '1', 2, 1.01],
    ['0', '7', 4, 0],
    ['1e-300', '1', 4, 0],
    ['1e300', '1e300', 4, 1],
    ['1', '4e-2', 4, 25],
  ])('%s ÷ %s to %i places is %d', (a, b, places, expected) => {
    expect(toNumber(ratio(read(a), read(b), places))).toBe(expected);
  });

  it('never moves a ratio by more than half a unit of the last place, and half of one only away from zero', () => {
    fc.assert(
      fc.property(decimals, decimals, fc.integer({ min: 0, max: 8 }), (a, b, places) => {
        fc.pre(b.digits !== 0n);
        const off = subtract(multiply(ratio(a, b, places), b), a);
        const half = absolute(multiply(b, { digits: 5n, exponent: -places - 1 }));
        const size = compare(absolute(off), half);
        expect(size).toBeLessThanOrEqual(0);
        if (size === 0) expect(off.digits < 0n).toBe(a.digits < 0n);
      }),
    );
  });

  it('does not divide by zero', () => {
    expect(() => ratio(read('1'), read('0'), 4)).toThrow(RangeError);
  });

  it.each([
    ['9.81', 2, '9.8'],
    ['9.85', 2, '9.9'],
    ['-9.85', 2, '-9.9'],
    ['9.996', 3, '10'],
    ['1490', 2, '1500'],
    ['0.00012345', 3, '0.000123'],
    ['12', 5, '12'],
    ['0', 3, '0'],
    ['6.02214076e23', 3, '6.02e23'],
  ])('%s to %i figures is %s', (text, figures, expected) => {
    expect(isSame(roundToFigures(read(text), figures), read(expected))).toBe(true);
  });
});

describe('significant figures as written', () => {
  it.each([
    ['5', 1, 1],
    ['5.', 1, 1],
    ['.5', 1, 1],
    ['0.50', 2, 2],
    ['0.050', 2, 2],
    ['1.50', 3, 3],
    ['1005', 4, 4],
    ['1500', 2, 4],
    ['1500.', 4, 4],
    ['1500.0', 5, 5],
    ['007', 1, 1],
    ['0070', 1, 2],
    ['0', 0, 0],
    ['0.00', 0, 0],
  ])('%s has from %i to %i', (written, min, max) => {
    expect(countFigures(written)).toEqual({ min, max });
  });
});
