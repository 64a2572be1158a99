import { describe, expect, it } from 'vitest';
import { isSameUnit, looksLikeUnit } from '../../src/grading/units.ts';

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
  ])('%j is %j', (a, b) => {
    expect(isSameUnit(a, b)).toBe(true);
    expect(isSameUnit(b, a)).toBe(true);
  });

  it.each([
    ['mW', 'MW'],
    ['K', 'k'],
    ['m', 'cm'],
    ['m', 'metres'],
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
  it.each(['m', 'm/s', 'm s^-1', 'cm3', 'm-1', '°C', '%', '£', 'square metres', '/min', 'J/(kg K)', 'mol dm^-3'])(
    '%j does',
    (text) => {
      expect(looksLikeUnit(text)).toBe(true);
    },
  );

  it.each([
    '2m',
    '-m',
    'or 13',
    'or7',
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
