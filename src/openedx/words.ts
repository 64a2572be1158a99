/** CONTRACT "Open edX": the states of a run. */
export const runStates = ['pending', 'running', 'succeeded', 'held', 'failed', 'undone'] as const;
export type RunState = (typeof runStates)[number];

/** Who asked for a run. */
export const runCauses = ['event', 'staff', 'reconciliation', 'undo'] as const;
export type RunCause = (typeof runCauses)[number];

/** What a sender is told of a webhook. */
export const eventStatuses = ['accepted', 'duplicate', 'ignored'] as const;
export type EventStatus = (typeof eventStatuses)[number];
