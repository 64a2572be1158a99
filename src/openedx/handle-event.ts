import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import type { LearnerFacts } from './learner-facts.ts';
import { upsertOpenedxUser } from './openedx-user.ts';
import { openedxEvent } from './schema.ts';
import { setEnrolments } from './set-enrolments.ts';

/** An event that failed this often is left for staff to see. */
const MAX_ATTEMPTS = 8;
const BACKOFF_MS = 30_000;
const BATCH = 100;
const KEPT_MS = 90 * 24 * 3600 * 1000;
const MOST_FORGOTTEN = 5_000;

type Told = { connectionId: string; at: number };

/** The newest grade facts win; of two of the same time the later text, so that any order ends alike. */
function keepGrade({ db }: SystemCall, { connectionId, at }: Told, grade: Extract<LearnerFacts, { kind: 'grade' }>) {
  const { courseKey, lmsUserId, gradeKind, facts } = grade;
  return batchable(
    db,
    sql`insert into openedx_grade (connection_id, course_key, lms_user_id, kind, data, at)
    values (${connectionId}, ${courseKey}, ${lmsUserId}, ${gradeKind}, ${JSON.stringify(facts)}, ${at})
    on conflict do update set data = excluded.data, at = excluded.at
    where (excluded.at, excluded.data) > (openedx_grade.at, openedx_grade.data)`,
  );
}

/** The statement that puts an event down as handled, and forgets what it said. */
const handled = ({ db, now }: SystemCall, id: string) =>
  db
    .update(openedxEvent)
    .set({ handledAt: now, nextAt: null, lastError: null, data: null })
    .where(eq(openedxEvent.id, id));
type Done = ReturnType<typeof handled>;

/** `done`: the statement that puts the event down as handled, for the batch that makes it so. */
async function apply(call: SystemCall, told: Told, facts: LearnerFacts, done: Done): Promise<void> {
  if (facts.kind === 'grade') {
    await call.db.batch([keepGrade(call, told, facts), done]);
    return;
  }
  const { account } = facts;
  // An account is active once its address was confirmed (FORMATS "Learner events").
  const { userId } = await upsertOpenedxUser(call, { ...told, ...account, emailVerified: account.isActive });
  if (facts.kind === 'account') {
    await done;
    return;
  }
  const { courseKey, isActive, mode } = facts;
  const { connectionId, at } = told;
  const { lmsUserId } = account;
  await setEnrolments(call, { connectionId, courseKey }, [{ lmsUserId, userId, isActive, mode, at }], [done]);
}

/**
 * Applies what a learner event says, in the order of the events' own times whatever order they come in. Idempotent. A failure
 * backs off and is kept with its reason.
 */
export async function handleEvent(call: SystemCall, id: string): Promise<void> {
  const { db, now } = call;
  const [found] = await db
    .select()
    .from(openedxEvent)
    .where(and(eq(openedxEvent.id, id), isNull(openedxEvent.handledAt)));
  if (!found?.data) return;
  try {
    // What it said of a person stands where it belongs by then.
    const done = handled(call, id);
    // Without a time of its own an event counts from when it came.
    const told = { connectionId: found.connectionId, at: found.at ?? found.receivedAt * 1000 };
    await apply(call, told, found.data, done);
  } catch (error) {
    const attempts = found.attempts + 1;
    const nextAt = attempts < MAX_ATTEMPTS ? now + BACKOFF_MS * 2 ** found.attempts : null;
    await db
      .update(openedxEvent)
      .set({ attempts, nextAt, lastError: String(error).slice(0, 1000) })
      .where(and(eq(openedxEvent.id, id), eq(openedxEvent.attempts, found.attempts)));
  }
}

/** Forgets events after 90 days; a delivery that comes again later than that is taken as new, which changes nothing. For the sweep. */
export async function forgetEvents({ db, now }: SystemCall): Promise<void> {
  const old = db
    .select({ id: openedxEvent.id })
    .from(openedxEvent)
    .where(and(lte(openedxEvent.receivedAt, now - KEPT_MS), isNull(openedxEvent.nextAt)))
    .limit(MOST_FORGOTTEN);
  await db.delete(openedxEvent).where(inArray(openedxEvent.id, old));
}

/** Learner events whose message was lost, or that failed and are due again. For the sweep; at most 100 a run. */
export async function dueEvents({ db, now }: SystemCall): Promise<string[]> {
  const due = await db
    .select({ id: openedxEvent.id })
    .from(openedxEvent)
    .where(lte(openedxEvent.nextAt, now))
    .orderBy(asc(openedxEvent.nextAt))
    .limit(BATCH);
  return due.map(({ id }) => id);
}
