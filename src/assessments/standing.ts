import { and, eq, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { type Grade, gradeBy } from './grade.ts';
import { assessment, attempt, result } from './schema.ts';

/**
 * Where a student stands with an assessment, whatever review hides. `startedAt` and `submittedAt` are those of the last attempt
 * that was graded, or of the last one while none was. Instants in ms.
 */
export type Standing = { grade?: Grade; startedAt: number; submittedAt: number | null };

/** Reads the grades of students over all their graded attempts; who never started is left out. One round trip. */
export async function readStandings(
  { db }: SystemCall,
  { assessmentId, userIds }: { assessmentId: string; userIds: readonly string[] },
): Promise<Map<string, Standing>> {
  const attempts = await db
    .select({
      userId: attempt.userId,
      number: attempt.number,
      startedAt: attempt.startedAt,
      finishedAt: attempt.finishedAt,
      gradingMethod: assessment.gradingMethod,
      passMark: assessment.passMark,
      result: { given: result.given, maximum: result.maximum, percent: result.percent },
    })
    .from(attempt)
    .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
    .leftJoin(
      result,
      and(
        eq(result.attemptId, attempt.id),
        eq(result.number, sql`${attempt.reopenings} + 1`),
        eq(attempt.state, 'graded'),
      ),
    )
    .where(
      and(
        eq(attempt.assessmentId, assessmentId),
        sql`${attempt.userId} in (select value from json_each(${JSON.stringify(userIds)}))`,
      ),
    )
    .orderBy(attempt.number);
  const standings = new Map<string, Standing>();
  for (const [userId, theirs] of Map.groupBy(attempts, (one) => one.userId)) {
    const graded = theirs.flatMap((one) => (one.result === null ? [] : [{ ...one, ...one.result }]));
    const last = graded.at(-1) ?? theirs.at(-1);
    if (!last) continue;
    const grade = gradeBy(last.gradingMethod, graded, last.passMark);
    standings.set(userId, {
      ...(grade && { grade }),
      startedAt: last.startedAt,
      submittedAt: grade ? last.finishedAt : null,
    });
  }
  return standings;
}

/** The standing of one student; undefined for one who never started. One round trip. */
export const readStanding = async (
  call: SystemCall,
  { assessmentId, userId }: { assessmentId: string; userId: string },
): Promise<Standing | undefined> => (await readStandings(call, { assessmentId, userIds: [userId] })).get(userId);

/** Whose attempt it is, and at what. */
export async function findSitting(
  { db }: SystemCall,
  attemptId: string,
): Promise<{ assessmentId: string; userId: string } | undefined> {
  const [found] = await db
    .select({ assessmentId: attempt.assessmentId, userId: attempt.userId })
    .from(attempt)
    .where(eq(attempt.id, attemptId));
  return found;
}
