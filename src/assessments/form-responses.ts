import { isDeepStrictEqual } from 'node:util';
import {
  type ItemResponse,
  type ItemType,
  type PublicItem,
  type PublicItemOf,
  type ResponseOf,
  readResponse,
} from '../items/index.ts';

/*
 * Between the fields of a paper's form and responses. Names are short, since every question carries them over 2G: question 3
 * is `q3`, its blanks `q3.0`, `q3.1` …, its flag `f3`; a choice is its place among the choices as shown, from 0.
 */

/** What fields hold, by name. An unticked box is not there. */
export type Fields = Readonly<Record<string, readonly string[]>>;

/** A question of a paper: the item and its number, from 1. */
export type Question = { number: number; item: PublicItem };

/** The question's field, its flag, and one of its blanks. */
export const fieldOf = (number: number) => `q${number}`;
export const flagOf = (number: number) => `f${number}`;
export const blankOf = (number: number, blank: number) => `q${number}.${blank}`;

type Codec<T extends ItemType> = {
  /** What the fields say, as `readResponse` takes it, unchecked. */
  read: (item: PublicItemOf<T>, number: number, fields: Fields) => unknown;
  /** What the fields hold for a response. */
  fill: (item: PublicItemOf<T>, number: number, response: ResponseOf[T]) => Fields;
};

/** No choice has the empty id: a place that is none makes the response invalid. */
const NO_CHOICE = '';

const codecs: { [T in ItemType]: Codec<T> } = {
  choice: {
    read({ choices }, number, fields) {
      // The radio "no answer" has no value.
      const places = (fields[fieldOf(number)] ?? []).filter((place) => place !== '');
      return { selected: places.map((place) => (/^\d{1,2}$/.test(place) && choices[Number(place)]?.id) || NO_CHOICE) };
    },
    fill: ({ choices }, number, { selected }) => ({
      [fieldOf(number)]: choices.flatMap(({ id }, place) => (selected.includes(id) ? [String(place)] : [])),
    }),
  },
  text_entry: {
    read: ({ blanks }, number, fields) => ({
      blanks: Object.fromEntries(blanks.map(({ id }, place) => [id, fields[blankOf(number, place)]?.[0] ?? ''])),
    }),
    fill: ({ blanks }, number, response) =>
      Object.fromEntries(blanks.map(({ id }, place) => [blankOf(number, place), [response.blanks[id] ?? '']])),
  },
  numeric: {
    read: (_item, number, fields) => ({ value: fields[fieldOf(number)]?.[0] ?? '' }),
    fill: (_item, number, { value }) => ({ [fieldOf(number)]: [value] }),
  },
};

const codecOf = (item: PublicItem) => codecs[item.type] as Codec<ItemType>;

/** What the fields of one question say, unchecked. */
export const readQuestion = ({ number, item }: Question, fields: Fields): unknown =>
  codecOf(item).read(item, number, fields);

/** What a posted form says: responses and flags by item id, of these questions only. */
export function readQuestions(questions: readonly Question[], fields: Fields) {
  return {
    responses: Object.fromEntries(questions.map((question) => [question.item.id, readQuestion(question, fields)])),
    flags: Object.fromEntries(questions.map(({ number, item }) => [item.id, fields[flagOf(number)] !== undefined])),
  };
}

type Standing = Readonly<Record<string, { response: ItemResponse }>>;

/** What the fields of a page hold for what stands at school. */
export function fillQuestions(questions: readonly Question[], standing: Standing, flagged: readonly string[]): Fields {
  const filled: Record<string, readonly string[]> = {};
  for (const { number, item } of questions) {
    const response = standing[item.id]?.response;
    if (response) Object.assign(filled, codecOf(item).fill(item, number, response));
    if (flagged.includes(item.id)) filled[flagOf(number)] = ['on'];
  }
  return filled;
}

/** The questions whose fields say something else than what stands, with what they say; null: cleared. Invalid ones are not there. */
export function differences(questions: readonly Question[], fields: Fields, standing: Standing) {
  return questions.flatMap((question) => {
    const read = readResponse(question.item, readQuestion(question, fields));
    if (read.kind === 'invalid') return [];
    const given = read.kind === 'given' ? read.response : null;
    const stands = standing[question.item.id]?.response ?? null;
    return isDeepStrictEqual(given, stands) ? [] : [{ ...question, given, stands }];
  });
}
export type Difference = ReturnType<typeof differences>[number];

/** The numbers of the questions whose fields cannot be a response. */
export const invalidQuestions = (questions: readonly Question[], fields: Fields): number[] =>
  questions
    .filter((question) => readResponse(question.item, readQuestion(question, fields)).kind === 'invalid')
    .map(({ number }) => number);

/** Fields of a posted form. */
export function postedFields(form: FormData): Fields {
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of form) {
    if (typeof value === 'string') (fields[name] ??= []).push(value);
  }
  return fields;
}

/** A page of a paper holds at most this many questions. */
export const PAGE_SIZE = 50;

export const pageCount = (items: number) => Math.max(1, Math.ceil(items / PAGE_SIZE));
/** The page a question stands on, from 1. */
export const pageOfQuestion = (number: number) => Math.ceil(number / PAGE_SIZE);

/** The number of a page, read from what a browser sent; kept inside the paper. */
export function readPage(text: unknown, items: number): number {
  const page = typeof text === 'string' && /^\d{1,4}$/.test(text) ? Number(text) : 1;
  return Math.min(Math.max(page, 1), pageCount(items));
}

/** The questions of one page. */
export const questionsOf = (items: readonly PublicItem[], page: number): Question[] =>
  items
    .slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
    .map((item, index) => ({ item, number: (page - 1) * PAGE_SIZE + index + 1 }));
