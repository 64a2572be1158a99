import type { BankContent, Difficulty } from '../items/index.ts';
import type { Section } from './definition.ts';

/** What a section can come to, whatever is drawn: `least` and `most` marks. */
export type SectionCover = { title: string | undefined; count: number; least: number; most: number };

/** What a paper can be about: its sections, and the objectives of every item that could be drawn. */
export type Cover = { sections: SectionCover[]; least: number; most: number; objectiveIds: string[] };

const sum = (points: readonly number[]) => Math.round(points.reduce((total, one) => total + one, 0) * 10_000) / 10_000;

/** How many items of which difficulty; null: of any. */
const drawsOf = ({ select }: Section): { difficulty: Difficulty | null; count: number }[] =>
  typeof select === 'number'
    ? [{ difficulty: null, count: select }]
    : (['easy', 'medium', 'hard'] as const).map((difficulty) => ({ difficulty, count: select[difficulty] }));

/** Tells before Start what a paper covers. Sections that share a bank are looked at one by one. Pure. */
export function coverOf(sections: readonly Section[], banks: readonly BankContent[]): Cover {
  const items = new Map(banks.map((bank) => [bank.bankId, bank.items]));
  const objectiveIds = new Set<string>();
  const covers = sections.map((section): SectionCover => {
    const tagged = (items.get(section.bankId) ?? [])
      .map(({ item }) => item)
      .filter(({ tags = [] }) => (section.tags ?? []).every((tag) => tags.includes(tag)));
    const draws = drawsOf(section).filter(({ count }) => count > 0);
    const cheapest: number[] = [];
    const dearest: number[] = [];
    for (const { difficulty, count } of draws) {
      const candidates = tagged.filter((item) => difficulty === null || item.difficulty === difficulty);
      const marks = candidates.map(({ maxScore }) => maxScore).sort((a, b) => a - b);
      cheapest.push(...marks.slice(0, count));
      dearest.push(...marks.slice(-count));
      for (const { objectiveId } of candidates) if (objectiveId !== undefined) objectiveIds.add(objectiveId);
    }
    const count = draws.reduce((total, draw) => total + draw.count, 0);
    return { title: section.title, count, least: sum(cheapest), most: sum(dearest) };
  });
  const total = (which: 'least' | 'most') => sum(covers.map((cover) => cover[which]));
  return { sections: covers, least: total('least'), most: total('most'), objectiveIds: [...objectiveIds] };
}
