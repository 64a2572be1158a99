import { type Assertion, atEnd, type Node, Refusal, readPattern, type Test } from './read-pattern.ts';

/*
 * Patterns for text answers: a subset of Python's regular expressions, as Open edX authors write them, that is matched in
 * time proportional to pattern × text. Nothing backtracks: all ways through the pattern are walked at once (Thompson 1968).
 */

type Step =
  | { kind: 'one'; test: Test; next: number }
  | { kind: 'assert'; holds: Assertion; next: number }
  | { kind: 'split'; nexts: number[] }
  | { kind: 'match' };

/** A pattern ready to be matched. `steps` counts what the last match cost; it never exceeds `size` × (characters + 1). */
export type Pattern = { readonly size: number; matches: (text: string) => { matches: boolean; steps: number } };

const LONGEST_PATTERN = 500;
const MOST_STATES = 1_000;

/** The states of a pattern, built from its end: each knows the next. State 0 is the match. */
function build(whole: Node): { states: Step[]; start: number } {
  const states: Step[] = [{ kind: 'match' }];
  const add = (state: Step): number => {
    if (states.length >= MOST_STATES) throw new Refusal('it is too large');
    return states.push(state) - 1;
  };
  function before(node: Node, next: number): number {
    switch (node.kind) {
      case 'one':
      case 'assert':
        return add({ ...node, next });
      case 'all':
        return node.parts.reduceRight((after, part) => before(part, after), next);
      case 'any':
        return add({ kind: 'split', nexts: node.parts.map((part) => before(part, next)) });
      case 'repeat': {
        const { part, min, max } = node;
        let start = next;
        if (max === Number.POSITIVE_INFINITY) {
          const loop: Step = { kind: 'split', nexts: [next] };
          start = add(loop);
          loop.nexts.push(before(part, start));
        } else {
          for (let time = min; time < max; time++) start = add({ kind: 'split', nexts: [before(part, start), next] });
        }
        for (let time = 0; time < min; time++) start = before(part, start);
        return start;
      }
    }
  }
  const start = before({ kind: 'all', parts: [whole, { kind: 'assert', holds: atEnd }] }, 0);
  return { states, start };
}

function run(states: readonly Step[], start: number, text: readonly number[]): { matches: boolean; steps: number } {
  let steps = 0;
  let current: number[] = [start];
  for (let at = 0; at <= text.length; at++) {
    const seen = new Uint8Array(states.length);
    const ready: number[] = [];
    const open = [...current];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (seen[index]) continue;
      seen[index] = 1;
      steps += 1;
      const state = states[index];
      if (state?.kind === 'match') return { matches: true, steps };
      if (state?.kind === 'one') ready.push(index);
      else if (state?.kind === 'split') open.push(...state.nexts);
      else if (state?.holds({ text, at })) open.push(state.next);
    }
    const code = text[at];
    if (code === undefined) break;
    current = ready.flatMap((index) => {
      const state = states[index];
      return state?.kind === 'one' && state.test(code) ? [state.next] : [];
    });
    if (current.length === 0) break;
  }
  return { matches: false, steps };
}

/**
 * Compiles a pattern that must match a whole text, or tells why it cannot be used. The subset: literals, `.`, `[…]`, `\d \w
 * \s` and their negations, `^ $ \A \Z \b \B`, groups, `|`, `* + ? {m,n}`. Not in it, because they have no linear form or mean
 * another thing in Python: references back, looking ahead or behind, flags inside, possessive repetition.
 */
export function compilePattern(source: string, ignoreCase: boolean): { pattern: Pattern } | { refusal: string } {
  if (source.length > LONGEST_PATTERN) return { refusal: `it is longer than ${LONGEST_PATTERN} characters` };
  try {
    const { states, start } = build(readPattern(source, ignoreCase));
    return {
      pattern: {
        size: states.length,
        matches: (text) =>
          run(
            states,
            start,
            Array.from(text, (one) => one.codePointAt(0) ?? 0),
          ),
      },
    };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}
