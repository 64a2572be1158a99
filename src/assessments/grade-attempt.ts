import { type Outcome, type Score, type Scored, scoreItem, standingAfter, totalScore } from '../grading/index.ts';
import type { ItemResponse } from '../items/index.ts';
import type { PinnedItem, SessionState } from './session-state.ts';

/** One item of a result. `response` null: not answered. `choiceOrder` as shown, so that a review looks like the paper. */
export type GradedItem = {
  itemId: string;
  version: number;
  score: Score;
  outcome: Outcome;
  response: ItemResponse | null;
  choiceOrder?: string[];
};

/** The result of a sitting. `number` counts from 1; a reopened attempt gets the next. */
export type Result = {
  number: number;
  score: Score;
  percent: number;
  passed: boolean;
  answered: number;
  lateOps: number;
  finishedAt: number;
  items: GradedItem[];
};

type Judged = { scored: Scored; response: ItemResponse | null };

function judgeResponse(state: SessionState, { itemId, item }: PinnedItem): Judged {
  const response = state.responses.get(itemId)?.response ?? null;
  return { scored: scoreItem(item, response), response };
}

/** In practice the best try counts; an item never tried is unscorable. */
function judgeTries(state: SessionState, { itemId, item }: PinnedItem): Judged {
  const tries = state.tries.get(itemId) ?? [];
  const scored = tries.map(
    (one): Scored => ({ score: { given: one.given, maximum: item.maxScore }, outcome: one.outcome }),
  );
  const { best } = standingAfter(scored);
  if (!best) return { scored: scoreItem(item, null), response: null };
  return { scored: best, response: tries[scored.indexOf(best)]?.response ?? null };
}

/** Grades a finished sitting from the keys pinned at start. Pure. */
export function gradeAttempt(state: SessionState): Result {
  const judge = state.terms.behaviour === 'practice' ? judgeTries : judgeResponse;
  const judged = [...state.terms.items.values()].map((item) => ({ item, ...judge(state, item) }));
  const total = totalScore(
    judged.map(({ scored }) => scored),
    state.terms.passMark,
  );
  return {
    number: state.reopenings + 1,
    ...total,
    answered: judged.filter(({ response }) => response !== null).length,
    lateOps: state.lateOps,
    finishedAt: state.finishedAt ?? state.terms.startedAt,
    items: judged.map(({ item, scored, response }) => ({
      itemId: item.itemId,
      version: item.version,
      ...scored,
      response,
      ...(item.shown.type === 'choice' && { choiceOrder: item.shown.choices.map(({ id }) => id) }),
    })),
  };
}
