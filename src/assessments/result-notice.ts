import { and, eq, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { visibleNow } from './review.ts';
import { assessment, attempt, result } from './schema.ts';

/** What may be told of a result. Instants in ms. */
export type ResultNotice = {
  userId: string;
  title: string;
  behaviour: 'exam' | 'practice';
  /** Absent while review hides it; then `shownAt` says when it will be seen, null: never. */
  grade?: { given: number; maximum: number; percent: number; passed: boolean };
  shownAt: number | null;
};

/**
 * What a student may be told now of a result of theirs; undefined where there is none, or the attempt was reopened since. One round trip.
 */
export async function findResultNotice(
  { db, now }: SystemCall,
  { attemptId, resultNumber }: { attemptId: string; resultNumber: number },
): Promise<ResultNotice | undefined> {
  const [found] = await db
    .select({
      userId: attempt.userId,
      title: assessment.title,
      behaviour: assessment.behaviour,
      review: assessment.review,
      closesAt: assessment.closesAt,
      grade: { given: result.given, maximum: result.maximum, percent: result.percent, passed: result.passed },
    })
    .from(attempt)
    .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
    .innerJoin(result, and(eq(result.attemptId, attempt.id), eq(result.number, resultNumber)))
    .where(and(eq(attempt.id, attemptId), sql`${attempt.reopenings} + 1 = ${resultNumber}`));
  if (!found) return undefined;
  const { userId, title, behaviour, review, closesAt, grade } = found;
  const isShown = visibleNow(review, closesAt, now).score;
  return {
    ...{ userId, title, behaviour },
    ...(isShown && { grade }),
    shownAt: !isShown && review.score === 'after_close' ? closesAt : null,
  };
}
