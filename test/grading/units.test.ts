import { describe, expect, it } from 'vitest';
import { looksLikeUnit } from '../../src/grading/looks-like-unit.ts';
import { isSameUnit } from '../../src/grading/units.ts';

describe('two ways of writing a unit', () => {
  it.each([
    ['cm²', 'cm^2'],
    ['cm²', 'cm2'],
    ['cm²', ' cm ^ 2 '],
    ['m/s', 'm s^-1'],
    ['m/s', 'm s⁻¹'],
    ['m/s', 'm·s⁻¹'],
    ['m/s', 'm⋅s-¹'],
    ['m/s', 'm s−¹'],
    ['m/s', 'ms^-1'],
    ['m/s', 'm.s-1'],
    ['m/s', 'm / s'],
    ['m/s²', 'm/s^2'],
    ['m/s²', 'm s^-2'],
    ['g/cm³', 'g cm^-3'],
    ['J/(kg K)', 'J kg^-1 K^-1'],
    ['J/(kg·°C)', 'J/kg/°C'],
    ['/s', 's^-1'],
    ['Ω', 'ohm'],
    ['Ω', 'ohms'],
    ['Ω', '\u2126'],
    ['K', '\u212A'],
    ['kΩ', 'kohm'],
    ['Ω m', 'ohm m'],
    ['µm', 'μm'],
    ['°C', 'oC'],
    ['°C', '℃'],
    ['°C', 'ºC'],
    ['°C', 'degC'],
    ['°', 'degrees'],
    ['ml', 'mL'],
    ['mol/l', 'mol L^-1'],
    ['kg', 'ｋｇ'],
    ['km h-1', 'km\u00A0h⁻¹'],
    ['km/h', 'km/hr'],
    ['km/h', 'km/hour'],
    ['km/h', 'kilometres/hour'],
    ['km/h', 'Kilometers / Hour'],
    ['m/s', 'metres/second'],
    ['m/s', 'm/sec'],
    ['m/s²', 'm/sec²'],
    ['m/s²', 'metres/second^2'],
    ['m²', 'metres²'],
    ['kg/m³', 'kilograms/metre³'],
    ['g/cm³', 'grams/cm3'],
    ['N m', 'newton metres'],
    ['mol/l', 'moles/litre'],
    ['J/(kg K)', 'joules/(kilogram K)'],
    ['K/kg', 'kwacha/kg'],
    ['kΩ', 'kOhms'],
    ['K', 'MK'],
    ['K', 'MWK'],
    ['$', 'US$'],
  ])('%j is %j', (a, b) => {
    expect(isSameUnit(a, b)).toBe(true);
    expect(isSameUnit(b, a)).toBe(true);
  });

  it.each([
    ['m', 'metre metres meter meters METRES Metre'],
    ['cm', 'centimetre centimetres centimeter centimeters'],
    ['mm', 'millimetre millimetres millimeter millimeters'],
    ['km', 'kilometre kilometres kilometer kilometers'],
    ['g', 'gram grams'],
    ['kg', 'kilogram kilograms'],
    ['s', 'second seconds sec secs'],
    ['min', 'minute minutes mins'],
    ['h', 'hour hours hr hrs'],
    ['J', 'joule joules Joules'],
    ['W', 'watt watts'],
    ['N', 'newton newtons'],
    ['V', 'volt volts'],
    ['A', 'ampere amperes amp amps'],
    ['Ω', 'ohm ohms Ohm OHMS'],
    ['mol', 'mole moles'],
    ['l', 'litre litres liter liters L'],
    ['K', 'kwacha Kwacha'],
  ])('%s is %s', (symbol, names) => {
    for (const name of names.split(' ')) expect.soft(isSameUnit(name, symbol), name).toBe(true);
  });

  it.each([
    ['mW', 'MW'],
    ['km/h', 'KM/HR'],
    ['kg', 'Kg'],
    ['m', 'M'],
    ['m', 'metres/second'],
    ['m/s', 'metres per second'],
    ['m', 'metr'],
    ['m', 'metress'],
    ['m', 'metresquare'],
    ['m²', 'square metres'],
    ['h', 'hours/day'],
    ['K', '$'],
    ['K', 'k'],
    ['m', 'cm'],
    ['m', ''],
    ['m', 'm²'],
    ['m/s', 'm/s²'],
    ['m/s', 'm s'],
    ['m/s', 's/m'],
    ['km/h', 'm/s'],
    ['°C', 'C'],
    ['°C', 'K'],
    ['Lm', 'lm'],
    ['constructor', 'toString'],
    ['%', ''],
  ])('%j is not %j', (a, b) => {
    expect(isSameUnit(a, b)).toBe(false);
    expect(isSameUnit(b, a)).toBe(false);
  });

  it.each(['/('.repeat(5000), '/ '.repeat(5000), 'a'.repeat(10_000), '⁻'.repeat(10_000), '°a'.repeat(5000)])(
    'comes to an end on hostile text (%#)',
    (text) => {
      expect(isSameUnit(text, 'm')).toBe(false);
      expect(looksLikeUnit(text)).toBe(false);
    },
  );
});

describe('what looks like a unit', () => {
  it.each([
    'm',
    'm/s',
    'm s^-1',
    'm s-1',
    'kg-1 K-1',
    'mol-1 l',
    'm-2 mol',
    'mins',
    'tonnes',
    'oranges',
    'andiron',
    'N-m',
    'cm3',
    'm-1',
    '°C',
    '%',
    '£',
    'square metres',
    '/min',
    'J/(kg K)',
    'mol dm^-3',
  ])('%j does', (text) => {
    expect(looksLikeUnit(text)).toBe(true);
  });

  it.each([
    '2m',
    '-m',
    'or 13',
    'or7',
    'or3',
    'or six',
    'm or m',
    'And',
    'not m',
    'ndi m',
    '/two',
    'dozen',
    'm -1',
    'm/-1',
    'm(-1)',
    '°-1',
    'm-2m',
    'm-2cm',
    'm-2 m',
    '°3',
    'm10',
    'x',
    'x108',
    'X2',
    'e',
    'e-',
    'e5',
    'e-5',
    '/2',
    '=',
    'm!',
    'a unit far too long to be one',
  ])('%j does not', (text) => {
    expect(looksLikeUnit(text)).toBe(false);
  });
});
