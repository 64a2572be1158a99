import { type BankContent, publicItem } from '../items/index.ts';
import { DomainError } from '../lib/errors.ts';
import { type Candidate, chooseItems } from './choose-items.ts';
import type { Section } from './definition.ts';
import type { PinnedItem } from './session-state.ts';

type BankItem = BankContent['items'][number];

const candidateOf = ({ id, version, item }: BankItem): Candidate => ({
  id,
  version,
  difficulty: item.difficulty,
  tags: item.tags ?? [],
  ...(item.type === 'choice' && { choices: { ids: item.choices.map((choice) => choice.id), shuffle: item.shuffle } }),
});

/** A choice item as this paper shows it. */
function inOrder(shown: PinnedItem['shown'], order: string[] | undefined): PinnedItem['shown'] {
  if (shown.type !== 'choice' || !order) return shown;
  return { ...shown, choices: order.flatMap((id) => shown.choices.filter((choice) => choice.id === id)) };
}

/** Draws a paper and pins each item as it is now. Refuses with `cannot_fill` and the sections that want items. Pure. */
export function drawPaper(
  { sections, shuffleItems }: { sections: readonly Section[]; shuffleItems: boolean },
  banks: readonly BankContent[],
  seed: string,
): PinnedItem[] {
  const contents = new Map(banks.map((bank) => [bank.bankId, bank.items]));
  const candidates = new Map([...contents].map(([bankId, items]) => [bankId, items.map(candidateOf)]));
  const draw = chooseItems(sections, candidates, seed, shuffleItems);
  if (draw.kind === 'cannot_fill') {
    throw new DomainError('cannot_fill', undefined, {
      errors: draw.sections.map((index) => ({
        pointer: `/sections/${index}`,
        message: 'its bank has too few such items',
      })),
    });
  }
  const byId = new Map([...contents.values()].flat().map((item) => [item.id, item]));
  return draw.items.flatMap(({ itemId, choiceOrder }) => {
    const found = byId.get(itemId);
    if (!found) return [];
    const { version, item, rendered } = found;
    return [{ itemId, version, item, rendered, shown: inOrder(publicItem(itemId, item, rendered), choiceOrder) }];
  });
}
