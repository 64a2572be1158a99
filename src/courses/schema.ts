import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  unique,
} from 'drizzle-orm/sqlite-core';
import { instant, yes } from '../db/columns.ts';
import { user } from '../identity/schema.ts';

export const examinationLevels = ['JCE', 'MSCE', 'IGCSE'] as const;
export type ExaminationLevel = (typeof examinationLevels)[number];

export const academicClasses = ['Form 1', 'Form 2', 'Form 3', 'Form 4'] as const;
export type AcademicClass = (typeof academicClasses)[number];

/** Whom a course lets in: everybody who is signed in, or whom its staff enrol. */
export const courseVisibilities = ['open', 'invited'] as const;
export type CourseVisibility = (typeof courseVisibilities)[number];

/** Where title and outline come from: made here, or followed on an Open edX connection and then read-only here. */
export const courseSources = ['here', 'openedx'] as const;

/**
 * `version` counts changes of the outline, and a write to it that no longer fits leaves it without a number; `revision` counts those of
 * everything else here, and guards who names it. Level and class are null where nobody has said: a course that a launch brought. `description` and `teacherGuide` are Markdown, rendered beside. Of a deleted course nobody sees
 * anything any more, and its key is free again; results stay.
 */
export const course = sqliteTable(
  'course',
  {
    id: text('id').primaryKey(),
    courseKey: text('course_key').notNull().unique(),
    title: text('title').notNull(),
    source: text('source', { enum: courseSources }).notNull().default('here'),
    examinationLevel: text('examination_level', { enum: examinationLevels }),
    academicClass: text('academic_class', { enum: academicClasses }),
    visibility: text('visibility', { enum: courseVisibilities }).notNull().default('invited'),
    seatLimit: integer('seat_limit'),
    description: text('description').notNull().default(''),
    descriptionHtml: text('description_html').notNull().default(''),
    teacherGuide: text('teacher_guide').notNull().default(''),
    teacherGuideHtml: text('teacher_guide_html').notNull().default(''),
    estimatedHours: real('estimated_hours'),
    /** Of 100. */
    minimumMasteryPercent: real('minimum_mastery_percent'),
    version: integer('version').notNull().default(1),
    revision: integer('revision').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [index('course_title').on(table.title, table.id).where(sql`deleted_at is null`)],
);

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

export const enrolmentOrigins = ['self', 'staff', 'platform'] as const;
export type EnrolmentOrigin = (typeof enrolmentOrigins)[number];

/**
 * Who learns in a course. `mode` is the word of Open edX: audit, honor, verified … `origin` says who enrolled them; `lastAccessedAt` is null
 * until they come.
 */
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
    origin: text('origin', { enum: enrolmentOrigins }).notNull().default('platform'),
    /** Who of the staff enrolled them, where it was one. */
    enrolledBy: text('enrolled_by').references(() => user.id),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
    lastAccessedAt: instant('last_accessed_at'),
  },
  (table) => [
    unique('enrolment_once').on(table.userId, table.courseId),
    index('enrolment_course').on(table.courseId),
    index('enrolment_last_seen').on(table.isActive, table.origin, table.lastAccessedAt, table.createdAt),
  ],
);

/**
 * A page of a course to read. `body` is Markdown, `html` what it was rendered to when it was written. `version` counts changes of this
 * lesson and guards them. `position` counts from 0 among those not deleted.
 */
export const lesson = sqliteTable(
  'lesson',
  {
    id: text('id').primaryKey(),
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
    objectiveId: text('objective_id').references(() => node.id),
    title: text('title').notNull(),
    body: text('body').notNull(),
    html: text('html').notNull(),
    position: integer('position').notNull(),
    version: integer('version').notNull().default(1),
    createdBy: text('created_by')
      .notNull()
      .references(() => user.id),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [index('lesson_course').on(table.courseId, table.position), index('lesson_deleted').on(table.deletedAt)],
);

/**
 * A file that goes with a lesson; it lies in R2 under `key`. A deleted one may be put back until the sweep forgets it, and one that is still
 * on its way to R2 counts as deleted, so that no file lies there without its row.
 */
export const lessonAttachment = sqliteTable(
  'lesson_attachment',
  {
    id: text('id').primaryKey(),
    lessonId: text('lesson_id')
      .notNull()
      .references(() => lesson.id),
    name: text('name').notNull(),
    mediaType: text('media_type').notNull(),
    bytes: integer('bytes').notNull(),
    key: text('key').notNull(),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    index('lesson_attachment_lesson').on(table.lessonId),
    index('lesson_attachment_deleted').on(table.deletedAt),
  ],
);

/** How far somebody is with a lesson. `completedAt` null: opened, not done. */
export const lessonProgress = sqliteTable(
  'lesson_progress',
  {
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    lessonId: text('lesson_id')
      .notNull()
      .references(() => lesson.id),
    openedAt: instant('opened_at').notNull(),
    lastOpenedAt: instant('last_opened_at').notNull(),
    completedAt: instant('completed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.lessonId] }),
    index('lesson_progress_lesson').on(table.lessonId),
  ],
);
