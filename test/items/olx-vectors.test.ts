import { describe, expect, it, test } from 'vitest';
import { remarksOn, scoreItem } from '../../src/grading/index.ts';
import type { Item } from '../../src/items/index.ts';
import { readProblem } from '../../src/items/olx/read-problem.ts';
import { readXml } from '../../src/items/olx/xml.ts';
import vectors from '../fixtures/olx/grading-vectors-own.json';

/*
 * Every row of what the platform's own grader was seen to do, against ours. What differs on purpose is named with its reason, here
 * and in docs/import-olx.md; a row that agrees after all must leave the list.
 */

const files = import.meta.glob('../fixtures/olx/own/*.xml', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;

type Given = string | string[];
type Case = {
  answers: Record<string, Given>;
  inputs?: Record<string, { correctness: string; feedback?: string }>;
  score?: number;
  total?: number;
  error?: string;
};
const cases = Object.entries(
  vectors.files as unknown as Record<string, { cases: Case[]; facts: { input_ids: string[]; max_score: number } }>,
);

const grouped = 'the alternatives of a pattern are grouped: each must fit the whole answer';
const blank = 'an empty answer is not answered: it scores 0, but it is no mistake and uses no try';

/** By file and answer: why we differ. */
const deliberate: Record<string, string> = {
  'own/string-regexp.xml "chlorophyll c"': grouped,
  'own/string-regexp.xml "chlorophyll x"': grouped,
  'own/string-regexp.xml "the chloroplast pigment"': grouped,
  'own/numeric-absolute.xml ""': blank,
  'own/string-case-insensitive.xml ""': blank,
  'own/checkbox-all-or-nothing.xml nothing': blank,
  'own/checkbox-edc.xml nothing': blank,
  'own/checkbox-halves.xml nothing': blank,
};

function itemsOf(file: string) {
  const read = readXml(files[`../fixtures/olx/${file}`] ?? '');
  if ('refusal' in read) throw new Error(read.refusal);
  const problem = readProblem(read.root, () => ({ missing: 'is not there' }));
  if ('refusal' in problem) throw new Error(problem.refusal);
  return problem.parts.map((part) => {
    if ('refusal' in part) throw new Error(part.refusal);
    return part;
  });
}

/** The response that says what was typed or chosen. Dropdowns are answered by their text. */
function responseTo(item: Item, given: Given | undefined) {
  if (item.type === 'numeric') return { value: given ?? '' };
  if (item.type === 'text_entry') return { blanks: { answer: given ?? '' } };
  const selected = given === undefined ? [] : [given].flat();
  return { selected: selected.map((one) => item.choices.find(({ text }) => text === one)?.id ?? one) };
}

const outcomes: Record<string, string> = { right: 'correct', partial: 'partially-correct', wrong: 'incorrect' };
const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, '');
const nameOf = (file: string, answers: Case['answers']) =>
  `${file} ${
    Object.values(answers)
      .map((one) => JSON.stringify(one))
      .join(' ') || 'nothing'
  }`;

/** What we make of a row, in the words of the platform. Feedback is without the "Answer Correct:" before it. */
function judge(file: string, { answers }: Case, inputIds: string[]) {
  const judged = itemsOf(file).map(({ item, rendered }, index) => {
    const id = inputIds[index] ?? '';
    const response = responseTo(item, answers[id]);
    const { outcome, score } = scoreItem(item, response);
    const feedback = remarksOn(item, response).map((at) => textOf(rendered.feedback?.[at] ?? ''));
    return { id, outcome, points: score.given / score.maximum, feedback: feedback.join(' ') };
  });
  return {
    isUnreadable: judged.some(({ outcome }) => outcome === 'unscorable'),
    score: judged.reduce((sum, { points }) => sum + points, 0),
    total: judged.length,
    inputs: Object.fromEntries(
      judged.map(({ id, outcome, feedback }) => [
        id,
        { correctness: outcomes[outcome], ...(feedback !== '' && { feedback }) },
      ]),
    ),
  };
}

const withoutLabel = (text: string) => text.replace(/^Answer (?:Correct:|Incorrect:)? ?/, '');

function expected({ inputs = {}, score, total, error }: Case) {
  if (error !== undefined) return { isUnreadable: true };
  return {
    isUnreadable: false,
    score,
    total,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([id, { correctness, feedback }]) => [
        id,
        { correctness, ...(feedback !== undefined && { feedback: withoutLabel(feedback) }) },
      ]),
    ),
  };
}

const rows = cases.flatMap(([file, { cases, facts }]) =>
  file === 'own/formula.xml'
    ? []
    : cases.map((row) => [nameOf(file, row.answers), file, row, facts.input_ids] as const),
);

describe('the rows of the platform', () => {
  it('are all there, but those of the formula, which is not imported', () => {
    expect(rows).toHaveLength(Object.values(vectors.files).flatMap(({ cases }) => cases as unknown[]).length - 10);
    expect(() => itemsOf('own/formula.xml')).toThrow('formularesponse is not imported');
  });

  test.each(rows.filter(([name]) => !(name in deliberate)))('%s', (_name, file, row, inputIds) => {
    expect(judge(file, row, inputIds)).toMatchObject(expected(row));
  });

  test.each(Object.entries(deliberate))('%s differs: %s', (name) => {
    const found = rows.find(([one]) => one === name);
    if (!found) throw new Error('there is no such row');
    const [, file, row, inputIds] = found;
    const ours = judge(file, row, inputIds);
    expect(ours).not.toMatchObject(expected(row));
    // What is not answered scores as the platform has it.
    if (ours.isUnreadable) expect(ours.score).toBe(row.score);
  });

  test.each(cases.filter(([file]) => file !== 'own/formula.xml'))('%s has as many fields', (file, { facts }) => {
    expect(itemsOf(file)).toHaveLength(facts.max_score);
  });
});
