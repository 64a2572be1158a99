import * as z from 'zod';
import { hex } from '../random-source.ts';
import type { World } from '../world.ts';
import { platformNow } from './clock.ts';
import type { Tool } from './lti-state.ts';
import { manners } from './modes.ts';
import { address } from './places.ts';
import { scopes } from './vocabulary.ts';

const HOUR_MS = 3_600_000;
const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

/** A token with which one tool may register itself, once. */
export function newRegistrationToken(world: World): string {
  const token = hex(world.random, 64);
  world.lti.registrationTokens.set(token, platformNow(world) + HOUR_MS);
  return token;
}

/** What a tool reads before it registers (lti-dr-v1p0 §3.4). */
export const openidConfiguration = (world: World) => ({
  issuer: manners.moodle.issuer(world.origin),
  token_endpoint: address(world, 'moodle', 'token'),
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  token_endpoint_auth_signing_alg_values_supported: ['RS256'],
  jwks_uri: address(world, 'moodle', 'keys'),
  authorization_endpoint: address(world, 'moodle', 'authorise'),
  registration_endpoint: `${world.origin}/lti/registrations`,
  scopes_supported: ['openid', ...Object.values(scopes)],
  response_types_supported: ['id_token'],
  subject_types_supported: ['public', 'pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email'],
  'https://purl.imsglobal.org/spec/lti-platform-configuration': {
    product_family_code: 'moodle',
    version: '5.0.1 (Build: 20260414)',
    messages_supported: [
      { type: 'LtiResourceLinkRequest' },
      { type: 'LtiDeepLinkingRequest', placements: ['ContentArea'] },
    ],
    variables: ['User.id', 'Person.name.full', 'CourseSection.title', 'Context.id', 'ResourceLink.title'],
  },
});

const registration = z.looseObject({
  application_type: z.literal('web').optional(),
  client_name: z.string().min(1),
  response_types: z.array(z.string()).refine((all) => all.includes('id_token'), 'must hold id_token'),
  grant_types: z
    .array(z.string())
    .refine((all) => all.includes('implicit') && all.includes('client_credentials'), 'implicit and client_credentials'),
  initiate_login_uri: z.url(),
  redirect_uris: z.array(z.url()).min(1),
  jwks_uri: z.url(),
  token_endpoint_auth_method: z.literal('private_key_jwt'),
  scope: z.string().optional(),
  [TOOL_CONFIGURATION]: z.looseObject({
    domain: z.string().min(1),
    target_link_uri: z.url(),
    claims: z.array(z.string()).optional(),
    messages: z.array(z.looseObject({ type: z.string(), target_link_uri: z.url().optional() })).optional(),
  }),
});

export type Registered =
  | { readonly status: 200; readonly body: object }
  | { readonly status: 400 | 401; readonly body: string };

/** Takes the registration of a tool; it waits for the administrator, as in Moodle. */
export function registerTool(world: World, bearer: string | undefined, body: unknown): Registered {
  const { registrationTokens, tools } = world.lti;
  if (bearer === undefined) return { status: 401, body: 'missing_registration_token' };
  const until = registrationTokens.get(bearer);
  if (until === undefined || until <= platformNow(world)) return { status: 401, body: 'invalid_registration_token' };
  const { success, data, error } = registration.safeParse(body);
  if (!success) return { status: 400, body: z.prettifyError(error) };
  const configuration = data[TOOL_CONFIGURATION];
  const target = new URL(configuration.target_link_uri);
  if (target.host !== configuration.domain && !target.host.endsWith(`.${configuration.domain}`))
    return { status: 400, body: 'domain_targetlinkuri_mismatch' };
  registrationTokens.delete(bearer);
  const number = Math.max(...tools.filter((one) => one.mode === 'moodle').map((one) => one.number)) + 1;
  const deepLinking = configuration.messages?.find(({ type }) => type === 'LtiDeepLinkingRequest');
  const tool: Tool = {
    number,
    mode: 'moodle',
    clientId: hex(world.random, 15),
    title: data.client_name,
    loginUrl: data.initiate_login_uri,
    launchUrl: configuration.target_link_uri,
    deepLinkUrl: deepLinking?.target_link_uri ?? configuration.target_link_uri,
    redirectUris: [...data.redirect_uris],
    keysUrl: data.jwks_uri,
    deploymentIds: [String(number)],
    isActive: false,
  };
  tools.push(tool);
  return {
    status: 200,
    body: {
      ...data,
      client_id: tool.clientId,
      [TOOL_CONFIGURATION]: { ...configuration, version: '1.3.0', deployment_id: String(number) },
    },
  };
}
