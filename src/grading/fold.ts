/*
 * Keyboards and word processors write one thing in many characters. Each fold makes one such difference vanish.
 * No NFKC: it turns 10⁸ into 108 and 1½ into 11⁄2.
 */

/** Soft hyphen, zero-width space, direction marks, word joiner, byte order mark: pasted along, never seen. */
const INVISIBLE = /[\u00AD\u200B\u200E\u200F\u2060\uFEFF]/g;
/** Anything but a lone ordinary space, which stays as it is: most spaces are, and replacing them costs most. */
const SPACES = /[\s\u0085]{2,}|(?! )[\s\u0085]/g;

/** Every run of Unicode spaces becomes one space, none at the ends; what nobody can see goes. */
export const foldSpaces = (text: string): string => text.replace(INVISIBLE, '').replace(SPACES, ' ').trim();

const OVERLOADED = /(?<!\p{M})\p{M}{31}/u;

/**
 * NFC, but for text with over 30 marks on one letter (UAX #15, Stream-Safe Text): no writing has so many, and sorting
 * them takes time with the square of their number.
 */
export const compose = (text: string): string => (OVERLOADED.test(text) ? text : text.normalize('NFC'));

/** Hyphens, figure, en and em dashes and the minus sign become `-`. */
export const foldDashes = (text: string): string => text.replace(/[\u2010-\u2015\u2212\uFE63\uFF0D]/g, '-');

/** Curly, low, modifier and full-width quotes, primes, backtick and acute accent become `'` or `"`. */
export const foldQuotes = (text: string): string =>
  text
    .replace(/[\u2018-\u201B\u2032\u02B9\u02BC\u00B4`\uFF07]/g, "'")
    .replace(/[\u201C-\u201F\u2033\u02BA\u00AB\u00BB\uFF02]/g, '"');

/** Full-width ASCII, as some phone keyboards type it, becomes ASCII. */
const foldFullWidth = (text: string): string =>
  text.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `⁻⁸` becomes `^-8`. Phones have raised digits but no raised minus, so a plain `-` before them is raised too. */
const foldSuperscripts = (text: string): string =>
  text
    .replaceAll('⁺', '+')
    .replace(/\^?([-+⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, sign: string, digits: string) => {
      const plain = [...digits].map((digit) => RAISED.indexOf(digit)).join('');
      return `^${sign === '⁻' ? '-' : sign}${plain}`;
    })
    .replace(/\^?⁻/g, '^-');

/** What numbers and units share: one kind of space, minus and digit, and `^` for what is raised. */
export const foldSigns = (text: string): string => foldSpaces(foldSuperscripts(foldFullWidth(foldDashes(text))));
