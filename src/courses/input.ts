import * as z from 'zod';
import { PageQuery } from '../lib/paging.ts';

export const ListCoursesInput = PageQuery.extend({ search: z.string().max(200).optional() });
export const ListEnrolmentsInput = PageQuery.extend({
  courseKey: z.string().max(255).optional(),
  userId: z.string().max(64).optional(),
});
export type ListEnrolmentsInput = z.output<typeof ListEnrolmentsInput>;

export type ListCoursesInput = z.output<typeof ListCoursesInput>;
