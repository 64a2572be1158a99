import type { Item, ItemOf, ItemType, ResponseOf } from '../items/index.ts';
import { scoreChoice } from './choice.ts';
import { scoreNumeric } from './numeric.ts';
import { readAgainstKey } from './read-against-key.ts';
import { type Scored, type Share, scoreShare } from './share.ts';
import { scoreTextEntry } from './text-entry.ts';

/** Judges a response that was read; undefined when it says nothing that could be right or wrong. */
type Scorer<T extends ItemType> = (item: ItemOf<T>, response: ResponseOf[T]) => Share | undefined;

/** One scorer per item type: a new type does not compile until it has one. */
const scorers: { [T in ItemType]: Scorer<T> } = {
  choice: scoreChoice,
  text_entry: scoreTextEntry,
  numeric: scoreNumeric,
};

function scoreAs<T extends ItemType>(type: T, item: ItemOf<T>, raw: unknown): Scored {
  const read = readAgainstKey(type, item, raw);
  return scoreShare(read.kind === 'given' ? scorers[type](item, read.response) : undefined, item.maxScore);
}

/**
 * Scores an untrusted response against an item with its key (CONTRACT "Scoring"). Points, half-up to 4 decimals. A
 * blank or invalid response is `unscorable` and earns 0; never throws.
 */
export const scoreItem = (item: Item, raw: unknown): Scored => scoreAs(item.type, item, raw);
