import { and, eq, lt } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { attempt, result } from './schema.ts';
import type { Sessions } from './sessions.ts';

/** The event of a start (0) or of a result (its number): one of each, so that whoever stored it can hand it on. */
export const attemptEventId = (attemptId: string, number: number) => `evt_${attemptId.slice(4)}_${number}`;

export type Stored = { kind: 'stored'; eventId: string } | { kind: 'pending' | 'absent' };

/**
 * Carries an attempt's result from its object into D1: result, event and attempt in one batch, then tells the object. May
 * run any number of times. `pending`: the attempt is open, or could not be graded yet. `absent`: its object never started.
 */
export async function storeResult({ db, now }: SystemCall, attemptId: string, sessions: Sessions): Promise<Stored> {
  const found = await sessions.call(attemptId, (session) => session.finished());
  if (found.kind === 'absent') return { kind: 'absent' };
  if (found.kind === 'open' || !found.result) return { kind: 'pending' };
  const { attempt: facts, result: graded } = found;
  const eventId = attemptEventId(attemptId, found.result.number);
  const { number, score, percent, passed, answered, lateOps, finishedAt, items } = graded;
  await db.batch([
    db
      .insert(result)
      .values({ attemptId, number, ...score, percent, passed, answered, lateOps, finishedAt, items })
      .onConflictDoNothing(),
    recordIfChanged(
      { db, now },
      { type: 'assessment.attempt.finished', payload: { attemptId, resultNumber: number } },
      eventId,
    ),
    db
      .update(attempt)
      .set({ state: 'graded', finishedAt, endsAt: facts.endsAt, epoch: facts.epoch, lastSeq: facts.lastSeq })
      .where(and(eq(attempt.id, attemptId), lt(attempt.reopenings, number))),
  ]);
  await sessions.call(attemptId, (session) => session.stored(number));
  return { kind: 'stored', eventId };
}
