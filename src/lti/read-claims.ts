import { emailIn, idIn, isRecord, isTexts, nameIn, urlIn } from './claim-values.ts';
import type { DeepLinkingSettings, Launch } from './launch.ts';
import type { LaunchRefusal } from './refusals.ts';
import { AGS_CLAIM, CLAIM, DEEP_LINKING_CLAIM, NRPS_CLAIM } from './words.ts';

/** What the login said the launch would be, and whether the registration takes people without a `sub`. */
type Expected = { targetLinkUri: string; deploymentId: string | null; allowAnonymous: boolean };
type Claims = Record<string, unknown>;

const messageTypes = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'] as const;

/** lti-dl-v2p0 §4.4.1: the return address and the accepted types are required. Null: one of them cannot be used. */
function readDeepLinking(settings: unknown): DeepLinkingSettings | null {
  if (!isRecord(settings)) return null;
  const { deep_link_return_url, accept_types, accept_multiple, accept_lineitem, data } = settings;
  const returnUrl = urlIn(deep_link_return_url);
  if (returnUrl === null || !isTexts(accept_types)) return null;
  return {
    returnUrl,
    acceptTypes: accept_types,
    acceptMultiple: accept_multiple === true,
    acceptLineItem: typeof accept_lineitem === 'boolean' ? accept_lineitem : null,
    data: typeof data === 'string' ? data : null,
  };
}

/** A context or a resource link: its id, and its title where it has one. */
function readPlace(value: unknown): { id: string; title: string | null } | null {
  const id = isRecord(value) ? idIn(value.id) : null;
  return isRecord(value) && id !== null ? { id, title: nameIn(value.title) } : null;
}

/**
 * lti-core-v1p3 §5.4.6: values are texts, the empty one too; others are left out. Without a prototype, so that a parameter nobody
 * sent is undefined whatever its name, `constructor` too.
 */
function readCustom(value: unknown): Record<string, string> {
  const custom: Record<string, string> = Object.create(null);
  for (const [name, one] of isRecord(value) ? Object.entries(value) : [])
    if (typeof one === 'string') custom[name] = one;
  return custom;
}

/** lti-ags-v2p0 §3.1: a claim without a list of scopes, or without any address, is none. */
function readGrades(value: unknown): Launch['grades'] {
  if (!isRecord(value) || !isTexts(value.scope)) return null;
  const [lineItem, lineItems] = [urlIn(value.lineitem), urlIn(value.lineitems)];
  return lineItem === null && lineItems === null ? null : { scopes: value.scope, lineItem, lineItems };
}

/** OpenID Connect Core §5.1. Platforms may send the whole name, its parts, or neither. */
const readName = ({ name, given_name: given, family_name: family }: Claims) =>
  nameIn(name) ?? nameIn([nameIn(given), nameIn(family)].filter((part) => part !== null).join(' '));

/**
 * The LTI claims of a token whose signature, issuer, audience, times and nonce have been found good: the launch, or why it is refused.
 * Claims that may be missing and have a wrong shape count as missing; those we do not know are not looked at (lti-core-v1p3 §4.3).
 */
export function readClaims(claims: Claims, expected: Expected): Launch | LaunchRefusal {
  // lti-core-v1p3 §5.3.2
  if (claims[`${CLAIM}version`] !== '1.3.0') return 'version_wrong';
  // §5.3.1, lti-dl-v2p0 §4.4.2
  const messageType = messageTypes.find((type) => type === claims[`${CLAIM}message_type`]);
  if (!messageType) return 'message_type_wrong';
  // §5.3.3; §4.1.2: a login that names one names the token's.
  const deploymentId = idIn(claims[`${CLAIM}deployment_id`]);
  if (deploymentId === null) return 'deployment_missing';
  if (expected.deploymentId !== null && deploymentId !== expected.deploymentId) return 'deployment_wrong';
  // §5.3.7: may be empty. Certification also sends `[""]`, which is no role either.
  const roles = claims[`${CLAIM}roles`];
  if (!isTexts(roles)) return 'roles_wrong';
  // §5.3.5. Open edX sends one in deep linking requests too.
  const resourceLink = readPlace(claims[`${CLAIM}resource_link`]);
  if (messageType === 'LtiResourceLinkRequest' && !resourceLink) return 'resource_link_missing';
  // lti-dl-v2p0 §4.4.1
  const isDeepLinking = messageType === 'LtiDeepLinkingRequest';
  const deepLinking = isDeepLinking ? readDeepLinking(claims[`${DEEP_LINKING_CLAIM}deep_linking_settings`]) : null;
  if (isDeepLinking && !deepLinking) return 'deep_linking_settings_wrong';
  // §5.3.4
  const targetLinkUri = claims[`${CLAIM}target_link_uri`];
  if (targetLinkUri !== expected.targetLinkUri) return 'target_link_uri_wrong';
  // §5.3.6; §5.3.6.1 lets a platform leave it out, certification does not: the registration decides.
  const sub = idIn(claims.sub);
  if (sub === null && !(claims.sub === undefined && expected.allowAnonymous)) return 'subject_missing';

  const roster = claims[NRPS_CLAIM];
  return {
    messageType,
    deploymentId,
    sub,
    roles,
    targetLinkUri: expected.targetLinkUri,
    context: readPlace(claims[`${CLAIM}context`]),
    resourceLink,
    name: readName(claims),
    email: emailIn(claims.email),
    preferredUsername: idIn(claims.preferred_username),
    custom: readCustom(claims[`${CLAIM}custom`]),
    grades: readGrades(claims[AGS_CLAIM]),
    rosterUrl: isRecord(roster) ? urlIn(roster.context_memberships_url) : null,
    deepLinking,
  };
}
