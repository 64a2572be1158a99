import type { Difficulty } from '../items/index.ts';
import { randomFrom, shuffled } from '../lib/random.ts';
import { type Section, sectionSize } from './definition.ts';

/** What drawing needs to know of an item. */
export type Candidate = {
  id: string;
  version: number;
  difficulty: Difficulty;
  tags: readonly string[];
  /** Ids in document order and whether they may be shuffled; absent for items without choices. */
  choices?: { ids: readonly string[]; shuffle: boolean };
};

/** One place of the paper. `choiceOrder` is the order of the choices as shown. */
type Drawn = { bankId: string; itemId: string; version: number; choiceOrder?: string[] };

/** A draw, or the sections (by index) that the banks cannot fill together. */
export type Draw = { kind: 'drawn'; items: Drawn[] } | { kind: 'cannot_fill'; sections: number[] };

type Slot = { section: number; fits: (candidate: Candidate) => boolean };

function slotsOf(sections: readonly Section[]): Slot[] {
  return sections.flatMap((section, index) => {
    const tagged = (candidate: Candidate) => (section.tags ?? []).every((tag) => candidate.tags.includes(tag));
    const { select } = section;
    if (typeof select === 'number') return Array.from({ length: select }, () => ({ section: index, fits: tagged }));
    return (['easy', 'medium', 'hard'] as const).flatMap((difficulty) =>
      Array.from({ length: select[difficulty] }, () => ({
        section: index,
        fits: (candidate: Candidate) => candidate.difficulty === difficulty && tagged(candidate),
      })),
    );
  });
}

/**
 * Draws a paper: no item twice, every section full, the same paper for the same seed. Sections may compete for the items
 * of one bank, so slots are matched to items by augmenting paths (Kuhn) over shuffled candidates: a paper is found
 * whenever one exists.
 */
export function chooseItems(
  sections: readonly Section[],
  banks: ReadonlyMap<string, readonly Candidate[]>,
  seed: string,
  shuffleItems: boolean,
): Draw {
  const random = randomFrom(seed);
  const slots = slotsOf(sections);
  const pools = new Map([...banks].map(([bankId, candidates]) => [bankId, shuffled(candidates, random)]));
  const slotOf = new Map<string, number>();

  const place = (slotIndex: number, visited: Set<string>): boolean => {
    const slot = slots[slotIndex];
    const pool = slot && pools.get(sections[slot.section]?.bankId ?? '');
    for (const candidate of pool ?? []) {
      if (visited.has(candidate.id) || !slot?.fits(candidate)) continue;
      visited.add(candidate.id);
      const holder = slotOf.get(candidate.id);
      if (holder === undefined || place(holder, visited)) {
        slotOf.set(candidate.id, slotIndex);
        return true;
      }
    }
    return false;
  };

  const unfilled = slots.flatMap((slot, index) => (place(index, new Set()) ? [] : [slot.section]));
  if (unfilled.length > 0) return { kind: 'cannot_fill', sections: [...new Set(unfilled)] };

  const items = sections.flatMap((section, index) => {
    const all = shuffleItems ? (pools.get(section.bankId) ?? []) : (banks.get(section.bankId) ?? []);
    const mine = all.filter((candidate) => slots[slotOf.get(candidate.id) ?? -1]?.section === index);
    return (shuffleItems ? shuffled(mine, random) : mine).map((candidate) =>
      drawnOf(section.bankId, candidate, random),
    );
  });
  return { kind: 'drawn', items };
}

function drawnOf(bankId: string, candidate: Candidate, random: () => number): Drawn {
  const { id: itemId, version, choices } = candidate;
  if (!choices) return { bankId, itemId, version };
  return { bankId, itemId, version, choiceOrder: choices.shuffle ? shuffled(choices.ids, random) : [...choices.ids] };
}

export const paperSize = (sections: readonly Section[]) =>
  sections.reduce((sum, section) => sum + sectionSize(section), 0);
