import { Hono } from 'hono';
import type { AppEnv } from '../http/index.ts';
import { pageCall, pageGuard } from '../identity/index.ts';
import { isStaff } from '../lib/call.ts';
import { frameOf, page } from '../ui/index.ts';
import { readOutline } from './outline.ts';
import { OutlinePage } from './outline-page.tsx';

/** `/courses/{courseKey}`: what a course is made of, for those who learn in it and those who teach it. */
export const coursesPages = new Hono<AppEnv>({ strict: false });

coursesPages.get('/courses/:courseKey', pageGuard, async (c) => {
  const { words, viewer } = frameOf(c);
  const call = pageCall(c);
  const outline = await readOutline(call, c.req.param('courseKey'));
  const { courseKey, title } = outline.course;
  const staffPath = isStaff(call.actor) ? `/staff/courses/${encodeURIComponent(courseKey)}` : undefined;
  return page(c, { title, viewer }, <OutlinePage words={words} outline={outline} staffPath={staffPath} />);
});
