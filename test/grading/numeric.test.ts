import { describe, expect, it } from 'vitest';
import { scoreItem } from '../../src/grading/index.ts';
import { makeNumeric } from './make-item.ts';

const judge = (answer: number, fields: Record<string, unknown>, value: string) =>
  scoreItem(makeNumeric(answer, fields), { value }).outcome;

const within = (kind: 'absolute' | 'relative' | 'geometric', value: number) => ({ tolerance: { kind, value } });

describe('a number without tolerance', () => {
  it.each([
    [0.3, '0.3', 'right'],
    [0.3, '0.30', 'right'],
    [0.3, '3e-1', 'right'],
    [0.3, '0.30000000000000004', 'wrong'],
    [0.1 + 0.2, '0.30000000000000004', 'right'],
    [0.1 + 0.2, '0.3', 'wrong'],
    [3e8, '300 000 000', 'right'],
    [3e8, '3×10⁸', 'right'],
    [-4, '−4', 'right'],
    [-4, '4', 'wrong'],
    [0, '0', 'right'],
    [0, '-0.00', 'right'],
    [1e300, '1e300', 'right'],
    [5e-324, '5e-324', 'right'],
    [5e-324, '0', 'wrong'],
  ])('%d, given %s: %s', (answer, value, outcome) => {
    expect(judge(answer, {}, value)).toBe(outcome);
  });
});

describe('tolerance', () => {
  it.each([
    [2.45, 0.15, '2.3', 'right'],
    [2.45, 0.15, '2.6', 'right'],
    [2.45, 0.15, '2.2999999999999999999', 'wrong'],
    [2.45, 0.15, '2.6000000000000000001', 'wrong'],
    [0.3, 0.1, '0.2', 'right'],
    [0.3, 0.1, '0.4', 'right'],
    [-5, 0.5, '-5.5', 'right'],
    [-5, 0.5, '-5.51', 'wrong'],
    [0, 0.1, '-0.1', 'right'],
    [7, 0, '7', 'right'],
    [7, 0, '7.0001', 'wrong'],
  ])('absolute: %d ± %d, given %s: %s', (answer, value, given, outcome) => {
    expect(judge(answer, within('absolute', value), given)).toBe(outcome);
  });

  it.each([
    [9.8, 0.05, '9.31', 'right'],
    [9.8, 0.05, '10.29', 'right'],
    [9.8, 0.05, '9.3099999999', 'wrong'],
    [9.8, 0.05, '10.2900001', 'wrong'],
    [-200, 0.01, '-202', 'right'],
    [-200, 0.01, '-198', 'right'],
    [-200, 0.01, '-202.01', 'wrong'],
    [-200, 0.01, '200', 'wrong'],
    [0, 0.5, '0', 'right'],
    [0, 0.5, '0.0001', 'wrong'],
  ])('relative: %d, %d of it, given %s: %s', (answer, value, given, outcome) => {
    expect(judge(answer, within('relative', value), given)).toBe(outcome);
  });

  it.each([
    [100, 0.25, '80', 'right'],
    [100, 0.25, '125', 'right'],
    [100, 0.25, '79.9999999', 'wrong'],
    [100, 0.25, '125.0000001', 'wrong'],
    [3, 0.5, '2', 'right'],
    [3, 2, '1', 'right'],
    [1, 2, '0.33333333333333333333', 'wrong'],
    [1, 2, '0.33333333333333333334', 'right'],
    [-100, 0.25, '-80', 'right'],
    [-100, 0.25, '-125', 'right'],
    [-100, 0.25, '-126', 'wrong'],
    [-100, 0.25, '100', 'wrong'],
    [100, 0.25, '-100', 'wrong'],
    [100, 0.25, '0', 'wrong'],
    [0, 0.25, '0', 'right'],
    [0, 0.25, '0.1', 'wrong'],
  ])('geometric: %d, factor 1 + %d, given %s: %s', (answer, value, given, outcome) => {
    expect(judge(answer, within('geometric', value), given)).toBe(outcome);
  });
});

describe('significant figures', () => {
  it.each([
    [5.67432, 3, '5.67', 'right'],
    [5.67432, 3, '5.674', 'wrong'],
    [5.67432, 3, '5.7', 'wrong'],
    [5.67432, 3, '5.68', 'wrong'],
    [5.67432, 3, '0.567e1', 'right'],
    [2.5, 3, '2.5', 'wrong'],
    [2.5, 3, '2.50', 'right'],
    [2.45, 2, '2.5', 'right'],
    [2.45, 2, '2.4', 'wrong'],
    [-2.45, 2, '-2.5', 'right'],
    [9.996, 3, '10.0', 'right'],
    [9.996, 3, '10', 'wrong'],
    [9.996, 3, '10.00', 'wrong'],
    [1490, 2, '1500', 'right'],
    [1499.6, 4, '1500', 'right'],
    [1499.6, 3, '1500', 'right'],
    [1499.6, 5, '1500', 'wrong'],
    [1490, 2, '1.5x10^3', 'right'],
    [1490, 2, '1.50x10^3', 'wrong'],
    [1490, 2, '1500.0', 'wrong'],
    [0.00012345, 3, '1.23×10⁻⁴', 'right'],
    [0.00012345, 3, '0.000123', 'right'],
  ])('%d to %i, given %s: %s', (answer, significantFigures, value, outcome) => {
    expect(judge(answer, { significantFigures }, value)).toBe(outcome);
  });

  it.each([
    [9.81, 0.05, '9.81', 'right'],
    [9.81, 0.05, '9.80', 'wrong'],
    [9.81, 0.05, '9.8', 'wrong'],
    [9.81, 0.05, '9.810', 'wrong'],
    [9.81, 0.05, '9.90', 'wrong'],
    [9.8149, 0.01, '9.81', 'right'],
    [9.8149, 0.01, '9.8149', 'wrong'],
    [9.8149, 0.004, '9.81', 'wrong'],
    [9.8149, 0.0049, '9.81', 'right'],
  ])('%d to 3 and within %d, given %s: %s', (answer, allowed, value, outcome) => {
    const fields = { significantFigures: 3, tolerance: { kind: 'absolute', value: allowed } };
    expect(judge(answer, fields, value)).toBe(outcome);
  });
});

describe('a unit', () => {
  it.each([
    ['20 m/s', 'right'],
    ['20m s⁻¹', 'right'],
    ['20', 'wrong'],
    ['20 km/h', 'wrong'],
    ['20 M/S', 'wrong'],
    ['21 m/s', 'wrong'],
    ['20 metres/second', 'right'],
    ['20 m/sec', 'right'],
    ['v = 20 m/s', 'right'],
    ['v = 20', 'wrong'],
    ['20 metres per second', 'wrong'],
    ['m/s', 'unscorable'],
    ['20 or 21 m/s', 'unscorable'],
    ['20 m/s or -3 m/s', 'unscorable'],
    ['20 m/s not m', 'unscorable'],
  ])('of 20 m/s, given %s: %s', (value, outcome) => {
    expect(judge(20, { unit: 'm/s' }, value)).toBe(outcome);
  });

  it.each([
    ['K52 000', 'right'],
    ['MK52,000.00', 'right'],
    ['MWK 52000', 'right'],
    ['P = K52 000', 'right'],
    ['52000 K', 'right'],
    ['52000 kwacha', 'right'],
    ['52000 MWK', 'right'],
    ['52 000', 'wrong'],
    ['K = 52 000', 'wrong'],
    ['$52 000', 'unscorable'],
    ['K52 001', 'wrong'],
  ])('of K52 000, given %s: %s', (value, outcome) => {
    expect(judge(52000, { unit: 'K' }, value)).toBe(outcome);
  });

  it.each([
    ['12', 'right'],
    ['12 goats', 'right'],
    ['12 cm^2', 'right'],
    ['13 goats', 'wrong'],
    ['x = 12', 'right'],
    ['K12', 'right'],
    ['$12.00', 'right'],
    ['K13', 'wrong'],
    ['12 or 13', 'unscorable'],
    ['12 or -3', 'unscorable'],
    ['12 or six', 'unscorable'],
    ['x = 12 or x = -3', 'unscorable'],
  ])('nobody asked for beside 12, given %s: %s', (value, outcome) => {
    expect(judge(12, {}, value)).toBe(outcome);
  });
});

describe('a number that cannot be read', () => {
  it.each([
    [{ value: '' }],
    [{ value: ' ' }],
    [{ value: 'many' }],
    [{ value: '1/2' }],
    [{ value: '1e999999999' }],
    [{ value: 12 }],
    [{ value: '12', unit: 'm' }],
    [{}],
    [null],
    ['12'],
    [12],
  ])('%j is unscorable', (raw) => {
    expect(scoreItem(makeNumeric(12, { maxScore: 2 }), raw)).toEqual({
      score: { given: 0, maximum: 2 },
      outcome: 'unscorable',
    });
  });
});
