import { Hono } from 'hono';
import * as z from 'zod';
import { type AppEnv, type Endpoint, endpoint, writing } from '../http/index.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { keepImage } from './keep-image.ts';
import { imageTypes, LARGEST_IMAGE, MEDIA_PATH, mediaTypeOf } from './media.ts';

const KeptImageAnswer = z.object({ path: z.string(), bytes: z.int(), warning: z.string().optional() });

export const mediaEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/media',
    tag: 'Lessons',
    summary: 'Keeps an image for lessons and items; the same image twice is kept once',
    access: writing('courses:write'),
    raw: { types: imageTypes, limit: LARGEST_IMAGE },
    answers: { 201: KeptImageAnswer },
    async run({ bytes, env }) {
      const kept = await keepImage(bytes, { media: env.MEDIA });
      if ('refusal' in kept) throw invalidFields([{ pointer: '', message: kept.refusal }]);
      return { status: 201, body: kept };
    },
  }),
];

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
