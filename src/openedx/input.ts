import * as z from 'zod';
import { academicClasses, CourseDetailsInput, CourseKey, examinationLevels, Title } from '../courses/index.ts';
import { PageQuery } from '../lib/paging.ts';
import { eventStatuses } from './words.ts';

/** CONTRACT "Courses": a course, followed when it names a connection. `visibility` is then `invited` unless said, else `open`. */
export const AddCourseInput = z.strictObject({
  courseKey: CourseKey,
  title: Title,
  examinationLevel: z.enum(examinationLevels),
  academicClass: z.enum(academicClasses),
  visibility: CourseDetailsInput.visibility.exactOptional(),
  seatLimit: CourseDetailsInput.seatLimit.exactOptional(),
  description: CourseDetailsInput.description.exactOptional(),
  estimatedHours: CourseDetailsInput.estimatedHours.exactOptional(),
  teacherGuide: CourseDetailsInput.teacherGuide.exactOptional(),
  minimumMasteryPercent: CourseDetailsInput.minimumMasteryPercent.exactOptional(),
  connectionId: z.string().max(64).optional(),
});
export type AddCourseInput = z.output<typeof AddCourseInput>;

export const ListEventsInput = PageQuery.extend({
  courseKey: z.string().max(255).optional(),
  status: z.enum(eventStatuses).optional(),
});
export type ListEventsInput = z.output<typeof ListEventsInput>;
