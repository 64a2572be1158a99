import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { publicSettings, requireFirst, selectVisible } from './assessments.ts';
import { selectBankRefs } from './bank-refs.ts';
import { paperSize } from './choose-items.ts';
import { endOf } from './end-of.ts';
import { gradeBy } from './grade.ts';
import { visibleNow } from './review.ts';
import { accommodation, attempt, result } from './schema.ts';
import { attemptsLeft, noAccommodation, refusalToStart } from './start-attempt.ts';

/** Where a student stands with an assessment; `startRefused` is the code a start would give now. One round trip. */
export async function readForStudent(call: Call, id: string) {
  const { db, actor, now } = call;
  const mine = and(eq(attempt.assessmentId, id), eq(attempt.userId, actor.userId));
  const [rows, used, latest, terms, results, bankRefs] = await db.batch([
    selectVisible(db, actor, id),
    db.select({ count: count() }).from(attempt).where(mine),
    db
      .select({ id: attempt.id, state: attempt.state, endsAt: attempt.endsAt })
      .from(attempt)
      .where(mine)
      .orderBy(desc(attempt.number))
      .limit(1),
    db
      .select()
      .from(accommodation)
      .where(and(eq(accommodation.assessmentId, id), eq(accommodation.userId, actor.userId))),
    db
      .select({ number: attempt.number, given: result.given, maximum: result.maximum, percent: result.percent })
      .from(attempt)
      .innerJoin(result, and(eq(result.attemptId, attempt.id), eq(result.number, sql`${attempt.reopenings} + 1`)))
      .where(and(mine, eq(attempt.state, 'graded'))),
    selectBankRefs(db, id),
  ]);
  const found = requireFirst(rows);
  const row = found.assessment;
  const attemptsUsed = used[0]?.count ?? 0;
  const own = terms[0] ?? noAccommodation;
  const isScoreVisible = visibleNow(row.review, row.closesAt, now).score;
  const grade = isScoreVisible ? gradeBy(row.gradingMethod, results, row.passMark) : undefined;
  const open = latest[0]?.state === 'open' ? latest[0] : undefined;
  return {
    view: {
      ...publicSettings(found),
      items: paperSize(row.sections),
      mine: {
        attemptsUsed,
        attemptsLeft: attemptsLeft(row, own, attemptsUsed),
        endsAtIfStartedNow: iso(endOf({ ...row, ...own, startedAt: now })),
        ...(grade && { grade }),
      },
    },
    open,
    startRefused: refusalToStart(row, own, attemptsUsed, now),
    endsAtIfStartedNow: endOf({ ...row, ...own, startedAt: now }),
    /** What a page says beside the view: instants in ms, the student's own terms, the banks drawn from. */
    row,
    courseTitle: found.courseTitle,
    own,
    bankRefs,
  };
}
