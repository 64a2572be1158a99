import * as z from 'zod';

/*
 * The one union of item types. A new type is one entry in `itemTypes` here; then the records typed over it
 * (public view, response reader, scorer, field) do not compile until each has its entry.
 */

const text = (longest: number) => z.string().max(longest).regex(/\S/, 'must not be blank');
/** Ids are names in plain objects (responses, rendered texts), so those every object has are refused. */
const localId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"')
  .refine((id) => !(id in {}), 'is a reserved word');

/** An exact decimal survives the way through JSON up to 15 significant digits. */
const finite = z.number().min(-1e300).max(1e300);

const common = {
  prompt: text(10_000),
  objectiveId: z.string().max(64).optional(),
  difficulty: z.enum(['easy', 'medium', 'hard']),
  tags: z.array(text(64)).max(20).optional(),
  maxScore: z
    .number()
    .positive()
    .max(1000)
    .refine((points) => Number(points.toFixed(4)) === points, 'must have at most 4 decimals')
    .default(1),
  hint: text(2_000).optional(),
  solution: z.strictObject({ explanation: text(10_000), steps: z.array(text(2_000)).max(30).optional() }).optional(),
};

type Refusal = { path: (string | number)[]; message: string };

const refuse = (
  found: Refusal[],
  add: (issue: { code: 'custom'; path: (string | number)[]; message: string }) => void,
) => {
  for (const { path, message } of found) add({ code: 'custom', path, message });
};

const duplicates = (ids: string[], path: (index: number) => (string | number)[]): Refusal[] =>
  ids.flatMap((id, index) =>
    ids.indexOf(id) < index ? [{ path: path(index), message: `"${id}" is there twice` }] : [],
  );

/** One or many right. Scoring rules: see grading/choice.ts. */
const ChoiceItem = z
  .strictObject({
    type: z.literal('choice'),
    ...common,
    choices: z
      .array(z.strictObject({ id: localId, text: text(2_000), misconception: text(2_000).optional() }))
      .min(2)
      .max(30),
    correct: z.array(localId).min(1, 'an item needs a right answer').max(30),
    shuffle: z.boolean().default(true),
    scoring: z.enum(['all_or_nothing', 'sum', 'right_minus_wrong']).default('all_or_nothing'),
  })
  .superRefine((item, context) => {
    const ids = item.choices.map((choice) => choice.id);
    refuse(
      [
        ...duplicates(ids, (index) => ['choices', index, 'id']),
        ...duplicates(item.correct, (index) => ['correct', index]),
        ...item.correct.flatMap((id, index) =>
          ids.includes(id) ? [] : [{ path: ['correct', index], message: `"${id}" is not among the choices` }],
        ),
      ],
      (issue) => context.addIssue(issue),
    );
  });

/** A blank in a prompt: `{{id}}`. */
export const BLANK_MARK = /\{\{([A-Za-z0-9_-]{1,64})\}\}/g;

const TextEntryItem = z
  .strictObject({
    type: z.literal('text_entry'),
    ...common,
    blanks: z
      .array(
        z.strictObject({
          id: localId,
          accepted: z.array(text(500)).min(1, 'a blank needs an accepted text').max(100),
          caseSensitive: z.boolean().default(false),
        }),
      )
      .min(1)
      .max(30),
  })
  .superRefine((item, context) => {
    const ids = item.blanks.map((blank) => blank.id);
    const marks = [...item.prompt.matchAll(BLANK_MARK)].map((match) => match[1] ?? '');
    refuse(
      [
        ...duplicates(ids, (index) => ['blanks', index, 'id']),
        ...ids.flatMap((id, index) =>
          marks.includes(id) ? [] : [{ path: ['blanks', index, 'id'], message: `the prompt has no {{${id}}}` }],
        ),
        ...marks.flatMap((id, index) => {
          if (!ids.includes(id)) return [{ path: ['prompt'], message: `{{${id}}} is not among the blanks` }];
          return marks.indexOf(id) < index ? [{ path: ['prompt'], message: `{{${id}}} is there twice` }] : [];
        }),
      ],
      (issue) => context.addIssue(issue),
    );
  });

const NumericItem = z
  .strictObject({
    type: z.literal('numeric'),
    ...common,
    answer: finite,
    tolerance: z.strictObject({ kind: z.enum(['absolute', 'relative', 'geometric']), value: finite.min(0) }).optional(),
    unit: text(32).optional(),
    significantFigures: z.int().min(1).max(15).optional(),
  })
  .superRefine((item, context) => {
    if (item.significantFigures !== undefined && item.answer === 0) {
      context.addIssue({ code: 'custom', path: ['significantFigures'], message: 'zero has no significant figures' });
    }
  });

/** Every item type and its schema. */
export const itemTypes = { choice: ChoiceItem, text_entry: TextEntryItem, numeric: NumericItem };

export type ItemType = keyof typeof itemTypes;

/** What staff write (CONTRACT "Banks and items"): Markdown with `$TeX$`, defaults may be left out. */
export const ItemInput = z.discriminatedUnion('type', [ChoiceItem, TextEntryItem, NumericItem]);
export type ItemInput = z.input<typeof ItemInput>;

/** An item as kept: every default filled in. It holds the key, so it never leaves the server but to staff. */
export type Item = z.output<typeof ItemInput>;
export type ItemOf<T extends ItemType> = Extract<Item, { type: T }>;

/** Whether a learner may choose more than one: where more than one is right. */
export const mayChooseSeveral = ({ correct }: Pick<ItemOf<'choice'>, 'correct'>): boolean => correct.length > 1;

export type Difficulty = Item['difficulty'];
