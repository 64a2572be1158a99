import {
  type ItemOf,
  type ItemType,
  mayChooseSeveral,
  type PublicItemOf,
  type ReadResponse,
  readResponse,
} from '../items/index.ts';

/** Where a response is read only its structure counts: ids and whether one or many may be chosen, no rendered text. */
const common = { id: '', prompt: '', maxScore: 0 };

const shapes: { [T in ItemType]: (item: ItemOf<T>) => PublicItemOf<T> } = {
  choice: (item) => ({
    ...common,
    type: 'choice',
    choices: item.choices.map(({ id }) => ({ id, text: '' })),
    multiple: mayChooseSeveral(item),
  }),
  text_entry: (item) => ({ ...common, type: 'text_entry', blanks: item.blanks.map(({ id }) => ({ id })) }),
  numeric: () => ({ ...common, type: 'numeric' }),
};

/** Reads an untrusted response against an item with its key. Never throws. */
export const readAgainstKey = <T extends ItemType>(type: T, item: ItemOf<T>, raw: unknown): ReadResponse<T> =>
  readResponse<T>(shapes[type](item), raw);
