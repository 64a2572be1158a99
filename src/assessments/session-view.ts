import type { AttemptFacts, FinishedView, SessionView } from './session-rpc.ts';
import type { SessionState } from './session-state.ts';
import { feedbackOn } from './try-item.ts';

/** The facts of an attempt as its object knows them at `now`. */
export function factsOf(state: SessionState, now: number): AttemptFacts {
  const { terms } = state;
  return {
    id: terms.attemptId,
    assessmentId: terms.assessmentId,
    userId: terms.userId,
    number: terms.number,
    title: terms.title,
    behaviour: terms.behaviour,
    state: state.result ? 'graded' : state.phase,
    epoch: state.epoch,
    lastSeq: state.highest(state.epoch),
    startedAt: terms.startedAt,
    endsAt: state.endsAt,
    finishedAt: state.finishedAt,
    serverTime: now,
  };
}

/** What the student sees: the paper without its keys, and where they stand. */
export function sessionView(state: SessionState, now: number): SessionView {
  const responses: SessionView['responses'] = {};
  for (const [itemId, { response, epoch, seq }] of state.responses) {
    if (response) responses[itemId] = { response, epoch, seq };
  }
  const tries: SessionView['tries'] = {};
  for (const [itemId, made] of state.tries) {
    const item = state.terms.items.get(itemId);
    const feedback = item && feedbackOn(item, made);
    if (feedback) tries[itemId] = { tries: made, feedback };
  }
  return {
    kind: 'view',
    attempt: factsOf(state, now),
    items: [...state.terms.items.values()].map(({ shown }) => shown),
    responses,
    flagged: [...state.flags].filter(([, { value }]) => value).map(([itemId]) => itemId),
    tries,
  };
}

/** A finished sitting with all that a review needs, for the Worker to filter. */
export function finishedView(state: SessionState, now: number): FinishedView {
  return {
    kind: 'finished',
    attempt: factsOf(state, now),
    result: state.result,
    items: new Map([...state.terms.items.values()].map(({ itemId, item, rendered }) => [itemId, { item, rendered }])),
    review: state.terms.review,
    closesAt: state.terms.closesAt,
  };
}
