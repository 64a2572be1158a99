import type { SystemCall } from '../lib/call.ts';
import { type Claimed, isMine } from './claim-run.ts';
import { endRun } from './end-run.ts';
import type { PlatformFailure } from './platform.ts';
import { syncRun } from './schema.ts';
import { LONGEST_RETRY_MS, MAX_RETRIES, type Waits } from './waits.ts';
import type { Outcome } from './work-on-run.ts';

/** What staff are told of each kind of failure; `run-words.ts` knows what to do about it. */
export const failureSentences: Record<PlatformFailure['kind'], string> = {
  temporary: 'The platform is away or too busy',
  unauthorised: 'The platform does not take our credentials',
  forbidden: 'The service user lacks a right; make it course staff of this course',
  not_found: 'The platform does not know this course',
  malformed: 'The platform gave half an answer, or another one than its API promises',
  refused: 'The platform refuses the request, or its answer cannot be taken',
};

/** What time may heal is tried again. */
const isPassing = (failure: PlatformFailure | 'ours') =>
  failure === 'ours' || failure.kind === 'temporary' || failure.kind === 'malformed';

/**
 * Releases a run after a failure, of the platform or an error of ours. What time may heal waits and is tried again, at most three times; the rest has failed. `now` in ms.
 */
export async function failRun(
  call: SystemCall,
  claimed: Claimed,
  failure: PlatformFailure | 'ours',
  waits: Waits,
  now: number,
): Promise<Outcome> {
  const { run } = claimed;
  const error =
    failure === 'ours'
      ? 'Something went wrong on our side; the log says what'
      : `${failureSentences[failure.kind]}: ${failure.detail}`;
  const asked = failure === 'ours' ? 0 : (failure.retryAfterSeconds ?? 0) * 1000;
  const attempts = run.attempts + 1;
  if (!isPassing(failure) || attempts > MAX_RETRIES) {
    await endRun(call, claimed, { state: 'failed', error, attempts });
    return { kind: 'done', courseId: run.courseId };
  }
  const backoff = waits.pollMs * 2 ** run.attempts * (1 + Math.random() / 2);
  const at = now + Math.ceil(Math.max(backoff, Math.min(asked, LONGEST_RETRY_MS)));
  await call.db.update(syncRun).set({ leaseUntil: null, dueAt: at, attempts, error }).where(isMine(run));
  return { kind: 'retry', at };
}
