import type { ItemOf, ResponseOf } from '../items/index.ts';
import { type Share, wholeIf } from './share.ts';

/** Earned for one or two wrong decisions, and how many choices there must be for it. */
const halves: Record<number, { share: number; above: number }> = {
  1: { share: 0.5, above: 2 },
  2: { share: 0.25, above: 4 },
};

/**
 * CONTRACT "Scoring", choice. `all_or_nothing`: exactly the right set. `sum`: right ÷ |correct|, nothing when more are
 * chosen than are correct. `right_minus_wrong`: (right − wrong) ÷ |correct|, never below nothing. As Open edX has them:
 * `edc` (EDC): right decisions, to choose or not to, ÷ choices, half-up to 2 decimals; `halves`: one wrong decision
 * costs half, two three quarters, if there are over 2 and over 4 choices; `points`: a choice that is not right earns its share.
 */
export function scoreChoice(item: ItemOf<'choice'>, response: ResponseOf['choice']): Share {
  const of = item.correct.length;
  const right = response.selected.filter((id) => item.correct.includes(id)).length;
  const wrong = response.selected.length - right;
  const mistakes = wrong + of - right;
  const isExact = mistakes === 0;
  switch (item.scoring) {
    case 'all_or_nothing':
      return wholeIf(isExact);
    case 'sum':
      return { earned: right + wrong > of ? 0 : right, of };
    case 'right_minus_wrong':
      return { earned: Math.max(0, right - wrong), of };
    case 'edc': {
      const choices = item.choices.length;
      return { earned: Math.floor(((choices - mistakes) * 200 + choices) / (2 * choices)), of: 100 };
    }
    case 'halves': {
      const rule = halves[mistakes];
      if (isExact || !rule) return wholeIf(isExact);
      return { earned: item.choices.length > rule.above ? rule.share : 0, of: 1 };
    }
    case 'points': {
      const [only] = response.selected;
      const share = item.choices.find(({ id }) => id === only)?.share ?? 0;
      return isExact ? wholeIf(true) : { earned: response.selected.length === 1 ? share : 0, of: 1 };
    }
  }
}
