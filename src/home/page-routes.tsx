import { Hono } from 'hono';
import { readCourseDesk, readMyDesk } from '../assessments/index.ts';
import { coursePath } from '../courses/index.ts';
import type { AppEnv } from '../http/index.ts';
import { pageCall, pageGuard } from '../identity/index.ts';
import { isStaff } from '../lib/call.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { CoursePapers, StudentHome } from './student-home.tsx';

export const homePages = new Hono<AppEnv>({ strict: false });

/** The first page of whoever signed in. Two round trips, the session's included. */
homePages.get('/', pageGuard, async (c) => {
  const call = pageCall(c);
  if (isStaff(call.actor)) return c.redirect('/staff', 303);
  const words = wordsFor(localeOf(c));
  const desk = await readMyDesk(call);
  return page(
    c,
    { title: words('myAssessments'), viewer: c.var.viewer },
    <StudentHome words={words} desk={desk} now={call.now} />,
  );
});

/** The papers of a course, for its students. Two round trips. */
homePages.get('/courses/:courseKey/assessments', pageGuard, async (c) => {
  const call = pageCall(c);
  if (isStaff(call.actor)) return c.redirect('/staff/assessments', 303);
  const words = wordsFor(localeOf(c));
  const courseKey = c.req.param('courseKey');
  const { title, ...papers } = await readCourseDesk(call, courseKey);
  return page(
    c,
    { title: words('coursePapers'), viewer: c.var.viewer },
    <CoursePapers words={words} papers={papers} title={title} path={coursePath(courseKey)} now={call.now} />,
  );
});
