import { countFigures, type Decimal, type Figures, readDecimal } from './decimal.ts';
import { foldSigns } from './fold.ts';
import { looksLikeUnit } from './looks-like-unit.ts';
import { isSameUnit, withoutCurrency } from './units.ts';

/** A number as a student typed it: its value, the figures it was written with, and the unit behind it, '' for none. */
export type TypedNumber = { value: Decimal; figures: Figures; unit: string };

/*
 * How whole part and fraction may be written, first match wins. A lone comma is a thousands mark when groups of exactly
 * three follow one to three digits that do not start with 0 (`1,000`), else a decimal comma (`0,500` `1,5` `12,34`).
 * Points are thousands marks only when nothing else is possible: `1.000,5` and `1.000.000`; `1.000` is one.
 */
const forms = [
  { pattern: /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?(?![\d.,])/, thousands: ',' },
  { pattern: /^[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+|\.)?/, thousands: ' ' },
  { pattern: /^[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})/, thousands: '.' },
  { pattern: /^(?:\d+(?:[.,]\d+|\.)?|[.,]\d+)/, thousands: '' },
];

const POWER_ALONE = /^10 ?\^ ?([+-]? ?\d+)/;
const POWER = /^ ?(?:e|[x×*·] ?10 ?\^) ?([+-]? ?\d+)/i;

const unbracket = (_: string, round?: string, curly?: string): string => `^${round ?? curly ?? ''}`;

/** Raised points of British print (`3·5`) become points, the other middle dots and crosses stay signs of a product. */
const foldNumber = (text: string): string =>
  foldSigns(text)
    .replace(/[⋅∙•]/g, '·')
    .replace(/[✕✖⨯]/g, '×')
    .replaceAll('**', '^')
    .replace(/\^ ?(?:\( ?([+-]? ?\d+) ?\)|\{ ?([+-]? ?\d+) ?\})/g, unbracket)
    .replace(/(?<=\d)·(?=\d)(?!10 ?\^)/g, '.');

/** What a student names the number: `x =`, `Rf =`. */
const LABEL = /^\p{L}{1,3} ?= ?/u;

type Split = { mantissa: string; power: string; rest: string };

function split(text: string): Split | undefined {
  const alone = POWER_ALONE.exec(text);
  if (alone !== null) return { mantissa: '1', power: alone[1] ?? '', rest: text.slice(alone[0].length) };
  for (const { pattern, thousands } of forms) {
    const written = pattern.exec(text)?.[0];
    if (written === undefined) continue;
    const mantissa = written.replaceAll(thousands, '').replace(',', '.');
    const behind = text.slice(written.length);
    const power = POWER.exec(behind);
    return { mantissa, power: power?.[1] ?? '0', rest: behind.slice(power?.[0].length ?? 0) };
  }
  return undefined;
}

/**
 * Reads what a student typed into a numeric field: `52 000.00`, `0,5`, `-.5`, `1,000,000`, `3×10⁸`, `3 x 10^-8`, `3E8`,
 * `10^8`, each with a unit behind it and `x =` before it. `unit` is the item's own: text equal to it is always taken as
 * a unit, and a kwacha item may be answered `K52 000`, `MK…` or `MWK…`; with '' any currency may stand before the number
 * and is dropped. Undefined when there is no number, when there is more than one (`1/2`, `6 or -3`, `5 or six`, `3x108`),
 * when what follows it cannot be a unit, or beyond 10^±400. Never throws.
 */
export function readNumber(text: string, unit = ''): TypedNumber | undefined {
  const typed = foldNumber(text).replace(LABEL, '');
  const amount = withoutCurrency(typed, unit);
  const signed = /^([+-]?) ?(.*)$/.exec(amount ?? typed);
  const parts = split(signed?.[2] ?? '');
  if (parts === undefined) return undefined;
  const value = readDecimal(`${signed?.[1] ?? ''}${parts.mantissa}e${parts.power.replace(' ', '')}`);
  const rest = parts.rest.trim();
  if (value === undefined) return undefined;
  const figures = countFigures(parts.mantissa);
  if (amount !== undefined) return rest === '' ? { value, figures, unit } : undefined;
  const isOwn = unit !== '' && isSameUnit(rest, unit);
  if (rest !== '' && !isOwn && !looksLikeUnit(rest)) return undefined;
  return { value, figures, unit: rest };
}
