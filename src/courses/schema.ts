import { index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { instant, yes } from '../db/columns.ts';
import { user } from '../identity/schema.ts';

export const examinationLevels = ['JCE', 'MSCE', 'IGCSE'] as const;
export type ExaminationLevel = (typeof examinationLevels)[number];

export const academicClasses = ['Form 1', 'Form 2', 'Form 3', 'Form 4'] as const;
export type AcademicClass = (typeof academicClasses)[number];

/** `version` counts changes of the outline. */
export const course = sqliteTable('course', {
  id: text('id').primaryKey(),
  courseKey: text('course_key').notNull().unique(),
  title: text('title').notNull(),
  examinationLevel: text('examination_level', { enum: examinationLevels }).notNull(),
  academicClass: text('academic_class', { enum: academicClasses }).notNull(),
  version: integer('version').notNull().default(1),
  createdAt: instant('created_at').notNull(),
});

/** What the three levels of an outline share. `usageKey` is set when Open edX is the source; `retiredAt` hides a node and keeps what points at it. */
const node = {
  id: text('id').primaryKey(),
  courseId: text('course_id')
    .notNull()
    .references(() => course.id),
  usageKey: text('usage_key'),
  title: text('title').notNull(),
  position: integer('position').notNull(),
  retiredAt: instant('retired_at'),
};

export const topic = sqliteTable('topic', node, (table) => [
  unique('topic_usage_key').on(table.courseId, table.usageKey),
]);

export const subtopic = sqliteTable(
  'subtopic',
  {
    ...node,
    topicId: text('topic_id')
      .notNull()
      .references(() => topic.id),
  },
  (table) => [
    unique('subtopic_usage_key').on(table.courseId, table.usageKey),
    index('subtopic_topic').on(table.topicId),
  ],
);

export const objective = sqliteTable(
  'objective',
  {
    ...node,
    subtopicId: text('subtopic_id')
      .notNull()
      .references(() => subtopic.id),
  },
  (table) => [
    unique('objective_usage_key').on(table.courseId, table.usageKey),
    index('objective_subtopic').on(table.subtopicId),
  ],
);

/** Who teaches a course. */
export const courseStaff = sqliteTable(
  'course_staff',
  {
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
  },
  (table) => [primaryKey({ columns: [table.courseId, table.userId] }), index('course_staff_user').on(table.userId)],
);

/** Who learns in a course. `mode` is the word of Open edX: audit, honor, verified … */
export const enrolment = sqliteTable(
  'enrolment',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
    isActive: yes('is_active').notNull().default(true),
    mode: text('mode').notNull().default('audit'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [unique('enrolment_once').on(table.userId, table.courseId), index('enrolment_course').on(table.courseId)],
);
