import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compilePattern } from '../../src/items/pattern.ts';

const matches = (pattern: string, text: string, ignoreCase = false) => {
  const compiled = compilePattern(pattern, ignoreCase);
  if ('refusal' in compiled) throw new Error(compiled.refusal);
  return compiled.pattern.matches(text).matches;
};
const refusal = (pattern: string) => {
  const compiled = compilePattern(pattern, false);
  return 'refusal' in compiled ? compiled.refusal : undefined;
};

/** Patterns that Python, JavaScript and we read alike. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ any: string; one: string }>((tie) => ({
  one: fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('a', 'b', 'c', '\\.', '.', '[ab]', '[^a]', '[a-c]', '\\d', '\\w', '\\b', '7'),
    },
    { weight: 1, arbitrary: tie('any').map((inside) => `(?:${inside})`) },
    { weight: 1, arbitrary: tie('any').map((inside) => `(${inside})`) },
  ),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('one'),
    fc.tuple(tie('one'), tie('any')).map(([a, b]) => a + b),
    fc.tuple(tie('any'), tie('any')).map(([a, b]) => `${a}|${b}`),
    fc
      .tuple(tie('one'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '*?'))
      .map(([one, times]) => (one === '\\b' ? one : one + times)),
  ),
})).any;

describe('a pattern', () => {
  it('agrees with RegExp on what both read', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '7', '.', ' '), maxLength: 7 });
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (source, text, ignoreCase) => {
        const theirs = new RegExp(`^(?:${source})$`, ignoreCase ? 'iu' : 'u').test(text);
        expect(matches(source, text, ignoreCase)).toBe(theirs);
      }),
      { numRuns: 600 },
    );
  });

  it('takes time that grows with pattern times text, never faster', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 });
    fc.assert(
      fc.property(pattern, text, (source, text) => {
        const compiled = compilePattern(source, false);
        if ('refusal' in compiled) return;
        expect(compiled.pattern.matches(text).steps).toBeLessThanOrEqual(compiled.pattern.size * (text.length + 1));
      }),
    );
  });

  test.each(['(a+)+b', '(a|a)*b', '(a*)*b', '(a|aa)+$b'])('%s does not explode', (source) => {
    const compiled = compilePattern(source, false);
    if ('refusal' in compiled) throw new Error(compiled.refusal);
    const { matches, steps } = compiled.pattern.matches('a'.repeat(5_000));
    expect(matches).toBe(false);
    expect(steps).toBeLessThan(compiled.pattern.size * 5_001 + 1);
  });

  test.each([
    ['(', 'never closed'],
    ['a)', 'no partner'],
    ['[a', 'never closed'],
    ['*a', 'nothing to repeat'],
    ['a**', 'a repetition is repeated'],
    ['a{2}{3}', 'a repetition is repeated'],
    ['a++', 'possessive'],
    ['a{3,1}', 'counts down'],
    ['(a)\\1', 'refers back'],
    ['(?P<x>a)(?P=x)', 'not supported'],
    ['(?=a)b', 'not supported'],
    ['(?<!a)b', 'not supported'],
    ['(?>a)b', 'not supported'],
    ['(?i)a', 'not supported'],
    ['\\p{L}', 'not supported'],
    ['[z-a]', 'range'],
    ['[a-\\d]', 'range'],
    ['a\\', 'ends with a backslash'],
    ['\\x4', 'hexadecimal'],
    ['(?:a{30}){40}', 'too large'],
    ['('.repeat(60) + ')'.repeat(60), 'too deeply'],
    ['a'.repeat(501), 'longer than'],
  ])('%s is refused', (source, reason) => {
    expect(refusal(source)).toContain(reason);
  });

  test.each([
    ['colou?r', 'color', true],
    ['(?P<unit>cm|m)', 'cm', true],
    ['a{,2}', 'aa', true],
    ['a{,2}', 'aaa', false],
    ['a{', 'a{', true],
    ['x{}', 'x{}', true],
    ['[]a]', ']', true],
    ['[^]a]', 'b', true],
    ['\\A\\d+\\Z', '42', true],
    ['\\d', '٣', true],
    ['\\w+', 'ŵanga', true],
    ['a\\Bb', 'ab', true],
    ['\\u0041', 'A', true],
    ['a|', '', true],
    ['😀.', '😀😀', true],
    ['ab$', 'ab\n', true],
  ])('%s on %j is %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  it('without regard to case, also inside sets', () => {
    expect(matches('[a-c]É', 'Bé', true)).toBe(true);
    expect(matches('[^a]', 'A', true)).toBe(false);
  });
});
