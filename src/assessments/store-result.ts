import { and, eq, lt } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { attempt, result } from './schema.ts';
import type { Sessions } from './sessions.ts';

/**
 * Carries an attempt's result from its object into D1: result, event and attempt in one batch, then tells the object. May
 * run any number of times. `pending`: the attempt is open, or could not be graded yet. `absent`: its object never started.
 */
export async function storeResult(
  { db, now }: SystemCall,
  attemptId: string,
  sessions: Sessions,
): Promise<'stored' | 'pending' | 'absent'> {
  const found = await sessions.call(attemptId, (session) => session.finished());
  if (found.kind === 'absent') return 'absent';
  if (found.kind === 'open' || !found.result) return 'pending';
  const { attempt: facts, result: graded } = found;
  const { number, score, percent, passed, answered, lateOps, finishedAt, items } = graded;
  await db.batch([
    db
      .insert(result)
      .values({ attemptId, number, ...score, percent, passed, answered, lateOps, finishedAt, items })
      .onConflictDoNothing(),
    recordIfChanged({ db, now }, { type: 'assessment.attempt.finished', payload: { attemptId, resultNumber: number } }),
    db
      .update(attempt)
      .set({ state: 'graded', finishedAt, endsAt: facts.endsAt, epoch: facts.epoch, lastSeq: facts.lastSeq })
      .where(and(eq(attempt.id, attemptId), lt(attempt.reopenings, number))),
  ]);
  await sessions.call(attemptId, (session) => session.stored(number));
  return 'stored';
}
