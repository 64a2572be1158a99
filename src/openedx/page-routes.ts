import { Hono } from 'hono';
import type { AppEnv } from '../http/index.ts';
import { pageGuard, staffOnly } from '../identity/index.ts';
import { connectionPages } from './connection-page-routes.tsx';
import { coursePages } from './course-page-routes.tsx';
import { eventPages } from './event-page-routes.tsx';
import { runPages } from './run-page-routes.tsx';

/** The pages of this room: connections, which guard themselves, for admins; the rest for staff. */
export const openedxPages = new Hono<AppEnv>({ strict: false });

openedxPages.use('/staff/courses/*', pageGuard, staffOnly);
openedxPages.use('/staff/runs/*', pageGuard, staffOnly);
openedxPages.use('/staff/openedx/*', pageGuard, staffOnly);
openedxPages.route('/', connectionPages);
openedxPages.route('/', coursePages);
openedxPages.route('/', runPages);
openedxPages.route('/', eventPages);
