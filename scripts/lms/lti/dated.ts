import type { MiddlewareHandler } from 'hono';
import type { World } from '../world.ts';
import { platformNow } from './clock.ts';

/** Writes the platform's own time on every answer, wrong as it may be. */
export const dated =
  (world: World): MiddlewareHandler =>
  async (c, next) => {
    await next();
    c.res.headers.set('date', new Date(platformNow(world)).toUTCString());
  };
