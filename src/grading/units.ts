import { foldSigns } from './fold.ts';

/** What stands before a number when it is money. A prefix is never milli or mega, so its case does not matter. */
const currencies = [['MK', 'K'], ['US$', '$'], ['£'], ['€']];

/** Whole units that a keyboard without the sign writes in letters. */
const spelled = new Map([
  ['deg', '°'],
  ['degree', '°'],
  ['degrees', '°'],
  ['oC', '°C'],
  ['degC', '°C'],
  ['degreesC', '°C'],
]);

const overEach = (_: string, under: string): string => under.trim().replace(/^|[ .·*]+/g, '/');

/** `/(kg K)` → `/kg/K`, then `/kg` → `kg-1` and `/s2` → `s-2`. */
const foldSlashes = (unit: string): string =>
  unit
    .replace(/\/ ?\(([^()]*)\)/g, overEach)
    .replace(/\/ ?([^\d\s./·*^()-]+)\^?(\d?)/g, (_, symbol: string, power: string) => `${symbol}-${power || '1'}`);

function foldUnit(unit: string): string {
  const signs = foldSigns(unit)
    .normalize('NFC')
    .replace(/[Oo]hms?/g, 'Ω')
    .replaceAll('µ', 'μ')
    .replaceAll('º', '°')
    .replaceAll('℃', '°C')
    .replace(/[⋅∙•]/g, '·')
    .replace(/(?<!\p{L})([mcdkμ]?)L(?!\p{L})/gu, '$1l');
  const joined = foldSlashes(signs).replace(/[ .·*^]/g, '');
  return spelled.get(joined) ?? joined;
}

/**
 * One unit written two ways. The same: `cm2 cm^2 cm²`; `m/s`, `m s^-1`, `m·s⁻¹`, `ms-1`; `J/(kg K)`, `J kg^-1 K^-1`;
 * `Ω ohm ohms`; `µ` and `μ`; `°C oC degC`; `ml` and `mL`. Not the same: another case (mW, MW), another name (m, metres),
 * another size (m, cm). Spaces say nothing, so metre second and millisecond are one: benefit to the student.
 */
export const isSameUnit = (a: string, b: string): boolean => foldUnit(a) === foldUnit(b);

const LONGEST_UNIT = 20;
const UNIT = /^(?:\/ ?)?[\p{L}%°£€$][\p{L}\p{M}\d%°£€$/^.·*() -]*$/u;
/** A digit in a unit is a power from 1 to 4: it stands alone and on a letter, `^` or minus. `12 or 13` is not a unit. */
const LOOSE_DIGIT = /\d\d|[05-9]|(?:^|[^\p{L}\p{M}°^-])\d/u;
/** `3x108` lost its raised 8, `3e` its power, and `2x` is algebra. */
const ARITHMETIC = /^(?:x|e[+-]?(?:\d|$))/i;

/** Whether text behind a number may be taken for a unit, and not for more of an answer. Expects folded text. */
export const looksLikeUnit = (text: string): boolean =>
  text.length <= LONGEST_UNIT && UNIT.test(text) && !LOOSE_DIGIT.test(text) && !ARITHMETIC.test(text);

/** `K52 000` → `52 000` for an item in kwacha, `-$5` → `-5` for one in dollars; undefined when no such prefix is there. */
export function withoutCurrency(text: string, unit: string): string | undefined {
  for (const name of currencies.find((names) => names.includes(unit.trim())) ?? []) {
    const sign = /^[+-]? ?/.exec(text)?.[0] ?? '';
    const rest = text.slice(sign.length);
    if (rest.toUpperCase().startsWith(name)) return sign.trim() + rest.slice(name.length).trim();
  }
  return undefined;
}
