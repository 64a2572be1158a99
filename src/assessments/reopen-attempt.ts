import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireAttemptForStaff } from './attempts.ts';
import { reachOpenAttempts } from './reach-open-attempts.ts';
import { accommodation, attempt } from './schema.ts';
import type { AttemptFacts } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';
import { storeResult } from './store-result.ts';

const isTaken = (error: unknown) =>
  /UNIQUE constraint failed/.test(`${String(error)} ${String((error as Error).cause)}`);

/**
 * Opens an ended attempt again until `now + extraSeconds`, past the closing time too. It uses no attempt; the next result
 * replaces the earlier one, which is kept. Refuses with `not_finished`, `another_open`, `archived`.
 */
export async function reopenAttempt(
  call: Call,
  { attemptId, extraSeconds }: { attemptId: string; extraSeconds: number },
  sessions: Sessions,
): Promise<AttemptFacts> {
  const { db, now } = call;
  const found = await requireAttemptForStaff(db, call.actor, attemptId);
  if (found.attempt.archivedAt !== null) throw new DomainError('archived');
  if (found.attempt.state === 'open' && (await storeResult(call, attemptId, sessions)).kind !== 'stored') {
    throw new DomainError('not_finished', 'The attempt is still open; give it extra time instead');
  }
  const endsAt = now + extraSeconds * 1000;
  const { assessmentId, userId } = found.attempt;
  const ownExtra = sql`coalesce((select extra_time_seconds from ${accommodation} where assessment_id = ${assessmentId} and user_id = ${userId}), 0)`;
  try {
    const [reopened] = await db.batch([
      db
        .update(attempt)
        .set({
          state: 'open',
          reopenings: sql`${attempt.reopenings} + 1`,
          reopenedUntil: sql`${endsAt} - ${ownExtra} * 1000`,
          grantedSeconds: 0,
          endsAt,
          finishedAt: null,
        })
        .where(and(eq(attempt.id, attemptId), eq(attempt.state, 'graded'), isNull(attempt.archivedAt)))
        .returning({ id: attempt.id }),
      recordIfChanged(call, { type: 'assessment.times.changed', payload: { assessmentId } }),
      auditIfChanged(call, { action: 'attempt.reopened', subject: attemptId, detail: { extraSeconds } }),
    ]);
    if (reopened.length === 0) throw new DomainError('conflict');
  } catch (error) {
    if (isTaken(error)) throw new DomainError('another_open', 'The student has another attempt open');
    throw error;
  }
  await reachOpenAttempts(call, assessmentId, sessions);
  const live = await sessions.call(attemptId, (session) => session.summary());
  if (live.kind === 'absent') throw new DomainError('archived');
  return live.attempt;
}
