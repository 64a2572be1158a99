import { sql } from 'drizzle-orm';
import { course } from './schema.ts';

/* For selects that join `course`. Deleting one puts its id behind its key, which another may then have. */

/** The key of a course that is there; null of one that was deleted. */
export const courseKeyNow = sql<string | null>`case when ${course.deletedAt} is null then ${course.courseKey} end`.as(
  'course_key',
);

/** The key as people wrote it, of a deleted course too. */
export const courseKeyAsWritten = sql<string>`replace(${course.courseKey}, ' ' || ${course.id}, '')`.as('course_key');
