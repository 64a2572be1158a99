import type { Item, ItemResponse, PublicItem, Rendered } from '../items/index.ts';
import { unreachable } from '../lib/errors.ts';
import type { Review } from './definition.ts';
import type { Result } from './grade-attempt.ts';
import type { Change } from './session.ts';

/** One item of a paper, pinned at start: what the student is shown, and what never leaves the server before review. */
export type PinnedItem = { itemId: string; version: number; shown: PublicItem; item: Item; rendered: Rendered };

/** What start pins, whatever happens to banks and definitions afterwards. */
export type Terms = {
  attemptId: string;
  assessmentId: string;
  userId: string;
  number: number;
  title: string;
  behaviour: 'exam' | 'practice';
  startedAt: number;
  passMark: number;
  closesAt: number | null;
  review: Review;
  items: Map<string, PinnedItem>;
};

/** One recorded change of a response, or a refused one. `raw` is the text of an op that could not be read, cut short. */
export type Op = {
  epoch: number;
  seq: number;
  itemId: string | null;
  kind: 'set' | 'clear' | 'flag' | null;
  response: ItemResponse | boolean | null;
  at: string | null;
  receivedAt: number;
  refused?: string;
  raw?: string;
};

/** A repeated response in practice. */
export type Try = {
  number: number;
  response: ItemResponse;
  given: number;
  outcome: 'right' | 'partial' | 'wrong';
  at: number;
};

export type Phase = 'open' | 'submitted' | 'expired';

type Standing = { response: ItemResponse | null; epoch: number; seq: number };

/** Everything an object knows of its sitting. Changed by `evolve` alone. */
export class SessionState {
  terms: Terms;
  epoch = 1;
  endsAt: number | null;
  phase: Phase = 'open';
  finishedAt: number | null = null;
  reopenings = 0;
  /** The number of the last result that D1 is known to have. */
  storedResult = 0;
  lastOpAt: number;
  /** Everything of the current epoch up to here has arrived. */
  upTo = 0;
  readonly responses = new Map<string, Standing>();
  readonly flags = new Map<string, { value: boolean; epoch: number; seq: number }>();
  readonly tries = new Map<string, Try[]>();
  readonly conflicts: Op[] = [];
  lateOps = 0;
  /** Every op kept, refused ones too. */
  keptOps = 0;
  result: Result | undefined;
  readonly #ops = new Map<number, Map<number, Op>>();
  readonly #highest = new Map<number, number>();

  constructor(terms: Terms, endsAt: number | null) {
    this.terms = terms;
    this.endsAt = endsAt;
    this.lastOpAt = terms.startedAt;
  }

  find = (epoch: number, seq: number): Op | undefined => this.#ops.get(epoch)?.get(seq);
  received = (epoch: number, seq: number): boolean => this.find(epoch, seq) !== undefined;
  /** The highest seq seen in an epoch; 0 before the first. */
  highest = (epoch: number): number => this.#highest.get(epoch) ?? 0;
  hasConflict = (op: Op): boolean =>
    this.conflicts.some(
      (one) =>
        one.epoch === op.epoch &&
        one.seq === op.seq &&
        JSON.stringify(one.response) === JSON.stringify(op.response) &&
        one.itemId === op.itemId &&
        one.raw === op.raw,
    );

  /** Keeps an op; of two for one item the higher (epoch, seq) stands, whatever order they came in. */
  take(op: Op) {
    this.keptOps += 1;
    if (op.refused === 'conflict') {
      this.conflicts.push(op);
      return;
    }
    const ofEpoch = this.#ops.get(op.epoch) ?? new Map<number, Op>();
    ofEpoch.set(op.seq, op);
    this.#ops.set(op.epoch, ofEpoch);
    this.#highest.set(op.epoch, Math.max(this.highest(op.epoch), op.seq));
    this.lastOpAt = Math.max(this.lastOpAt, op.receivedAt);
    while (this.received(this.epoch, this.upTo + 1)) this.upTo += 1;
    if (op.refused === 'late') this.lateOps += 1;
    if (op.refused || op.itemId === null) return;
    const place = { epoch: op.epoch, seq: op.seq };
    if (op.kind === 'flag') {
      if (isNewer(place, this.flags.get(op.itemId)))
        this.flags.set(op.itemId, { ...place, value: op.response === true });
    } else if (isNewer(place, this.responses.get(op.itemId))) {
      const response = typeof op.response === 'object' ? op.response : null;
      this.responses.set(op.itemId, { ...place, response });
    }
  }
}

const isNewer = (a: { epoch: number; seq: number }, b: { epoch: number; seq: number } | undefined) =>
  !b || a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);

/** Carries a change out on a state. Evolving an empty state through all changes of a sitting gives the sitting. */
export function evolve(state: SessionState, change: Change): void {
  switch (change.kind) {
    case 'received':
      for (const op of change.ops) state.take(op);
      return;
    case 'taken_over':
      state.epoch = change.epoch;
      state.upTo = 0;
      return;
    case 'finished':
      state.phase = change.phase;
      state.finishedAt = change.at;
      return;
    case 'graded':
      state.result = change.result;
      return;
    case 'tried':
      state.tries.set(change.itemId, [...(state.tries.get(change.itemId) ?? []), change.attempt]);
      state.lastOpAt = Math.max(state.lastOpAt, change.attempt.at);
      return;
    case 'adjusted': {
      const { endsAt, closesAt, review } = change.adjustment;
      state.endsAt = endsAt;
      state.terms = { ...state.terms, closesAt, review };
      return;
    }
    case 'reopened':
      state.phase = 'open';
      state.finishedAt = null;
      state.result = undefined;
      state.endsAt = change.endsAt;
      state.reopenings = change.reopenings;
      return;
    case 'stored':
      state.storedResult = change.resultNumber;
      return;
    default:
      unreachable(change);
  }
}
