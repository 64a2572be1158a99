import { and, asc, count, desc, eq, sql } from 'drizzle-orm';
import { contains } from '../db/index.ts';
import { user } from '../identity/index.ts';
import type { Actor, Call } from '../lib/call.ts';
import { toCsv } from '../lib/csv.ts';
import { DomainError } from '../lib/errors.ts';
import { iso } from '../lib/instant.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import { scopeOf } from '../lib/permissions.ts';
import type { Course } from './courses.ts';
import { type Progress, percentOf, progressColumns } from './progress.ts';
import { course, type EnrolmentOrigin, enrolment } from './schema.ts';
import { writableCourse } from './who-sees.ts';

/** Somebody who learns in a course, or did. Instants in ms. `email` is null for whoever may not see it. */
export type Learner = Progress & {
  enrolmentId: string;
  userId: string;
  name: string;
  username: string | null;
  email: string | null;
  isActive: boolean;
  origin: EnrolmentOrigin;
  enrolledAt: number;
  lastAccessedAt: number | null;
};
/** `hasNamesake`: somebody else on the roster has the same name. */
type Listed = Learner & { hasNamesake: boolean };
export type Roster = Page<Listed> & { course: Course; active: number };

/** More than any course has; a longer table is no use to anybody. */
const MOST_IN_TABLE = 10_000;

/** Admins alone see addresses. */
const learnerColumns = (actor: Actor) => ({
  enrolmentId: sql<string>`${enrolment.id}`.as('enrolment_id'),
  userId: enrolment.userId,
  name: user.name,
  username: user.username,
  email: (scopeOf(actor, 'enrolments:manage') === 'all' ? sql<string | null>`${user.email}` : sql<null>`null`).as(
    'address',
  ),
  isActive: enrolment.isActive,
  origin: enrolment.origin,
  enrolledAt: sql<number>`${enrolment.createdAt}`.as('enrolled_at'),
  lastAccessedAt: enrolment.lastAccessedAt,
  ...progressColumns(sql`${enrolment.courseId}`, sql`${enrolment.userId}`),
});

/** One who learns in a course the actor teaches, or did, and its title. Refuses with `not_found`. One round trip. */
export async function readLearner(
  { db, actor }: Call,
  { courseKey, userId }: { courseKey: string; userId: string },
): Promise<Learner & { courseTitle: string }> {
  const [found] = await db
    .select({ ...learnerColumns(actor), courseTitle: sql<string>`${course.title}`.as('course_title') })
    .from(enrolment)
    .innerJoin(course, eq(course.id, enrolment.courseId))
    .innerJoin(user, eq(user.id, enrolment.userId))
    .where(
      and(eq(course.courseKey, courseKey), eq(enrolment.userId, userId), writableCourse(actor, 'enrolments:manage')),
    );
  if (!found) throw new DomainError('not_found');
  return found;
}

type RosterQuery = PageQuery & { search?: string | undefined };

/**
 * Who learns in a course the actor teaches: first those who do now, each by name. Refuses with `not_found`. One round
 * trip.
 */
export async function readRoster(call: Call, courseKey: string, query: RosterQuery): Promise<Roster> {
  const { db, actor } = call;
  const its = and(eq(course.courseKey, courseKey), writableCourse(actor, 'enrolments:manage'));
  const wanted = query.search?.trim();
  const where = and(its, wanted ? contains(wanted, user.name, user.username) : undefined);
  const [[found], [active], [total], results] = await db.batch([
    db.select().from(course).where(its),
    db
      .select({ count: count() })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .where(and(its, eq(enrolment.isActive, true))),
    db
      .select({ count: count() })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .innerJoin(user, eq(user.id, enrolment.userId))
      .where(where),
    db
      .select({
        ...learnerColumns(actor),
        hasNamesake: sql<boolean>`count(*) over (partition by ${user.name}) > 1`.mapWith(Boolean).as('has_namesake'),
      })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .innerJoin(user, eq(user.id, enrolment.userId))
      .where(where)
      .orderBy(desc(enrolment.isActive), asc(user.name), asc(enrolment.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  if (!found) throw new DomainError('not_found');
  return { course: found, active: active?.count ?? 0, count: total?.count ?? 0, results };
}

const header = [
  'name',
  'userId',
  'username',
  'email',
  'active',
  'enrolled at',
  'last accessed at',
  'lessons',
  'completed',
  '%',
];

/** The whole roster as a table for spreadsheets; see `readRoster`. */
export async function rosterCsv(call: Call, courseKey: string): Promise<string> {
  const { results } = await readRoster(call, courseKey, { page: 1, pageSize: MOST_IN_TABLE });
  return toCsv(
    header,
    results.map((one) => [
      ...[one.name, one.userId, one.username, one.email, one.isActive ? 'yes' : 'no'],
      ...[iso(one.enrolledAt), iso(one.lastAccessedAt)],
      ...[one.lessons, one.completed, percentOf(one)],
    ]),
  );
}
