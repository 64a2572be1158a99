import { and, asc, count, eq, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { contains } from '../db/index.ts';
import { versionOf } from '../http/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListCoursesInput } from './input.ts';
import { course } from './schema.ts';
import { teachableCourse, visibleCourse, writableCourse } from './who-sees.ts';

export type Course = typeof course.$inferSelect;

/** The statement, for the asker's own batch, that finds a course by its key. */
export const selectByKey = (db: DrizzleD1Database, courseKey: string) =>
  db.select({ id: course.id }).from(course).where(eq(course.courseKey, courseKey));

/** The statement, for the asker's own batch, that finds a course the actor may look into. */
export const selectVisible = ({ db, actor }: Call, courseKey: string) =>
  db
    .select({ id: course.id, title: course.title })
    .from(course)
    .where(and(eq(course.courseKey, courseKey), visibleCourse(actor)));

/** The course, whoever asks. Refuses with `not_found`. */
export async function requireCourseByKey(db: DrizzleD1Database, courseKey: string): Promise<Course> {
  const [found] = await db.select().from(course).where(eq(course.courseKey, courseKey));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The course, if the actor has to do with its people and papers; any other is refused exactly as an absent one. */
export async function requireTaughtCourse({ db, actor }: Call, courseKey: string): Promise<Course> {
  const [found] = await db
    .select()
    .from(course)
    .where(and(eq(course.courseKey, courseKey), teachableCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The course, if the actor may change it; any other is refused exactly as an absent one. One round trip. */
export async function requireWritableCourse({ db, actor }: Call, courseKey: string): Promise<Course> {
  const [found] = await db
    .select()
    .from(course)
    .where(and(eq(course.courseKey, courseKey), writableCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The id of a course the actor may hang things on. Any other key is refused (`invalid`) as an unknown one. */
export async function requireTaughtCourseId({ db, actor }: Call, courseKey: string): Promise<string> {
  const [found] = await db
    .select({ id: course.id })
    .from(course)
    .where(and(eq(course.courseKey, courseKey), teachableCourse(actor)));
  if (!found) throw invalidFields([{ pointer: '/courseKey', message: 'unknown course' }]);
  return found.id;
}

const matching = (search: string | undefined): SQL | undefined => {
  if (search === undefined) return undefined;
  return contains(search, course.title, course.courseKey);
};

const selectPage = ({ db }: Call, input: ListCoursesInput, within: SQL | undefined) => {
  const where = and(within, matching(input.search));
  return [
    db.select({ count: count() }).from(course).where(where),
    db
      .select()
      .from(course)
      .where(where)
      .orderBy(asc(course.title), asc(course.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ] as const;
};

/** The statement that says how often what the actor's list is made of has changed: any course, and what they learn and teach. */
const selectChanges = ({ db, actor }: Call) =>
  db
    .select({ courses: versionOf('courses').as('courses'), mine: versionOf(`user:${actor.userId}`).as('mine') })
    .from(sql`(select 1)`);

/** What decides, beside who asks and for what, how a list of courses looks. */
export type ListChanges = { courses: number; mine: number };

/** One round trip. */
export async function readListChanges(call: Call): Promise<ListChanges> {
  const [changes] = await selectChanges(call);
  return changes ?? { courses: 0, mine: 0 };
}

/** The courses the actor may see, by title, and what their list was made of. One round trip. */
export async function listCourses(call: Call, input: ListCoursesInput): Promise<Page<Course> & { of: ListChanges }> {
  const [[total], results, [changes]] = await call.db.batch([
    ...selectPage(call, input, visibleCourse(call.actor)),
    selectChanges(call),
  ]);
  return { count: total?.count ?? 0, results, of: changes ?? { courses: 0, mine: 0 } };
}

/** The courses the actor may hang banks and papers on, by title. One round trip. */
export async function listTaughtCourses(call: Call, input: ListCoursesInput): Promise<Page<Course>> {
  const [[total], results] = await call.db.batch(selectPage(call, input, teachableCourse(call.actor)));
  return { count: total?.count ?? 0, results };
}
