import { type ItemOf, type ItemType, mayChooseSeveral } from './item.ts';
import type { Rendered } from './rendered.ts';

type PublicCommon = { id: string; prompt: string; maxScore: number };

/** What a learner may see of an item before review (CONTRACT "paper item"). Texts are sanitised HTML. */
export type PublicItem =
  | (PublicCommon & { type: 'choice'; choices: { id: string; text: string }[]; multiple: boolean })
  | (PublicCommon & { type: 'text_entry'; blanks: { id: string }[] })
  | (PublicCommon & { type: 'numeric'; unit?: string; reading?: 'expression' });

export type PublicItemOf<T extends ItemType> = Extract<PublicItem, { type: T }>;

type Shown<T extends ItemType> = Omit<PublicItemOf<T>, keyof PublicCommon>;

/** Everything is listed by name: a field that is new in `Item` stays hidden until somebody shows it here. */
const views: { [T in ItemType]: (item: ItemOf<T>, rendered: Rendered) => Shown<T> } = {
  choice: ({ choices, correct, several }, rendered) => ({
    type: 'choice',
    choices: choices.map(({ id }) => ({ id, text: rendered.choices?.[id] ?? '' })),
    multiple: mayChooseSeveral({ correct, several }),
  }),
  text_entry: ({ blanks }) => ({ type: 'text_entry', blanks: blanks.map(({ id }) => ({ id })) }),
  numeric: ({ unit, reading }) => ({
    type: 'numeric',
    ...(unit !== undefined && { unit }),
    ...(reading === 'expression' && { reading }),
  }),
};

/** The public view of an item: without key, hint, solution and misconceptions. `rendered` belongs to the same version. */
export function publicItem<T extends ItemType>(id: string, item: ItemOf<T>, rendered: Rendered): PublicItemOf<T> {
  const view = views[item.type];
  return {
    id,
    prompt: rendered.prompt,
    maxScore: item.maxScore,
    ...view(item, rendered),
  } as unknown as PublicItemOf<T>;
}
