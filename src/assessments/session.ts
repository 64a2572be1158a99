import { isDeepStrictEqual } from 'node:util';
import { type ItemResponse, readResponse } from '../items/index.ts';
import { gradeAttempt, type Result } from './grade-attempt.ts';
import { readOp } from './op.ts';
import type { Op, Phase, SessionState, Terms, Try } from './session-state.ts';
import { type TryAnswer, tryItem } from './try-item.ts';

/*
 * The rule of a sitting. `step` decides: it looks at the state, changes nothing, and returns what is to change and what to
 * answer. `evolve` (session-state.ts) is the only thing that changes a state. The object writes the changes between the two.
 */

/** Gaps that a receipt names at most. */
const MAX_MISSING = 1_000;
/** How far a seq may run ahead of what has arrived. */
export const MAX_AHEAD = 10_000;
/**
 * What one attempt keeps. A long paper makes a few thousand; beyond this somebody fills the object on purpose, and is told
 * `too_far`: not recorded.
 */
export const MAX_KEPT_OPS = 50_000;
/** An attempt that nothing ends is over after this long without an op. */
export const IDLE_LIMIT_MS = 30 * 24 * 3600 * 1000;

export type Change =
  | { kind: 'received'; ops: Op[] }
  | { kind: 'taken_over'; epoch: number }
  | { kind: 'finished'; phase: 'submitted' | 'expired'; at: number }
  | { kind: 'graded'; result: Result }
  | { kind: 'tried'; itemId: string; attempt: Try }
  | { kind: 'adjusted'; adjustment: Adjustment }
  | { kind: 'reopened'; endsAt: number; reopenings: number }
  | { kind: 'stored'; resultNumber: number };

/** What D1 tells an object after staff changed something. Telling it twice changes nothing. */
export type Adjustment = { endsAt: number | null; reopenings: number } & Pick<Terms, 'closesAt' | 'review'>;

export type SessionEvent =
  | { kind: 'settle' }
  | { kind: 'ops'; epoch: number; ops: unknown[] }
  | { kind: 'form'; epoch: number; responses: Record<string, unknown>; flags: Record<string, boolean> }
  | { kind: 'takeover' }
  | { kind: 'submit'; epoch: number; lastSeq?: number | undefined }
  | { kind: 'try'; itemId: string; response: unknown; tryNumber: number }
  | { kind: 'adjust'; adjustment: Adjustment }
  | { kind: 'stored'; resultNumber: number };

export type Refused = { seq: number; reason: string };
export type Receipt = {
  epoch: number;
  upTo: number;
  missing: number[];
  refused: Refused[];
  state: Phase | 'graded';
  serverTime: number;
  endsAt: number | null;
};

/** What a step answers. `unknown_epoch`, `stale_epoch` and `ops_missing` are refusals; ops of a stale epoch are kept all the same. */
export type StepAnswer =
  | { kind: 'settled' }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'taken_over'; epoch: number }
  | { kind: 'submitted' }
  | { kind: 'finished' }
  | { kind: 'unknown_epoch'; epoch: number }
  | { kind: 'stale_epoch'; epoch: number }
  | { kind: 'ops_missing'; missing: number[]; upTo: number }
  | TryAnswer;

export type Step = { changes: Change[]; answer: StepAnswer };

const endOfSitting = (state: SessionState) => state.endsAt ?? state.lastOpAt + IDLE_LIMIT_MS;

/** The finish that is due at `now`, whoever looks: the one for every way an attempt can end. */
function settle(state: SessionState, now: number): Change[] {
  if (state.phase !== 'open') return [];
  if (now < endOfSitting(state)) return [];
  return [{ kind: 'finished', phase: 'expired', at: state.endsAt ?? now }];
}

/** Decides what an event does to a sitting at `now` (ms, the server's clock). Pure; `state` is not changed. */
export function step(state: SessionState, event: SessionEvent, now: number): Step {
  const settled = settle(state, now);
  const phase = settled.length > 0 ? 'expired' : state.phase;
  const { changes, answer } = decide(state, phase, event, now);
  return { changes: [...settled, ...changes], answer };
}

function decide(state: SessionState, phase: Phase, event: SessionEvent, now: number): Step {
  switch (event.kind) {
    case 'settle':
      return { changes: [], answer: { kind: 'settled' } };
    case 'ops':
      return receive(state, phase, event.epoch, event.ops, now);
    case 'form':
      return receiveForm(state, phase, event, now);
    case 'takeover': {
      if (phase !== 'open') return { changes: [], answer: { kind: 'finished' } };
      const epoch = state.epoch + 1;
      return { changes: [{ kind: 'taken_over', epoch }], answer: { kind: 'taken_over', epoch } };
    }
    case 'submit':
      return submit(state, phase, event, now);
    case 'try': {
      const answer = tryItem(state, phase, event);
      if (answer.kind !== 'tried' || answer.repeated) return { changes: [], answer };
      return { changes: [{ kind: 'tried', itemId: event.itemId, attempt: { ...answer.attempt, at: now } }], answer };
    }
    case 'adjust':
      return adjust(state, phase, event.adjustment);
    case 'stored': {
      const { resultNumber } = event;
      const isNews = resultNumber > state.storedResult;
      return { changes: isNews ? [{ kind: 'stored', resultNumber }] : [], answer: { kind: 'settled' } };
    }
  }
}

function submit(
  state: SessionState,
  phase: Phase,
  event: Extract<SessionEvent, { kind: 'submit' }>,
  now: number,
): Step {
  if (event.epoch < 1 || event.epoch > state.epoch)
    return { changes: [], answer: { kind: 'unknown_epoch', epoch: state.epoch } };
  if (phase !== 'open') return { changes: [], answer: { kind: 'submitted' } };
  if (event.epoch < state.epoch) return { changes: [], answer: { kind: 'stale_epoch', epoch: state.epoch } };
  const upTo = upToOf(state, []);
  const missing = gaps(state, [], upTo, event.lastSeq ?? 0);
  if (missing.length > 0) return { changes: [], answer: { kind: 'ops_missing', missing, upTo } };
  return { changes: [{ kind: 'finished', phase: 'submitted', at: now }], answer: { kind: 'submitted' } };
}

function adjust(state: SessionState, phase: Phase, adjustment: Adjustment): Step {
  const changes: Change[] = [];
  if (adjustment.reopenings > state.reopenings && phase !== 'open' && adjustment.endsAt !== null) {
    changes.push({ kind: 'reopened', endsAt: adjustment.endsAt, reopenings: adjustment.reopenings });
  }
  const { endsAt } = adjustment;
  const later =
    phase === 'open' && state.endsAt !== null && endsAt !== null ? Math.max(state.endsAt, endsAt) : state.endsAt;
  const known = { endsAt: state.endsAt, closesAt: state.terms.closesAt, review: state.terms.review };
  if (!isDeepStrictEqual(known, { endsAt: later, closesAt: adjustment.closesAt, review: adjustment.review })) {
    changes.unshift({ kind: 'adjusted', adjustment: { ...adjustment, endsAt: later } });
  }
  return { changes, answer: { kind: 'settled' } };
}

/** The highest seq up to which everything of the current epoch has arrived, `fresh` ops included. */
function upToOf(state: SessionState, fresh: readonly Op[]): number {
  const arrived = new Set(fresh.filter((op) => op.epoch === state.epoch).map((op) => op.seq));
  let upTo = state.upTo;
  while (arrived.has(upTo + 1) || state.received(state.epoch, upTo + 1)) upTo += 1;
  return upTo;
}

/** The first seqs above `upTo` and not above `last` that have not arrived. */
function gaps(state: SessionState, fresh: readonly Op[], upTo: number, last: number): number[] {
  const arrived = new Set(fresh.map((op) => op.seq));
  const missing: number[] = [];
  for (let seq = upTo + 1; seq <= last && missing.length < MAX_MISSING; seq++) {
    if (!arrived.has(seq) && !state.received(state.epoch, seq)) missing.push(seq);
  }
  return missing;
}

const sameContent = (a: Op, b: Op) =>
  a.itemId === b.itemId && a.kind === b.kind && isDeepStrictEqual(a.response, b.response) && a.raw === b.raw;

/**
 * Takes in ops (CONTRACT "Ops"): each once, in any order. A refused op is kept and counts as received, except one too far
 * ahead, which is not kept and may come again.
 */
function receive(state: SessionState, phase: Phase, epoch: number, entries: unknown[], now: number): Step {
  if (epoch < 1 || epoch > state.epoch) return { changes: [], answer: { kind: 'unknown_epoch', epoch: state.epoch } };
  const isStale = epoch < state.epoch;
  const fresh: Op[] = [];
  const bySeq = new Map<number, Op>();
  const refused: Refused[] = [];
  let upTo = state.upTo;

  const ops = entries.map((entry) => readOp(state.terms, entry, epoch, now)).sort((a, b) => a.seq - b.seq);
  for (const op of ops) {
    const earlier = bySeq.get(op.seq) ?? state.find(epoch, op.seq);
    if (earlier && sameContent(earlier, op)) {
      if (earlier.refused) refused.push({ seq: op.seq, reason: earlier.refused });
      continue;
    }
    const furthest = isStale ? state.highest(epoch) + MAX_AHEAD : upTo + MAX_AHEAD;
    if ((!earlier && op.seq > furthest) || state.keptOps + fresh.length >= MAX_KEPT_OPS) {
      refused.push({ seq: op.seq, reason: 'too_far' });
      continue;
    }
    const reason = earlier ? 'conflict' : isStale ? 'stale_epoch' : (op.refused ?? refusalIn[phase]);
    const kept: Op = reason ? { ...op, refused: reason } : op;
    if (reason) refused.push({ seq: op.seq, reason });
    if (!earlier || !state.hasConflict(kept)) fresh.push(kept);
    if (!earlier) bySeq.set(op.seq, kept);
    if (!isStale) while (bySeq.has(upTo + 1) || state.received(epoch, upTo + 1)) upTo += 1;
  }

  const changes: Change[] = fresh.length > 0 ? [{ kind: 'received', ops: fresh }] : [];
  if (isStale) return { changes, answer: { kind: 'stale_epoch', epoch: state.epoch } };
  return { changes, answer: { kind: 'receipt', receipt: receiptOf(state, phase, [...bySeq.values()], refused, now) } };
}

const refusalIn: { [P in Phase]: string | undefined } = { open: undefined, expired: 'late', submitted: 'finished' };

/** The receipt for what has arrived at `now`, `fresh` ops of the current epoch included. */
function receiptOf(state: SessionState, phase: Phase, fresh: readonly Op[], refused: Refused[], now: number): Receipt {
  const upTo = upToOf(state, fresh);
  const last = Math.max(state.highest(state.epoch), ...fresh.map((op) => op.seq), 0);
  return {
    epoch: state.epoch,
    upTo,
    missing: gaps(state, fresh, upTo, last),
    refused,
    state: state.result ? 'graded' : phase,
    serverTime: now,
    endsAt: state.endsAt,
  };
}

/** A form without script: what differs from what stands becomes ops, numbered here, after every seq seen so far. */
function receiveForm(
  state: SessionState,
  phase: Phase,
  event: Extract<SessionEvent, { kind: 'form' }>,
  now: number,
): Step {
  let seq = state.highest(state.epoch);
  const ops: unknown[] = [];
  for (const [itemId, raw] of Object.entries(event.responses)) {
    const item = state.terms.items.get(itemId);
    if (!item) continue;
    const standing: ItemResponse | null = state.responses.get(itemId)?.response ?? null;
    const read = readResponse(item.shown, raw);
    if (read.kind === 'blank') {
      if (standing) ops.push({ seq: ++seq, itemId, kind: 'clear' });
    } else if (read.kind === 'invalid' || !isDeepStrictEqual(read.response, standing)) {
      ops.push({ seq: ++seq, itemId, kind: 'set', response: raw });
    }
  }
  for (const [itemId, value] of Object.entries(event.flags)) {
    if ((state.flags.get(itemId)?.value ?? false) !== value) ops.push({ seq: ++seq, itemId, kind: 'flag', value });
  }
  return receive(state, phase, event.epoch, ops, now);
}

/** Grades a finished sitting that has no result yet; nothing where there is nothing to grade. May throw if a grader does. */
export function gradeIfDue(state: SessionState): Change[] {
  if (state.phase === 'open' || state.result) return [];
  return [{ kind: 'graded', result: gradeAttempt(state) }];
}

const SOONEST_RETRY_MS = 30_000;
const LATEST_RETRY_MS = 3_600_000;

/**
 * When the object wants to be woken: at the end while open; then, until D1 has the result, after 30 s, doubling to an hour
 * (it waits as long again as it has waited); then never.
 */
export function nextAlarm(state: SessionState, now: number): number | null {
  if (state.phase === 'open') return endOfSitting(state);
  if (state.result && state.storedResult >= state.result.number) return null;
  const waited = now - (state.finishedAt ?? now);
  return now + Math.min(Math.max(waited, SOONEST_RETRY_MS), LATEST_RETRY_MS);
}
