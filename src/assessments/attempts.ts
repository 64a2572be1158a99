import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { joined, named } from '../db/index.ts';
import { user } from '../identity/index.ts';
import type { Actor, Call } from '../lib/call.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import { requireFirst, requireOwnAssessment } from './assessments.ts';
import type { MyAttemptsQuery } from './input.ts';
import { assessment, attempt, result } from './schema.ts';
import type { AttemptFacts } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';
import { ownAssessment } from './who-sees.ts';

export type AttemptRow = typeof attempt.$inferSelect;

/** Joins the result that counts: a reopened attempt has none until it ends again. */
const itsResult = and(eq(result.attemptId, attempt.id), eq(result.number, sql`${attempt.reopenings} + 1`));

/** What an attempt is at `now`: one whose end has passed is over, though its result has not reached D1 yet. */
export const stateAt = ({ state, endsAt }: Pick<AttemptRow, 'state' | 'endsAt'>, now: number): AttemptFacts['state'] =>
  state === 'open' && endsAt !== null && endsAt <= now ? 'expired' : state;

const columns = {
  attempt: named(attempt, 'attempt'),
  assessment: named(assessment, 'assessment'),
  result: named(result, 'result'),
  user: { id: sql<string>`${user.id}`.as('user_id'), name: sql<string>`${user.name}`.as('user_name') },
};

const selectAttempts = (db: DrizzleD1Database) =>
  db
    .select(columns)
    .from(attempt)
    .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
    .innerJoin(user, eq(user.id, attempt.userId))
    .leftJoin(result, itsResult)
    .$dynamic();

type Row = Awaited<ReturnType<typeof selectAttempts>>[number];

/** An attempt with its assessment, its student and the result that counts. */
export type FoundAttempt = Omit<Row, 'result'> & { result: Row['result'] | null };

/** What a batch answered, as found attempts. */
export const foundAttempts = (rows: readonly Row[]): FoundAttempt[] =>
  rows.map((row) => ({ ...row, result: joined(row.result, 'number') }));

/** The statement that finds an attempt that staff may look after. For a batch; read it by `foundAttempts`. */
export const selectForStaff = (db: DrizzleD1Database, actor: Actor, attemptId: string) =>
  selectAttempts(db).where(and(eq(attempt.id, attemptId), ownAssessment(actor)));

/** The statement that finds a student's own attempt. For a batch; read it by `foundAttempts`. */
export const selectOwn = (db: DrizzleD1Database, actor: Actor, attemptId: string) =>
  selectAttempts(db).where(and(eq(attempt.id, attemptId), eq(attempt.userId, actor.userId)));

/** Fetches an attempt that staff may look after, or refuses with `not_found`. */
export const requireAttemptForStaff = async (db: DrizzleD1Database, actor: Actor, attemptId: string) =>
  requireFirst(foundAttempts(await selectForStaff(db, actor, attemptId)));

/** A page of the attempts at one assessment, newest first, for staff. Two round trips. */
export async function listAttempts({ db, actor }: Call, assessmentId: string, query: PageQuery) {
  await requireOwnAssessment(db, actor, assessmentId);
  const [counted, results] = await db.batch([
    db.select({ count: count() }).from(attempt).where(eq(attempt.assessmentId, assessmentId)),
    selectAttempts(db)
      .where(eq(attempt.assessmentId, assessmentId))
      .orderBy(desc(attempt.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  return { count: counted[0]?.count ?? 0, results: foundAttempts(results) };
}

export type MyAttempt = FoundAttempt & {
  state: AttemptFacts['state'];
  endsAt: number | null;
  items: number;
  answered: number;
};

/** A page of the student's own attempts, newest first. One round trip, and one call to the object of each open one. */
export async function listMyAttempts(
  { db, actor, now }: Call,
  query: MyAttemptsQuery,
  sessions: Sessions,
): Promise<Page<MyAttempt>> {
  // D1 knows `open` until the result arrives; which of its open ones have ended, their objects tell.
  const stored = query.state && (query.state === 'graded' ? 'graded' : 'open');
  const mine = and(eq(attempt.userId, actor.userId), stored && eq(attempt.state, stored));
  const [counted, rows] = await db.batch([
    db.select({ count: count() }).from(attempt).where(mine),
    selectAttempts(db).where(mine).orderBy(desc(attempt.id)).limit(query.pageSize).offset(offsetOf(query)),
  ]);
  const results = await Promise.all(
    foundAttempts(rows).map(async (row): Promise<MyAttempt> => {
      const known = {
        ...row,
        state: stateAt(row.attempt, now),
        endsAt: row.attempt.endsAt,
        items: row.result?.items.length ?? 0,
        answered: row.result?.answered ?? 0,
      };
      if (row.attempt.state !== 'open') return known;
      const live = await sessions.call(row.attempt.id, (session) => session.summary());
      if (live.kind === 'absent') return known;
      return {
        ...known,
        state: live.attempt.state,
        endsAt: live.attempt.endsAt,
        items: live.items,
        answered: live.answered,
      };
    }),
  );
  const shown = results.filter(({ state }) => !query.state || state === query.state);
  return { count: (counted[0]?.count ?? 0) - (results.length - shown.length), results: shown };
}
