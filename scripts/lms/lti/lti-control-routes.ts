import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { jsonOf } from '../control-routes.ts';
import type { World } from '../world.ts';
import { addLink } from './add-link.ts';
import { rotateKeys } from './keys.ts';
import { tellings } from './lti-state.ts';
import { modes } from './modes.ts';
import { ltiState } from './told-state.ts';

const settingsInput = z.strictObject({
  mode: z.enum(modes).optional(),
  tells: z.enum(tellings).nullable().optional(),
  isAnonymous: z.boolean().optional(),
  grades: z.boolean().optional(),
  members: z.boolean().optional(),
  isProgrammatic: z.boolean().optional(),
  accessTokenSeconds: z.int().positive().nullable().optional(),
  storageTarget: z.enum(['post_message_forwarding', '_parent']).nullable().optional(),
});

const linkInput = z.strictObject({
  title: z.string().min(1),
  courseKey: z.string().optional(),
  url: z.url().nullable().optional(),
  custom: z.record(z.string(), z.string()).optional(),
  lineItem: z.union([z.boolean(), z.strictObject({ scoreMaximum: z.number().positive() })]).optional(),
  allowedAttempts: z.int().positive().nullable().optional(),
  deploymentId: z.string().nullable().optional(),
});

/** What tests steer LTI by over HTTP. No part of any platform. */
export function ltiControlRoutes(world: World): Hono {
  const app = new Hono().basePath('/stand-in/lti');
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
    throw error;
  });

  app.post('/', async (c) => {
    const { mode, ...some } = await jsonOf(c, settingsInput);
    if (mode) world.lti.mode = mode;
    Object.assign(world.lti.settings, some);
    return c.json(ltiState(world));
  });

  app.post('/links', async (c) => {
    const wanted = await jsonOf(c, linkInput);
    if (wanted.courseKey !== undefined && !world.courses.has(wanted.courseKey))
      return c.json({ error: `There is no course ${wanted.courseKey}` }, 422);
    return c.json(addLink(world, wanted), 201);
  });

  app.post('/rotate-keys', async (c) => {
    const { drop = false } = await jsonOf(c, z.strictObject({ drop: z.boolean().optional() }));
    return c.json({ kid: await rotateKeys(world, { drop }) });
  });

  return app;
}
