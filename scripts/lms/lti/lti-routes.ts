import { Hono } from 'hono';
import type { World } from '../world.ts';
import { launchRoutes } from './launch-routes.tsx';
import { lineItemRoutes } from './line-item-routes.ts';
import { ltiControlRoutes } from './lti-control-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { ltiPageRoutes } from './page-routes.tsx';
import { scoreRoutes } from './score-routes.ts';
import { ltiTokenRoutes } from './token-routes.ts';

/** LTI 1.3: launches, services and the pages around them. */
export function ltiRoutes(world: World): Hono {
  const app = new Hono();
  for (const routes of [
    launchRoutes,
    ltiTokenRoutes,
    scoreRoutes,
    lineItemRoutes,
    memberRoutes,
    ltiPageRoutes,
    ltiControlRoutes,
  ])
    app.route('/', routes(world));
  return app;
}
