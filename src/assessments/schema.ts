import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { course } from '../courses/schema.ts';
import { instant, json, yes } from '../db/columns.ts';
import { user } from '../identity/schema.ts';
import type { Review, Section } from './definition.ts';
import type { GradedItem } from './grade-attempt.ts';

/** A definition: what is asked, how long, how often, what is shown afterwards. */
export const assessment = sqliteTable(
  'assessment',
  {
    id: text('id').primaryKey(),
    title: text('title').notNull(),
    courseId: text('course_id').references(() => course.id),
    ownerId: text('owner_id')
      .notNull()
      .references(() => user.id),
    behaviour: text('behaviour', { enum: ['exam', 'practice'] }).notNull(),
    timeLimitSeconds: integer('time_limit_seconds'),
    opensAt: instant('opens_at'),
    closesAt: instant('closes_at'),
    attemptsAllowed: integer('attempts_allowed').notNull(),
    gradingMethod: text('grading_method', { enum: ['best', 'last', 'first', 'average'] }).notNull(),
    passMark: real('pass_mark').notNull(),
    shuffleItems: yes('shuffle_items').notNull(),
    sections: json<Section[]>('sections').notNull(),
    review: json<Review>('review').notNull(),
    publishedAt: instant('published_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('assessment_owner').on(table.ownerId), index('assessment_course').on(table.courseId)],
);

/** Whom, beside its owner and the staff of its course, a definition is shared with: they may read and change it. */
export const assessmentShare = sqliteTable(
  'assessment_share',
  {
    assessmentId: text('assessment_id')
      .notNull()
      .references(() => assessment.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
  },
  (table) => [
    primaryKey({ columns: [table.assessmentId, table.userId] }),
    index('assessment_share_user').on(table.userId),
  ],
);

/** A student who may sit an assessment beside those of its course: a launch of a learning platform let them in. */
export const admission = sqliteTable(
  'admission',
  {
    assessmentId: text('assessment_id')
      .notNull()
      .references(() => assessment.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
  },
  (table) => [primaryKey({ columns: [table.userId, table.assessmentId] })],
);

/** One student's own terms for one assessment. */
export const accommodation = sqliteTable(
  'accommodation',
  {
    assessmentId: text('assessment_id')
      .notNull()
      .references(() => assessment.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    extraTimeSeconds: integer('extra_time_seconds').notNull().default(0),
    timeMultiplier: real('time_multiplier').notNull().default(1),
    extraAttempts: integer('extra_attempts').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.assessmentId, table.userId] }),
    index('accommodation_user').on(table.userId),
  ],
);

/**
 * One sitting, as D1 knows it: opened by a conditional insert, closed when its result arrives. `grantedSeconds` is extra
 * time given to everybody; `reopenedUntil` the end that staff set when they reopened it, less the student's own extra time.
 */
export const attempt = sqliteTable(
  'attempt',
  {
    id: text('id').primaryKey(),
    assessmentId: text('assessment_id')
      .notNull()
      .references(() => assessment.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    number: integer('number').notNull(),
    state: text('state', { enum: ['open', 'graded'] }).notNull(),
    seed: text('seed').notNull(),
    startedAt: instant('started_at').notNull(),
    endsAt: instant('ends_at'),
    grantedSeconds: integer('granted_seconds').notNull().default(0),
    reopenings: integer('reopenings').notNull().default(0),
    reopenedUntil: instant('reopened_until'),
    finishedAt: instant('finished_at'),
    epoch: integer('epoch').notNull().default(1),
    lastSeq: integer('last_seq').notNull().default(0),
    archivedAt: instant('archived_at'),
  },
  (table) => [
    uniqueIndex('attempt_number').on(table.assessmentId, table.userId, table.number),
    uniqueIndex('attempt_one_open').on(table.assessmentId, table.userId).where(sql`state = 'open'`),
    index('attempt_user').on(table.userId, table.startedAt),
    index('attempt_due').on(table.state, table.endsAt),
    index('attempt_old').on(table.state, table.archivedAt, table.finishedAt),
  ],
);

/** A result. A reopened attempt gets another; the highest number counts, the earlier ones are kept. */
export const result = sqliteTable(
  'result',
  {
    attemptId: text('attempt_id')
      .notNull()
      .references(() => attempt.id),
    number: integer('number').notNull(),
    given: real('given').notNull(),
    maximum: real('maximum').notNull(),
    percent: real('percent').notNull(),
    passed: yes('passed').notNull(),
    answered: integer('answered').notNull(),
    lateOps: integer('late_ops').notNull(),
    finishedAt: instant('finished_at').notNull(),
    items: json<GradedItem[]>('items').notNull(),
  },
  (table) => [primaryKey({ columns: [table.attemptId, table.number] })],
);
