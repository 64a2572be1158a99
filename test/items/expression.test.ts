import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { evaluate } from '../../src/items/expression.ts';

/* What calc.py of openedx-calc reads, and what it does not. */

const valueOf = (text: string) => {
  const read = evaluate(text);
  return read?.kind === 'real' ? read.value : read?.kind;
};

describe('an expression', () => {
  test.each<[string, number]>([
    ['1+sqrt(2)', 1 + Math.SQRT2],
    ['6/2', 3],
    ['.25', 0.25],
    ['16.', 16],
    ['0.241e1', 2.41],
    ['2.41 E 1', 24.1],
    ['241%', 241 * 0.01],
    ['2 ^ 3 ^ 2', 512],
    ['-2^2', -4],
    ['5*-2^2', 20],
    ['2--3', 5],
    ['--2', 2],
    ['-(3)', -3],
    ['2*e', 2 * Math.E],
    ['PI/2', Math.PI / 2],
    ['SQRT (4)', 2],
    ['2 || 2', 1],
    ['2*3 || 6', 4],
    ['fact(5)', 120],
    ['arccot(-1)', -Math.PI / 4],
    ['abs(-2)', 2],
    ['10-2-3', 5],
    ['100/10/2', 5],
    ['ln(e)', 1],
  ])('%s is %d', (text, value) => {
    expect(valueOf(text)).toBeCloseTo(value, 12);
  });

  test.each([
    ...[
      '2,41',
      '1,000/4',
      '2.41 cm',
      '250g',
      '0.25k',
      '−2.41',
      'abc',
      '2x',
      '2 3',
      '2**3',
      '2*-(3)',
      '(2',
      '2)',
      '',
      '  ',
    ],
    ...[
      'x',
      'sin',
      'pi(2)',
      'nosuch(2)',
      '1/0',
      '0^-1',
      'fact(-1)',
      'fact(2.5)',
      '3..2',
      '1e',
      'constructor',
      '2||',
      "x'",
    ],
    ...[
      '2.5.',
      '10^999',
      'i am lost',
      `${'('.repeat(60)}1${')'.repeat(60)}`,
      '1+'.repeat(600) + 1,
      '²',
      '2\u00a0+1',
      '__proto__(1)',
    ],
  ])('%s cannot be read', (text) => {
    expect(valueOf(text)).toBeUndefined();
  });

  test.each(['i', '2*j', 'sqrt(-4)', '(-8)^(1/3)', 'ln(-1)', 'arcsin(2)'])('%s is complex', (text) => {
    expect(valueOf(text)).toBe('complex');
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '1',
      '.5',
      '+',
      '-',
      '*',
      '/',
      '^',
      '||',
      '(',
      ')',
      'e',
      'pi',
      'sin',
      'i',
      '%',
      ' ',
      ',',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          evaluate(text);
        },
      ),
    );
  });
});
