import { and, count, desc, eq, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { recordIfChanged } from '../events/index.ts';
import { liveActor, requireLive } from '../identity/index.ts';
import { readBanks } from '../items/index.ts';
import type { Call } from '../lib/call.ts';
import { newSecret } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { iso } from '../lib/instant.ts';
import type { AssessmentRow } from './assessments.ts';
import { selectBankRefs } from './bank-refs.ts';
import { drawPaper } from './draw-paper.ts';
import { endOf } from './end-of.ts';
import { accommodation, admission, assessment, attempt } from './schema.ts';
import type { SessionView, StartSession } from './session-rpc.ts';
import type { PinnedItem } from './session-state.ts';
import type { Sessions } from './sessions.ts';
import { attemptEventId, storeResult } from './store-result.ts';
import { visibleAssessment } from './who-sees.ts';

type AttemptRow = typeof attempt.$inferSelect;
/** `poke` hands the event of a new attempt on at once; without it the sweep would. */
type Reach = { sessions: Sessions; banks: KVNamespace; poke: (eventId: string) => void };

/** A student's own terms, or none. */
export const noAccommodation = { extraTimeSeconds: 0, timeMultiplier: 1, extraAttempts: 0 };
export type Accommodation = typeof noAccommodation;

/** How many attempts are left; null when there is no limit. */
export function attemptsLeft(
  { attemptsAllowed }: { attemptsAllowed: number },
  { extraAttempts }: Accommodation,
  used: number,
) {
  return attemptsAllowed === 0 ? null : Math.max(0, attemptsAllowed + extraAttempts - used);
}

/** Why a student cannot start just now, or undefined. */
export function refusalToStart(
  row: AssessmentRow,
  terms: Accommodation,
  used: number,
  now: number,
): DomainError | undefined {
  if (row.opensAt !== null && now < row.opensAt) {
    return new DomainError('not_open', undefined, { opensAt: iso(row.opensAt) });
  }
  if (row.closesAt !== null && now >= row.closesAt)
    return new DomainError('closed', undefined, { closesAt: iso(row.closesAt) });
  return attemptsLeft(row, terms, used) === 0 ? new DomainError('no_attempts_left') : undefined;
}

/** All that a start wants to know, in one round trip. */
async function read({ db, actor }: Call, assessmentId: string) {
  const [live, rows, latest, used, terms, refs] = await db.batch([
    liveActor(db, actor),
    db
      .select({ assessment, isVisible: sql<number>`${visibleAssessment(actor) ?? sql`1`}` })
      .from(assessment)
      .where(eq(assessment.id, assessmentId)),
    db
      .select()
      .from(attempt)
      .where(and(eq(attempt.assessmentId, assessmentId), eq(attempt.userId, actor.userId), eq(attempt.state, 'open')))
      .orderBy(desc(attempt.number))
      .limit(1),
    db
      .select({ count: count() })
      .from(attempt)
      .where(and(eq(attempt.assessmentId, assessmentId), eq(attempt.userId, actor.userId))),
    db
      .select()
      .from(accommodation)
      .where(and(eq(accommodation.assessmentId, assessmentId), eq(accommodation.userId, actor.userId))),
    selectBankRefs(db, assessmentId),
  ]);
  if (requireLive(live, actor).role !== 'student') throw new DomainError('forbidden');
  const [found] = rows;
  const [open] = latest;
  if (!found || (!found.isVisible && !open)) throw new DomainError('not_found');
  return { row: found.assessment, open, used: used[0]?.count ?? 0, terms: terms[0] ?? noAccommodation, refs };
}

type Found = Awaited<ReturnType<typeof read>>;

/** Whether a launch let this student in: then the platform they came from wants to know that they have begun. */
const cameByLaunch = (assessmentId: string, userId: string) =>
  sql`exists (select 1 from ${admission} where assessment_id = ${assessmentId} and user_id = ${userId})`;

/**
 * The row that makes an attempt exist. It is inserted only if nobody started one in between; no row back: somebody did. `eventId` where
 * somebody is to hear of it.
 */
async function insertAttempt(
  { db, actor, now }: Call,
  { row, used, terms }: Found,
  seed: string,
): Promise<{ row: AttemptRow; eventId: string | undefined } | undefined> {
  const fresh: AttemptRow = {
    id: newId('attempt', now),
    assessmentId: row.id,
    userId: actor.userId,
    number: used + 1,
    state: 'open',
    seed,
    startedAt: now,
    endsAt: endOf({ ...row, ...terms, startedAt: now }),
    grantedSeconds: 0,
    reopenings: 0,
    reopenedUntil: null,
    finishedAt: null,
    epoch: 1,
    lastSeq: 0,
    archivedAt: null,
  };
  const eventId = attemptEventId(fresh.id, 0);
  const [inserted, told] = await db.batch([
    batchable(
      db,
      sql`insert into ${attempt}
    (id, assessment_id, user_id, number, state, seed, started_at, ends_at)
    select ${fresh.id}, ${fresh.assessmentId}, ${fresh.userId}, ${fresh.number}, 'open', ${fresh.seed}, ${now}, ${fresh.endsAt}
    where (select count(*) from ${attempt} where assessment_id = ${row.id} and user_id = ${actor.userId}) = ${used}
      and exists (select 1 from ${assessment} where id = ${row.id} and published_at is not null)
    on conflict do nothing`,
    ),
    recordIfChanged(
      { db, now },
      { type: 'assessment.attempt.started', payload: { attemptId: fresh.id } },
      eventId,
      cameByLaunch(row.id, actor.userId),
    ),
  ]);
  if (inserted.meta.changes !== 1) return undefined;
  return { row: fresh, eventId: told.meta.changes === 1 ? eventId : undefined };
}

async function openSession(
  row: AssessmentRow,
  mine: AttemptRow,
  items: PinnedItem[],
  sessions: Sessions,
): Promise<SessionView> {
  const spec: StartSession = {
    attemptId: mine.id,
    assessmentId: row.id,
    userId: mine.userId,
    number: mine.number,
    title: row.title,
    behaviour: row.behaviour,
    startedAt: mine.startedAt,
    passMark: row.passMark,
    closesAt: row.closesAt,
    review: row.review,
    endsAt: mine.endsAt,
    items,
  };
  const view = await sessions.call(mine.id, (session) => session.start(spec));
  if (view.kind === 'absent') throw new DomainError('not_found');
  return view;
}

/** How often a start looks again after somebody else was quicker. */
const MAX_ROUNDS = 4;

/**
 * Starts an attempt, or resumes the open one: in any number of parallel calls one attempt is made. Three round trips to D1
 * and KV; resuming takes one. Refuses with `not_open`, `closed`, `no_attempts_left`, `cannot_fill`.
 */
export async function startAttempt(
  call: Call,
  { assessmentId }: { assessmentId: string },
  reach: Reach,
): Promise<{ isNew: boolean; view: SessionView }> {
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const found = await read(call, assessmentId);
    if (found.open) {
      const { id } = found.open;
      const view = await reach.sessions.call(id, (session) => session.view(call.actor.userId));
      // The row was made, but the Worker died before the object was started: nobody has seen this paper.
      if (view.kind === 'absent') {
        const items = drawPaper(found.row, await readBanks(call.db, reach.banks, found.refs), found.open.seed);
        return { isNew: false, view: await openSession(found.row, found.open, items, reach.sessions) };
      }
      if (view.attempt.state === 'open') return { isNew: false, view };
      await storeResult(call, id, reach.sessions);
      continue;
    }
    const refusal = refusalToStart(found.row, found.terms, found.used, call.now);
    if (refusal) throw refusal;
    // Drawn before the row is made: a bank that cannot fill the paper uses up no attempt.
    const seed = newSecret();
    const items = drawPaper(found.row, await readBanks(call.db, reach.banks, found.refs), seed);
    const mine = await insertAttempt(call, found, seed);
    if (!mine) continue;
    const view = await openSession(found.row, mine.row, items, reach.sessions);
    if (mine.eventId !== undefined) reach.poke(mine.eventId);
    return { isNew: true, view };
  }
  throw new DomainError('conflict', 'Starting collided with other starts; try again');
}
