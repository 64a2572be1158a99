import { compose, foldSigns } from './fold.ts';
import { foldUnitNames } from './unit-names.ts';

/** The names of one money each, its sign last. A prefix is never milli or mega, so its case does not matter. */
const currencies = [['MWK', 'MK', 'K'], ['US$', '$'], ['£'], ['€']];

/** Whole units that a keyboard without the sign writes in letters, and money by its other names. */
const spelled = new Map([
  ['deg', '°'],
  ['degree', '°'],
  ['degrees', '°'],
  ['oC', '°C'],
  ['degC', '°C'],
  ['degreesC', '°C'],
  ...currencies.flatMap((names) => names.map((name): [string, string] => [name, names.at(-1) ?? name])),
]);

const overEach = (_: string, under: string): string => under.trim().replace(/^|[ .·*]+/g, '/');

/** `/(kg K)` → `/kg/K`, then `/kg` → `kg-1` and `/s2` → `s-2`. */
const foldSlashes = (unit: string): string =>
  unit
    .replace(/\/ ?\(([^()]*)\)/g, overEach)
    .replace(/\/ ?([^\d\s./·*^()-]+)\^?(\d?)/g, (_, symbol: string, power: string) => `${symbol}-${power || '1'}`);

function foldUnit(unit: string): string {
  const signs = compose(foldSigns(unit))
    .replaceAll('µ', 'μ')
    .replaceAll('º', '°')
    .replaceAll('℃', '°C')
    .replace(/[⋅∙•]/g, '·');
  const symbols = foldUnitNames(signs)
    .replace(/ohms?/gi, 'Ω')
    .replace(/(?<!\p{L})([mcdkμ]?)L(?!\p{L})/gu, '$1l');
  const joined = foldSlashes(symbols).replace(/[ .·*^]/g, '');
  return spelled.get(joined) ?? joined;
}

/**
 * One unit written two ways. The same: `cm2 cm^2 cm²`; `m/s`, `m s^-1`, `m·s⁻¹`, `ms-1`; `J/(kg K)`, `J kg^-1 K^-1`;
 * `km/h km/hr kilometres/hour` and the other names of unit-names.ts; `kΩ kohm`; `µ` and `μ`; `°C oC degC`; `ml` and
 * `mL`; `K MK MWK`. Not the same: another case (mW, MW), words for a sign (square metres, metres per second), another
 * size (m, cm). Spaces say nothing, so metre second and millisecond are one: benefit to the student.
 */
export const isSameUnit = (a: string, b: string): boolean => foldUnit(a) === foldUnit(b);

/**
 * `K52 000` → `52 000` for an item in kwacha, `-$5` → `-5` for one in dollars, either for one without unit (`''`);
 * undefined when no such prefix is there.
 */
export function withoutCurrency(text: string, unit: string): string | undefined {
  const names = unit === '' ? currencies.flat() : currencies.find((names) => names.includes(foldUnit(unit)));
  const sign = /^[+-]? ?/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  const upper = rest.toUpperCase();
  const prefix = names?.find((name) => upper.startsWith(name));
  return prefix === undefined ? undefined : sign.trim() + rest.slice(prefix.length).trim();
}
