/*
 * What the calculator of Open edX reads as a number (openedx-calc, `calc.py`), on real numbers: `1+sqrt(2)`, `6/2`, `.25`,
 * `2.5*10^2`, `0.241e1`, `241%`, `2 || 3`. No unit, no comma, no `2x`.
 */

/** `complex`: it left the real numbers, which no key does. */
export type Evaluated = { kind: 'real'; value: number } | { kind: 'complex' };

const LONGEST = 1_000;
const DEEPEST = 50;

class Unreadable extends Error {}

/** Undefined where the value is complex. */
const within = (isInside: boolean, value: number): number | undefined => (isInside ? value : undefined);

function factorial(of: number): number {
  if (!Number.isInteger(of) || of < 0 || of > 170) throw new Unreadable();
  let product = 1;
  for (let factor = 2; factor <= of; factor++) product *= factor;
  return product;
}

const functions: Record<string, (x: number) => number | undefined> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sec: (x) => 1 / Math.cos(x),
  csc: (x) => 1 / Math.sin(x),
  cot: (x) => 1 / Math.tan(x),
  sqrt: (x) => within(!(x < 0), Math.sqrt(x)),
  log10: (x) => within(!(x < 0), Math.log10(x)),
  log2: (x) => within(!(x < 0), Math.log2(x)),
  ln: (x) => within(!(x < 0), Math.log(x)),
  exp: Math.exp,
  arccos: (x) => within(!(Math.abs(x) > 1), Math.acos(x)),
  arcsin: (x) => within(!(Math.abs(x) > 1), Math.asin(x)),
  arctan: Math.atan,
  arcsec: (x) => Math.acos(1 / x),
  arccsc: (x) => Math.asin(1 / x),
  arccot: (x) => (x < 0 ? -Math.PI / 2 : Math.PI / 2) - Math.atan(x),
  abs: Math.abs,
  fact: factorial,
  factorial,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sech: (x) => 1 / Math.cosh(x),
  csch: (x) => 1 / Math.sinh(x),
  coth: (x) => 1 / Math.tanh(x),
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: (x) => within(!(Math.abs(x) > 1), Math.atanh(x)),
  arcsech: (x) => Math.acosh(1 / x),
  arccsch: (x) => Math.asinh(1 / x),
  arccoth: (x) => Math.atanh(1 / x),
};
const constants: Record<string, number> = { e: Math.E, pi: Math.PI };

function divide(a: number, b: number): number {
  if (b === 0) throw new Unreadable();
  return a / b;
}

function raise(base: number, exponent: number): number | undefined {
  if (base === 0 && exponent < 0) throw new Unreadable();
  if (base < 0 && !Number.isInteger(exponent) && Number.isFinite(exponent)) return undefined;
  const power = base ** exponent;
  if (!Number.isFinite(power) && Number.isFinite(base) && Number.isFinite(exponent)) throw new Unreadable();
  return power;
}

const NUMBER = /(\d+(?:\.\d*)?|\.\d+)(?:[ \t\r\n]*[eE][ \t\r\n]*([+-]?)[ \t\r\n]*(\d+))?([ \t\r\n]*%)?/y;
const SIGNED = /[+-]?[ \t\r\n]*(?=[\d.])/y;
const NAME = /[A-Za-z][A-Za-z0-9_]*/y;
const BLANK = /[ \t\r\n]*/y;

function parse(text: string): Evaluated {
  let at = 0;
  let isComplex = false;
  /** What is complex is read to its end all the same: it may still turn out to be no expression. */
  const real = (value: number | undefined): number => {
    isComplex ||= value === undefined;
    return value ?? Number.NaN;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const take = (mark: string): boolean => {
    match(BLANK);
    const isThere = text.startsWith(mark, at);
    if (isThere) at += mark.length;
    return isThere;
  };

  function number(): number | undefined {
    const start = at;
    const sign = match(SIGNED)?.[0]?.startsWith('-') ? -1 : 1;
    const found = match(NUMBER);
    if (!found) {
      at = start;
      return undefined;
    }
    const [, digits, sign10 = '', power, percent] = found;
    const value = Number(power === undefined ? digits : `${digits}e${sign10}${power}`) * sign;
    return percent === undefined ? value : value * 0.01;
  }

  function atom(depth: number): number {
    match(BLANK);
    const value = number();
    if (value !== undefined) return value;
    const name = match(NAME)?.[0].toLowerCase();
    if (name === undefined) {
      if (!take('(')) throw new Unreadable();
      return closed(depth);
    }
    if (take('(')) {
      const apply = Object.hasOwn(functions, name) ? functions[name] : undefined;
      if (!apply) throw new Unreadable();
      return real(apply(closed(depth)));
    }
    if (name === 'i' || name === 'j') return real(undefined);
    const constant = Object.hasOwn(constants, name) ? constants[name] : undefined;
    if (constant === undefined) throw new Unreadable();
    return constant;
  }

  function closed(depth: number): number {
    if (depth > DEEPEST) throw new Unreadable();
    const value = sum(depth + 1);
    if (!take(')')) throw new Unreadable();
    return value;
  }

  function power(depth: number): number {
    const parts = [atom(depth)];
    while (take('^')) parts.push(atom(depth));
    return parts.reduceRight((exponent, base) => real(raise(base, exponent)));
  }

  /** `a || b`: resistors side by side. */
  function parallel(depth: number): number {
    const parts = [power(depth)];
    while (take('||')) parts.push(power(depth));
    if (parts.length === 1) return parts[0] ?? 0;
    if (parts.includes(0)) return Number.NaN;
    return divide(
      1,
      parts.map((part) => 1 / part).reduce((a, b) => a + b),
    );
  }

  function product(depth: number): number {
    let value = parallel(depth);
    for (;;) {
      if (take('*')) value *= parallel(depth);
      else if (take('/')) value = divide(value, parallel(depth));
      else return value;
    }
  }

  function sum(depth: number): number {
    const isNegative = take('-');
    if (!isNegative) take('+');
    let value = product(depth) * (isNegative ? -1 : 1);
    for (;;) {
      if (take('+')) value += product(depth);
      else if (take('-')) value -= product(depth);
      else return value;
    }
  }

  const value = sum(0);
  match(BLANK);
  if (at < text.length) throw new Unreadable();
  return isComplex ? { kind: 'complex' } : { kind: 'real', value };
}

/** The value of an expression; undefined when it cannot be read as a number. Never throws. */
export function evaluate(text: string): Evaluated | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
