import { and, asc, count, eq, or, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListCoursesInput } from './input.ts';
import { course } from './schema.ts';
import { teachableCourse, visibleCourse } from './who-sees.ts';

export type Course = typeof course.$inferSelect;

/** The statement, for the asker's own batch, that finds a course by its key. */
export const selectByKey = (db: DrizzleD1Database, courseKey: string) =>
  db.select({ id: course.id }).from(course).where(eq(course.courseKey, courseKey));

/** The course, whoever asks. Refuses with `not_found`. */
export async function requireCourseByKey(db: DrizzleD1Database, courseKey: string): Promise<Course> {
  const [found] = await db.select().from(course).where(eq(course.courseKey, courseKey));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The course as the actor may see it; one they may not see is refused exactly as an absent one. */
export async function requireVisibleCourse({ db, actor }: Call, courseKey: string): Promise<Course> {
  const [found] = await db
    .select()
    .from(course)
    .where(and(eq(course.courseKey, courseKey), visibleCourse(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The course, if the actor may change it; any other is refused exactly as an absent one. */
export async function requireTaughtCourse({ db, actor }: Call, courseKey: string): Promise<Course> {
  const [found] = await db
    .select()
    .from(course)
    .where(and(eq(course.courseKey, courseKey), teachableCourse(actor)));
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
  const wanted = search.toLowerCase();
  return or(sql`instr(lower(${course.title}), ${wanted}) > 0`, sql`instr(lower(${course.courseKey}), ${wanted}) > 0`);
};

/** The courses the actor may see, by title. One round trip. */
export async function listCourses({ db, actor }: Call, input: ListCoursesInput): Promise<Page<Course>> {
  const where = and(visibleCourse(actor), matching(input.search));
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(course).where(where),
    db
      .select()
      .from(course)
      .where(where)
      .orderBy(asc(course.title), asc(course.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}
