import { createMiddleware } from 'hono/factory';
import type { AppContext, AppEnv } from './context.ts';
import { countRequest, knownRefusal, limitsOf, tooMany } from './count-request.ts';
import { networkOf } from './network-of.ts';
import { isCountedPage } from './policies.ts';
import { loadSiteSettings } from './site-settings-memory.ts';

async function countPage(c: AppContext, network: string) {
  await loadSiteSettings(c);
  return await countRequest(limitsOf(c), 'pages', network);
}

/**
 * Counts pages by the network they are asked from. Reading goes on beside the counting; what writes waits for it. Who is
 * known to be refused costs nothing more.
 */
export const limitPages = createMiddleware<AppEnv>(async (c, next) => {
  const { settings, address, now } = c.var;
  if (!settings.rateLimits || !isCountedPage(c.req.path)) return await next();
  const network = networkOf(address);
  const known = knownRefusal('pages', network, now);
  if (known) throw tooMany(known);
  const counting = countPage(c, network);
  const isReading = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (isReading) await next();
  const standing = await counting;
  if (standing?.isAllowed === false) {
    // What was answered meanwhile is not said.
    c.res = undefined;
    c.finalized = false;
    throw tooMany(standing);
  }
  if (!isReading) await next();
});
