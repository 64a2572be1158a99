import * as z from 'zod';
import { iso } from '../../lib/instant.ts';
import type { Written } from './create-lesson.ts';
import type { LessonTexts } from './lesson-texts.ts';
import type { Lesson } from './lessons.ts';
import type { ListedLesson } from './list-lessons.ts';
import type { CourseProgress, LessonProgress } from './progress.ts';

const instant = z.string().nullable();

export const AttachmentAnswer = z.object({ id: z.string(), name: z.string(), mediaType: z.string(), bytes: z.int() });

export const LessonProgressAnswer = z.object({ openedAt: instant, completedAt: instant });

const Common = z.object({
  id: z.string(),
  courseKey: z.string(),
  title: z.string(),
  position: z.int(),
  objectiveId: z.string().nullable(),
  version: z.int(),
  updatedAt: z.string(),
});

export const ListedLessonAnswer = Common.extend({ completed: z.boolean().optional() });

export const LessonAnswer = Common.extend({
  html: z.string(),
  body: z.string().optional(),
  attachments: z.array(AttachmentAnswer),
  /** Of who learns in the course; null of others. */
  progress: LessonProgressAnswer.nullable(),
});

export const WrittenLessonAnswer = Common.extend({
  html: z.string(),
  body: z.string(),
  attachments: z.array(AttachmentAnswer),
  warnings: z.array(z.string()),
});

export const CourseProgressAnswer = z.object({
  courseKey: z.string(),
  completed: z.int(),
  total: z.int(),
  percent: z.int().nullable(),
  lessons: z.array(LessonProgressAnswer.extend({ id: z.string(), title: z.string() })),
});

type Head = Pick<ListedLesson, 'id' | 'courseKey' | 'title' | 'position' | 'objectiveId' | 'version' | 'updatedAt'>;

const head = ({ id, courseKey, title, position, objectiveId, version, updatedAt }: Head) => ({
  id,
  courseKey,
  title,
  position,
  objectiveId,
  version,
  updatedAt: iso(updatedAt),
});

export const progressAnswer = ({ openedAt, completedAt }: LessonProgress) => ({
  openedAt: iso(openedAt),
  completedAt: iso(completedAt),
});

/** Whether they are through with it is told to students. */
export const listedAnswer = (lesson: ListedLesson, isForStudent: boolean) => ({
  ...head(lesson),
  ...(isForStudent && { completed: lesson.completedAt !== null }),
});

/** How far who reads it is with it, null where nobody keeps that. `now`: that it is opened just now is kept behind the answer. */
export const progressOf = (lesson: Lesson, now: number) =>
  lesson.isEnrolled ? progressAnswer({ ...lesson, openedAt: lesson.openedAt ?? now }) : null;

/** The Markdown is for those who may write. */
export const lessonAnswer = (
  lesson: Lesson,
  { html, body }: LessonTexts,
  { now, withBody }: { now: number; withBody: boolean },
) => ({
  ...head(lesson),
  html,
  ...(withBody && { body }),
  attachments: lesson.attachments,
  progress: progressOf(lesson, now),
});

export const writtenAnswer = ({ html, body, attachments, warnings, ...rest }: Written) => ({
  ...head(rest),
  html,
  body,
  attachments,
  warnings,
});

export const courseProgressAnswer = (courseKey: string, { lessons, ...sums }: CourseProgress) => ({
  courseKey,
  ...sums,
  lessons: lessons.map(({ id, title, ...progress }) => ({ id, title, ...progressAnswer(progress) })),
});
