import { base64url, exportJWK, generateKeyPair, type JWK } from 'jose';

/*
 * Launches as platforms sign them, good ones and whatever a test makes of them. Claim names are written out here, so that a
 * mistake in ours is seen.
 */

export const ISSUER = 'https://lms.example.org';
export const CLIENT_ID = 'client-1';
export const TARGET = 'https://tool.example.org/lti/launch';
export const NONCE = 'nonce-1';
/** In ms. Tests without a clock of their own launch at this moment. */
export const NOW = Date.UTC(2026, 10, 20, 12);

export const lti = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
export const DEEP_LINKING_SETTINGS = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
export const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
export const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
export const membership = (role: string) => `http://purl.imsglobal.org/vocab/lis/v2/membership${role}`;
const systemRole = (role: string) => `http://purl.imsglobal.org/vocab/lis/v2/system/person#${role}`;
const institutionRole = (role: string) => `http://purl.imsglobal.org/vocab/lis/v2/institution/person#${role}`;
const agsScope = (name: string) => `https://purl.imsglobal.org/spec/lti-ags/scope/${name}`;

export type Claims = Record<string, unknown>;
/** A key pair of a platform: the private half signs, the public half is a member of its key set. */
export type PlatformKeyPair = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

/** A new RSA key pair. It takes a moment: one for a file of tests is enough. */
export async function mintKey(kid = 'key-1'): Promise<PlatformKeyPair> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' };
  return { kid, privateKey, publicJwk };
}

/** A key set document. */
export const keySetOf = (...members: object[]) => JSON.stringify({ keys: members });

export const encodePart = (value: unknown) =>
  base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));

/** Signs by RS256 whatever the texts of header and payload are. */
export async function signParts(key: PlatformKeyPair, header: unknown, payload: unknown): Promise<string> {
  const input = `${encodePart(header)}.${encodePart(payload)}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key.privateKey, new TextEncoder().encode(input));
  return `${input}.${base64url.encode(new Uint8Array(signature))}`;
}

/** Signs claims by RS256. What `header` says replaces the usual header's members; undefined leaves a member out. */
export const signLaunch = (
  key: PlatformKeyPair,
  claims: Claims,
  header: Record<string, unknown> = {},
): Promise<string> => signParts(key, { alg: 'RS256', typ: 'JWT', kid: key.kid, ...header }, claims);

/** A resource link launch by a learner with everything in it. `now` in ms; undefined leaves a claim out. */
export const goodClaims = (changes: Claims = {}, now = NOW): Claims => ({
  iss: ISSUER,
  aud: CLIENT_ID,
  azp: CLIENT_ID,
  sub: 'user-1',
  nonce: NONCE,
  iat: Math.floor(now / 1000),
  exp: Math.floor(now / 1000) + 300,
  name: 'Chikondi Banda',
  given_name: 'Chikondi',
  family_name: 'Banda',
  email: 'chikondi@example.org',
  locale: 'en-MW',
  [lti('message_type')]: 'LtiResourceLinkRequest',
  [lti('version')]: '1.3.0',
  [lti('deployment_id')]: 'deployment-1',
  [lti('target_link_uri')]: TARGET,
  [lti('roles')]: [membership('#Learner')],
  [lti('resource_link')]: { id: 'link-1', title: 'Algebra test' },
  [lti('context')]: { id: 'course-1', label: 'MATH', title: 'Mathematics', type: ['CourseSection'] },
  [lti('custom')]: { unit: 'u1' },
  [lti('launch_presentation')]: { document_target: 'iframe', return_url: `${ISSUER}/return` },
  [AGS]: {
    scope: [agsScope('lineitem'), agsScope('score')],
    lineitems: `${ISSUER}/course-1/lineitems`,
    lineitem: `${ISSUER}/course-1/lineitems/1`,
  },
  [NRPS]: { context_memberships_url: `${ISSUER}/course-1/members`, service_versions: ['2.0'] },
  ...changes,
});

export const deepLinkingSettings = {
  deep_link_return_url: `${ISSUER}/deep-links`,
  accept_types: ['link', 'ltiResourceLink'],
  accept_presentation_document_targets: ['iframe', 'window'],
  accept_multiple: true,
  accept_lineitem: true,
  data: 'opaque',
};

/** A deep linking request by an instructor. */
export const deepLinkingClaims = (changes: Claims = {}, now = NOW): Claims =>
  goodClaims(
    {
      [lti('message_type')]: 'LtiDeepLinkingRequest',
      [lti('roles')]: [membership('#Instructor')],
      [lti('resource_link')]: undefined,
      [DEEP_LINKING_SETTINGS]: deepLinkingSettings,
      ...changes,
    },
    now,
  );

/** What Open edX (xblock-lti-consumer 11.4.0) sends by default: no name, no e-mail address, an hour to live. */
export const openEdxClaims = (changes: Claims = {}, now = NOW): Claims => ({
  [lti('message_type')]: 'LtiResourceLinkRequest',
  [lti('version')]: '1.3.0',
  iss: ISSUER,
  aud: CLIENT_ID,
  azp: CLIENT_ID,
  [lti('deployment_id')]: '1',
  [lti('target_link_uri')]: TARGET,
  sub: '5b0ad1d8-8d3e-4d0b-9c2f-3a0f0a1c9b77',
  [lti('roles')]: [systemRole('None'), membership('#Learner'), institutionRole('None')],
  [lti('resource_link')]: { id: 'block-v1:Org+C+R+type@lti_consumer+block@6f1c0a9b7d3e4f5a8b2c1d0e9f8a7b6c' },
  [lti('context')]: {
    id: 'course-v1:Org+C+R',
    label: 'course-v1:Org+C+R',
    title: 'Course - Org',
    type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering'],
  },
  [lti('launch_presentation')]: { document_target: 'iframe' },
  [lti('tool_platform')]: { guid: '0e9a1bd2-4a5c-5f62-9d39-6a9a3a3c9f10', name: 'My Open edX' },
  [lti('custom')]: { unit: 'u1' },
  [AGS]: {
    scope: [agsScope('lineitem.readonly'), agsScope('result.readonly'), agsScope('score')],
    lineitems: `${ISSUER}/api/lti_consumer/v1/lti/7/lti-ags`,
    lineitem: `${ISSUER}/api/lti_consumer/v1/lti/7/lti-ags/3`,
  },
  [NRPS]: {
    context_memberships_url: `${ISSUER}/api/lti_consumer/v1/lti/7/memberships`,
    service_versions: ['2.0'],
  },
  nonce: NONCE,
  iat: Math.floor(now / 1000),
  exp: Math.floor(now / 1000) + 3600,
  ...changes,
});

/** Open edX sends a resource link and a context with a deep linking request, and none of its services. */
export const openEdxDeepLinkingClaims = (changes: Claims = {}, now = NOW): Claims =>
  openEdxClaims(
    {
      [lti('message_type')]: 'LtiDeepLinkingRequest',
      [lti('roles')]: [systemRole('None'), institutionRole('None'), membership('#Instructor')],
      [lti('launch_presentation')]: undefined,
      [lti('tool_platform')]: undefined,
      [lti('custom')]: undefined,
      [AGS]: undefined,
      [NRPS]: undefined,
      [DEEP_LINKING_SETTINGS]: {
        accept_types: ['ltiResourceLink', 'link', 'html', 'image'],
        accept_presentation_document_targets: ['iframe', 'window', 'embed'],
        accept_multiple: true,
        auto_create: true,
        title: '',
        text: '',
        deep_link_return_url: `${ISSUER}/api/lti_consumer/v1/lti/7/lti-dl/response`,
      },
      ...changes,
    },
    now,
  );

/** Moodle: a number as `sub`, no `azp`, a minute to live, a line item with a query, roles with institution ones before them. */
export const moodleClaims = (changes: Claims = {}, now = NOW): Claims => ({
  nonce: NONCE,
  iat: Math.floor(now / 1000),
  exp: Math.floor(now / 1000) + 60,
  iss: ISSUER,
  aud: CLIENT_ID,
  [lti('deployment_id')]: '3',
  [lti('target_link_uri')]: TARGET,
  sub: '4',
  [lti('lis')]: { person_sourcedid: '', course_section_sourcedid: '' },
  [lti('roles')]: [institutionRole('Administrator'), membership('#Instructor'), systemRole('Administrator')],
  [lti('context')]: { id: '2', label: 'MATH', title: 'Mathematics', type: ['CourseSection'] },
  [lti('resource_link')]: { title: 'Algebra test', description: '', id: '1' },
  given_name: 'Thokozani',
  family_name: 'Phiri',
  name: 'Thokozani Phiri',
  [lti('ext')]: { user_username: 'thoko', lms: 'moodle-2' },
  email: 'thoko@example.org',
  [lti('launch_presentation')]: { locale: 'en', document_target: 'iframe', return_url: `${ISSUER}/mod/lti/return.php` },
  [lti('tool_platform')]: { product_family_code: 'moodle', version: '2025041400', guid: 'lms.example.org', name: 'M' },
  [lti('version')]: '1.3.0',
  [lti('message_type')]: 'LtiResourceLinkRequest',
  [AGS]: {
    scope: [agsScope('lineitem'), agsScope('result.readonly'), agsScope('score')],
    lineitems: `${ISSUER}/mod/lti/services.php/2/lineitems?type_id=3`,
    lineitem: `${ISSUER}/mod/lti/services.php/2/lineitems/5/lineitem?type_id=3`,
  },
  [NRPS]: {
    context_memberships_url: `${ISSUER}/mod/lti/services.php/CourseSection/2/bindings/3/memberships`,
    service_versions: ['1.0', '2.0'],
  },
  ...changes,
});

/** Canvas: claims and roles of its own beside those of LTI, nulls where it knows nothing, an empty `errors`. */
export const canvasClaims = (changes: Claims = {}, now = NOW): Claims => ({
  [lti('message_type')]: 'LtiResourceLinkRequest',
  [lti('version')]: '1.3.0',
  [lti('resource_link')]: { id: '7ffb4f41-9d1f-4a3a-9e36-0f2b31c1a9c1', description: null, title: 'Algebra test' },
  aud: CLIENT_ID,
  azp: CLIENT_ID,
  [lti('deployment_id')]: '77:8865aa05b4b79b64a91a86042e43af5ea8ae79eb',
  exp: Math.floor(now / 1000) + 3600,
  iat: Math.floor(now / 1000),
  iss: ISSUER,
  nonce: NONCE,
  sub: '535fa085-f22b-4655-9a48-5a36a9215f64',
  [lti('target_link_uri')]: TARGET,
  picture: `${ISSUER}/images/messages/avatar-50.png`,
  email: 'thoko@example.org',
  name: 'Thokozani Phiri',
  given_name: 'Thokozani',
  family_name: 'Phiri',
  [lti('lti1p1')]: { user_id: '8865aa05b4b79b64a91a86042e43af5ea8ae79eb', validation_context: null, errors: {} },
  [lti('roles')]: [
    institutionRole('Instructor'),
    membership('/Instructor#TeachingAssistant'),
    membership('#Instructor'),
    systemRole('User'),
  ],
  [lti('context')]: {
    id: '4dde05e8ca1973bcca9bffc13e1548820eee93a3',
    label: 'MATH',
    title: 'Mathematics',
    type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering'],
    validation_context: null,
    errors: { errors: {} },
  },
  [lti('custom')]: {},
  [lti('launch_presentation')]: {
    document_target: 'iframe',
    height: 400,
    width: 800,
    locale: 'en',
    return_url: ISSUER,
  },
  [lti('tool_platform')]: { guid: 'guid:canvas-lms', name: 'Canvas', version: 'cloud', product_family_code: 'canvas' },
  [AGS]: {
    scope: [agsScope('lineitem'), agsScope('score')],
    lineitems: `${ISSUER}/api/lti/courses/2/line_items`,
    validation_context: null,
    errors: { errors: {} },
  },
  [NRPS]: {
    context_memberships_url: `${ISSUER}/api/lti/courses/2/names_and_roles`,
    service_versions: ['2.0'],
  },
  'https://www.instructure.com/placement': 'course_navigation',
  ...changes,
});
