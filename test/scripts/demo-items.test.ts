import { describe, expect, it } from 'vitest';
import type { DemoItem, DemoOutline } from '../../scripts/demo/demo-item.ts';
import { biology } from '../../scripts/demo/items-biology.ts';
import { english } from '../../scripts/demo/items-english.ts';
import { mathematics } from '../../scripts/demo/items-mathematics.ts';
import { physicalScience } from '../../scripts/demo/items-physical-science.ts';
import { biologyOutline } from '../../scripts/demo/outline-jce-biology.ts';
import { mathematicsOutline } from '../../scripts/demo/outline-msce-mathematics.ts';
import secondReading from '../../scripts/demo/second-reading.json';
import { scoreItem } from '../../src/grading/index.ts';
import { ItemInput } from '../../src/items/item.ts';

const banks: { name: string; items: DemoItem[]; outline?: DemoOutline; types: DemoItem['type'][] }[] = [
  { name: 'mathematics', items: mathematics, outline: mathematicsOutline, types: ['choice', 'numeric', 'text_entry'] },
  { name: 'biology', items: biology, outline: biologyOutline, types: ['choice', 'numeric', 'text_entry'] },
  { name: 'english', items: english, types: ['choice', 'text_entry'] },
  { name: 'physical science', items: physicalScience, types: ['choice', 'numeric', 'text_entry'] },
];
const items = banks.flatMap((bank) => bank.items);
const choiceItems = items.filter((item) => item.type === 'choice');
const textItems = items.filter((item) => item.type === 'text_entry');
const numericItems = items.filter((item) => item.type === 'numeric');

type Choice = (typeof choiceItems)[number];
type Numeric = (typeof numericItems)[number];

const slugsOf = (found: DemoItem[]) => found.map(({ slug }) => slug);
const repeatedIn = (texts: string[]) => texts.filter((text, index) => texts.indexOf(text) < index);
const count = <T>(all: T[], test: (one: T) => boolean) => all.filter(test).length;

const objectivesOf = ({ topics }: DemoOutline): string[] =>
  topics.flatMap(({ subtopics }) => subtopics.flatMap(({ objectives }) => objectives.map(({ slug }) => slug)));

const seedOnly = new Set(['slug', 'objective', 'formula']);
const withoutSeedFields = (item: DemoItem) =>
  Object.fromEntries(Object.entries(item).filter(([field]) => !seedOnly.has(field)));

/** Answers of an examiner who saw the prompts and choices and not the keys: choice ids, blanks, or a typed number. */
const answers: Record<string, string[] | Record<string, string> | string> = secondReading;

function respond(answer: (typeof answers)[string] | undefined) {
  if (Array.isArray(answer)) return { selected: answer };
  return typeof answer === 'string' ? { value: answer } : { blanks: answer };
}

const outcomeOf = (item: DemoItem, response: unknown) =>
  scoreItem(ItemInput.parse(withoutSeedFields(item)), response).outcome;

const rightChoices = ({ choices, correct }: Choice) => choices.filter(({ id }) => correct.includes(id));
const wrongChoices = ({ choices, correct }: Choice) => choices.filter(({ id }) => !correct.includes(id));

/** Whether `text` has `phrase` as whole words. */
function says(text: string, phrase: string, caseSensitive = false): boolean {
  const literal = phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, caseSensitive ? 'u' : 'iu').test(text);
}

function isGivenAway(item: DemoItem, text: string): boolean {
  switch (item.type) {
    case 'choice':
      return rightChoices(item).some((choice) => says(text, choice.text));
    case 'text_entry':
      return item.blanks.some((blank) => blank.accepted.some((one) => says(text, one, blank.caseSensitive)));
    case 'numeric':
      return says(text, String(item.answer));
  }
}

describe('the demo banks', () => {
  it('hold at least 120 items, no two under one slug', () => {
    expect(items.length).toBeGreaterThanOrEqual(120);
    expect(repeatedIn(slugsOf(items))).toEqual([]);
  });

  it('hold only items that staff could write', () => {
    expect(slugsOf(items.filter((item) => !ItemInput.safeParse(withoutSeedFields(item)).success))).toEqual([]);
  });

  it('tie each item to an objective of the outline beside it, and to none where there is no outline', () => {
    const astray = banks.flatMap(({ items, outline }) => {
      const known = outline === undefined ? [undefined] : objectivesOf(outline);
      return items.filter((item) => !known.some((objective) => objective === item.objective));
    });
    expect(slugsOf(astray)).toEqual([]);
  });

  it('have outlines that name no objective twice', () => {
    const slugs = banks.flatMap(({ outline }) => (outline === undefined ? [] : objectivesOf(outline)));
    expect(repeatedIn(slugs)).toEqual([]);
  });

  it.each(banks)('ask $name in its types of item', ({ items, types }) => {
    expect([...new Set(items.map(({ type }) => type))].sort()).toEqual(types);
  });

  it('hold at least 40 choice items in mathematics, enough for a paper of one type', () => {
    expect(count(mathematics, ({ type }) => type === 'choice')).toBeGreaterThanOrEqual(40);
  });

  it.each(banks)('make $name about two fifths easy, two fifths medium and one fifth hard', ({ items }) => {
    const share = (level: DemoItem['difficulty']) =>
      count(items, ({ difficulty }) => difficulty === level) / items.length;
    for (const level of ['easy', 'medium'] as const) {
      expect(share(level)).toBeGreaterThan(0.3);
      expect(share(level)).toBeLessThan(0.5);
    }
    expect(share('hard')).toBeGreaterThan(0.15);
    expect(share('hard')).toBeLessThan(0.3);
  });

  it.each(banks)('do not let a student do well in $name by always choosing one letter', ({ items }) => {
    const single = items.flatMap((item) => (item.type === 'choice' && item.correct.length === 1 ? item.correct : []));
    for (const letter of ['a', 'b', 'c', 'd']) {
      expect(count(single, (id) => id === letter) / single.length).toBeLessThan(0.35);
    }
  });
});

/** Decimals that a number is written with: 0.85 has 2, 2e-23 has 23. */
function decimalsOf(value: number): number {
  const [mantissa = '', power = '0'] = String(value).split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(power));
}

const roundedAsWritten = ({ answer = Number.NaN, formula }: Numeric) => Number(formula().toFixed(decimalsOf(answer)));

const takesUnrounded = (item: Numeric) =>
  outcomeOf(item, { value: `${item.formula()} ${item.unit ?? ''}` }) === 'right';

describe('the keys', () => {
  it('have each been read a second time, and nothing else has', () => {
    expect(Object.keys(answers).sort()).toEqual(slugsOf(items).sort());
  });

  it("give full marks to the second reader's answers", () => {
    expect(slugsOf(items.filter((item) => outcomeOf(item, respond(answers[item.slug])) !== 'right'))).toEqual([]);
  });

  it('of numeric items are their formulas, rounded to the decimals written', () => {
    expect(slugsOf(numericItems.filter((item) => item.answer !== roundedAsWritten(item)))).toEqual([]);
  });

  it('of numeric items are their formulas exactly, where nothing allows for rounding', () => {
    const exact = numericItems.filter(
      ({ tolerance, significantFigures }) => tolerance === undefined && significantFigures === undefined,
    );
    expect(exact.length).toBeGreaterThan(0);
    expect(slugsOf(exact.filter(({ answer, formula }) => Number(formula().toPrecision(12)) !== answer))).toEqual([]);
  });

  it('of numeric items with a tolerance also take the value before it is rounded', () => {
    const tolerant = numericItems.filter(({ tolerance }) => tolerance !== undefined);
    expect(tolerant.length).toBeGreaterThan(0);
    expect(slugsOf(tolerant.filter((item) => !takesUnrounded(item)))).toEqual([]);
  });
});

/** All that a student sees of an item before it is over. */
const shownBy = (item: DemoItem) =>
  [item.prompt, item.hint, ...(item.type === 'choice' ? item.choices.map(({ text }) => text) : [])].join('\n');

const isLong = (item: DemoItem) =>
  item.prompt.length > 160 ||
  item.hint.length > 120 ||
  item.solution.explanation.length > 240 ||
  (item.type === 'choice' &&
    item.choices.some(({ text, misconception = '' }) => text.length > 60 || misconception.length > 120));

describe('what a student reads', () => {
  it('explains every wrong choice, and no right one', () => {
    const silent = choiceItems.filter((item) => wrongChoices(item).some(({ misconception }) => !misconception));
    const confusing = choiceItems.filter((item) => rightChoices(item).some(({ misconception }) => misconception));
    expect(slugsOf([...silent, ...confusing])).toEqual([]);
  });

  it('never offers two choices, or explains two, in the same words', () => {
    const repeating = choiceItems.filter((item) => {
      const misconceptions = wrongChoices(item).map(({ misconception = '' }) => misconception);
      return [...repeatedIn(item.choices.map(({ text }) => text)), ...repeatedIn(misconceptions)].length > 0;
    });
    expect(slugsOf(repeating)).toEqual([]);
  });

  it('says how many to choose when several are right, and only then', () => {
    const asked = ['', '', 'Choose two.', 'Choose three.'];
    const unclear = choiceItems.filter(({ prompt, correct }) => {
      const found = /Choose (?:two|three)\./.exec(prompt)?.[0] ?? '';
      return found !== asked[correct.length];
    });
    expect(slugsOf(unclear)).toEqual([]);
  });

  it('asks for the unit and the significant figures that the key insists on, and only then', () => {
    const unclear = numericItems.filter(({ prompt, unit, significantFigures }) => {
      const figures = /to (\d+) significant figures/.exec(prompt)?.[1];
      return says(prompt, 'unit') !== (unit !== undefined) || figures !== significantFigures?.toString();
    });
    expect(slugsOf(unclear)).toEqual([]);
  });

  it('has a hint and a solution for every item', () => {
    expect(slugsOf(items.filter(({ hint, solution }) => !hint || !solution.explanation))).toEqual([]);
  });

  it('does not find the key in the hint, nor in the prompt around a blank', () => {
    const leaking = items.filter((item) => isGivenAway(item, item.hint));
    const echoing = textItems.filter((item) => isGivenAway(item, item.prompt));
    expect(slugsOf([...leaking, ...echoing])).toEqual([]);
  });

  it.each(banks)('does not find the word for a blank in another item of $name', ({ items }) => {
    const words = items.flatMap((item) =>
      item.type === 'text_entry' ? item.blanks.map(({ accepted: [word = ''] }) => ({ word, slug: item.slug })) : [],
    );
    const leaks = words.flatMap(({ word, slug }) =>
      items.filter((other) => other.slug !== slug && says(shownBy(other), word)).map(({ slug }) => `${slug}: ${word}`),
    );
    expect(words.length).toBeGreaterThan(0);
    expect(leaks).toEqual([]);
  });

  it('is short, because students pay for every byte', () => {
    expect(slugsOf(items.filter(isLong))).toEqual([]);
  });
});
