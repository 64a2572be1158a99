import type { ItemOf, ResponseOf } from '../items/index.ts';
import { type Share, wholeIf } from './share.ts';

/**
 * CONTRACT "Scoring", choice. `all_or_nothing`: exactly the right set. `sum`: right ÷ |correct|, nothing when more are
 * chosen than are correct. `right_minus_wrong`: (right − wrong) ÷ |correct|, never below nothing.
 */
export function scoreChoice(item: ItemOf<'choice'>, response: ResponseOf['choice']): Share {
  const of = item.correct.length;
  const right = response.selected.filter((id) => item.correct.includes(id)).length;
  const wrong = response.selected.length - right;
  switch (item.scoring) {
    case 'all_or_nothing':
      return wholeIf(right === of && wrong === 0);
    case 'sum':
      return { earned: right + wrong > of ? 0 : right, of };
    case 'right_minus_wrong':
      return { earned: Math.max(0, right - wrong), of };
  }
}
