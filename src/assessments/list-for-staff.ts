import { sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Call } from '../lib/call.ts';
import type { Page } from '../lib/paging.ts';
import { listAssessments } from './assessments.ts';
import type { AssessmentsQuery } from './input.ts';
import { attempt } from './schema.ts';

/** How many attempts are open at `now`, and how many have a result. */
export type AttemptCounts = { open: number; graded: number };

type Listed = Awaited<ReturnType<typeof listAssessments>>['results'][number];
export type StaffListed = Listed & AttemptCounts;

/** By assessment. One round trip. */
export async function countAttempts(
  db: DrizzleD1Database,
  ids: readonly string[],
  now: number,
): Promise<(assessmentId: string) => AttemptCounts> {
  const rows = await db
    .select({
      id: attempt.assessmentId,
      open: sql<number>`sum(${attempt.state} = 'open' and (${attempt.endsAt} is null or ${attempt.endsAt} > ${now}))`,
      graded: sql<number>`sum(${attempt.state} = 'graded')`,
    })
    .from(attempt)
    .where(sql`${attempt.assessmentId} in (select value from json_each(${JSON.stringify(ids)}))`)
    .groupBy(attempt.assessmentId);
  const counts = new Map(rows.map(({ id, ...counted }) => [id, counted]));
  return (id) => counts.get(id) ?? { open: 0, graded: 0 };
}

/** A page of the assessments that staff look after, newest first, with the number of their attempts. Two round trips. */
export async function listForStaff({ db, actor, now }: Call, query: AssessmentsQuery): Promise<Page<StaffListed>> {
  const { count, results } = await listAssessments(db, actor, query);
  const ids = results.map(({ assessment }) => assessment.id);
  const countsOf = await countAttempts(db, ids, now);
  return { count, results: results.map((found) => ({ ...found, ...countsOf(found.assessment.id) })) };
}
