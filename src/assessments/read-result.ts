import { sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { liveActor, requireLive } from '../identity/index.ts';
import { itemVersion } from '../items/index.ts';
import { type Call, isStaff } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireFirst } from './assessments.ts';
import { type FoundAttempt, foundAttempts, selectForStaff, selectOwn } from './attempts.ts';
import type { Review } from './definition.ts';
import type { Result } from './grade-attempt.ts';
import {
  everythingVisible,
  type ReviewedResult,
  type ReviewItems,
  reviewResult,
  type Visible,
  visibleNow,
} from './review.ts';
import type { AttemptFacts, FinishedView } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';

/** A finished attempt with its result as far as it may be seen; `result` undefined while it waits for its grading. */
export type ResultView = {
  attempt: AttemptFacts;
  visible: Visible;
  /** When what is hidden now will be seen. */
  review: Review;
  closesAt: number | null;
  result: ReviewedResult | undefined;
  /** For the page that shows the paper again; the API does not send it. */
  paper: { result: Result; items: ReviewItems } | undefined;
  lateOps: number;
};

/** What a student may see of their own finished attempt just now. */
export function resultView(
  { attempt, result, items, review, closesAt }: Omit<FinishedView, 'kind'>,
  visible: Visible,
): ResultView {
  return {
    attempt,
    visible,
    review,
    closesAt,
    result: result && reviewResult(result, items, visible),
    paper: result && { result, items },
    lateOps: result?.lateOps ?? 0,
  };
}

const factsFrom = ({ attempt, assessment }: FoundAttempt, now: number): AttemptFacts => ({
  id: attempt.id,
  assessmentId: attempt.assessmentId,
  userId: attempt.userId,
  number: attempt.number,
  title: assessment.title,
  behaviour: assessment.behaviour,
  state: attempt.state,
  epoch: attempt.epoch,
  lastSeq: attempt.lastSeq,
  startedAt: attempt.startedAt,
  endsAt: attempt.endsAt,
  finishedAt: attempt.finishedAt,
  serverTime: now,
});

/** The item versions of a result, by item id. One round trip. */
async function itemsOf(db: DrizzleD1Database, result: Result): Promise<ReviewItems> {
  const versions = JSON.stringify(result.items.map(({ itemId, version }) => [itemId, version]));
  const rows = await db
    .select()
    .from(itemVersion)
    .where(
      sql`(${itemVersion.itemId}, ${itemVersion.version}) in (select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(${versions}))`,
    );
  return new Map(rows.map(({ itemId, source, rendered }) => [itemId, { item: source, rendered }]));
}

/** Ops may come even after the grading: while the object lives, it knows of all of them. */
async function countLateOps(stored: Result, attemptId: string, sessions: Sessions): Promise<number> {
  const live = await sessions.call(attemptId, (session) => session.summary());
  return live.kind === 'summary' ? live.lateOps : stored.lateOps;
}

const resultFrom = ({ result }: FoundAttempt): Result | undefined => {
  if (!result) return undefined;
  const { attemptId: _, given, maximum, ...rest } = result;
  return { ...rest, score: { given, maximum } };
};

/**
 * Reads the result of an attempt: staff see everything, the student what review allows now, a blocked student nothing. Two
 * round trips; where D1 has not got it yet the object answers. Refuses with `not_found`, `not_finished`.
 */
export async function readResult(call: Call, attemptId: string, sessions: Sessions): Promise<ResultView> {
  const { db, now } = call;
  const select = isStaff(call.actor) ? selectForStaff : selectOwn;
  const [live, rows] = await db.batch([liveActor(db, call.actor), select(db, call.actor, attemptId)]);
  const actor = requireLive(live, call.actor);
  const found = requireFirst(foundAttempts(rows));
  if (isStaff(actor) !== isStaff(call.actor)) throw new DomainError('forbidden');
  const { review, closesAt }: { review: Review; closesAt: number | null } = found.assessment;
  const visible = isStaff(actor) ? everythingVisible : visibleNow(review, closesAt, now);

  const stored = resultFrom(found);
  if (found.attempt.state === 'graded' && stored) {
    const attempt = factsFrom(found, now);
    const view = resultView({ attempt, result: stored, items: await itemsOf(db, stored), review, closesAt }, visible);
    return isStaff(actor) ? { ...view, lateOps: await countLateOps(stored, attemptId, sessions) } : view;
  }
  const fromObject = await sessions.call(attemptId, (session) => session.finished());
  if (fromObject.kind !== 'finished') throw new DomainError('not_finished');
  return resultView(fromObject, visible);
}
