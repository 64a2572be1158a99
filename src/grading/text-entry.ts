import type { ItemOf, ResponseOf } from '../items/index.ts';
import { compose, foldDashes, foldQuotes, foldSpaces } from './fold.ts';
import type { Share } from './share.ts';

/** Up and down again, by Unicode and no locale: ß meets SS, a final ς meets Σ, and İ is not torn apart. */
const foldCase = (text: string): string => text.toUpperCase().toLowerCase();

function foldText(text: string, caseSensitive: boolean): string {
  const composed = compose(text);
  return foldSpaces(foldQuotes(foldDashes(caseSensitive ? composed : compose(foldCase(composed)))));
}

/**
 * CONTRACT "Scoring", text_entry: blanks share equally, one left empty earns nothing. Compared after NFC, squeezed
 * spaces, straightened quotes and dashes made hyphens; case by `caseSensitive`. Undefined when no blank holds a text.
 */
export function scoreTextEntry(item: ItemOf<'text_entry'>, response: ResponseOf['text_entry']): Share | undefined {
  const given = item.blanks.map(({ id, accepted, caseSensitive }) => {
    const text = foldText(response.blanks[id] ?? '', caseSensitive);
    return { text, right: text !== '' && accepted.some((one) => foldText(one, caseSensitive) === text) };
  });
  if (given.every(({ text }) => text === '')) return undefined;
  return { earned: given.filter(({ right }) => right).length, of: given.length };
}
