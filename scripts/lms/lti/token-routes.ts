import { type Context, Hono } from 'hono';
import { faulty } from '../answers.ts';
import { strikes } from '../faults.ts';
import { hex } from '../random-source.ts';
import type { World } from '../world.ts';
import { bodyText } from './body-text.ts';
import { checkAssertion } from './client-assertion.ts';
import { platformNow } from './clock.ts';
import { dated } from './dated.ts';
import { type Mode, manners, modes } from './modes.ts';
import { routes } from './places.ts';
import { scopes } from './vocabulary.ts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

function grantable(world: World, mode: Mode): string[] {
  const all = Object.values(scopes);
  return mode === 'moodle' && !world.lti.settings.members ? all.filter((one) => one !== scopes.members) : all;
}

async function answer(world: World, c: Context, mode: Mode) {
  const form = new URLSearchParams(await bodyText(c));
  const type = (c.req.header('content-type') ?? '').split(';')[0];
  // Only the strict one puts 401; the others answer 400 to everything.
  const refused = (error: string, error_description = '') =>
    c.json(
      { error, ...(mode === 'canvas' && error_description && { error_description }) },
      mode === 'canvas' && error === 'invalid_client' ? 401 : 400,
    );
  if (strikes(world.faults, 'clientRefused', world.random, 'lti-token')) return refused('invalid_client');
  const asked = form.get('scope');
  const assertion = form.get('client_assertion') ?? '';
  const isWhole = form.get('grant_type') && form.get('client_assertion_type') && assertion;
  if (type !== 'application/x-www-form-urlencoded' || !isWhole) return refused('invalid_request');
  if (mode !== 'canvas' && !asked && (mode === 'moodle' || asked === null)) return refused('invalid_request');
  if (form.get('grant_type') !== 'client_credentials') return refused('unsupported_grant_type');
  // Open edX does not look at the type.
  if (mode !== 'openedx' && form.get('client_assertion_type') !== ASSERTION)
    return refused(mode === 'moodle' ? 'unsupported_grant_type' : 'invalid_client');
  const verdict = await checkAssertion(world, mode, assertion);
  if ('error' in verdict) return refused(verdict.error, verdict.description);
  const granted = (asked ?? '').split(' ').filter((one) => grantable(world, mode).includes(one));
  // Open edX grants a token for nothing at all.
  if (granted.length === 0 && mode !== 'openedx') return refused('invalid_scope');
  if (mode === 'canvas' && granted.length < (asked ?? '').split(' ').length) return refused('invalid_scope');
  const seconds = world.lti.settings.accessTokenSeconds ?? manners[mode].accessTokenSeconds;
  const access_token = hex(world.random, 64);
  world.lti.tokens.set(access_token, {
    mode,
    clientId: verdict.tool.clientId,
    scopes: granted,
    expires: platformNow(world) + seconds * 1000,
  });
  return c.json({
    access_token,
    token_type: mode === 'openedx' ? 'bearer' : 'Bearer',
    expires_in: seconds,
    scope: granted.join(' '),
  });
}

/** Access tokens for the services (security-v1p0 §4). */
export function ltiTokenRoutes(world: World): Hono {
  const app = new Hono();
  for (const mode of modes)
    app.post(routes[mode].token, dated(world), faulty(world, 'lti-token'), async (c) => {
      if (strikes(world.faults, 'tokenError', world.random, 'lti-token'))
        return c.html('<h1>Server Error (500)</h1>', 500);
      return await answer(world, c, mode);
    });
  return app;
}
