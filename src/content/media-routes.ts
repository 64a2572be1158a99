import { Hono } from 'hono';
import type { AppEnv } from '../http/index.ts';
import { DomainError } from '../lib/errors.ts';
import { MEDIA_PATH, mediaTypeOf } from './media.ts';

/**
 * Images of items and lessons. Their names are digests of what they show, so who knows one has seen the text it stands in; a paper shows them even
 * when the sign-in has expired.
 */
export const mediaPages = new Hono<AppEnv>({ strict: false });

mediaPages.get('/media/:name', async (c) => {
  const name = c.req.param('name');
  const type = mediaTypeOf(name);
  const found = type && MEDIA_PATH.test(`/media/${name}`) ? await c.env.MEDIA.get(name) : null;
  if (!found || !type) throw new DomainError('not_found');
  return c.body(found.body, 200, {
    'content-type': type,
    'content-length': String(found.size),
    'cache-control': 'private, max-age=31536000, immutable',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
});
