import { Hono } from 'hono';
import type { AppEnv, Endpoint } from '../http/index.ts';
import { contextPages } from './context-pages.tsx';
import { contextEndpoints } from './context-routes.ts';
import { deepLinkingPages } from './deep-linking-routes.tsx';
import { launchPages } from './launch-routes.tsx';
import { linkPages } from './link-routes.tsx';
import { passbackPages } from './passback-page-routes.tsx';
import { ltiRegisterPages } from './register-page-routes.tsx';
import { ltiAdminPages } from './registration-page-routes.tsx';
import { ltiAdminEndpoints } from './registration-routes.ts';
import { ltiServiceEndpoints } from './service-routes.ts';
import { sessionEndpoints } from './session-routes.ts';

/** Everything of the room that answers HTTP. */
export const ltiEndpoints: readonly Endpoint[] = [
  ...sessionEndpoints,
  ...ltiAdminEndpoints,
  ...ltiServiceEndpoints,
  ...contextEndpoints,
];

export const ltiPages = new Hono<AppEnv>({ strict: false });
for (const pages of [
  launchPages,
  deepLinkingPages,
  linkPages,
  passbackPages,
  contextPages,
  ltiRegisterPages,
  ltiAdminPages,
])
  ltiPages.route('/', pages);
