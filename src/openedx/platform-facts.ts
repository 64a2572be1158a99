import { and, eq, isNull } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { course } from '../courses/index.ts';
import { selectUsers } from '../identity/index.ts';
import { connection, followedCourse, openedxUser } from './schema.ts';

/*
 * What other protocols of the same platform may rely on. Statements for the asker's own batch.
 */

/** The platform a course is followed from. */
export const selectSourceOf = (db: DrizzleD1Database, courseKey: string) =>
  db
    .select({ lmsUrl: connection.lmsUrl })
    .from(followedCourse)
    .innerJoin(course, eq(course.id, followedCourse.courseId))
    .innerJoin(connection, eq(connection.id, followedCourse.connectionId))
    .where(and(eq(course.courseKey, courseKey), isNull(connection.deletedAt)));

/** The user with this user name on the connected platform at `lmsUrl`. A user name is given once on a platform, and never to another. */
export const selectByUsername = (db: DrizzleD1Database, lmsUrl: string, username: string) =>
  selectUsers(
    db,
    db
      .select({ id: openedxUser.userId })
      .from(openedxUser)
      .innerJoin(connection, eq(connection.id, openedxUser.connectionId))
      .where(and(eq(connection.lmsUrl, lmsUrl), isNull(connection.deletedAt), eq(openedxUser.username, username))),
  );
