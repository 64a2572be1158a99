import { compilePattern, type ItemOf } from '../items/index.ts';
import { compose, foldDashes, foldQuotes, foldSpaces } from './fold.ts';

type Blank = ItemOf<'text_entry'>['blanks'][number];

/** Up and down again, by Unicode and no locale: ß meets SS, a final ς meets Σ, and İ is not torn apart. */
const foldCase = (text: string): string => text.toUpperCase().toLowerCase();

export function foldText(text: string, caseSensitive: boolean): string {
  const composed = compose(text);
  return foldSpaces(foldQuotes(foldDashes(caseSensitive ? composed : compose(foldCase(composed)))));
}

/** A regular expression for the whole text; one that cannot be used matches nothing. */
export function fitsPattern(source: string, text: string, caseSensitive: boolean): boolean {
  const compiled = compilePattern(source, !caseSensitive);
  return 'pattern' in compiled && compiled.pattern.matches(text).matches;
}

/** As Open edX compares two texts: character by character, or both in small letters. */
export const isSameText = (a: string, b: string, caseSensitive: boolean): boolean =>
  caseSensitive ? a === b : a.toLowerCase() === b.toLowerCase();

/** Whether a text is what a blank's `accepted` text says; spaces at its ends never count unless `folded` squeezes them. */
export function isAccepted(accepted: string, text: string, { match, caseSensitive }: Blank): boolean {
  switch (match) {
    case 'exact':
      return isSameText(accepted.trim(), text, caseSensitive);
    case 'pattern':
      return fitsPattern(accepted.trim(), text, caseSensitive);
    case 'folded':
    case undefined:
      return foldText(accepted, caseSensitive) === foldText(text, caseSensitive);
  }
}
