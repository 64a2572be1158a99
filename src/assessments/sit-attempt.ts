import { isBlocked } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import { readArchived } from './archive.ts';
import { type ResultView, resultView } from './read-result.ts';
import { visibleNow } from './review.ts';
import type { Receipt } from './session.ts';
import type { FinishedView, SessionView } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';
import { storeResult } from './store-result.ts';
import type { TryFeedback } from './try-item.ts';

/*
 * The answer path: what a student's page asks while it writes. One call to the attempt's object; no database.
 */

/** Whose attempt. */
export type Mine = { attemptId: string; userId: string };

export const unknownEpoch = (epoch: number) =>
  new DomainError('unknown_epoch', undefined, { epoch, errors: [{ pointer: '/epoch', message: 'was never issued' }] });
const staleEpoch = (epoch: number) => new DomainError('stale_epoch', undefined, { epoch });

/** The attempt as its student sees it. An archived one is read from the archive. */
export async function viewAttempt(
  { attemptId, userId }: Mine,
  sessions: Sessions,
  archive: R2Bucket,
): Promise<SessionView> {
  const view = await sessions.call(attemptId, (session, perSecond) => session.view(userId, perSecond));
  if (view.kind === 'view') return view;
  const archived = await readArchived(archive, attemptId);
  if (!archived || archived.view.attempt.userId !== userId) throw new DomainError('not_found');
  return archived.view;
}

/** Takes in ops. The receipt names what is durable; refusals inside it are no error. */
export async function recordOps(
  { attemptId, userId, epoch, ops }: Mine & { epoch: number; ops: unknown[] },
  sessions: Sessions,
): Promise<Receipt> {
  const answer = await sessions.call(attemptId, (session, perSecond) =>
    session.record(userId, { kind: 'ops', epoch, ops }, perSecond),
  );
  switch (answer.kind) {
    case 'receipt':
      return answer.receipt;
    case 'stale_epoch':
      throw staleEpoch(answer.epoch);
    case 'unknown_epoch':
      throw unknownEpoch(answer.epoch);
    case 'absent':
      throw new DomainError('not_found');
  }
}

/** Makes the caller the one who writes; older epochs may no longer. */
export async function takeOver({ attemptId, userId }: Mine, sessions: Sessions): Promise<{ epoch: number }> {
  const answer = await sessions.call(attemptId, (session, perSecond) => session.takeover(userId, perSecond));
  if (answer.kind === 'absent') throw new DomainError('not_found');
  if (answer.kind === 'finished') throw new DomainError('finished');
  return { epoch: answer.epoch };
}

/**
 * Ends the attempt; after any end, the same result again. The result is carried to D1 before the answer, so that a list
 * read next shows it, but D1 being away or slow stops nothing: the object keeps it and asks again.
 */
export async function submitAttempt(
  call: SystemCall,
  { attemptId, userId, epoch, lastSeq }: Mine & { epoch: number; lastSeq?: number | undefined },
  sessions: Sessions,
): Promise<ResultView> {
  const answer = await sessions.call(attemptId, (session, perSecond) =>
    session.submit(userId, { kind: 'submit', epoch, lastSeq }, perSecond),
  );
  switch (answer.kind) {
    case 'absent':
      throw new DomainError('not_found');
    case 'stale_epoch':
      throw staleEpoch(answer.epoch);
    case 'unknown_epoch':
      throw unknownEpoch(answer.epoch);
    case 'ops_missing':
      throw new DomainError('ops_missing', undefined, { missing: answer.missing, upTo: answer.upTo });
    case 'finished':
      return await tellResult(call, { attemptId, userId }, answer, sessions);
  }
}

/** How long a student who has handed in waits for D1. What takes longer, the queue and the sweep do. */
const PATIENCE_MS = 2_000;

const atMost = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
  Promise.race([work, new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), PATIENCE_MS))]);

/** A block never stops saving: it withholds the result. While D1 is away nobody can be blocked either. */
async function tellResult(call: SystemCall, { attemptId, userId }: Mine, finished: FinishedView, sessions: Sessions) {
  const asked = Promise.all([isBlocked(call.db, userId).catch(() => false), storeQuietly(call, attemptId, sessions)]);
  const [blocked] = await atMost(asked, [false, undefined]);
  const result = blocked ? undefined : finished.result;
  return resultView({ ...finished, result }, visibleNow(finished.review, finished.closesAt, call.now));
}

async function storeQuietly(call: SystemCall, attemptId: string, sessions: Sessions) {
  try {
    await storeResult(call, attemptId, sessions);
  } catch (error) {
    consoleLog('error', errorLine({ where: 'store after submit', attempt: attemptId }, error));
  }
}

/** One try at one item of a practice, with the feedback of its rung. */
export async function makeTry(
  { attemptId, userId, itemId, response, tryNumber }: Mine & { itemId: string; response?: unknown; tryNumber: number },
  sessions: Sessions,
): Promise<TryFeedback> {
  const event = { kind: 'try', itemId, response, tryNumber } as const;
  const answer = await sessions.call(attemptId, (session, perSecond) => session.tryItem(userId, event, perSecond));
  switch (answer.kind) {
    case 'tried':
      return answer.feedback;
    case 'absent':
      throw new DomainError('not_found');
    case 'unknown_item':
      throw new DomainError('invalid', 'Unknown item', {
        errors: [{ pointer: '/itemId', message: 'is not in this paper' }],
      });
    case 'unreadable':
      throw new DomainError('invalid', answer.reason, { errors: [{ pointer: '/response', message: answer.reason }] });
    case 'wrong_try':
      throw new DomainError('wrong_try', undefined, { next: answer.next });
    case 'finished':
    case 'not_practice':
    case 'item_over':
      throw new DomainError(answer.kind);
  }
}
