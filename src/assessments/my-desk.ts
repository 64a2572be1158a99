import { and, count, desc, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import { course, type MyCourse, selectMyCourses, selectVisible } from '../courses/index.ts';
import { joined, named } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { AssessmentRow } from './assessments.ts';
import { stateAt } from './attempts.ts';
import type { Grade } from './grade.ts';
import { visibleNow } from './review.ts';
import { accommodation, assessment, attempt, result } from './schema.ts';
import { noAccommodation, refusalToStart } from './start-attempt.ts';
import { visibleAssessment } from './who-sees.ts';

const MOST_ASSESSMENTS = 200;
const MOST_ATTEMPTS = 100;

/** `courseTitle`: of the course it belongs to, null where it is for everybody. */
type Paper = Pick<AssessmentRow, 'title' | 'behaviour'> & { courseTitle: string | null };
type MyAttempt = Paper & { attemptId: string; endsAt: number | null };
type Startable = Paper & Pick<AssessmentRow, 'id' | 'opensAt' | 'closesAt'>;

/** The papers of a student. Instants in ms. */
export type MyPapers = {
  open: MyAttempt[];
  startable: Startable[];
  upcoming: Startable[];
  /** `grade` is absent while review hides the score; `isWaiting` while there is none. */
  finished: (MyAttempt & { finishedAt: number; isWaiting: boolean; grade?: Grade })[];
};

/** What a student finds on their first page. */
export type MyDesk = MyPapers & { courses: MyCourse[] };

const assessmentColumns = named(assessment, 'assessment');
const resultColumns = named(result, 'result');
const courseTitle = sql<string | null>`${course.title}`.as('course_title');

/** The statements that read a student's papers: all, or those of which `which` holds, a condition on `assessment`. */
const selectPapers = ({ db, actor }: Call, which?: SQL) =>
  [
    db
      .select({ row: assessment, courseTitle })
      .from(assessment)
      .leftJoin(course, eq(course.id, assessment.courseId))
      .where(and(visibleAssessment(actor), isNotNull(assessment.publishedAt), which))
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
        courseTitle,
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
      .leftJoin(course, eq(course.id, assessment.courseId))
      .leftJoin(result, and(eq(result.attemptId, attempt.id), eq(result.number, sql`${attempt.reopenings} + 1`)))
      .where(and(eq(attempt.userId, actor.userId), which))
      .orderBy(desc(attempt.id))
      .limit(MOST_ATTEMPTS),
  ] as const;

type Rows<Statements extends readonly unknown[]> = { [Each in keyof Statements]: Awaited<Statements[Each]> };

/** Which paper is being written, can be started, comes and is over. */
function sortPapers(
  [assessments, accommodations, used, attempts]: Rows<ReturnType<typeof selectPapers>>,
  now: number,
): MyPapers {
  const papers: MyPapers = { open: [], startable: [], upcoming: [], finished: [] };
  const writing = new Set<string>();
  for (const { attempt: mine, assessment: its, courseTitle, result: row } of attempts) {
    const facts = { attemptId: mine.id, title: its.title, courseTitle, behaviour: its.behaviour, endsAt: mine.endsAt };
    if (stateAt(mine, now) === 'open') {
      papers.open.push(facts);
      writing.add(mine.assessmentId);
      continue;
    }
    const scored = joined(row, 'number');
    const isVisible = visibleNow(its.review, its.closesAt, now).score;
    papers.finished.push({
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
  for (const { row, courseTitle } of assessments) {
    if (writing.has(row.id)) continue;
    const refusal = refusalToStart(row, termsOf.get(row.id) ?? noAccommodation, usedOf.get(row.id) ?? 0, now);
    if (!refusal) papers.startable.push({ ...row, courseTitle });
    else if (refusal.code === 'not_open') papers.upcoming.push({ ...row, courseTitle });
  }
  papers.upcoming.sort((a, b) => (a.opensAt ?? 0) - (b.opensAt ?? 0));
  return papers;
}

/** Reads what a student may write, could start, and has finished, and the courses they are in. One round trip, and no call to an object. */
export async function readMyDesk(call: Call): Promise<MyDesk> {
  const [courses, ...papers] = await call.db.batch([
    selectMyCourses(call.db, call.actor.userId),
    ...selectPapers(call),
  ]);
  return { ...sortPapers(papers, call.now), courses };
}

/** The same of one course the student may look into; refuses with `not_found`. One round trip. */
export async function readCourseDesk(call: Call, courseKey: string): Promise<MyPapers & { title: string }> {
  const its = selectVisible(call, courseKey);
  const inIt = inArray(assessment.courseId, sql`(select id from (${its}))`);
  const [[course], ...papers] = await call.db.batch([its, ...selectPapers(call, inIt)]);
  if (!course) throw new DomainError('not_found');
  return { ...sortPapers(papers, call.now), title: course.title };
}
