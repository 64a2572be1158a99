/** The commonest units by full name and as phones write them. An `s` behind any of these is the plural. */
const names = {
  m: ['metre', 'meter'],
  cm: ['centimetre', 'centimeter'],
  mm: ['millimetre', 'millimeter'],
  km: ['kilometre', 'kilometer'],
  g: ['gram'],
  kg: ['kilogram'],
  s: ['second', 'sec'],
  min: ['minute', 'min'],
  h: ['hour', 'hr'],
  J: ['joule'],
  W: ['watt'],
  N: ['newton'],
  V: ['volt'],
  A: ['ampere', 'amp'],
  Ω: ['ohm'],
  mol: ['mole'],
  l: ['litre', 'liter'],
  K: ['kwacha'],
};

const symbols = new Map(
  Object.entries(names).flatMap(([symbol, words]) =>
    words.flatMap((word): [string, string][] => [
      [word, symbol],
      [`${word}s`, symbol],
    ]),
  ),
);

/**
 * Names become symbols wherever they stand alone: `metres/sec` → `m/s`. Case counts in symbols (mW, MW) and not in
 * names: `Metres` is m, `Km` is not km.
 */
export const foldUnitNames = (unit: string): string =>
  unit.replace(/\p{L}+/gu, (word) => symbols.get(word.toLowerCase()) ?? word);
