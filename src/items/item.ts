import * as z from 'zod';
import { BLANK_MARK } from '../content/index.ts';
import { compilePattern } from './pattern.ts';

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

/** What is told to whoever gave a certain response: shown with the feedback of a try, and in a result as review allows. */
const told = text(2_000);
const MOST_REMARKS = 100;

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

/**
 * One or many right. Scoring rules: see grading/choice.ts; `share` is what a choice that is not right earns under `points`.
 * `several`: whether more than one may be chosen, where that does not follow from how many are right.
 */
const ChoiceItem = z
  .strictObject({
    type: z.literal('choice'),
    ...common,
    choices: z
      .array(
        z.strictObject({
          id: localId,
          text: text(2_000),
          misconception: text(2_000).optional(),
          share: z.number().min(0).max(1).optional(),
        }),
      )
      .min(2)
      .max(30),
    correct: z.array(localId).min(1, 'an item needs a right answer').max(30),
    shuffle: z.boolean().default(true),
    scoring: z
      .enum(['all_or_nothing', 'sum', 'right_minus_wrong', 'edc', 'halves', 'points'])
      .default('all_or_nothing'),
    several: z.boolean().optional(),
    feedback: z
      .array(
        z.strictObject({
          when: z.enum(['chosen', 'not_chosen', 'exactly']),
          choices: z.array(localId).min(1).max(30),
          text: told,
        }),
      )
      .max(MOST_REMARKS)
      .optional(),
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
        ...(item.several === false && item.correct.length > 1
          ? [{ path: ['several'], message: 'one choice cannot be all that are right' }]
          : []),
        ...(item.feedback ?? []).flatMap(({ choices }, index) =>
          choices.every((id) => ids.includes(id))
            ? []
            : [{ path: ['feedback', index, 'choices'], message: 'holds what is not among the choices' }],
        ),
      ],
      (issue) => context.addIssue(issue),
    );
  });

function badPattern(source: string, caseSensitive: boolean, path: (string | number)[]): Refusal[] {
  const compiled = compilePattern(source, !caseSensitive);
  return 'refusal' in compiled ? [{ path, message: `this pattern cannot be used: ${compiled.refusal}` }] : [];
}

/**
 * How a blank's text is compared. `folded`: after NFC, squeezed spaces, straightened quotes. `exact`: but for spaces at its
 * ends. `pattern`: an accepted text is a regular expression for the whole text (pattern.ts).
 */
const match = z.enum(['folded', 'exact', 'pattern']).optional();

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
          match,
        }),
      )
      .min(1)
      .max(30),
    feedback: z
      .array(
        z.strictObject({
          blank: localId,
          when: z.enum(['accepted', 'text', 'pattern']),
          value: z.string().max(500),
          text: told,
        }),
      )
      .max(MOST_REMARKS)
      .optional(),
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
        ...item.blanks.flatMap(({ accepted, match, caseSensitive }, index) =>
          match === 'pattern'
            ? accepted.flatMap((one, place) => badPattern(one, caseSensitive, ['blanks', index, 'accepted', place]))
            : [],
        ),
        ...(item.feedback ?? []).flatMap(({ blank, when, value }, index) => {
          if (!ids.includes(blank)) return [{ path: ['feedback', index, 'blank'], message: 'is not among the blanks' }];
          return when === 'pattern' ? badPattern(value, true, ['feedback', index, 'value']) : [];
        }),
      ],
      (issue) => context.addIssue(issue),
    );
  });

/** What may be given instead of one number, or beside it, where the answer is read as an expression. */
const expressionOnly = ['range', 'alternatives', 'partial'] as const;
const numberOnly = ['unit', 'significantFigures'] as const;

/**
 * `reading: 'expression'`: the answer is read and compared as Open edX does (expression.ts); without a tolerance it may be
 * off by 0.001 %. Then also: a `range` instead of `answer`, its ends as they are; `alternatives`, right without any tolerance;
 * `partial`: half the marks within `within` times the tolerance, or for one of `answers`, a quarter for near one of these.
 */
const NumericItem = z
  .strictObject({
    type: z.literal('numeric'),
    ...common,
    answer: finite.optional(),
    tolerance: z.strictObject({ kind: z.enum(['absolute', 'relative', 'geometric']), value: finite.min(0) }).optional(),
    unit: text(32).optional(),
    significantFigures: z.int().min(1).max(15).optional(),
    reading: z.enum(['number', 'expression']).optional(),
    range: z.strictObject({ from: finite, to: finite, includesFrom: z.boolean(), includesTo: z.boolean() }).optional(),
    alternatives: z.array(finite).min(1).max(30).optional(),
    partial: z
      .strictObject({ within: finite.min(0).optional(), answers: z.array(finite).min(1).max(30).optional() })
      .optional(),
    feedback: z
      .array(z.strictObject({ alternative: finite.optional(), text: told }))
      .max(MOST_REMARKS)
      .optional(),
  })
  .superRefine((item, context) => {
    const isExpression = item.reading === 'expression';
    const odd = (isExpression ? numberOnly : expressionOnly).filter((name) => item[name] !== undefined);
    refuse(
      [
        ...(item.significantFigures !== undefined && item.answer === 0
          ? [{ path: ['significantFigures'], message: 'zero has no significant figures' }]
          : []),
        ...((item.answer === undefined) === (item.range === undefined)
          ? [{ path: ['answer'], message: item.range ? 'is there beside a range' : 'must be a number' }]
          : []),
        ...(item.range && item.range.from > item.range.to ? [{ path: ['range', 'to'], message: 'is below from' }] : []),
        ...(isExpression && item.tolerance?.kind === 'geometric'
          ? [{ path: ['tolerance', 'kind'], message: 'cannot be had with expressions' }]
          : []),
        ...odd.map((name) => ({
          path: [name],
          message: isExpression ? 'cannot be had with expressions' : 'can only be had with expressions',
        })),
      ],
      (issue) => context.addIssue(issue),
    );
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

/** Whether a learner may choose more than one: as the item says, else where more than one is right. */
export const mayChooseSeveral = ({ correct, several }: Pick<ItemOf<'choice'>, 'correct' | 'several'>): boolean =>
  several ?? correct.length > 1;

export type Difficulty = Item['difficulty'];
