import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toNumber } from '../../src/grading/decimal.ts';
import { readNumber } from '../../src/grading/read-number.ts';

const NBSP = '\u00A0';
const THIN = '\u2009';
const NARROW = '\u202F';

const valueOf = (text: string, unit?: string) => {
  const read = readNumber(text, unit);
  return read === undefined ? undefined : toNumber(read.value);
};

describe('a number as a student types it', () => {
  it.each([
    // plain
    ['5', 5],
    ['007', 7],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    [' 5 ', 5],
    // signs
    ['+5', 5],
    ['-5', -5],
    ['- 5', -5],
    ['−5', -5],
    ['–5', -5],
    ['—5', -5],
    ['-.5', -0.5],
    // standard form
    ['3x10^8', 3e8],
    ['3X10^8', 3e8],
    ['3×10^8', 3e8],
    ['3×10⁸', 3e8],
    ['3 × 10⁸', 3e8],
    ['3✕10⁸', 3e8],
    ['3 X 10^-8', 3e-8],
    ['3*10^8', 3e8],
    ['3*10**8', 3e8],
    ['3·10^8', 3e8],
    ['3⋅10⁸', 3e8],
    ['3 · 10^8', 3e8],
    ['2·5·10^3', 2500],
    ['3x10^+8', 3e8],
    ['3x10^ - 8', 3e-8],
    ['3x10^(-8)', 3e-8],
    ['3x10^{-8}', 3e-8],
    ['3×10⁻⁸', 3e-8],
    ['3×10^⁻⁸', 3e-8],
    ['3×10⁻8', 3e-8],
    ['3×10-⁸', 3e-8],
    ['3×10−⁸', 3e-8],
    ['3×10⁺⁸', 3e8],
    ['-1.6 x 10^-19', -1.6e-19],
    ['3e8', 3e8],
    ['3E+8', 3e8],
    ['3 E -8', 3e-8],
    ['3e0008', 3e8],
    ['10^8', 1e8],
    ['-10^8', -1e8],
    ['10⁻³', 1e-3],
    ['1,000 x 10^3', 1e6],
    ['3,5×10⁸', 3.5e8],
    // thousands
    ['1,000,000', 1e6],
    ['1 000 000', 1e6],
    [`1${NBSP}000${NBSP}000`, 1e6],
    [`1${THIN}000${NARROW}000`, 1e6],
    ['52 000.00', 52000],
    ['52,000.00', 52000],
    ['52 000,50', 52000.5],
    ['999,999', 999999],
    // the lone comma
    ['1,000', 1000],
    ['0,500', 0.5],
    ['01,000', 1],
    ['0,5', 0.5],
    ['1,5', 1.5],
    ['12,34', 12.34],
    ['1,0000', 1],
    ['1000,500', 1000.5],
    [',5', 0.5],
    ['1,000.5', 1000.5],
    ['1,000.', 1000],
    // points as thousands marks
    ['1.000', 1],
    ['1.000,5', 1000.5],
    ['1.000.000', 1e6],
    ['1.000.000,25', 1000000.25],
    // the raised point of British print
    ['3·5', 3.5],
    // full width
    ['１２．５', 12.5],
    ['－５', -5],
    ['３×１０＾８', 3e8],
    ['5\u200B', 5],
    // named
    ['x = 5', 5],
    ['y=-5', -5],
    ['Rf = 0.85', 0.85],
    ['w ＝ 5', 5],
    ['abc=5', 5],
    ['θ = 30', 30],
    ['e=5', 5],
    ['x = 3×10⁸', 3e8],
  ])('%j is %d', (text, expected) => {
    expect(valueOf(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    'five',
    'abc',
    '-',
    '.',
    ',',
    '--5',
    '+-5',
    '±5',
    '=5',
    'mass = 5',
    'x == 5',
    'x = y = 5',
    '-x = 5',
    'x2 = 5',
    'x = 1/2',
    'x =',
    '5 = x',
    'x = 5 or x = 6',
    // fractions, sums and products are not worked out
    '1/2',
    '1 1/2',
    '½',
    '1½',
    '2+3',
    '2*3',
    '2 x 3',
    '(5)',
    '√2',
    // more than one number
    '12 or 13',
    '5 m or 6 m',
    '6 or -3',
    '6 and -3',
    '6 not -3',
    '0.85 or -2',
    '6or-3',
    '6or3',
    '6 or',
    '5 or six',
    '5 OR SIX',
    '5 kapena zisanu',
    '5 six',
    '5 thousand',
    '1/two',
    '6 −3',
    '6 m -3',
    '6 m (-3)',
    '6%-3',
    '6°3',
    '5-6',
    '5m-6m',
    '1m-2m',
    '1m–2m',
    '1m-2 m',
    '1km-2km',
    '1 m-2m',
    '1m-2cm',
    '1 5',
    '1:30',
    '1h30',
    // what lost its raised digits, or has too many
    '3x108',
    '3x10',
    '3e',
    '3e-',
    '3x10^',
    '3x10-8',
    '3x10^8.5',
    '3.10^8',
    '10^8^2',
    '3e8e2',
    '2³',
    '5²',
    '2x',
    // marks that fit no rule
    '1,00,000',
    '12,345,67',
    '1,000,5',
    '1 000 00',
    '1 0000',
    '0 500',
    '1,000 000',
    '1.5.2',
    '1.000,5,5',
    '15,',
    '1_000',
    '5 *',
    '5 .',
    // not ours to read
    '0x10',
    '٣',
    'NaN',
    'Infinity',
    '5 because I added all of them up',
    // hostile
    '1e999999999',
    '1e-401',
    `1e${'9'.repeat(400)}`,
    '9'.repeat(450),
    '9'.repeat(10_000),
    `1${' 000'.repeat(2500)}`,
    `1${',000'.repeat(2500)}`,
    `1${'.000'.repeat(2500)}`,
    `1${'^('.repeat(5000)}`,
    `1${'⁻⁸'.repeat(5000)}`,
    `1${'·1'.repeat(5000)}`,
    `1 ${'/('.repeat(5000)}`,
    `1x10^${'9'.repeat(10_000)}`,
  ])('%j cannot be read', (text) => {
    expect(readNumber(text)).toBeUndefined();
  });

  it('reads every JSON number as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => valueOf(String(value)) === value),
    );
  });

  it('reads every whole number with commas or with spaces for thousands', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const written = value.toLocaleString('en');
        expect(valueOf(written)).toBe(value);
        expect(valueOf(written.replaceAll(',', NBSP))).toBe(value);
      }),
    );
  });

  it('is a finite number or none, whatever is typed', () => {
    const keys = fc.constantFrom(...'0123456789 .,-+eExX×*·^⁰⁸⁻/()mKΩ°');
    const typed = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: keys, maxLength: 600 }));
    fc.assert(
      fc.property(typed, fc.constantFrom(undefined, 'm/s', 'K'), (text, unit) => {
        const read = readNumber(text, unit);
        if (read !== undefined) expect(Math.abs(read.value.exponent)).toBeLessThanOrEqual(800);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the unit behind a number', () => {
  it.each([
    ['5m', 5, 'm'],
    ['5 m/s', 5, 'm/s'],
    ['3x10^8 m s^-1', 3e8, 'm s^-1'],
    ['3×10⁸ m s⁻¹', 3e8, 'm s^-1'],
    ['10^3 kg', 1000, 'kg'],
    ['5 eV', 5, 'eV'],
    ['52 000 K', 52000, 'K'],
    ['50%', 50, '%'],
    ['25 °C', 25, '°C'],
    ['5. m', 5, 'm'],
    ['5 /s', 5, '/s'],
    ['12 apples', 12, 'apples'],
    ['9 dm^3', 9, 'dm^3'],
    ['2 m s-1', 2, 'm s-1'],
    ['4 kJ kg-1 K-1', 4, 'kJ kg-1 K-1'],
    ['4 kJkg⁻¹K⁻¹', 4, 'kJkg^-1K^-1'],
    ['3 light-years', 3, 'light-years'],
    ['7 oranges', 7, 'oranges'],
    ['7 tonnes', 7, 'tonnes'],
  ])('%j is %d in %j', (text, value, unit) => {
    const read = readNumber(text);
    expect(read && { value: toNumber(read.value), unit: read.unit }).toEqual({ value, unit });
  });

  it('may look like nothing on earth when it is the unit of the item', () => {
    expect(valueOf('5 people (over 65) per km²')).toBeUndefined();
    expect(valueOf('5 people (over 65) per km²', 'people (over 65) per km²')).toBe(5);
    expect(valueOf('5 Jkg-1K-1')).toBeUndefined();
    expect(valueOf('5 Jkg-1K-1', 'J/(kg K)')).toBe(5);
    expect(valueOf('5 m s -1', 'm/s')).toBe(5);
  });

  it.each([
    ['K52 000', 'K'],
    ['K 52,000.00', 'K'],
    ['MK52 000', 'MK'],
    ['MK52 000', 'K'],
    ['K52 000', 'MK'],
    ['mk 52000', 'MK'],
    ['MWK 52000', 'K'],
    ['mwk52 000', 'MK'],
    ['K52 000', 'MWK'],
    ['K52 000', 'kwacha'],
    ['$52000', '$'],
    ['US$52,000', '$'],
    ['$52,000', 'US$'],
  ])('%j is 52 000 when the item is in %s', (text, unit) => {
    expect(valueOf(text, unit)).toBe(52000);
    expect(readNumber(text, unit)?.unit).toBe(unit);
  });

  it.each(['K52 000', 'k52 000', 'MK 52,000', 'MWK52000', '$52000', 'US$52000', '£52000', '€52 000'])(
    '%j is 52 000 when the item has no unit',
    (text) => {
      expect(valueOf(text)).toBe(52000);
      expect(readNumber(text)?.unit).toBe('');
      expect(valueOf(`- ${text}`)).toBe(-52000);
    },
  );

  it.each([
    ['-K500', -500],
    ['K-500', -500],
    ['- K 500', -500],
  ])('%j is a debt of K500', (text, value) => {
    expect(valueOf(text, 'K')).toBe(value);
  });

  it.each([
    ['KK52 000', undefined],
    ['K52 000 K', undefined],
    ['K52 000 or K53 000', undefined],
    ['R52 000', undefined],
    ['$52 000', 'K'],
    ['K52 000', 'm'],
    ['K52 000', 'kg'],
    ['K52 000 K', 'K'],
    ['-K-5', 'K'],
    ['KK5', 'K'],
    ['K', 'K'],
    ['K1/2', 'K'],
  ])('%j cannot be read for an item in %s', (text, unit) => {
    expect(readNumber(text, unit)).toBeUndefined();
  });
});

describe('significant figures of what was typed', () => {
  it.each([
    ['1500', 2, 4],
    ['1,500', 2, 4],
    ['1 500', 2, 4],
    ['1500.0', 5, 5],
    ['0.0150', 3, 3],
    ['0,0150', 3, 3],
    ['1.50x10^3', 3, 3],
    ['1.5e3', 2, 2],
    ['15 × 10²', 2, 2],
    ['10^3', 1, 1],
    ['-2.40 m', 3, 3],
    ['K1 500.00', 6, 6],
  ])('%j has from %i to %i', (text, min, max) => {
    expect(readNumber(text, 'K')?.figures).toEqual({ min, max });
  });
});
