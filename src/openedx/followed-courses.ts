import { eq } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { course, node } from '../courses/index.ts';
import { named } from '../db/index.ts';
import type { ConnectionRow } from './platform.ts';
import { connection, followedCourse } from './schema.ts';

/** A course with what it follows. `rootKey` is the usage key of its course block. */
export type FollowedCourse = {
  followed: typeof followedCourse.$inferSelect;
  course: typeof course.$inferSelect;
  connection: ConnectionRow;
  rootKey: string | null;
};

/** The statement, fit for a batch, that reads followed courses. */
export const selectFollowed = (db: DrizzleD1Database) =>
  db
    .select({
      followed: named(followedCourse, 'followed'),
      course: named(course, 'course'),
      connection: named(connection, 'connection'),
      rootKey: node.usageKey,
    })
    .from(followedCourse)
    .innerJoin(course, eq(course.id, followedCourse.courseId))
    .innerJoin(connection, eq(connection.id, followedCourse.connectionId))
    .innerJoin(node, eq(node.id, course.id));
