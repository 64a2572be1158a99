import { Hono } from 'hono';
import type { AppEnv, Endpoint } from '../http/index.ts';
import { deepLinkingPages } from './deep-linking-routes.tsx';
import { launchPages } from './launch-routes.tsx';
import { linkPages } from './link-routes.tsx';
import { ltiAdminEndpoints } from './registration-routes.ts';
import { sessionEndpoints } from './session-routes.ts';

/** Everything of the room that answers HTTP. */
export const ltiEndpoints: readonly Endpoint[] = [...sessionEndpoints, ...ltiAdminEndpoints];

export const ltiPages = new Hono<AppEnv>({ strict: false });
for (const pages of [launchPages, deepLinkingPages, linkPages]) ltiPages.route('/', pages);
