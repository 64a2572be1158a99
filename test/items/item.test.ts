import { describe, expect, it } from 'vitest';
import { ItemInput, mayChooseSeveral } from '../../src/items/index.ts';
import { choice } from './make.ts';

const number = (more: object) => ({ type: 'numeric', prompt: 'How many?', difficulty: 'easy', answer: 12, ...more });

const refusedFor = (input: object) =>
  ItemInput.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`);

describe('the points of an item', () => {
  it('are 1 when none are named', () => {
    expect(ItemInput.parse(number({})).maxScore).toBe(1);
  });

  it.each([0.0001, 0.1, 0.3333, 0.7, 1.1, 2.0001, 29.99, 999.9999, 1000])('may be %d', (maxScore) => {
    expect(ItemInput.parse(number({ maxScore })).maxScore).toBe(maxScore);
  });

  it.each([0.00001, 0.00005, 0.33333, 1 / 3, 1.00001, 0.1 + 0.2, 999.99999])(
    'may not be %d: they have at most 4 decimals',
    (maxScore) => {
      expect(refusedFor(number({ maxScore }))).toEqual(['maxScore: must have at most 4 decimals']);
    },
  );

  it.each([0, -1, 1000.5, Number.NaN, '1'])('may not be %j', (maxScore) => {
    expect(refusedFor(number({ maxScore }))).toHaveLength(1);
  });
});

describe('choosing several', () => {
  const choices = ['a', 'b', 'c'].map((id) => ({ id, text: id }));

  it.each([
    [['a'], false],
    [['a', 'b'], true],
    [['a', 'b', 'c'], true],
  ])('where %j are right: %s', (correct, several) => {
    const item = choice({ choices, correct });
    expect(item.type === 'choice' && mayChooseSeveral(item)).toBe(several);
  });
});
