import type { Item, ItemOf, ItemType, ResponseOf } from '../items/index.ts';
import { fitsPattern, isAccepted, isSameText } from './compare-text.ts';
import { judgeExpression } from './expression.ts';
import { readAgainstKey } from './read-against-key.ts';
import { scoreItem } from './score.ts';

type Remarks<T extends ItemType> = (item: ItemOf<T>, response: ResponseOf[T]) => number[];

const numbered = <T>(list: readonly T[] | undefined) => (list ?? []).map((remark, index) => ({ remark, index }));

/** What item type has which of its remarks to make. One that fits a whole set of choices silences those on single ones. */
const finders: { [T in ItemType]: Remarks<T> } = {
  choice({ feedback }, { selected }) {
    const all = numbered(feedback);
    const whole = all.find(
      ({ remark: { when, choices } }) =>
        when === 'exactly' && choices.length === selected.length && choices.every((id) => selected.includes(id)),
    );
    if (whole) return [whole.index];
    return all.flatMap(({ remark: { when, choices }, index }) => {
      if (when === 'exactly') return [];
      return choices.every((id) => selected.includes(id) === (when === 'chosen')) ? [index] : [];
    });
  },
  /** For each blank one: that on the accepted text it holds, else the first that fits. Spaces at the ends count, as in Open edX. */
  text_entry({ blanks, feedback }, response) {
    return blanks.flatMap((blank) => {
      const text = response.blanks[blank.id] ?? '';
      const own = numbered(feedback).filter(({ remark }) => remark.blank === blank.id);
      const hit = blank.accepted.find((one) => isAccepted(one, text, blank));
      const found = own.find(({ remark: { when, value } }) => {
        if (hit !== undefined || when === 'accepted') return when === 'accepted' && value === hit;
        return when === 'pattern'
          ? fitsPattern(value, text, blank.caseSensitive)
          : isSameText(value, text, blank.caseSensitive);
      });
      return found ? [found.index] : [];
    });
  },
  numeric(item, { value }) {
    const hit =
      item.reading === 'expression'
        ? judgeExpression(item, value)?.hit
        : scoreItem(item, { value }).outcome === 'right'
          ? 'answer'
          : undefined;
    if (hit === undefined) return [];
    const found = numbered(item.feedback).find(
      ({ remark }) => remark.alternative === (hit === 'answer' ? undefined : hit.alternative),
    );
    return found ? [found.index] : [];
  },
};

function findAs<T extends ItemType>(type: T, item: ItemOf<T>, raw: unknown): number[] {
  const read = readAgainstKey(type, item, raw);
  return read.kind === 'given' ? finders[type](item, read.response) : [];
}

/** Which of an item's `feedback`, by index, belong to a response. Nothing for what cannot be read; never throws. */
export const remarksOn = (item: Item, raw: unknown): number[] =>
  item.feedback === undefined ? [] : findAs(item.type, item, raw);
