import { type Outcome, remarksOn, type Score } from '../grading/index.ts';
import type { Item, ItemOf, ItemResponse, ItemType, Rendered } from '../items/index.ts';
import type { Review } from './definition.ts';
import type { Result } from './grade-attempt.ts';

/** The correct responses of an item, as a learner may see them once review allows. */
export type Key =
  | { correct: string[] }
  | { blanks: Record<string, string[]> }
  | Pick<ItemOf<'numeric'>, 'answer' | 'tolerance' | 'unit' | 'significantFigures' | 'range' | 'alternatives'>;

const keys: { [T in ItemType]: (item: ItemOf<T>) => Key } = {
  choice: ({ correct }) => ({ correct }),
  text_entry: ({ blanks }) => ({ blanks: Object.fromEntries(blanks.map(({ id, accepted }) => [id, accepted])) }),
  numeric: ({ answer, tolerance, unit, significantFigures, range, alternatives }) => ({
    ...(answer !== undefined && { answer }),
    ...(tolerance && { tolerance }),
    ...(unit !== undefined && { unit }),
    ...(significantFigures !== undefined && { significantFigures }),
    ...(range && { range }),
    ...(alternatives && { alternatives }),
  }),
};

/** The key of an item, by listing. */
export const keyOf = <T extends ItemType>(item: ItemOf<T>): Key => (keys[item.type] as (item: ItemOf<T>) => Key)(item);

/** What review makes visible just now. */
export type Visible = Record<keyof Review, boolean>;

export const everythingVisible: Visible = { score: true, correctness: true, key: true, feedback: true };

/** Resolves `after_submit | after_close | never` for a finished attempt. Without a closing time `after_close` never comes. */
export function visibleNow(review: Review, closesAt: number | null, now: number): Visible {
  const isVisible = (when: Review['score']) =>
    when === 'after_submit' || (when === 'after_close' && closesAt !== null && now >= closesAt);
  return {
    score: isVisible(review.score),
    correctness: isVisible(review.correctness),
    key: isVisible(review.key),
    feedback: isVisible(review.feedback),
  };
}

/** What feedback an item has for the response that was given. Texts are HTML. */
export type ItemFeedback = {
  hint?: string;
  solution?: NonNullable<Rendered['solution']>;
  misconceptions?: { id: string; text: string }[];
  remarks?: string[];
};

/** What an item has to say on a response in particular, as HTML. */
export const remarksFor = ({ item, rendered }: { item: Item; rendered: Rendered }, response: unknown): string[] =>
  remarksOn(item, response).flatMap((index) => rendered.feedback?.[index] ?? []);

type ReviewedItem = {
  itemId: string;
  score?: Score;
  outcome?: Outcome;
  response: ItemResponse | null;
  key?: Key;
  feedback?: ItemFeedback;
};

export type ReviewedResult = { score?: Score; percent?: number; passed?: boolean; items: ReviewedItem[] };

/** The item versions a result was made from, by item id. */
export type ReviewItems = ReadonlyMap<string, { item: Item; rendered: Rendered }>;

function feedbackFor(
  { item, rendered }: { item: Item; rendered: Rendered },
  response: ItemResponse | null,
): ItemFeedback {
  const selected = response && 'selected' in response ? response.selected : [];
  const wrong = item.type === 'choice' ? selected.filter((id) => !item.correct.includes(id)) : [];
  const misconceptions = wrong.flatMap((id) => {
    const text = rendered.misconceptions?.[id];
    return text ? [{ id, text }] : [];
  });
  const remarks = remarksFor({ item, rendered }, response);
  return {
    ...(rendered.hint && { hint: rendered.hint }),
    ...(rendered.solution && { solution: rendered.solution }),
    ...(misconceptions.length > 0 && { misconceptions }),
    ...(remarks.length > 0 && { remarks }),
  };
}

/** A result as far as it may be seen (CONTRACT: what is hidden is absent, not null). */
export function reviewResult(result: Result, items: ReviewItems, visible: Visible): ReviewedResult {
  const { score, percent, passed } = result;
  return {
    ...(visible.score && { score, percent, passed }),
    items: result.items.map(({ itemId, response, ...graded }) => {
      const source = items.get(itemId);
      return {
        itemId,
        ...(visible.correctness && { score: graded.score, outcome: graded.outcome }),
        response,
        ...(visible.key && source && { key: keyOf(source.item) }),
        ...(visible.feedback && source && { feedback: feedbackFor(source, response) }),
      };
    }),
  };
}
