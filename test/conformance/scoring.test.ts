import { beforeAll, describe, expect, it, test } from 'vitest';
import { ItemInput } from '../../src/items/index.ts';
import { aSittingStudent, aUser } from '../factories.ts';

/* CONTRACT "Banks and items", scoring: each line through the whole of a sitting, from the bank to the result, over HTTP. */

type Row = [clause: string, item: object, response: object, given: number, outcome: string, maximum?: number];

const choice = (scoring: string, correct: string[]) => ({
  type: 'choice',
  prompt: 'Which?',
  difficulty: 'easy',
  scoring,
  correct,
  choices: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, text: id })),
});
const pick = (...selected: string[]) => ({ selected });

const text = (accepted: string[][], more: { caseSensitive?: boolean; maxScore?: number } = {}) => {
  const { maxScore = 1, caseSensitive = false } = more;
  const blanks = accepted.map((texts, i) => ({ id: `b${i}`, accepted: texts, caseSensitive }));
  return {
    type: 'text_entry',
    prompt: blanks.map(({ id }) => `{{${id}}}`).join(' '),
    difficulty: 'easy',
    maxScore,
    blanks,
  };
};
const write = (...texts: string[]) => ({ blanks: Object.fromEntries(texts.map((one, i) => [`b${i}`, one])) });

const numeric = (answer: number, more: object = {}) => ({
  type: 'numeric',
  prompt: 'How much?',
  difficulty: 'easy',
  answer,
  ...more,
});
const within = (kind: string, value: number) => ({ tolerance: { kind, value } });
const say = (value: string) => ({ value });

const rows: Row[] = [
  ['all_or_nothing: the exact set', choice('all_or_nothing', ['a', 'b']), pick('b', 'a'), 1, 'right'],
  ['all_or_nothing: less', choice('all_or_nothing', ['a', 'b']), pick('a'), 0, 'wrong'],
  ['all_or_nothing: more', choice('all_or_nothing', ['a', 'b']), pick('a', 'b', 'c'), 0, 'wrong'],
  ['sum: right ÷ |correct|', choice('sum', ['a', 'b', 'c']), pick('a', 'b'), 0.6667, 'partial'],
  ['sum: wrong ones cost nothing by themselves', choice('sum', ['a', 'b', 'c']), pick('a', 'd'), 0.3333, 'partial'],
  ['sum: 0 when more are chosen than are correct', choice('sum', ['a', 'b']), pick('a', 'b', 'c'), 0, 'wrong'],
  ['sum: all', choice('sum', ['a', 'b']), pick('a', 'b'), 1, 'right'],
  [
    'right_minus_wrong: (right − wrong) ÷ |correct|',
    choice('right_minus_wrong', ['a', 'b', 'c']),
    pick('a', 'b', 'd'),
    0.3333,
    'partial',
  ],
  ['right_minus_wrong: never under 0', choice('right_minus_wrong', ['a', 'b']), pick('c', 'd'), 0, 'wrong'],
  [
    'right_minus_wrong: all of them is no way',
    choice('right_minus_wrong', ['a', 'b']),
    pick('a', 'b', 'c', 'd', 'e'),
    0,
    'wrong',
  ],
  [
    'text: blanks share equally',
    text([['x'], ['y'], ['z']], { maxScore: 2 }),
    write('x', 'no', 'z'),
    1.3333,
    'partial',
    2,
  ],
  ['text: any accepted one', text([['Lilongwe', 'LL']]), write('ll'), 1, 'right'],
  ['text: squeezed spaces', text([['Lake Malawi']]), write('  lake   malawi '), 1, 'right'],
  ['text: spaces are not nothing', text([['Lake Malawi']]), write('lakemalawi'), 0, 'wrong'],
  ['text: NFC', text([['caf\u00e9']]), write('cafe\u0301'), 1, 'right'],
  ['text: straightened quotes', text([["Chilembwe's"]]), write('Chilembwe’s'), 1, 'right'],
  ['text: case by caseSensitive', text([['Na']], { caseSensitive: true }), write('NA'), 0, 'wrong'],
  ['numeric: exact', numeric(2.5), say('2.50'), 1, 'right'],
  ['numeric: a comma', numeric(2.5), say('2,5'), 1, 'right'],
  ['numeric: thousands', numeric(1_000_000), say('1,000,000'), 1, 'right'],
  ['numeric: scientific', numeric(3e8), say('3x10^8'), 1, 'right'],
  ['numeric: superscripts', numeric(3e8), say('3×10⁸'), 1, 'right'],
  ['numeric: a true minus', numeric(-4), say('−4'), 1, 'right'],
  ['numeric: absolute, upper bound inclusive', numeric(0.3, within('absolute', 0.1)), say('0.4'), 1, 'right'],
  ['numeric: absolute, lower bound inclusive', numeric(0.3, within('absolute', 0.1)), say('0.2'), 1, 'right'],
  ['numeric: absolute, past it', numeric(0.3, within('absolute', 0.1)), say('0.4000000001'), 0, 'wrong'],
  ['numeric: relative ≤ v·|key|', numeric(-200, within('relative', 0.05)), say('-210'), 1, 'right'],
  ['numeric: relative, past it', numeric(-200, within('relative', 0.05)), say('-210.01'), 0, 'wrong'],
  ['numeric: geometric, key·(1+v)', numeric(10, within('geometric', 0.25)), say('12.5'), 1, 'right'],
  ['numeric: geometric, key/(1+v)', numeric(10, within('geometric', 0.25)), say('8'), 1, 'right'],
  ['numeric: geometric keeps the sign', numeric(10, within('geometric', 0.25)), say('-10'), 0, 'wrong'],
  ['numeric: the unit', numeric(5, { unit: 'm/s' }), say('5 m/s'), 1, 'right'],
  ['numeric: a missing unit', numeric(5, { unit: 'm/s' }), say('5'), 0, 'wrong'],
  ['numeric: a wrong unit', numeric(5, { unit: 'm/s' }), say('5 km/h'), 0, 'wrong'],
  ['numeric: significant figures', numeric(8.31446, { significantFigures: 3 }), say('8.31'), 1, 'right'],
  ['numeric: too many of them', numeric(8.31446, { significantFigures: 3 }), say('8.314'), 0, 'wrong'],
  ['numeric: too few of them', numeric(8.31446, { significantFigures: 3 }), say('8.3'), 0, 'wrong'],
  [
    'numeric: figures and tolerance must both hold',
    numeric(8.31446, { significantFigures: 3, ...within('absolute', 0.001) }),
    say('8.31'),
    0,
    'wrong',
  ],
  ['malformed is unscorable, not wrong', numeric(5), say('five'), 0, 'unscorable'],
  ['nothing is unscorable, not wrong', numeric(5), {}, 0, 'unscorable'],
];

describe('scoring, clause by clause', () => {
  let graded: { itemId: string; score: { given: number; maximum: number }; outcome: string }[] = [];
  let whole: Record<string, unknown> = {};

  beforeAll(async () => {
    const items = rows.map(([, item]) => ItemInput.parse(item));
    const settings = { items, shuffleItems: false, review: { correctness: 'after_submit' } } as const;
    const { student, path, itemIds } = await aSittingStudent(await aUser('instructor'), settings);
    const ops = rows.flatMap(([, , response], i) =>
      Object.keys(response).length > 0 ? [{ itemId: itemIds[i], kind: 'set', response }] : [],
    );
    const saved = await student.ask('POST', `${path}/ops`, {
      epoch: 1,
      ops: ops.map((op, i) => ({ seq: i + 1, ...op })),
    });
    expect(saved.json.refused).toEqual([]);
    await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: ops.length });
    whole = (await student.ask('GET', `${path}/result`)).json;
    graded = whole.items as typeof graded;
  });

  test.each(rows.map((row, index) => ({ row, index })))(
    '$row.0',
    ({ row: [, , , given, outcome, maximum = 1], index }) => {
      expect(graded[index]).toMatchObject({ score: { given, maximum }, outcome });
    },
  );

  it('adds up without float surprises', () => {
    const tenThousandths = (points: number[]) =>
      points.reduce((sum, one) => sum + Math.round(one * 10_000), 0) / 10_000;
    const given = tenThousandths(rows.map(([, , , points]) => points));
    const maximum = tenThousandths(rows.map(([, , , , , most = 1]) => most));
    expect(whole.score).toEqual({ given, maximum });
    expect(whole.passed).toBe(given / maximum >= 0.8);
  });
});
