import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { Page } from '../lib/paging.ts';
import { type FoundAttempt, requireAttemptForStaff, stateAt } from './attempts.ts';
import { type ListedOp, readOps } from './read-ops.ts';
import { type ResultView, readResult } from './read-result.ts';
import type { AttemptFacts, SessionView } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';

/** An attempt as staff see it. `result` once it has ended, `live` while it is open. Instants in ms. */
export type StaffAttempt = {
  found: FoundAttempt;
  state: AttemptFacts['state'];
  endsAt: number | null;
  result: ResultView | undefined;
  live: SessionView | undefined;
  refused: Page<ListedOp>;
};

async function findResult(call: Call, attemptId: string, sessions: Sessions): Promise<ResultView | undefined> {
  try {
    return await readResult(call, attemptId, sessions);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_finished') return undefined;
    throw error;
  }
}

/** Reads one attempt with its result and the ops that did not count. Refuses with `not_found`. */
export async function readAttempt(
  call: Call,
  attemptId: string,
  reach: { sessions: Sessions; archive: R2Bucket },
): Promise<StaffAttempt> {
  const found = await requireAttemptForStaff(call.db, call.actor, attemptId);
  const [result, refused] = await Promise.all([
    findResult(call, attemptId, reach.sessions),
    readOps(call, attemptId, { page: 1, pageSize: 500, isRefusedOnly: true }, reach),
  ]);
  const row = found.attempt;
  const known = { found, refused, result };
  if (result) return { ...known, live: undefined, state: result.attempt.state, endsAt: result.attempt.endsAt };
  const live = await reach.sessions.call(attemptId, (session) => session.view(row.userId));
  if (live.kind === 'absent') return { ...known, live: undefined, state: stateAt(row, call.now), endsAt: row.endsAt };
  return { ...known, live, state: live.attempt.state, endsAt: live.attempt.endsAt };
}
