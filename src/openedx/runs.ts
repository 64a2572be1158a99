import { and, asc, count, desc, eq } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { course, requireTaughtCourse, teachableCourse } from '../courses/index.ts';
import { named } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import type { Run } from './claim-run.ts';
import type { Change } from './diff-outline.ts';
import { syncChange, syncRun, syncSkipped } from './schema.ts';

export type CourseRun = { run: Run; courseKey: string };

/** A run of a course the actor teaches; any other is refused as an absent one. One round trip. */
export async function requireRun({ db, actor }: Call, id: string): Promise<CourseRun> {
  const [found] = await db
    .select({ run: named(syncRun, 'run'), courseKey: course.courseKey })
    .from(syncRun)
    .innerJoin(course, eq(course.id, syncRun.courseId))
    .where(and(eq(syncRun.id, id), teachableCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** What a run changed, or would change, in its order; and how many changes that are. */
const changesOf = (db: DrizzleD1Database, runId: string, page: PageQuery) =>
  [
    db.select({ count: count() }).from(syncChange).where(eq(syncChange.runId, runId)),
    db
      .select({ detail: syncChange.detail })
      .from(syncChange)
      .where(eq(syncChange.runId, runId))
      .orderBy(asc(syncChange.seq))
      .limit(page.pageSize)
      .offset(offsetOf(page)),
  ] as const;

export type RunReport = CourseRun & {
  changes: Page<Change>;
  skipped: { usageKey: string; reason: string }[];
};

/** Of what a run passed over, as much as is told. */
export const MOST_SKIPPED = 100;

/** A run with a page of its changes and what it passed over. Two round trips. */
export async function readRun(call: Call, id: string, page: PageQuery): Promise<RunReport> {
  const found = await requireRun(call, id);
  const [[total], changes, skipped] = await call.db.batch([
    ...changesOf(call.db, id, page),
    call.db
      .select({ usageKey: syncSkipped.usageKey, reason: syncSkipped.reason })
      .from(syncSkipped)
      .where(eq(syncSkipped.runId, id))
      .orderBy(asc(syncSkipped.seq))
      .limit(MOST_SKIPPED),
  ]);
  return {
    ...found,
    changes: { count: total?.count ?? 0, results: changes.map(({ detail }) => detail) },
    skipped,
  };
}

/** The runs of a course, newest first, each without its changes. Two round trips. */
export async function listRuns(call: Call, courseKey: string, page: PageQuery): Promise<Page<CourseRun>> {
  const { db } = call;
  const { id } = await requireTaughtCourse(call, courseKey);
  const where = eq(syncRun.courseId, id);
  const [[total], runs] = await db.batch([
    db.select({ count: count() }).from(syncRun).where(where),
    db
      .select()
      .from(syncRun)
      .where(where)
      .orderBy(desc(syncRun.createdAt), desc(syncRun.id))
      .limit(page.pageSize)
      .offset(offsetOf(page)),
  ]);
  return { count: total?.count ?? 0, results: runs.map((run) => ({ run, courseKey })) };
}

/** The statement, for the asker's own batch, that finds the run of a course that has not started. */
export const selectPending = (db: DrizzleD1Database, courseId: string) =>
  db
    .select({ id: syncRun.id })
    .from(syncRun)
    .where(and(eq(syncRun.courseId, courseId), eq(syncRun.state, 'pending')));
