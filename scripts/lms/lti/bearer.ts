import type { Context } from 'hono';
import type { Area } from '../faults.ts';
import { strikes } from '../faults.ts';
import type { World } from '../world.ts';
import { platformNow } from './clock.ts';
import type { Tool } from './lti-state.ts';
import type { Mode } from './modes.ts';

const noRight = (c: Context, mode: Mode) => {
  const words = 'You do not have permission to perform this action.';
  if (mode === 'openedx') return c.json({ detail: words }, 403);
  if (mode === 'moodle') return c.body(null, 401);
  return c.json({ errors: { type: 'unauthorized', message: 'Insufficient permissions' } }, 401);
};

/** Open edX knows no challenge to put into a 401, so it says 403 where the others say 401. */
const noToken = (c: Context, mode: Mode) => {
  if (mode === 'openedx') return c.json({ detail: 'Authentication credentials were not provided.' }, 403);
  if (mode === 'moodle') return c.body(null, 401);
  return c.json({ errors: { type: 'unauthorized', message: 'Invalid access token' } }, 401);
};

/** The tool whose token this is, when it opens one of these scopes; otherwise the refusal. */
export function toolOfToken(
  world: World,
  c: Context,
  mode: Mode,
  area: Area,
  allowed: readonly string[],
): { tool: Tool } | { refusal: Response } {
  const { faults, random, lti } = world;
  // Canvas turns away clients that do not say who they are.
  if (mode === 'canvas' && !c.req.header('user-agent'))
    return { refusal: c.json({ errors: [{ message: 'A User-Agent header is required' }] }, 403) };
  if (strikes(faults, 'unauthorised', random, area)) return { refusal: noToken(c, 'canvas') };
  if (strikes(faults, 'forbidden', random, area)) return { refusal: noRight(c, 'openedx') };
  const [scheme = '', value = ''] = (c.req.header('authorization') ?? '').split(' ');
  const token = scheme.toLowerCase() === 'bearer' ? lti.tokens.get(value) : undefined;
  const isExpired = strikes(faults, 'expiredToken', random, area) || (token && token.expires <= platformNow(world));
  const tool = lti.tools.find((one) => one.mode === mode && one.clientId === token?.clientId);
  if (!token || isExpired || !tool || token.mode !== mode) return { refusal: noToken(c, mode) };
  return allowed.some((one) => token.scopes.includes(one)) ? { tool } : { refusal: noRight(c, mode) };
}
