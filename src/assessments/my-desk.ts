import { and, count, desc, eq, isNotNull, sql } from 'drizzle-orm';
import { type MyCourse, selectMyCourses } from '../courses/index.ts';
import { joined, named } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import type { AssessmentRow } from './assessments.ts';
import { stateAt } from './attempts.ts';
import type { Grade } from './grade.ts';
import { visibleNow } from './review.ts';
import { accommodation, assessment, attempt, result } from './schema.ts';
import { noAccommodation, refusalToStart } from './start-attempt.ts';
import { visibleAssessment } from './who-sees.ts';

const MOST_ASSESSMENTS = 200;
const MOST_ATTEMPTS = 100;

type MyAttempt = { attemptId: string; title: string; behaviour: AssessmentRow['behaviour']; endsAt: number | null };
type Startable = Pick<AssessmentRow, 'id' | 'title' | 'behaviour' | 'opensAt' | 'closesAt'>;

/** What a student finds on their first page. Instants in ms. */
export type MyDesk = {
  open: MyAttempt[];
  startable: Startable[];
  upcoming: Startable[];
  courses: MyCourse[];
  /** `grade` is absent while review hides the score; `isWaiting` while there is none. */
  finished: (MyAttempt & { finishedAt: number; isWaiting: boolean; grade?: Grade })[];
};

const assessmentColumns = named(assessment, 'assessment');
const resultColumns = named(result, 'result');

/** Reads what a student may write, could start, and has finished, and the courses they are in. One round trip, and no call to an object. */
export async function readMyDesk({ db, actor, now }: Call): Promise<MyDesk> {
  const [assessments, accommodations, used, attempts, courses] = await db.batch([
    db
      .select()
      .from(assessment)
      .where(and(visibleAssessment(actor), isNotNull(assessment.publishedAt)))
      .orderBy(desc(assessment.id))
      .limit(MOST_ASSESSMENTS),
    db.select().from(accommodation).where(eq(accommodation.userId, actor.userId)),
    db
      .select({ assessmentId: attempt.assessmentId, count: count() })
      .from(attempt)
      .where(eq(attempt.userId, actor.userId))
      .groupBy(attempt.assessmentId),
    db
      .select({
        attempt: named(attempt, 'attempt'),
        assessment: {
          title: assessmentColumns.title,
          behaviour: assessmentColumns.behaviour,
          review: assessmentColumns.review,
          closesAt: assessmentColumns.closesAt,
        },
        result: {
          number: resultColumns.number,
          given: resultColumns.given,
          maximum: resultColumns.maximum,
          percent: resultColumns.percent,
          passed: resultColumns.passed,
        },
      })
      .from(attempt)
      .innerJoin(assessment, eq(assessment.id, attempt.assessmentId))
      .leftJoin(result, and(eq(result.attemptId, attempt.id), eq(result.number, sql`${attempt.reopenings} + 1`)))
      .where(eq(attempt.userId, actor.userId))
      .orderBy(desc(attempt.id))
      .limit(MOST_ATTEMPTS),
    selectMyCourses(db, actor.userId),
  ]);

  const desk: MyDesk = { open: [], startable: [], upcoming: [], finished: [], courses };
  const writing = new Set<string>();
  for (const { attempt: mine, assessment: its, result: row } of attempts) {
    const facts = { attemptId: mine.id, title: its.title, behaviour: its.behaviour, endsAt: mine.endsAt };
    if (stateAt(mine, now) === 'open') {
      desk.open.push(facts);
      writing.add(mine.assessmentId);
      continue;
    }
    const scored = joined(row, 'number');
    const isVisible = visibleNow(its.review, its.closesAt, now).score;
    desk.finished.push({
      ...facts,
      finishedAt: mine.finishedAt ?? mine.endsAt ?? mine.startedAt,
      isWaiting: mine.state !== 'graded',
      ...(scored &&
        isVisible && {
          grade: {
            score: { given: scored.given, maximum: scored.maximum },
            percent: scored.percent,
            passed: scored.passed,
          },
        }),
    });
  }

  const termsOf = new Map(accommodations.map((one) => [one.assessmentId, one]));
  const usedOf = new Map(used.map((one) => [one.assessmentId, one.count]));
  for (const row of assessments) {
    if (writing.has(row.id)) continue;
    const refusal = refusalToStart(row, termsOf.get(row.id) ?? noAccommodation, usedOf.get(row.id) ?? 0, now);
    if (!refusal) desk.startable.push(row);
    else if (refusal.code === 'not_open') desk.upcoming.push(row);
  }
  desk.upcoming.sort((a, b) => (a.opensAt ?? 0) - (b.opensAt ?? 0));
  return desk;
}
