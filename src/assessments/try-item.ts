import { isDeepStrictEqual } from 'node:util';
import { type Feedback, giveFeedback, scoreItem, standingAfter } from '../grading/index.ts';
import { readResponse } from '../items/index.ts';
import { type Key, keyOf, remarksFor } from './review.ts';
import type { Phase, PinnedItem, SessionState, Try } from './session-state.ts';

/** What a try answers (CONTRACT `tries`). Hint, solution, misconceptions and key are there only when their time has come. */
export type TryFeedback = {
  score: { given: number; maximum: number };
  outcome: Try['outcome'];
  tryNumber: number;
  triesLeft: number;
  mastered: boolean;
  message: Feedback['message'];
  hint?: string;
  solution?: { explanation: string; steps?: string[] };
  misconceptions?: { id: string; text: string }[];
  /** What the item has to say on this very response. */
  remarks?: string[];
  key?: Key;
};

export type TryAnswer =
  | { kind: 'tried'; repeated: boolean; attempt: Omit<Try, 'at'>; feedback: TryFeedback }
  | { kind: 'finished' }
  | { kind: 'not_practice' }
  | { kind: 'unknown_item' }
  | { kind: 'unreadable'; reason: string }
  | { kind: 'item_over' }
  | { kind: 'wrong_try'; next: number };

const scoredOf = (one: Omit<Try, 'at'>, maximum: number) => ({
  score: { given: one.given, maximum },
  outcome: one.outcome,
});

/** The feedback on the last of `tries`, as it was given when it was made. */
export function feedbackOn(item: PinnedItem, tries: readonly Omit<Try, 'at'>[]): TryFeedback | undefined {
  const last = tries.at(-1);
  if (!last) return undefined;
  const scored = tries.map((one) => scoredOf(one, item.item.maxScore));
  const latest = scoredOf(last, item.item.maxScore);
  const feedback = giveFeedback(item.item, scored.slice(0, -1), last.response, latest);
  if (!feedback) return undefined;
  const { reveals, message, mastered, triesLeft } = feedback;
  const { hint, solution, misconceptions = {} } = item.rendered;
  const noted = reveals.misconceptions.flatMap((id) => (misconceptions[id] ? [{ id, text: misconceptions[id] }] : []));
  const remarks = remarksFor(item, last.response);
  return {
    score: latest.score,
    outcome: last.outcome,
    tryNumber: last.number,
    triesLeft,
    mastered,
    message,
    ...(reveals.hint && hint && { hint }),
    ...(reveals.solution && solution && { solution }),
    ...(noted.length > 0 && { misconceptions: noted }),
    ...(remarks.length > 0 && { remarks }),
    ...(reveals.key && { key: keyOf(item.item) }),
  };
}

/**
 * One try at one item of a practice. The same number with the same response repeats the first answer; a number that is
 * not the next one is refused; a response that says nothing uses no try. Pure.
 */
export function tryItem(
  state: SessionState,
  phase: Phase,
  { itemId, response, tryNumber }: { itemId: string; response: unknown; tryNumber: number },
): TryAnswer {
  if (state.terms.behaviour !== 'practice') return { kind: 'not_practice' };
  const item = state.terms.items.get(itemId);
  if (!item) return { kind: 'unknown_item' };
  const tries = state.tries.get(itemId) ?? [];
  const read = readResponse(item.shown, response);
  if (read.kind !== 'given')
    return { kind: 'unreadable', reason: read.kind === 'blank' ? 'Nothing was answered' : read.reason };

  const earlier = tries[tryNumber - 1];
  if (earlier) {
    const feedback = feedbackOn(item, tries.slice(0, tryNumber));
    if (feedback && isDeepStrictEqual(earlier.response, read.response)) {
      return { kind: 'tried', repeated: true, attempt: earlier, feedback };
    }
  }
  if (phase !== 'open') return { kind: 'finished' };
  const soFar = tries.map((one) => scoredOf(one, item.item.maxScore));
  if (standingAfter(soFar).over) return { kind: 'item_over' };
  if (tryNumber !== tries.length + 1) return { kind: 'wrong_try', next: tries.length + 1 };

  const scored = scoreItem(item.item, read.response);
  if (scored.outcome === 'unscorable') return { kind: 'unreadable', reason: 'This cannot be read as an answer' };
  const attempt = { number: tryNumber, response: read.response, given: scored.score.given, outcome: scored.outcome };
  const feedback = feedbackOn(item, [...tries, attempt]);
  return feedback ? { kind: 'tried', repeated: false, attempt, feedback } : { kind: 'item_over' };
}
