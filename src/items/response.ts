import { evaluate } from './expression.ts';
import type { ItemType } from './item.ts';
import type { PublicItem, PublicItemOf } from './public-item.ts';

/** What a learner gave (CONTRACT `Response`). */
export type ResponseOf = {
  choice: { selected: string[] };
  text_entry: { blanks: Record<string, string> };
  numeric: { value: string };
};
export type ItemResponse = ResponseOf[ItemType];

/** `blank` is nothing given; `invalid` cannot be a response to this item. Neither is wrong: both are unscorable. */
export type ReadResponse<T extends ItemType = ItemType> =
  | { kind: 'given'; response: ResponseOf[T] }
  | { kind: 'blank' }
  | { kind: 'invalid'; reason: string };

const LONGEST_TEXT = 10_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const only = (value: Record<string, unknown>, key: string) => Object.keys(value).every((name) => name === key);

const invalid = (reason: string) => ({ kind: 'invalid', reason }) as const;

const readers: { [T in ItemType]: (item: PublicItemOf<T>, raw: Record<string, unknown>) => ReadResponse<T> } = {
  choice(item, raw) {
    const { selected } = raw;
    if (!only(raw, 'selected') || !Array.isArray(selected)) return invalid('selected must be a list of choice ids');
    if (selected.length === 0) return { kind: 'blank' };
    const ids = new Set(item.choices.map((choice) => choice.id));
    const chosen = selected.filter((id): id is string => typeof id === 'string' && ids.has(id));
    if (chosen.length < selected.length) return invalid('selected holds an unknown choice');
    if (new Set(chosen).size < chosen.length) return invalid('selected holds a choice twice');
    if (!item.multiple && chosen.length > 1) return invalid('only one choice may be selected');
    return { kind: 'given', response: { selected: chosen } };
  },
  text_entry(item, raw) {
    const { blanks } = raw;
    if (!only(raw, 'blanks') || !isRecord(blanks)) return invalid('blanks must map blank ids to texts');
    const ids = new Set(item.blanks.map((blank) => blank.id));
    const texts: Record<string, string> = {};
    for (const [id, value] of Object.entries(blanks)) {
      if (!ids.has(id)) return invalid('blanks holds an unknown blank');
      if (typeof value !== 'string' || value.length > LONGEST_TEXT) return invalid('a blank must be a short text');
      texts[id] = value;
    }
    if (Object.values(texts).every((value) => value.trim() === '')) return { kind: 'blank' };
    return { kind: 'given', response: { blanks: texts } };
  },
  numeric(item, raw) {
    const { value } = raw;
    if (!only(raw, 'value') || typeof value !== 'string' || value.length > LONGEST_TEXT)
      return invalid('value must be a short text');
    if (value.trim() === '') return { kind: 'blank' };
    if (item.reading === 'expression' && evaluate(value) === undefined)
      return invalid('this cannot be read as a number: write it with a point, without commas and units');
    return { kind: 'given', response: { value } };
  },
};

/** Reads an untrusted response against what the learner was shown. Never throws. */
export function readResponse<T extends ItemType>(item: PublicItemOf<T>, raw: unknown): ReadResponse<T> {
  if (raw === null || raw === undefined) return { kind: 'blank' };
  if (!isRecord(raw)) return invalid('a response must be an object');
  const read = readers[item.type] as (item: PublicItem, raw: Record<string, unknown>) => ReadResponse<T>;
  return read(item, raw);
}
