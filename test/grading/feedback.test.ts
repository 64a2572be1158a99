import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { giveFeedback, type Outcome, type Scored, standingAfter } from '../../src/grading/index.ts';
import { makeChoice, makeNumeric } from './make-item.ts';

const tried = (outcome: Outcome, given = outcome === 'right' ? 1 : 0): Scored => ({
  score: { given, maximum: 1 },
  outcome,
});
const right = tried('right');
const wrong = tried('wrong');
const partial = tried('partial', 0.5);
const unscorable = tried('unscorable');

const hinted = { hint: 'Think of the lake.', solution: { explanation: 'It is c.' } };
const item = makeNumeric(12, hinted);

const climb = (earlier: Scored[], now: Scored, on = item) => giveFeedback(on, earlier, { value: '13' }, now);

describe('the ladder', () => {
  it.each([
    ['a first miss', [], wrong, 'try_again', 2, false, false],
    ['a second miss', [wrong], wrong, 'hint', 1, false, false],
    ['a third miss', [wrong, wrong], wrong, 'solution', 0, true, false],
    ['a half right third', [wrong, wrong], partial, 'solution', 0, true, false],
    ['right at once', [], right, 'right', 0, true, true],
    ['right at the second', [wrong], right, 'right', 0, true, true],
    ['right at the third', [wrong, partial], right, 'right', 0, true, true],
    ['nothing readable', [wrong], unscorable, 'unscorable', 2, false, false],
    ['a miss after something unreadable', [unscorable, unscorable, unscorable], wrong, 'try_again', 2, false, false],
    ['nothing readable at the last', [wrong, wrong], unscorable, 'unscorable', 1, false, false],
  ])('%s', (_, earlier, now, message, triesLeft, over, mastered) => {
    expect(climb(earlier, now)).toMatchObject({ message, triesLeft, over, mastered });
  });

  it('shows the hint at the second miss, solution and key only when the item is over', () => {
    const nothing = { hint: false, solution: false, key: false, misconceptions: [] };
    expect(climb([], wrong)?.reveals).toEqual(nothing);
    expect(climb([wrong], wrong)?.reveals).toEqual({ ...nothing, hint: true });
    expect(climb([wrong], unscorable)?.reveals).toEqual(nothing);
    expect(climb([wrong, wrong], wrong)?.reveals).toEqual({ ...nothing, solution: true, key: true });
    expect(climb([], right)?.reveals).toEqual({ ...nothing, solution: true, key: true });
  });

  it('promises no hint and no solution that the item lacks', () => {
    const bare = makeNumeric(12);
    expect(climb([wrong], wrong, bare)).toMatchObject({ message: 'try_again', reveals: { hint: false } });
    expect(climb([wrong, wrong], wrong, bare)).toMatchObject({
      message: 'solution',
      reveals: { solution: false, key: true },
    });
  });

  it('refuses a try at an item that is over', () => {
    expect(climb([right], wrong)).toBeUndefined();
    expect(climb([wrong, wrong, wrong], right)).toBeUndefined();
  });
});

describe('misconceptions', () => {
  const choice = makeChoice('ab', { choices: 'abcd', ...hinted });
  const noted = {
    ...choice,
    choices: choice.choices.map((one) => (one.id === 'd' ? one : { ...one, misconception: `thinks ${one.id}` })),
  };
  const reveal = (selected: unknown, earlier: Scored[]) =>
    giveFeedback(noted, earlier, { selected }, wrong)?.reveals.misconceptions;

  it('are those of the wrong choices chosen, once the item is over', () => {
    expect(reveal(['c', 'a'], [wrong, wrong])).toEqual(['c']);
    expect(reveal(['d'], [wrong, wrong])).toEqual([]);
    expect(reveal(['a'], [wrong, wrong])).toEqual([]);
  });

  it('stay hidden while tries are left', () => {
    expect(reveal(['c'], [])).toEqual([]);
    expect(reveal(['c'], [wrong])).toEqual([]);
  });

  it('are none for what cannot be read', () => {
    expect(reveal('junk', [wrong, wrong])).toEqual([]);
  });
});

describe('standing', () => {
  it('keeps the best score, not the last, and the first of equals', () => {
    expect(standingAfter([wrong, partial, wrong]).best).toBe(partial);
    const [one, two] = [tried('partial', 0.5), tried('partial', 0.5)];
    expect(standingAfter([one, two]).best).toBe(one);
    expect(standingAfter([unscorable]).best).toBeUndefined();
  });

  it('starts with three tries', () => {
    expect(standingAfter([])).toEqual({ mastered: false, triesUsed: 0, triesLeft: 3, over: false, best: undefined });
  });

  it('is over exactly when mastered or out of tries, and never has less than none', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(right, wrong, partial, unscorable)), (tries) => {
        const standing = standingAfter(tries);
        expect(standing.over).toBe(tries.includes(right) || tries.filter((one) => one !== unscorable).length >= 3);
        expect(standing.over).toBe(standing.triesLeft === 0);
        expect(standing.triesLeft).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
