import type * as z from 'zod';
import { type Item, ItemInput } from '../item.ts';
import { renderItem } from '../render-item.ts';
import type { Rendered } from '../rendered.ts';
import { type Field, placeResponses, promptFor } from './layout.ts';
import { readChoices } from './read-choices.ts';
import { readNumerical } from './read-numerical.ts';
import { readOptions } from './read-options.ts';
import { readString } from './read-string.ts';
import { type Gathered, type Images, inputTags } from './to-markdown.ts';
import { explanationFor, hintOf } from './told-later.ts';
import { attribute, type Element, findAll } from './xml.ts';

/** What one response (or one of its fields) becomes, without prompt and what belongs to the whole problem; or why nothing. */
export type ReadResponse = { fields: Record<string, unknown>; suffix?: string; blank?: string } | { refusal: string };

/** `part` counts the fields of the problem from 1. */
type Part = { part: number; notes: string[] } & ({ item: Item; rendered: Rendered } | { refusal: string });

/** A problem as items, one for each field; or why there is none. Texts are our Markdown. */
export type ReadProblem = { parts: Part[] } | { refusal: string };

/** A response of an unknown kind is one field that cannot be read. */
type Slot = Omit<Field, 'input'> & { input: Element | undefined };
type Reader = (field: Field, gathered: Gathered) => ReadResponse;

const readers: Record<string, Reader> = {
  multiplechoiceresponse: readChoices,
  choiceresponse: readChoices,
  optionresponse: readOptions,
  numericalresponse: readNumerical,
  stringresponse: readString,
};

/** The marks of each field: the weight shared equally, to 4 decimals, so that their sum is exact. */
function marksOf(weight: number | undefined, fields: number): number[] {
  if (weight === undefined) return Array.from({ length: fields }, () => 1);
  const upTo = (count: number) => Math.round(((weight * count) / fields) * 10_000);
  return Array.from({ length: fields }, (_, index) => (upTo(index + 1) - upTo(index)) / 10_000);
}

function readWeight(problem: Element): { weight: number | undefined } | { refusal: string } {
  const text = attribute(problem, 'weight')?.trim();
  if (text === undefined || text === '') return { weight: undefined };
  const weight = Number(text);
  if (!Number.isFinite(weight)) return { refusal: `its weight "${text.slice(0, 40)}" is not a number` };
  if (weight <= 0) return { refusal: 'its weight is 0, so it counts for nothing' };
  return { weight };
}

const fieldsIn = (response: Element): Field[] => {
  const inputs = findAll(response, ...inputTags);
  return inputs.map((input, index) => ({ response, input, index }));
};

const reasonOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ');

function refusalOfWhole(problem: Element, responses: readonly Element[]): string | undefined {
  if (findAll(problem, 'script').length > 0) return 'it has a <script>, which is Python and is not run here';
  if (responses.length === 0) return 'it has no question that could be answered';
  return undefined;
}

/** Reads one `<problem>`. What cannot be carried over is said, part by part. Never throws. */
export function readProblem(problem: Element, images: Images): ReadProblem {
  const layout = placeResponses(problem);
  const { placed } = layout;
  const refusal = refusalOfWhole(
    problem,
    placed.map(({ response }) => response),
  );
  if (refusal !== undefined) return { refusal };
  const read = readWeight(problem);
  if ('refusal' in read) return read;

  const fields = placed.flatMap(({ response }): Slot[] => {
    const found = response.name in readers ? fieldsIn(response) : [];
    return found.length > 0 ? found : [{ response, input: undefined, index: 0 }];
  });
  const marks = marksOf(read.weight, fields.length);
  const points = findAll(problem, ...inputTags).some((input) => (attribute(input, 'points') ?? '1') !== '1');

  const parts = fields.map((field, index): Part => {
    const notes: string[] = [];
    const gathered: Gathered = { images, notes };
    const part = index + 1;
    if (points)
      notes.push(
        'the attribute "points" of a field was ignored: it would raise the maximum without ever being awarded',
      );
    const { response, input } = field;
    const reader = Object.hasOwn(readers, response.name) ? readers[response.name] : undefined;
    if (!reader) return { part, notes, refusal: unsupported(response.name) };
    if (!input) return { part, notes, refusal: `its ${response.name} has no field` };
    const siblings = fields.filter((one) => one.response === response).length;
    const made = reader({ response, input, index: field.index }, gathered);
    if ('refusal' in made) return { part, notes, refusal: made.refusal };

    const texts = promptFor(problem, { response, input, index: field.index }, siblings, layout, gathered);
    const explanation = explanationFor(problem, response, gathered);
    const hint = hintOf(problem, gathered);
    const parsed = ItemInput.safeParse({
      difficulty: 'medium',
      prompt: [...texts, made.blank ?? '', made.suffix ?? ''].filter(Boolean).join('\n\n'),
      maxScore: marks[index],
      ...(hint !== undefined && { hint }),
      ...(explanation !== undefined && { solution: { explanation } }),
      ...made.fields,
    });
    if (!parsed.success) return { part, notes, refusal: reasonOf(parsed.error) };
    const result = renderItem(parsed.data);
    if ('errors' in result) {
      return {
        part,
        notes,
        refusal: result.errors
          .slice(0, 3)
          .map(({ pointer, message }) => `${pointer}: ${message}`)
          .join('; '),
      };
    }
    return { part, notes: [...new Set(notes)], item: parsed.data, rendered: result.rendered };
  });
  return { parts };
}

function unsupported(name: string): string {
  if (name === 'formularesponse')
    return 'formularesponse is not imported: it compares formulas, which no item type here does';
  return `${name} is not imported`;
}
