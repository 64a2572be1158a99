import { Hono } from 'hono';
import * as z from 'zod';
import { type AppEnv, csvAnswer, csvHeaders, type Endpoint, endpoint, readingAtOnce } from '../http/index.ts';
import { pageCall, pageGuard, staffOnly } from '../identity/index.ts';
import { gradesCsv } from './grades-csv.ts';

export const gradesEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/courses/{courseKey}/grades.csv',
    tag: 'Courses',
    summary: 'The grades of a course as a table: one line a student, one column an assessment, in per cent',
    access: readingAtOnce('attempts:manage'),
    params: z.strictObject({ courseKey: z.string() }),
    answers: { 200: z.string() },
    produces: 'text/csv',
    run: async ({ call, params }) => csvAnswer('grades.csv', await gradesCsv(call, params.courseKey)),
  }),
];

/** The same table for a browser. */
export const gradesPages = new Hono<AppEnv>({ strict: false });

gradesPages.get('/staff/courses/:courseKey/grades.csv', pageGuard, staffOnly, async (c) => {
  const text = await gradesCsv(pageCall(c), c.req.param('courseKey'));
  return c.body(text, 200, { ...csvHeaders('grades.csv'), 'cache-control': 'private, no-store' });
});
