import type { ItemOf, ResponseOf } from '../items/index.ts';
import { foldText, isAccepted } from './compare-text.ts';
import type { Share } from './share.ts';

/**
 * CONTRACT "Scoring", text_entry: blanks share equally, one left empty earns nothing. Compared after NFC, squeezed
 * spaces, straightened quotes and dashes made hyphens; case by `caseSensitive`. A blank may ask for `match: exact` or a
 * `pattern` instead; then only spaces at the ends go. Undefined when no blank holds a text.
 */
export function scoreTextEntry(item: ItemOf<'text_entry'>, response: ResponseOf['text_entry']): Share | undefined {
  const given = item.blanks.map((blank) => {
    const { accepted, caseSensitive, match = 'folded' } = blank;
    const typed = response.blanks[blank.id] ?? '';
    const text = match === 'folded' ? foldText(typed, caseSensitive) : typed.trim();
    return { text, right: text !== '' && accepted.some((one) => isAccepted(one, text, blank)) };
  });
  if (given.every(({ text }) => text === '')) return undefined;
  return { earned: given.filter(({ right }) => right).length, of: given.length };
}
