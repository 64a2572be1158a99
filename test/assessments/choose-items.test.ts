import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Candidate, chooseItems, paperSize } from '../../src/assessments/choose-items.ts';
import type { Section } from '../../src/assessments/definition.ts';
import type { Difficulty } from '../../src/items/index.ts';

/* CONTRACT "Assessments", `sections`. */

const difficulties = ['easy', 'medium', 'hard'] as const;

const candidate = (id: string, difficulty: Difficulty = 'easy', tags: string[] = []): Candidate => ({
  id,
  version: 1,
  difficulty,
  tags,
  choices: { ids: ['a', 'b', 'c', 'd'], shuffle: true },
});
const pool = (count: number, difficulty: Difficulty = 'easy', tags: string[] = []) =>
  Array.from({ length: count }, (_, i) => candidate(`${difficulty}${tags.join('')}${i}`, difficulty, tags));

const idsOf = (draw: ReturnType<typeof chooseItems>) =>
  draw.kind === 'drawn' ? draw.items.map(({ itemId }) => itemId) : [];

describe('a paper', () => {
  it('takes as many of each difficulty as a section asks for', () => {
    const banks = new Map([['b', [...pool(5), ...pool(5, 'medium'), ...pool(5, 'hard')]]]);
    const ids = idsOf(chooseItems([{ bankId: 'b', select: { easy: 2, medium: 1, hard: 3 } }], banks, 'seed', true));
    expect(difficulties.map((one) => ids.filter((id) => id.startsWith(one)).length)).toEqual([2, 1, 3]);
  });

  it('takes only items that carry every tag of its section', () => {
    const both = candidate('both', 'easy', ['sets', 'venn']);
    const banks = new Map([['b', [candidate('none'), candidate('one', 'easy', ['sets']), both]]]);
    expect(idsOf(chooseItems([{ bankId: 'b', select: 1, tags: ['sets', 'venn'] }], banks, 's', true))).toEqual([
      'both',
    ]);
  });

  it('keeps sections together and in their order', () => {
    const banks = new Map([
      ['x', pool(20)],
      ['y', pool(20, 'hard')],
    ]);
    const ids = idsOf(
      chooseItems(
        [
          { bankId: 'y', select: 3 },
          { bankId: 'x', select: 4 },
        ],
        banks,
        's',
        true,
      ),
    );
    expect(ids.map((id) => id.slice(0, 4))).toEqual(['hard', 'hard', 'hard', 'easy', 'easy', 'easy', 'easy']);
  });

  it('keeps the order of the bank where items are not shuffled, and still draws by chance', () => {
    const banks = new Map([['b', pool(30)]]);
    const draws = ['a', 'b', 'c'].map((seed) => idsOf(chooseItems([{ bankId: 'b', select: 10 }], banks, seed, false)));
    for (const ids of draws)
      expect(ids).toEqual(
        pool(30)
          .map(({ id }) => id)
          .filter((id) => ids.includes(id)),
      );
    expect(new Set(draws.map(String)).size).toBe(3);
  });

  it('shuffles choices unless their item says not to', () => {
    const fixed = { ...candidate('fixed'), choices: { ids: ['a', 'b', 'c', 'd'], shuffle: false } };
    const plain: Candidate = { id: 'plain', version: 1, difficulty: 'easy', tags: [] };
    const banks = new Map([['b', [fixed, plain, candidate('free')]]]);
    const orders = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const draw = chooseItems([{ bankId: 'b', select: 3 }], banks, String(seed), true);
      if (draw.kind !== 'drawn') throw new Error('not drawn');
      const orderOf = (id: string) => draw.items.find(({ itemId }) => itemId === id)?.choiceOrder;
      expect(orderOf('fixed')).toEqual(['a', 'b', 'c', 'd']);
      expect(orderOf('plain')).toBeUndefined();
      expect(orderOf('free')?.toSorted()).toEqual(['a', 'b', 'c', 'd']);
      orders.add(String(orderOf('free')));
    }
    expect(orders.size).toBeGreaterThan(10);
  });

  it('is found where sections compete for items, whenever there is one', () => {
    const onlyB = candidate('only', 'easy', ['rare']);
    const banks = new Map([['b', [onlyB, ...pool(1)]]]);
    for (let seed = 0; seed < 20; seed++) {
      const sections: Section[] = [
        { bankId: 'b', select: 1 },
        { bankId: 'b', select: 1, tags: ['rare'] },
      ];
      expect(idsOf(chooseItems(sections, banks, String(seed), true))[1]).toBe('only');
    }
  });

  test.each<[string, Section]>([
    ['too few items', { bankId: 'b', select: 4 }],
    ['too few hard ones', { bankId: 'b', select: { easy: 0, medium: 0, hard: 1 } }],
    ['no such tag', { bankId: 'b', select: 1, tags: ['none'] }],
    ['no such bank', { bankId: 'gone', select: 1 }],
  ])('cannot be filled with %s, and the section is named', (_name, section) => {
    const sections: Section[] = [{ bankId: 'full', select: 1 }, section];
    const banks = new Map([
      ['b', pool(3)],
      ['full', pool(1, 'hard')],
    ]);
    expect(chooseItems(sections, banks, 's', true)).toEqual({ kind: 'cannot_fill', sections: [1] });
  });

  it('is fair: over many seeds every item of a bank is drawn about equally often', () => {
    const counts = new Map<string, number>();
    const banks = new Map([['b', pool(10)]]);
    for (let seed = 0; seed < 2000; seed++) {
      for (const id of idsOf(chooseItems([{ bankId: 'b', select: 3 }], banks, `${seed}`, true)))
        counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // 600 expected; five standard deviations are about 100.
    for (const { id } of pool(10)) expect(Math.abs((counts.get(id) ?? 0) - 600)).toBeLessThan(100);
  });
});

test('a paper is full, holds no item twice, keeps to its pools, and is the same for the same seed', () => {
  const anItem = fc.record({
    bank: fc.constantFrom('x', 'y'),
    difficulty: fc.constantFrom(...difficulties),
    tags: fc.subarray(['p', 'q']),
  });
  const aCount = fc.integer({ min: 0, max: 2 });
  const aSection = fc.record({
    bankId: fc.constantFrom('x', 'y'),
    select: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.record({ easy: aCount, medium: aCount, hard: aCount })),
    tags: fc.subarray(['p', 'q']),
  });
  const aPaper = [
    fc.oneof(fc.array(anItem, { maxLength: 30 }), fc.array(anItem, { minLength: 80, maxLength: 120 })),
    fc.array(aSection, { minLength: 1, maxLength: 3 }),
    fc.string(),
    fc.boolean(),
  ] as const;
  let drawn = 0;
  fc.assert(
    fc.property(...aPaper, (items, sections, seed, shuffleItems) => {
      const banks = new Map(
        ['x', 'y'].map((id) => [
          id,
          items.flatMap((one, i) => (one.bank === id ? [candidate(`${id}${i}`, one.difficulty, one.tags)] : [])),
        ]),
      );
      const draw = chooseItems(sections, banks, seed, shuffleItems);
      expect(chooseItems(sections, banks, seed, shuffleItems)).toEqual(draw);
      if (draw.kind === 'cannot_fill') return;
      drawn += 1;
      expect(draw.items).toHaveLength(paperSize(sections));
      expect(new Set(draw.items.map(({ itemId }) => itemId)).size).toBe(draw.items.length);
      let at = 0;
      for (const section of sections) {
        const size = paperSize([section]);
        const mine = draw.items.slice(at, (at += size)).flatMap(({ itemId, bankId }) => {
          expect(bankId).toBe(section.bankId);
          return (banks.get(bankId) ?? []).filter(({ id }) => id === itemId);
        });
        for (const one of mine) expect(one.tags).toEqual(expect.arrayContaining(section.tags));
        if (typeof section.select === 'number') continue;
        for (const one of difficulties)
          expect(mine.filter(({ difficulty }) => difficulty === one)).toHaveLength(section.select[one]);
      }
    }),
  );
  expect(drawn).toBeGreaterThan(10);
});
