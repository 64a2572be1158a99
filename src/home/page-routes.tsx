import { Hono } from 'hono';
import { readMyDesk } from '../assessments/index.ts';
import type { AppEnv } from '../http/index.ts';
import { pageCall, pageGuard } from '../identity/index.ts';
import { isStaff } from '../lib/call.ts';
import { localeOf, page, wordsFor } from '../ui/index.ts';
import { StudentHome } from './student-home.tsx';

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
