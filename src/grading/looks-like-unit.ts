const LONGEST_UNIT = 20;
const UNIT = /^(?:\/ ?)?[\p{L}%°£€$][\p{L}\p{M}\d%°£€$/^.·*() -]*$/u;

/*
 * Two answers in one field must not score, so what could be a second one is no unit.
 */

/** A digit in a unit is a power from 1 to 4: it stands alone and on a letter, `^` or minus. `or 13` is not a unit. */
const LOOSE_DIGIT = /\d\d|[05-9]|(?:^|[^\p{L}\p{M}^-])\d/u;
/** A minus in a unit stands on a letter or `^`: that of `or -3` belongs to a number. */
const LOOSE_MINUS = /(?<![\p{L}^])-/u;
/** `m-2m` behind 1 is a second length, not a power; so is `m-2 m`. `kg-1 K-1` is a unit. */
const SECOND_QUANTITY = /(?<!\p{L})(\p{L}+)-\d(?:\p{L}| \1(?!\p{L}))/u;
/** `3x108` lost its raised 8, `3e` its power, and `2x` is algebra. */
const ARITHMETIC = /^(?:x|e[+-]?(?:\d|$))/i;

/** Words that join two answers or take one back, in English and Chichewa, and words for numbers. */
const wordsOfAnswers = new Set(
  [
    'or and nor not but to plus minus kapena ndi osati',
    'zero one two three four five six seven eight nine ten eleven twelve',
    'thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
    'twenty thirty forty fifty sixty seventy eighty ninety dozen hundred thousand million billion',
  ].flatMap((line) => line.split(' ')),
);

const saysMore = (text: string): boolean =>
  (text.toLowerCase().match(/\p{L}+/gu) ?? []).some((word) => wordsOfAnswers.has(word));

/** Whether text behind a number may be taken for a unit, and not for more of an answer. Expects folded text. */
export const looksLikeUnit = (text: string): boolean =>
  text.length <= LONGEST_UNIT &&
  UNIT.test(text) &&
  ![LOOSE_DIGIT, LOOSE_MINUS, SECOND_QUANTITY, ARITHMETIC].some((pattern) => pattern.test(text)) &&
  !saysMore(text);
