import { Hono } from 'hono';
import type { AppEnv } from '../http/index.ts';
import { newPeoplePages } from './import-page-routes.tsx';
import { personPages } from './page-routes.tsx';

/** All pages of this room. `/staff/people/new` is nobody's id, so it comes first. */
export const peoplePages = new Hono<AppEnv>({ strict: false });
peoplePages.route('/', newPeoplePages);
peoplePages.route('/', personPages);
