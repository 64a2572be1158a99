import { asc, inArray } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { course } from './schema.ts';
import { enrolledIn } from './who-sees.ts';

const MOST = 100;

/** The statement, for the asker's own batch, that reads the courses a student is enrolled in, by title; the first 100. */
export const selectMyCourses = (db: DrizzleD1Database, userId: string) =>
  db
    .select({ courseKey: course.courseKey, title: course.title })
    .from(course)
    .where(inArray(course.id, enrolledIn(userId)))
    .orderBy(asc(course.title), asc(course.id))
    .limit(MOST);
