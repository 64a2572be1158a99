import { type JWTPayload, SignJWT } from 'jose';
import type { World } from '../world.ts';
import { claimsOf } from './claims.ts';
import { platformNow } from './clock.ts';
import { loginHint, personIn } from './course-people.ts';
import { signingKey } from './keys.ts';
import type { PendingLaunch, Tool } from './lti-state.ts';
import { type Mode, manners } from './modes.ts';
import { linkOf } from './places.ts';

type Params = Readonly<Record<string, string>>;

/** A form that the browser posts to the tool, or a page of the platform's own. */
export type Authorisation =
  | { readonly kind: 'form'; readonly action: string; readonly fields: Record<string, string> }
  | { readonly kind: 'page'; readonly status: 400 | 403; readonly message: string };

type Finding =
  | { readonly launch: PendingLaunch; readonly tool: Tool }
  | { readonly error: string; readonly description?: string };

/** Signs claims with the platform's key; tests give it other headers. */
export async function signed(world: World, claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  const { kid, privateKey } = await signingKey(world);
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, ...header }).sign(privateKey);
}

const toolOfClient = (world: World, mode: Mode, clientId: string | undefined) =>
  world.lti.tools.find((one) => one.mode === mode && one.clientId === clientId);

/** The launch that was begun with this hint, read as it was sent, byte for byte. */
function begunWith(world: World, mode: Mode, hint: string | undefined): PendingLaunch | undefined {
  const launch = world.lti.pending.get(hint ?? '');
  return launch?.mode === mode && launch.expires > platformNow(world) ? launch : undefined;
}

const isTheSame = (world: World, mode: Mode, { courseKey, username }: PendingLaunch, hint: string | undefined) => {
  const who = personIn(world, courseKey, username);
  return who !== undefined && loginHint(mode, who.person) === hint;
};

/** Open edX looks at these four and nothing else. */
function openedxFinding(world: World, params: Params, tool: Tool | undefined): Finding {
  const launch = begunWith(world, 'openedx', params.lti_message_hint);
  if (!launch) return { error: 'There was a cache miss during an LTI 1.3 launch' };
  const isWhole = params.nonce && params.state && params.redirect_uri && params.client_id;
  return tool && isWhole && launch.tool === tool.number
    ? { launch, tool }
    : { error: 'Error preparing LTI 1.3 launch: the preflight response is not valid' };
}

function moodleFinding(world: World, params: Params, tool: Tool | undefined): Finding {
  const { scope, response_type, client_id, login_hint, nonce, lti_message_hint: hint } = params;
  const isWhole = scope && response_type && client_id && params.redirect_uri && login_hint && nonce && hint;
  if (!isWhole) return { error: 'invalid_request' };
  if (scope !== 'openid') return { error: 'invalid_scope' };
  if (response_type !== 'id_token') return { error: 'unsupported_response_type' };
  const launch = begunWith(world, 'moodle', hint);
  if (!launch) return { error: 'invalid_request' };
  if (!tool || launch.tool !== tool.number) return { error: 'unauthorized_client' };
  if (!isTheSame(world, 'moodle', launch, login_hint)) return { error: 'access_denied' };
  if (params.response_mode !== 'form_post')
    return {
      error: 'invalid_request',
      description: params.response_mode === undefined ? 'Missing response_mode' : 'Invalid response_mode',
    };
  if (params.prompt && params.prompt !== 'none') return { error: 'invalid_request', description: 'Invalid prompt' };
  return { launch, tool };
}

function canvasFinding(world: World, params: Params, tool: Tool | undefined): Finding {
  const wanted = { scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none' };
  const missing = ['nonce', 'state', 'login_hint', 'lti_message_hint', ...Object.keys(wanted)].filter(
    (name) => !params[name],
  );
  if (missing.length > 0)
    return {
      error: 'invalid_request_object',
      description: `The following parameters are missing: ${missing.join(',')}`,
    };
  for (const [name, value] of Object.entries(wanted))
    if (params[name] !== value)
      return { error: 'invalid_request_object', description: `The "${name}" must be "${value}"` };
  const launch = begunWith(world, 'canvas', params.lti_message_hint);
  if (!launch)
    return { error: 'launch_no_longer_valid', description: 'The launch has either expired or been consumed' };
  if (!tool || launch.tool !== tool.number)
    return { error: 'unauthorized_client', description: 'Client not authorized in requested context' };
  return isTheSame(world, 'canvas', launch, params.login_hint)
    ? { launch, tool }
    : { error: 'login_required', description: 'Must have an active user session' };
}

/** Answers an authorisation request of the tool (security-v1p0 §5.1.2) as this platform does. */
export async function authorise(world: World, mode: Mode, params: Params): Promise<Authorisation> {
  const tool = toolOfClient(world, mode, params.client_id);
  const find = { openedx: openedxFinding, moodle: moodleFinding, canvas: canvasFinding }[mode];
  const found = find(world, params, tool);
  const { redirect_uri = '', state } = params;
  // Nothing is sent to an address that is not the tool's, not even an error.
  const isTheTools = tool?.redirectUris.includes(redirect_uri) ?? false;
  if (!isTheTools) {
    const said = mode === 'openedx' && 'error' in found ? found.error : 'invalidrequest: redirect_uri';
    return { kind: 'page', status: 400, message: said };
  }
  if ('error' in found) {
    if (!manners[mode].postsErrors) return { kind: 'page', status: 400, message: found.error };
    const fields = {
      error: found.error,
      ...(found.description !== undefined && { error_description: found.description }),
      ...(state !== undefined && { state }),
    };
    return { kind: 'form', action: redirect_uri, fields };
  }
  const { launch } = found;
  const who = personIn(world, launch.courseKey, launch.username);
  const link = linkOf(world, launch.link);
  if (!who || (launch.kind === 'resource' && !link))
    return { kind: 'page', status: 403, message: 'You have no access to this any more' };
  if (!manners[mode].keepsLaunch) world.lti.pending.delete(params.lti_message_hint ?? '');
  const { courseKey, kind, documentTarget } = launch;
  const nonce = params.nonce ?? '';
  const claims = claimsOf(world, { tool: found.tool, link, courseKey, who, kind, documentTarget, nonce });
  const { storageTarget } = world.lti.settings;
  return {
    kind: 'form',
    action: redirect_uri,
    fields: {
      id_token: await signed(world, claims),
      ...(state !== undefined && { state }),
      ...(mode === 'canvas' && storageTarget && { lti_storage_target: storageTarget }),
    },
  };
}
