import type { Child } from 'hono/jsx';
import type { DomainError, FieldError } from '../lib/errors.ts';
import type { Fields, FormParts, Problems, Words } from '../ui/index.ts';
import type { ItemOf, ItemType } from './item.ts';

/** The form of one item type: from item to controls and back. */
export type ItemForm<T extends ItemType> = {
  label: Parameters<Words>[0];
  /** What the controls hold for an item; for a new one without. */
  fill: (item: ItemOf<T> | undefined) => Fields;
  /** What the controls say, as the item's schema takes it, unchecked; and which control a JSON pointer is about. */
  read: (fields: Fields) => { input: Record<string, unknown>; controls: Record<string, string> };
  /** What an item has that no control shows, to be kept beside what the controls say. */
  carry: (item: ItemOf<T>, input: Record<string, unknown>) => Record<string, unknown>;
  Body: (parts: FormParts) => Child;
};

export const linesOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Leaves out what was left empty. */
export const given = (text: string | undefined): string | undefined => (text?.trim() ? text : undefined);

/** The control that the longest part of a pointer names. */
function controlOf(pointer: string, controls: Record<string, string>): string {
  for (let part = pointer; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
    const name = controls[part];
    if (name !== undefined) return name;
  }
  return 'prompt';
}

/** The fields a refusal names; the refusal itself when it names none. */
export const fieldErrorsOf = ({ more, message }: DomainError): FieldError[] =>
  (Array.isArray(more.errors) ? more.errors : [{ pointer: '', message }]) as FieldError[];

/** What the schema says of any field says little to whoever fills in a form. */
const isForAny = (message: string) =>
  /^(Invalid|Too (big|small)|Unrecognized|must (not be blank|be a number)$)/.test(message);

/** What it means at each control, without the number of the row. */
const meant: Readonly<Record<string, Parameters<Words>[0]>> = {
  prompt: 'itemPromptBad',
  explanation: 'itemExplanationBad',
  maxScore: 'itemMaxScoreBad',
  answer: 'itemNumberBad',
  toleranceValue: 'itemToleranceBad',
  significantFigures: 'itemFiguresBad',
  unit: 'itemUnitBad',
  tags: 'itemTagsBad',
  steps: 'itemStepsBad',
  'choices.text': 'itemChoicesBad',
  'blanks.id': 'itemBlanksBad',
  'blanks.accepted': 'itemAcceptedBad',
};

function inWords(words: Words, control: string, message: string): string {
  if (!isForAny(message)) return message;
  return words(meant[control.replace(/\.\d+\./, '.')] ?? 'itemTextBad');
}

export function problemsOf(words: Words, errors: readonly FieldError[], controls: Record<string, string>): Problems {
  const problems: Problems = {};
  for (const { pointer, message } of errors) {
    const control = controlOf(pointer, controls);
    problems[control] ??= inWords(words, control, message);
  }
  return problems;
}
