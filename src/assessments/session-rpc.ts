import type { ItemResponse, PublicItem } from '../items/index.ts';
import type { Review } from './definition.ts';
import type { Result } from './grade-attempt.ts';
import type { ReviewItems } from './review.ts';
import type { Adjustment, Receipt, Refused, SessionEvent } from './session.ts';
import type { Op, Phase, PinnedItem, Terms, Try } from './session-state.ts';
import type { TryAnswer, TryFeedback } from './try-item.ts';

/*
 * What an `AssessmentSession` object answers over RPC. Refusals are returned, never thrown: an error loses its class on the
 * way. `absent`: no such attempt lives here, or it is not this user's; the two are told apart by nobody.
 */

export type Absent = { kind: 'absent' };

/** More was asked of this attempt within a second than `perSecond` allows; nothing was done. */
export type TooMany = { kind: 'too_many' };

/** What start hands to the object. Starting twice is the same as starting once. */
export type StartSession = Omit<Terms, 'items'> & { endsAt: number | null; items: PinnedItem[] };

export type AttemptFacts = {
  id: string;
  assessmentId: string;
  userId: string;
  number: number;
  title: string;
  behaviour: 'exam' | 'practice';
  state: Phase | 'graded';
  epoch: number;
  lastSeq: number;
  startedAt: number;
  endsAt: number | null;
  finishedAt: number | null;
  serverTime: number;
};

export type SessionView = {
  kind: 'view';
  attempt: AttemptFacts;
  items: PublicItem[];
  /** `epoch` beside `seq`: the page tells its own unsent ops from what was answered elsewhere by both. */
  responses: Record<string, { response: ItemResponse; epoch: number; seq: number }>;
  flagged: string[];
  tries: Record<string, { tries: Try[]; feedback: TryFeedback }>;
};

export type FinishedView = {
  kind: 'finished';
  attempt: AttemptFacts;
  result: Result | undefined;
  items: ReviewItems;
  review: Review;
  closesAt: number | null;
};

type StaleEpoch = { kind: 'stale_epoch'; epoch: number };
type UnknownEpoch = { kind: 'unknown_epoch'; epoch: number };
type OpsMissing = { kind: 'ops_missing'; missing: number[]; upTo: number };

export type OpsAnswer = Absent | StaleEpoch | UnknownEpoch | { kind: 'receipt'; receipt: Receipt };
export type TakeoverAnswer = Absent | { kind: 'finished' } | { kind: 'taken_over'; epoch: number };
export type SubmitAnswer = Absent | StaleEpoch | UnknownEpoch | OpsMissing | FinishedView;
export type KeptOp = Op & { refused?: Refused['reason'] };

export interface SessionRpc {
  start(spec: StartSession): Promise<SessionView | Absent | TooMany>;
  /** These six are the student's. `perSecond`: how many the object takes in any second, of all of them together; undefined: any number. */
  view(userId: string, perSecond?: number): Promise<SessionView | Absent | TooMany>;
  /** Takes over (an exam) and shows, in one round trip: what a page load that writes does. */
  open(userId: string, perSecond?: number): Promise<SessionView | Absent | TooMany>;
  record(
    userId: string,
    event: Extract<SessionEvent, { kind: 'ops' | 'form' }>,
    perSecond?: number,
  ): Promise<OpsAnswer | TooMany>;
  takeover(userId: string, perSecond?: number): Promise<TakeoverAnswer | TooMany>;
  submit(
    userId: string,
    event: Extract<SessionEvent, { kind: 'submit' }>,
    perSecond?: number,
  ): Promise<SubmitAnswer | TooMany>;
  tryItem(
    userId: string,
    event: Extract<SessionEvent, { kind: 'try' }>,
    perSecond?: number,
  ): Promise<Absent | TryAnswer | TooMany>;
  /** For the Worker itself, after it has checked who asks: no owner is compared. */
  summary(): Promise<
    Absent | { kind: 'summary'; attempt: AttemptFacts; answered: number; items: number; lateOps: number }
  >;
  finished(): Promise<Absent | { kind: 'open'; attempt: AttemptFacts } | FinishedView>;
  adjust(adjustment: Adjustment): Promise<Absent | { kind: 'adjusted'; attempt: AttemptFacts }>;
  ops(): Promise<Absent | { kind: 'ops'; ops: KeptOp[] }>;
  /** D1 has the result of this number: the object may stop asking for it to be stored. */
  stored(resultNumber: number): Promise<void>;
  /** Forgets everything. The Worker has archived the attempt before. */
  discard(): Promise<void>;
}
