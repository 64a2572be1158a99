import type { Context, MiddlewareHandler } from 'hono';
import { type Area, strikes } from './faults.ts';
import type { World } from './world.ts';

/** Some views call what is wrong `detail`, others `developer_message`. */
export type Wording = 'detail' | 'developer_message';

const THROTTLED_FOR = 37;

const throttled = (c: Context, seconds: number | null) =>
  c.json(
    { developer_message: `Request was throttled. Expected available in ${seconds ?? THROTTLED_FOR} seconds.` },
    429,
    seconds === null ? {} : { 'retry-after': String(seconds) },
  );

/** Waits until the asker gives up, then fails as a cut connection does. */
const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const giveUp = () => reject(signal.reason ?? new DOMException('The asker gave up', 'AbortError'));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });

/** Puts the faults of a group of endpoints in front of them. */
export const faulty =
  (world: World, area: Area): MiddlewareHandler =>
  async (c, next) => {
    const { faults, random } = world;
    if (strikes(faults, 'down', random, area)) return c.html('<h1>503 Service Temporarily Unavailable</h1>', 503);
    if (strikes(faults, 'slow', random, area)) await new Promise((resolve) => setTimeout(resolve, faults.slowMs));
    if (strikes(faults, 'timeout', random, area)) return never(c.req.raw.signal);
    if (strikes(faults, 'redirect', random, area)) return c.redirect(faults.redirectTo, 302);
    if (strikes(faults, 'throttled', random, area)) return throttled(c, faults.retryAfterSeconds);
    if (strikes(faults, 'serverError', random, area))
      return c.html('<!DOCTYPE html><html><body><h1>Server Error (500)</h1></body></html>', 500);
    await next();
    if (c.res.status === 200 && strikes(faults, 'cutBody', random, area)) {
      const whole = await c.res.text();
      const { status, headers } = c.res;
      const cut = new Headers(headers);
      cut.delete('content-length');
      c.res = new Response(whole.slice(0, Math.floor(whole.length / 2)), { status, headers: cut });
    }
    return undefined;
  };
