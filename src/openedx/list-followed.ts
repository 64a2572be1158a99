import { and, asc, count, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { course, teachableCourse } from '../courses/index.ts';
import { joined, named } from '../db/index.ts';
import { type Call, isAdmin } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import type { Run } from './claim-run.ts';
import { connection, followedCourse, openedxEvent, syncRun } from './schema.ts';

const MOST_UNKNOWN = 20;

/** A course and how it stands with its platform. `followed` is null for a course of ours. */
export type CourseState = {
  course: typeof course.$inferSelect;
  followed: (typeof followedCourse.$inferSelect & { connectionName: string }) | null;
  lastRun: Run | null;
};

/** The platform has published what is not here yet. */
export const isBehind = ({ followed }: CourseState) =>
  followed !== null && followed.platformVersion !== null && followed.platformVersion !== followed.seenVersion;

const followedColumns = named(followedCourse, 'followed');
const runColumns = named(syncRun, 'run');

const selectStates = ({ db }: Call, where: SQL | undefined) =>
  db
    .select({
      course: named(course, 'course'),
      followed: followedColumns,
      connectionName: sql<string>`${connection.name}`.as('connection_name'),
      lastRun: runColumns,
    })
    .from(course)
    .leftJoin(followedCourse, eq(followedCourse.courseId, course.id))
    .leftJoin(connection, eq(connection.id, followedCourse.connectionId))
    .leftJoin(
      syncRun,
      sql`${syncRun.id} = (select newest.id from sync_run newest where newest.course_id = ${course.id}
        order by newest.created_at desc, newest.id desc limit 1)`,
    )
    .where(where);

type Row = Awaited<ReturnType<typeof selectStates>>[number];

function stateFrom({ course, followed, connectionName, lastRun }: Row): CourseState {
  const follows = joined(followed, 'courseId');
  return { course, followed: follows && { ...follows, connectionName }, lastRun: joined(lastRun, 'id') };
}

/** A key that events name and no course here has. `lastAt` in ms. */
export type UnknownCourse = { courseKey: string; connectionId: string; connectionName: string; lastAt: number };

/** For admins, who alone could follow them. */
const selectUnknown = ({ db, actor }: Call) => {
  const lastAt = sql<number>`max(${openedxEvent.receivedAt})`.as('last_at');
  return db
    .select({
      courseKey: sql<string>`${openedxEvent.courseKey}`.as('course_key'),
      connectionId: sql<string>`${connection.id}`.as('connection_id'),
      connectionName: sql<string>`${connection.name}`.as('connection_name'),
      lastAt,
    })
    .from(openedxEvent)
    .innerJoin(connection, and(eq(connection.id, openedxEvent.connectionId), isNull(connection.deletedAt)))
    .where(
      and(
        sql`${isAdmin(actor) ? 1 : 0} = 1`,
        sql`${openedxEvent.courseKey} is not null`,
        sql`not exists (select 1 from course known where known.course_key = ${openedxEvent.courseKey})`,
      ),
    )
    .groupBy(openedxEvent.courseKey, connection.id)
    .orderBy(desc(lastAt))
    .limit(MOST_UNKNOWN);
};

/**
 * The courses the actor teaches, by title, each with its last run; and for admins the newest 20 keys that events name and nobody
 * follows. One round trip.
 */
export async function listFollowed(
  call: Call,
  page: PageQuery,
): Promise<{ courses: Page<CourseState>; unknown: UnknownCourse[] }> {
  const { db, actor } = call;
  const where = teachableCourse(actor);
  const [[total], rows, unknown] = await db.batch([
    db.select({ count: count() }).from(course).where(where),
    selectStates(call, where).orderBy(asc(course.title), asc(course.id)).limit(page.pageSize).offset(offsetOf(page)),
    selectUnknown(call),
  ]);
  return { courses: { count: total?.count ?? 0, results: rows.map(stateFrom) }, unknown };
}

/** How a course the actor teaches stands with its platform; any other is refused as an absent one. One round trip. */
export async function requireCourseState(call: Call, courseKey: string): Promise<CourseState> {
  const [found] = await selectStates(call, and(eq(course.courseKey, courseKey), teachableCourse(call.actor)));
  if (!found) throw new DomainError('not_found');
  return stateFrom(found);
}
