import * as z from 'zod';
import { type Actor, isStaff } from '../lib/call.ts';
import type { Course } from './courses.ts';
import { academicClasses, courseSources, courseVisibilities, examinationLevels } from './schema.ts';

/** A course in a list. `source` says whether title and outline come from Open edX; `revision` counts changes of what is said of it. */
export const ListedCourse = z.object({
  courseKey: z.string(),
  title: z.string(),
  examinationLevel: z.enum(examinationLevels).nullable(),
  academicClass: z.enum(academicClasses).nullable(),
  version: z.int(),
  revision: z.int(),
  source: z.enum(courseSources),
  visibility: z.enum(courseVisibilities),
  seatLimit: z.int().nullable(),
  estimatedHours: z.number().nullable(),
  minimumMasteryPercent: z.number().nullable(),
});

/** One course, its texts as Markdown and as the HTML they were rendered to. The teacher guide is there for staff alone. */
export const CourseAnswer = ListedCourse.extend({
  description: z.string(),
  descriptionHtml: z.string(),
  teacherGuide: z.string().optional(),
  teacherGuideHtml: z.string().optional(),
});

export const listedCourse = (one: Course): z.output<typeof ListedCourse> => ({
  courseKey: one.courseKey,
  title: one.title,
  examinationLevel: one.examinationLevel,
  academicClass: one.academicClass,
  version: one.version,
  revision: one.revision,
  source: one.source,
  visibility: one.visibility,
  seatLimit: one.seatLimit,
  estimatedHours: one.estimatedHours,
  minimumMasteryPercent: one.minimumMasteryPercent,
});

export const courseAnswer = (one: Course, actor: Actor): z.output<typeof CourseAnswer> => ({
  ...listedCourse(one),
  description: one.description,
  descriptionHtml: one.descriptionHtml,
  ...(isStaff(actor) && { teacherGuide: one.teacherGuide, teacherGuideHtml: one.teacherGuideHtml }),
});
