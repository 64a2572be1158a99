import { itemTypes } from '../../src/items/item.ts';

const common = { prompt: 'Which?', difficulty: 'easy' };

type Fields = Record<string, unknown>;

/** Choices are named by letters: `makeChoice('ab')` has a, b, c and d, and a and b are right. */
export const makeChoice = (correct: string, { choices = 'abcd', ...fields }: Fields & { choices?: string } = {}) =>
  itemTypes.choice.parse({
    type: 'choice',
    ...common,
    choices: [...choices].map((id) => ({ id, text: id })),
    correct: [...correct],
    ...fields,
  });

/** `makeTextEntry({ one: ['a', 'b'] })` has a blank `one` that accepts a and b. */
export const makeTextEntry = (
  blanks: Record<string, string[]>,
  { caseSensitive = false, ...fields }: Fields & { caseSensitive?: boolean } = {},
) =>
  itemTypes.text_entry.parse({
    type: 'text_entry',
    ...common,
    prompt: Object.keys(blanks)
      .map((id) => `{{${id}}}`)
      .join(' '),
    blanks: Object.entries(blanks).map(([id, accepted]) => ({ id, accepted, caseSensitive })),
    ...fields,
  });

export const makeNumeric = (answer: number, fields: Fields = {}) =>
  itemTypes.numeric.parse({ type: 'numeric', ...common, answer, ...fields });
