import { Hono } from 'hono';
import type { AppEnv } from '../http/index.ts';
import { editPages } from './edit-page-routes.tsx';
import { outlinePages } from './outline-page-routes.tsx';
import { rosterPages } from './roster-page-routes.tsx';
import { teacherPages } from './teacher-page-routes.tsx';

/** `/staff/courses/{courseKey}/…`: what a course is, its outline, who learns in it, who teaches it. Each route guards itself. */
export const staffPages = new Hono<AppEnv>({ strict: false });

staffPages.route('/', editPages);
staffPages.route('/', outlinePages);
staffPages.route('/', rosterPages);
staffPages.route('/', teacherPages);
