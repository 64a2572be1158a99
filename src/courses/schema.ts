import { type AnySQLiteColumn, index, integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import { instant, yes } from '../db/columns.ts';
import { user } from '../identity/schema.ts';

export const examinationLevels = ['JCE', 'MSCE', 'IGCSE'] as const;
export type ExaminationLevel = (typeof examinationLevels)[number];

export const academicClasses = ['Form 1', 'Form 2', 'Form 3', 'Form 4'] as const;
export type AcademicClass = (typeof academicClasses)[number];

/**
 * `version` counts changes of the outline, and is the guard of every write to it. Level and class are null where nobody has said:
 * a course that a launch brought.
 */
export const course = sqliteTable('course', {
  id: text('id').primaryKey(),
  courseKey: text('course_key').notNull().unique(),
  title: text('title').notNull(),
  examinationLevel: text('examination_level', { enum: examinationLevels }),
  academicClass: text('academic_class', { enum: academicClasses }),
  version: integer('version').notNull().default(1),
  createdAt: instant('created_at').notNull(),
});

export const nodeKinds = ['course', 'topic', 'subtopic', 'objective', 'resource'] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** Who sees a node of an outline: everybody, everybody who has its link, staff alone. */
export const visibilities = ['shown', 'hidden', 'staff'] as const;
export type Visibility = (typeof visibilities)[number];

/**
 * The outline of a course, one row a node: course → topic → subtopic → objective → resource. The root has the id of its course.
 * `usageKey` is set when Open edX is the source, `type` is then its block type. `position` counts from 0 among the siblings
 * that are not retired. `retiredAt` hides a node and keeps what points at it. `start` and `due` are written as the platform
 * wrote them.
 */
export const node = sqliteTable(
  'node',
  {
    id: text('id').primaryKey(),
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
    kind: text('kind', { enum: nodeKinds }).notNull(),
    parentId: text('parent_id').references((): AnySQLiteColumn => node.id),
    usageKey: text('usage_key'),
    type: text('type'),
    title: text('title').notNull(),
    position: integer('position').notNull(),
    start: text('start'),
    due: text('due'),
    graded: yes('graded').notNull().default(false),
    format: text('format'),
    visibility: text('visibility', { enum: visibilities }).notNull().default('shown'),
    retiredAt: instant('retired_at'),
  },
  (table) => [
    unique('node_usage_key').on(table.courseId, table.usageKey),
    index('node_parent').on(table.parentId),
    index('node_kind').on(table.courseId, table.kind),
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
