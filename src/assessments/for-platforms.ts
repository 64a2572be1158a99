import { and, asc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { taughtBy } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import { admission, assessment } from './schema.ts';

/*
 * What learning platforms need to know of assessments to send people to them. Statements for the asker's own batch.
 */

const columns = { id: assessment.id, title: assessment.title, behaviour: assessment.behaviour };
export type Offered = { id: string; title: string; behaviour: 'exam' | 'practice' };

/** The published ones among `ids`, a subquery of ids. */
export const selectPublished = (db: DrizzleD1Database, ids: SQL) =>
  db
    .select(columns)
    .from(assessment)
    .where(and(sql`${assessment.id} in (${ids})`, isNotNull(assessment.publishedAt)));

const MOST_OFFERED = 200;

/**
 * What an instructor of a platform may place in a course of theirs: published, and for everybody, of that course or another they
 * teach, or their own. The first 200 by title.
 */
export const selectOffered = (db: DrizzleD1Database, { userId, courseId }: { userId: string; courseId: string }) =>
  db
    .select(columns)
    .from(assessment)
    .where(
      and(
        isNotNull(assessment.publishedAt),
        or(
          isNull(assessment.courseId),
          eq(assessment.courseId, courseId),
          inArray(assessment.courseId, taughtBy(userId)),
          eq(assessment.ownerId, userId),
        ),
      ),
    )
    .orderBy(asc(assessment.title), asc(assessment.id))
    .limit(MOST_OFFERED);

/** Lets students into an assessment; repeating it changes nothing. `userIds`: a subquery of ids. */
export const admitThose = (db: DrizzleD1Database, assessmentId: string, userIds: SQL) =>
  batchable(
    db,
    sql`insert into ${admission} (assessment_id, user_id)
    select ${assessmentId}, id from (${userIds}) where true on conflict do nothing`,
  );

/** Lets a student into an assessment beside those of their courses; repeating it changes nothing. */
export const admit = (db: DrizzleD1Database, { assessmentId, userId }: { assessmentId: string; userId: string }) =>
  db.insert(admission).values({ assessmentId, userId }).onConflictDoNothing();
