import { evaluate } from '../expression.ts';
import { creditOf, readHint } from './read-hint.ts';
import type { ReadResponse } from './read-problem.ts';
import { type Gathered, textToMarkdown } from './to-markdown.ts';
import { attribute, childrenNamed, type Element, findAll } from './xml.ts';

class Refusal extends Error {}

/** What staff wrote as a number or expression. */
function keyOf(text: string, what: string): number {
  const read = evaluate(text.trim());
  if (read?.kind !== 'real' || !Number.isFinite(read.value)) {
    throw new Refusal(`${what} "${text.trim().slice(0, 60)}" is not a number that can be read`);
  }
  return read.value;
}

/** A number as Python's `float` takes it. */
function plainNumber(text: string, what: string): number {
  if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text)) {
    throw new Refusal(`${what} "${text.trim().slice(0, 60)}" is not a number`);
  }
  return Number(text);
}

type Tolerance = { kind: 'absolute' | 'relative'; value: number };

/** None is what the platform takes for none: 0.001 %. A share of the answer is reckoned as there, in floating point. */
function toleranceOf(response: Element): Tolerance | undefined {
  const text = findAll(response, 'responseparam')
    .filter((one) => attribute(one, 'type') === 'tolerance')
    .flatMap((one) => attribute(one, 'default') ?? [])[0]
    ?.trim();
  if (text === undefined || text === '0.001%') return undefined;
  const isShare = text.endsWith('%');
  const value = plainNumber(isShare ? text.slice(0, -1) : text, 'its tolerance');
  if (value < 0) throw new Refusal('its tolerance is negative, so nothing could be right');
  return isShare ? { kind: 'relative', value: value * 0.01 } : { kind: 'absolute', value };
}

function rangeOf(answer: string) {
  const [from, to, ...more] = answer.slice(1, -1).split(',');
  if (from === undefined || to === undefined || more.length > 0)
    throw new Refusal(`the range "${answer.slice(0, 60)}" has not two ends`);
  return {
    from: keyOf(from, 'the end of the range'),
    to: keyOf(to, 'the end of the range'),
    includesFrom: answer.startsWith('['),
    includesTo: answer.endsWith(']'),
  };
}

/** `partial_credit="close,list"`. */
function partialOf(response: Element, isRange: boolean) {
  const kinds = creditOf(response);
  const strange = kinds.find((kind) => kind !== 'close' && kind !== 'list');
  if (strange !== undefined) throw new Refusal(`partial_credit="${strange.slice(0, 40)}" is not known`);
  const param = (name: string) =>
    childrenNamed(response, 'responseparam').flatMap((one) => attribute(one, name) ?? [])[0];
  const listed = param('partial_answers');
  if (kinds.includes('list') && listed === undefined)
    throw new Refusal('it has partial credit for a list that is not there');
  const within = kinds.includes('close') ? plainNumber(param('partial_range') ?? '2', 'its partial_range') : undefined;
  const answers =
    kinds.includes('list') && !isRange
      ? (listed ?? '').split(',').map((one) => keyOf(one, 'the partial answer'))
      : undefined;
  if (within === undefined && answers === undefined) return undefined;
  return { ...(within !== undefined && { within }), ...(answers && { answers }) };
}

function fieldsOf(response: Element, gathered: Gathered) {
  const answer = attribute(response, 'answer')?.trim();
  if (answer === undefined || answer === '') throw new Refusal('it has no answer');
  const isRange = /^[[(]/.test(answer) && /[\])]$/.test(answer);
  const tolerance = isRange ? undefined : toleranceOf(response);
  const additional = childrenNamed(response, 'additional_answer').map((one) => ({
    value: keyOf(attribute(one, 'answer') ?? one.text, 'the additional answer'),
    hint: readHint(childrenNamed(one, 'correcthint')[0], gathered),
  }));
  const partial = partialOf(response, isRange);
  const hint = readHint(childrenNamed(response, 'correcthint')[0], gathered);
  const feedback = [
    ...(hint === undefined ? [] : [{ text: hint }]),
    ...additional.flatMap(({ value, hint }) => (hint === undefined ? [] : [{ alternative: value, text: hint }])),
  ];
  return {
    type: 'numeric',
    reading: 'expression',
    ...(isRange ? { range: rangeOf(answer) } : { answer: keyOf(answer, 'its answer') }),
    ...(tolerance && { tolerance }),
    ...(additional.length > 0 && { alternatives: additional.map(({ value }) => value) }),
    ...(partial && { partial }),
    ...(feedback.length > 0 && { feedback }),
  };
}

/** `numericalresponse`. A unit behind the field is shown, never asked for. */
export function readNumerical(
  { response, input }: { response: Element; input: Element },
  gathered: Gathered,
): ReadResponse {
  const behind = attribute(input, 'trailing_text')?.trim();
  try {
    return { fields: fieldsOf(response, gathered), ...(behind && { suffix: `( … ${textToMarkdown(behind)})` }) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}
