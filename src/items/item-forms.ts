import type { DomainError } from '../lib/errors.ts';
import { type Fields, numberOf, type Problems, type Words } from '../ui/index.ts';
import { choiceForm } from './choice-form.tsx';
import type { Item, ItemOf, ItemType } from './item.ts';
import { fieldErrorsOf, given, type ItemForm, linesOf, problemsOf } from './item-form.tsx';
import { numericForm } from './numeric-form.tsx';
import { textEntryForm } from './text-entry-form.tsx';

/** The form of every item type; a new type does not compile until it has one. */
export const itemForms: { [T in ItemType]: ItemForm<T> } = {
  choice: choiceForm,
  text_entry: textEntryForm,
  numeric: numericForm,
};

export const difficultyWords = { easy: 'itemEasy', medium: 'itemMedium', hard: 'itemHard' } as const;

export const isItemType = (value: unknown): value is ItemType =>
  typeof value === 'string' && Object.hasOwn(itemForms, value);

/** What the controls hold for an item. */
export function fillForm<T extends ItemType>(type: T, item?: ItemOf<T>): Fields {
  const {
    prompt = '',
    difficulty = 'medium',
    objectiveId = '',
    tags = [],
    maxScore = 1,
    hint = '',
    solution,
  }: Partial<Item> = item ?? {};
  return {
    prompt,
    difficulty,
    objectiveId,
    tags: tags.join(', '),
    maxScore: String(maxScore),
    hint,
    explanation: solution?.explanation ?? '',
    steps: solution?.steps?.join('\n') ?? '',
    ...itemForms[type].fill(item),
  };
}

const commonControls = {
  '/prompt': 'prompt',
  '/difficulty': 'difficulty',
  '/objectiveId': 'objectiveId',
  '/tags': 'tags',
  '/maxScore': 'maxScore',
  '/hint': 'hint',
  '/solution': 'explanation',
  '/solution/steps': 'steps',
};

/** What the controls say beside what none of them shows of the `kept` item, as `ItemInput` takes it, unchecked; and how its errors are put at the controls they are about. */
export function readItemForm(
  type: ItemType,
  fields: Fields,
  kept?: Item,
): { input: unknown; problems: (words: Words, error: DomainError) => Problems } {
  const { input, controls } = itemForms[type].read(fields);
  const steps = linesOf(fields.steps);
  const tags = (fields.tags ?? '').split(',').flatMap((tag) => given(tag)?.trim() ?? []);
  const hasSolution = given(fields.explanation) !== undefined || steps.length > 0;
  const whole: Record<string, unknown> = {
    type,
    prompt: fields.prompt ?? '',
    difficulty: fields.difficulty,
    objectiveId: given(fields.objectiveId),
    tags: tags.length > 0 ? tags : undefined,
    maxScore: numberOf(fields.maxScore),
    hint: given(fields.hint),
    solution: hasSolution
      ? { explanation: fields.explanation ?? '', steps: steps.length > 0 ? steps : undefined }
      : undefined,
    ...input,
    ...(kept && (itemForms[type] as ItemForm<ItemType>).carry(kept, input)),
  };
  return {
    // Through JSON, what was left empty is absent, as it is in a request.
    input: JSON.parse(JSON.stringify(whole)) as unknown,
    problems(words, error) {
      // Adding one item names its fields under `/items/0`.
      const errors = fieldErrorsOf(error).map((one) => ({ ...one, pointer: one.pointer.replace(/^\/items\/0/, '') }));
      return problemsOf(words, errors, { ...commonControls, ...controls });
    },
  };
}
