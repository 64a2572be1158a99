/*
 * Reads patterns as Python does, and refuses what Python reads otherwise than we could match it.
 */

export type Test = (code: number) => boolean;
type Place = { text: readonly number[]; at: number };
export type Assertion = (place: Place) => boolean;

/** A pattern as it is built of parts. */
export type Node =
  | { kind: 'one'; test: Test }
  | { kind: 'assert'; holds: Assertion }
  | { kind: 'all'; parts: Node[] }
  | { kind: 'any'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

const DEEPEST = 50;

/** Why a pattern cannot be used. */
export class Refusal extends Error {}

const isDigit: Test = (code) => /\p{Nd}/u.test(String.fromCodePoint(code));
const isWord: Test = (code) => /[\p{L}\p{N}_]/u.test(String.fromCodePoint(code));
const isSpace: Test = (code) =>
  (code >= 0x1c && code <= 0x1f) || (/[\s\u0085]/u.test(String.fromCodePoint(code)) && code !== 0xfeff);
const not =
  (test: Test): Test =>
  (code) =>
    !test(code);

const classes: Record<string, Test> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const controls: Record<string, number> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7 };
const hexDigits: Record<string, number> = { x: 2, u: 4, U: 8 };

const atStart: Assertion = ({ at }) => at === 0;
const atVeryEnd: Assertion = ({ text, at }) => at === text.length;
/** Python's `$`: at the end, or before a line end that is the last character. */
export const atEnd: Assertion = ({ text, at }) => at === text.length || (at === text.length - 1 && text[at] === 10);
const isWordAt = ({ text, at }: Place) => at >= 0 && at < text.length && isWord(text[at] ?? 0);
const atWordEdge: Assertion = ({ text, at }) => isWordAt({ text, at: at - 1 }) !== isWordAt({ text, at });
const assertions: Record<string, Assertion> = {
  A: atStart,
  Z: atVeryEnd,
  b: atWordEdge,
  B: (place) => !atWordEdge(place),
};

const variantsOf = (code: number): number[] => {
  const text = String.fromCodePoint(code);
  return [code, text.toLowerCase().codePointAt(0) ?? code, text.toUpperCase().codePointAt(0) ?? code];
};

/** Reads the pattern; what Python would read otherwise, or what has no linear form, is refused by throwing. */
export function readPattern(source: string, ignoreCase: boolean): Node {
  const text = Array.from(source, (one) => one.codePointAt(0) ?? 0);
  let at = 0;
  const here = () => (at < text.length ? String.fromCodePoint(text[at] ?? 0) : '');
  const folding = (test: Test): Test => (ignoreCase ? (code) => variantsOf(code).some(test) : test);
  const take = (mark: string): boolean => {
    const isThere =
      source !== '' &&
      mark ===
        text
          .slice(at, at + mark.length)
          .map((c) => String.fromCodePoint(c))
          .join('');
    if (isThere) at += mark.length;
    return isThere;
  };
  const rest = () =>
    text
      .slice(at, at + 24)
      .map((c) => String.fromCodePoint(c))
      .join('');

  function escaped(): { test: Test } | { code: number } {
    const letter = here();
    at += 1;
    const test = classes[letter];
    if (test) return { test };
    const control = controls[letter];
    if (control !== undefined) return { code: control };
    const digits = hexDigits[letter];
    if (digits !== undefined) {
      const hex = rest().slice(0, digits);
      if (hex.length < digits || !/^[0-9a-f]+$/i.test(hex) || Number.parseInt(hex, 16) > 0x10ffff)
        throw new Refusal(`\\${letter} needs ${digits} hexadecimal digits`);
      at += digits;
      return { code: Number.parseInt(hex, 16) };
    }
    if (/[1-9]/.test(letter)) throw new Refusal('it refers back to a group');
    if (letter === '') throw new Refusal('it ends with a backslash');
    if (/[0-9A-Za-z]/.test(letter)) throw new Refusal(`\\${letter} is not supported`);
    return { code: letter.codePointAt(0) ?? 0 };
  }

  function set(): Test {
    const isNegated = take('^');
    const tests: Test[] = [];
    let isFirst = true;
    while (isFirst || here() !== ']') {
      if (at >= text.length) throw new Refusal('a [ is never closed');
      isFirst = false;
      const low = member();
      if (here() === '-' && at + 1 < text.length && String.fromCodePoint(text[at + 1] ?? 0) !== ']') {
        at += 1;
        const high = member();
        if (!('code' in low) || !('code' in high) || high.code < low.code) throw new Refusal('a range in [ ] is wrong');
        const [from, to] = [low.code, high.code];
        tests.push((code) => code >= from && code <= to);
      } else if ('code' in low) {
        const only = low.code;
        tests.push((code) => code === only);
      } else tests.push(low.test);
    }
    at += 1;
    const inside = folding((code) => tests.some((test) => test(code)));
    return isNegated ? not(inside) : inside;
  }

  function member(): { test: Test } | { code: number } {
    if (take('\\')) {
      if (take('b')) return { code: 8 };
      return escaped();
    }
    const code = text[at] ?? 0;
    at += 1;
    return { code };
  }

  function group(depth: number): Node {
    if (take('?')) {
      const isPlain = take(':');
      if (!isPlain) {
        const name = /^P<[A-Za-z_]\w*>/.exec(rest())?.[0];
        if (name === undefined) throw new Refusal(`(?${rest().slice(0, 2)} is not supported`);
        at += name.length;
      }
    }
    const inside = alternatives(depth + 1);
    if (!take(')')) throw new Refusal('a ( is never closed');
    return inside;
  }

  function atom(depth: number): Node {
    if (take('(')) return group(depth);
    if (take('[')) return { kind: 'one', test: set() };
    if (take('.')) return { kind: 'one', test: (code) => code !== 10 };
    if (take('^')) return { kind: 'assert', holds: atStart };
    if (take('$')) return { kind: 'assert', holds: atEnd };
    if (/^[*+?]$/.test(here())) throw new Refusal('there is nothing to repeat');
    if (take('\\')) {
      const holds = assertions[here()];
      if (holds) {
        at += 1;
        return { kind: 'assert', holds };
      }
      const found = escaped();
      if ('test' in found) return { kind: 'one', test: found.test };
      const { code } = found;
      return { kind: 'one', test: folding((one) => one === code) };
    }
    const code = text[at] ?? 0;
    at += 1;
    return { kind: 'one', test: folding((one) => one === code) };
  }

  function counted(): [number, number] | undefined {
    if (take('*')) return [0, Number.POSITIVE_INFINITY];
    if (take('+')) return [1, Number.POSITIVE_INFINITY];
    if (take('?')) return [0, 1];
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(rest());
    if (!match || match[0] === '{}') return undefined;
    const [written, low = '', comma = '', high = ''] = match;
    if (comma === '' && low === '') return undefined;
    at += written.length;
    const min = low === '' ? 0 : Number(low);
    const max = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (max < min) throw new Refusal('a repetition counts down');
    return [min, max];
  }

  function repeated(depth: number): Node {
    const part = atom(depth);
    const times = counted();
    if (!times) return part;
    if (part.kind === 'assert') throw new Refusal('a place is repeated');
    if (here() === '+') throw new Refusal('possessive repetition is not supported');
    // Which of several ways is tried first makes no difference to whether there is one.
    take('?');
    if (/^[*+?]$/.test(here()) || /^\{\d*,?\d*\}/.test(rest().replace(/^\{\}.*/s, '')))
      throw new Refusal('a repetition is repeated');
    return { kind: 'repeat', part, min: times[0], max: times[1] };
  }

  function alternatives(depth: number): Node {
    if (depth > DEEPEST) throw new Refusal('its groups are nested too deeply');
    const parts: Node[] = [];
    do {
      const row: Node[] = [];
      while (at < text.length && here() !== '|' && here() !== ')') row.push(repeated(depth));
      parts.push({ kind: 'all', parts: row });
    } while (take('|'));
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'any', parts };
  }

  const whole = alternatives(0);
  if (at < text.length) throw new Refusal('a ) has no partner');
  return whole;
}
