import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreItem } from '../../src/grading/index.ts';
import { makeChoice } from './make-item.ts';

const given = (correct: string, scoring: string | undefined, selected: string, maxScore = 1) => {
  const item = makeChoice(correct, { choices: 'abcdef', maxScore, ...(scoring === undefined ? {} : { scoring }) });
  const { score, outcome } = scoreItem(item, { selected: [...selected] });
  return [score.given, outcome];
};

describe('all or nothing', () => {
  it.each([
    ['a', 'a', 1, 'right'],
    ['a', 'b', 0, 'wrong'],
    ['abc', 'abc', 1, 'right'],
    ['abc', 'cab', 1, 'right'],
    ['abc', 'ab', 0, 'wrong'],
    ['abc', 'abcd', 0, 'wrong'],
    ['abc', 'abd', 0, 'wrong'],
    ['abc', 'def', 0, 'wrong'],
  ])('right %s, chosen %s: %d, %s', (correct, selected, score, outcome) => {
    expect(given(correct, 'all_or_nothing', selected)).toEqual([score, outcome]);
  });

  it('is the rule when none is named', () => {
    expect(given('ab', undefined, 'a')).toEqual([0, 'wrong']);
  });
});

describe('sum', () => {
  it.each([
    ['abc', 'abc', 1, 'right'],
    ['abc', 'ab', 0.6667, 'partial'],
    ['abc', 'a', 0.3333, 'partial'],
    ['abc', 'abd', 0.6667, 'partial'],
    ['abc', 'ade', 0.3333, 'partial'],
    ['abc', 'def', 0, 'wrong'],
    ['abc', 'abcd', 0, 'wrong'],
    ['ab', 'abcdef', 0, 'wrong'],
    ['a', 'a', 1, 'right'],
  ])('right %s, chosen %s: %d, %s', (correct, selected, score, outcome) => {
    expect(given(correct, 'sum', selected)).toEqual([score, outcome]);
  });
});

describe('right minus wrong', () => {
  it.each([
    ['abc', 'abc', 1, 'right'],
    ['abc', 'ab', 0.6667, 'partial'],
    ['abc', 'abd', 0.3333, 'partial'],
    ['abc', 'abcd', 0.6667, 'partial'],
    ['abc', 'ad', 0, 'wrong'],
    ['abc', 'ade', 0, 'wrong'],
    ['abc', 'def', 0, 'wrong'],
    ['abc', 'abcdef', 0, 'wrong'],
  ])('right %s, chosen %s: %d, %s', (correct, selected, score, outcome) => {
    expect(given(correct, 'right_minus_wrong', selected)).toEqual([score, outcome]);
  });
});

describe('points of a choice', () => {
  it.each([
    [2, 'ab', 1.3333],
    [5, 'a', 1.6667],
    [0.5, 'a', 0.1667],
    [1000, 'ab', 666.6667],
    [0.0001, 'a', 0],
    [0.0003, 'a', 0.0001],
  ])('two or one of three right at %d points (%s): %d', (maxScore, selected, expected) => {
    expect(given('abc', 'sum', selected, maxScore)).toEqual([expected, 'partial']);
  });

  it('rounds once: a third of 0.7 points is 0.2333, two thirds 0.4667, half of 0.0001 is 0.0001', () => {
    expect(given('abc', 'sum', 'a', 0.7)[0]).toBe(0.2333);
    expect(given('abc', 'sum', 'ab', 0.7)[0]).toBe(0.4667);
    expect(given('ab', 'sum', 'a', 0.0001)[0]).toBe(0.0001);
    expect(given('ab', 'sum', 'a', 1.1111)[0]).toBe(0.5556);
  });
});

describe('a choice that says nothing', () => {
  it.each([
    [{ selected: [] }],
    [null],
    [undefined],
    [{}],
    [{ selected: 'a' }],
    [{ selected: ['a', 'a'] }],
    [{ selected: ['z'] }],
    [{ selected: ['a', 'z'] }],
    [{ selected: ['a', 1] }],
    [{ selected: ['a'], more: true }],
    [['a']],
    ['a'],
  ])('%j is unscorable', (raw) => {
    expect(scoreItem(makeChoice('ab'), raw)).toEqual({ score: { given: 0, maximum: 1 }, outcome: 'unscorable' });
  });

  it('takes one choice only where one is right', () => {
    expect(scoreItem(makeChoice('a'), { selected: ['a', 'b'] }).outcome).toBe('unscorable');
    expect(scoreItem(makeChoice('ab'), { selected: ['a', 'c'] }).outcome).toBe('wrong');
  });
});

describe('the order of choosing', () => {
  it('changes nothing', () => {
    const letters = [...'abcdef'];
    const orders = fc
      .subarray(letters, { minLength: 1 })
      .chain((chosen) =>
        fc.tuple(
          fc.constant(chosen),
          fc.shuffledSubarray(chosen, { minLength: chosen.length }),
          fc.subarray(letters, { minLength: 2 }),
          fc.constantFrom('all_or_nothing', 'sum', 'right_minus_wrong'),
        ),
      );
    fc.assert(
      fc.property(orders, ([chosen, shuffled, correct, scoring]) => {
        const item = makeChoice(correct.join(''), { choices: 'abcdef', scoring });
        expect(scoreItem(item, { selected: shuffled })).toEqual(scoreItem(item, { selected: chosen }));
      }),
    );
  });
});
