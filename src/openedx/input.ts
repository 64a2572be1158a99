import * as z from 'zod';
import { academicClasses, examinationLevels } from '../courses/index.ts';
import { PageQuery } from '../lib/paging.ts';
import { eventStatuses } from './words.ts';

const title = z.string().trim().min(1).max(200);

/** CONTRACT "Courses": a course, followed when it names a connection. */
export const AddCourseInput = z.strictObject({
  courseKey: z.string().regex(/^[^\s/?#]{1,255}$/, 'must be a key without spaces and slashes'),
  title,
  examinationLevel: z.enum(examinationLevels),
  academicClass: z.enum(academicClasses),
  connectionId: z.string().max(64).optional(),
});
export type AddCourseInput = z.output<typeof AddCourseInput>;

export const ListEventsInput = PageQuery.extend({
  courseKey: z.string().max(255).optional(),
  status: z.enum(eventStatuses).optional(),
});
export type ListEventsInput = z.output<typeof ListEventsInput>;
