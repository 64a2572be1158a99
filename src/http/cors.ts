import { createMiddleware } from 'hono/factory';
import type { AppEnv } from './context.ts';
import { knownSiteSettings, loadSiteSettings, renewSiteSettings } from './site-settings-memory.ts';

const ALLOWED = 'authorization, content-type, idempotency-key, if-none-match';
const EXPOSED = 'etag, retry-after, ratelimit, ratelimit-policy, x-request-id';
/** How long a browser need not ask again, in seconds. */
const MAX_AGE = 600;

const isAnswerPath = (path: string) => path.startsWith('/api/v1/attempts/');

/**
 * CORS under /api, for the very origins of the setting `corsOrigins` and nobody else; without cookies, which the API does not read. `methodsOf`
 * says what a path takes, or that there is none.
 */
export const cors = (methodsOf: (path: string) => string | undefined) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const { path, method } = c.req;
    if (!/^\/api(\/|$)/.test(path)) return await next();
    const origin = c.req.header('origin');
    const isForeign = origin !== undefined && origin !== new URL(c.req.url).origin;
    const isPreflight = method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
    if (isForeign && isAnswerPath(path) && !isPreflight) renewSiteSettings(c);
    else if (isForeign) await loadSiteSettings(c);
    const isListed = isForeign && knownSiteSettings().corsOrigins.includes(origin);
    const methods = isListed && isPreflight ? methodsOf(path) : undefined;
    if (methods !== undefined) {
      c.res = new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': methods,
          'access-control-allow-headers': ALLOWED,
          'access-control-max-age': String(MAX_AGE),
          'cache-control': 'private, no-store',
        },
      });
    } else await next();
    c.res.headers.append('vary', 'Origin');
    if (!isListed) return;
    c.res.headers.set('access-control-allow-origin', origin);
    c.res.headers.set('access-control-expose-headers', EXPOSED);
  });
