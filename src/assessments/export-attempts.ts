import { and, desc, eq, sql } from 'drizzle-orm';
import { joined, named } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import { visibleNow } from './review.ts';
import { accommodation, assessment, attempt, result } from './schema.ts';

const MOST = 1_000;
const resultColumns = named(result, 'result');

/**
 * The actor's own attempts, the newest 1,000, with what they answered, and their terms. The score is there as far as review shows it now. One
 * round trip.
 */
export async function exportAttempts({ db, actor: { userId }, now }: Call): Promise<Record<string, unknown>> {
  const [rows, accommodations] = await db.batch([
    db
      .select({
        attempt: {
          id: attempt.id,
          number: attempt.number,
          state: attempt.state,
          startedAt: attempt.startedAt,
          endsAt: attempt.endsAt,
          finishedAt: attempt.finishedAt,
        },
        assessment: { title: assessment.title, review: assessment.review, closesAt: assessment.closesAt },
        result: {
          number: resultColumns.number,
          given: resultColumns.given,
          maximum: resultColumns.maximum,
          passed: resultColumns.passed,
          items: resultColumns.items,
        },
      })
      .from(attempt)
      .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
      .leftJoin(result, and(eq(result.attemptId, attempt.id), eq(result.number, sql`${attempt.reopenings} + 1`)))
      .where(eq(attempt.userId, userId))
      .orderBy(desc(attempt.id))
      .limit(MOST),
    db
      .select({
        assessmentId: accommodation.assessmentId,
        extraTimeSeconds: accommodation.extraTimeSeconds,
        timeMultiplier: accommodation.timeMultiplier,
        extraAttempts: accommodation.extraAttempts,
      })
      .from(accommodation)
      .where(eq(accommodation.userId, userId)),
  ]);
  const attempts = rows.map(({ attempt: mine, assessment: its, result: row }) => {
    const scored = joined(row, 'number');
    const isVisible = visibleNow(its.review, its.closesAt, now).score;
    return {
      ...mine,
      title: its.title,
      ...(scored && {
        answers: scored.items.map(({ itemId, response }) => ({ itemId, response })),
        ...(isVisible && { score: { given: scored.given, maximum: scored.maximum }, passed: scored.passed }),
      }),
    };
  });
  return { attempts, accommodations };
}
