import { and, asc, eq, gt, ne, or, type SQL, sql } from 'drizzle-orm';
import { findSitting, readStanding } from '../assessments/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import type { Passback } from './claim-passback.ts';
import { linkUser, passback, resourceLink } from './schema.ts';
import { scopes } from './words.ts';

/** How often it looks again after somebody else was quicker. */
const MAX_ROUNDS = 6;

type Link = typeof resourceLink.$inferSelect;
type Student = { link: Link; assessmentId: string; userId: string; sub: string };

/** What a platform is to show: a score, or null for how far somebody is. Instants in ms. */
type Showing = Pick<Passback, 'scoreGiven' | 'scoreMaximum' | 'startedAt' | 'submittedAt'>;

/** What a student's standing comes to; undefined where there is nothing to show. */
async function showingOf(call: SystemCall, { assessmentId, userId }: Student): Promise<Showing | undefined> {
  const standing = await readStanding(call, { assessmentId, userId });
  if (!standing) return undefined;
  const { grade, startedAt, submittedAt } = standing;
  // Out of nothing there is no score: platforms divide by the maximum.
  if (!grade || grade.score.maximum <= 0) return { scoreGiven: null, scoreMaximum: null, startedAt, submittedAt: null };
  return { scoreGiven: grade.score.given, scoreMaximum: grade.score.maximum, startedAt, submittedAt };
}

const slotOf = ({ id, lineItem }: Link) => lineItem ?? id;

const isSameScore = (row: Passback, { scoreGiven, scoreMaximum }: Showing) =>
  row.scoreGiven === scoreGiven && row.scoreMaximum === scoreMaximum;

async function insertRow({ db, now }: SystemCall, { link, userId, sub }: Student, showing: Showing): Promise<void> {
  await db
    .insert(passback)
    .values({
      id: newId('passback', now),
      registrationId: link.registrationId,
      linkId: link.id,
      slot: slotOf(link),
      userId,
      sub,
      revision: 1,
      ...showing,
      timestamp: now,
      state: 'pending',
      nextAt: now,
      createdAt: now,
    })
    .onConflictDoNothing();
}

/**
 * The change of a row that wants another score, or wants it in another line item; a delivery that is under way settles it
 * (claim-passback.ts). What waits for a platform that is away goes on waiting. Undefined: nothing to change.
 */
function changeOf(row: Passback, { link, sub }: Student, showing: Showing | undefined, now: number) {
  const hasMoved = row.slot !== slotOf(link);
  // Progress only while no score is wanted: on Moodle it would wipe the grade, and nowhere is a grade taken back.
  const isNewScore = showing !== undefined && showing.scoreGiven !== null && !isSameScore(row, showing);
  const { id: linkId } = link;
  if (!hasMoved && !isNewScore && row.sub === sub) return undefined;
  // It has been nowhere yet: it only learns its address.
  if (!isNewScore && row.sub === sub && row.slot === row.linkId) return { slot: slotOf(link), linkId };
  return {
    slot: slotOf(link),
    linkId,
    sub,
    ...(isNewScore && showing),
    revision: row.revision + 1,
    timestamp: sql<number>`max(${passback.timestamp} + 1000, ${now})`,
    isUnclear: false,
    isRetimed: false,
    state: sql<Passback['state']>`case ${passback.state} when 'sending' then 'sending' else 'pending' end`,
    attempts: sql<number>`case when ${passback.state} in ('delivered', 'parked') then 0 else ${passback.attempts} end`,
    nextAt: sql<number>`case ${passback.state} when 'pending' then ${passback.nextAt} else ${now} end`,
    ...(hasMoved && { finalAt: null }),
  };
}

/** Whether a row is to be sent now. */
const isDue = (row: Passback, now: number) => row.state === 'pending' && row.nextAt !== null && row.nextAt <= now;

/**
 * Brings the row of one student and link to where the student stands. It ends with a look that finds nothing to change: whoever
 * wrote what is no longer so looks again after it. Answers the id of the row if it is to be sent now.
 */
async function keepOne(call: SystemCall, student: Student): Promise<string[]> {
  const { db, now } = call;
  const { link, userId } = student;
  const slot = slotOf(link);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const rows = await db
      .select()
      .from(passback)
      .where(
        and(
          eq(passback.registrationId, link.registrationId),
          eq(passback.userId, userId),
          or(eq(passback.slot, slot), eq(passback.linkId, link.id)),
        ),
      );
    // After the row, so that what is written is never older than what it replaces.
    const showing = await showingOf(call, student);
    const row = rows.find((one) => one.slot === slot) ?? rows[0];
    if (!row) {
      if (!showing) return [];
      await insertRow(call, student, showing);
      continue;
    }
    const change = changeOf(row, student, showing, now);
    if (!change) {
      if (rows.length > 1) await forgetOthers(call, student, row);
      return isDue(row, now) ? [row.id] : [];
    }
    await db
      .update(passback)
      .set(change)
      .where(and(eq(passback.id, row.id), eq(passback.revision, row.revision), eq(passback.slot, row.slot)));
  }
  throw new Error(`The passback of ${userId} by ${link.id} is written too often at once`);
}

/** Rows of the same link under an address it had before: one stands for all. */
async function forgetOthers({ db }: SystemCall, { link, userId }: Student, { id }: Passback): Promise<void> {
  await db
    .delete(passback)
    .where(
      and(
        eq(passback.linkId, link.id),
        eq(passback.userId, userId),
        ne(passback.id, id),
        ne(passback.state, 'sending'),
      ),
    );
}

const selectStudents = ({ db }: SystemCall, where: SQL | undefined) =>
  db
    .select({ link: resourceLink, sub: linkUser.sub, userId: linkUser.userId })
    .from(linkUser)
    .innerJoin(resourceLink, eq(resourceLink.id, linkUser.linkId))
    .where(where);

type Came = Awaited<ReturnType<typeof selectStudents>>;

async function keepAll(call: SystemCall, students: Came): Promise<string[]> {
  const due: string[] = [];
  for (const { link, sub, userId } of students) {
    const hasPlace = link.lineItem !== null || link.lineItems !== null;
    if (link.assessmentId === null || !hasPlace || !link.scopes.includes(scopes.score)) continue;
    due.push(...(await keepOne(call, { link, assessmentId: link.assessmentId, userId, sub })));
  }
  return due;
}

/**
 * The reaction to an attempt that has begun or ended: every platform the student came from to this assessment is to show the grade
 * by its `gradingMethod`, or that it has begun. May run any number of times. Answers the rows to be sent now.
 */
export async function keepGrade(call: SystemCall, { attemptId }: { attemptId: string }): Promise<string[]> {
  const sitting = await findSitting(call, attemptId);
  if (!sitting) return [];
  const came = and(eq(linkUser.userId, sitting.userId), eq(resourceLink.assessmentId, sitting.assessmentId));
  return await keepAll(call, await selectStudents(call, came));
}

/** Each student takes up to five queries, and an invocation of a Worker has a thousand. */
const STUDENTS_AT_ONCE = 100;

/**
 * The reaction to a link that carries another assessment: the same for those who came by it, 100 at a time. `next`: go on after this
 * user.
 */
export async function keepGradesOfLink(
  call: SystemCall,
  { linkId, after = '' }: { linkId: string; after?: string },
): Promise<{ due: string[]; next: string | undefined }> {
  const students = await selectStudents(call, and(eq(linkUser.linkId, linkId), gt(linkUser.userId, after)))
    .orderBy(asc(linkUser.userId))
    .limit(STUDENTS_AT_ONCE);
  const next = students.length < STUDENTS_AT_ONCE ? undefined : students.at(-1)?.userId;
  return { due: await keepAll(call, students), next };
}

/**
 * The same for one student and link, after a launch: they may have begun, or finished, before they came by it, and the line item
 * may have another address now.
 */
export async function keepGradeOf(
  call: SystemCall,
  { linkId, userId }: { linkId: string; userId: string },
): Promise<string[]> {
  const came = and(eq(linkUser.linkId, linkId), eq(linkUser.userId, userId));
  return await keepAll(call, await selectStudents(call, came));
}
