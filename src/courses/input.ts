import * as z from 'zod';
import { PageQuery } from '../lib/paging.ts';

export const ListCoursesInput = PageQuery.extend({ search: z.string().max(200).optional() });
export type ListCoursesInput = z.output<typeof ListCoursesInput>;
