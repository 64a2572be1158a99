import fc from 'fast-check';
import { base64url } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/lib/crypto.ts';
import { type KeySet, kidOf, parseKeySet } from '../../src/lti/key-set.ts';
import type { Launch } from '../../src/lti/launch.ts';
import { launchRefusals } from '../../src/lti/refusals.ts';
import { verifyLaunch } from '../../src/lti/verify-launch.ts';
import {
  CLIENT_ID,
  type Claims,
  canvasClaims,
  DEEP_LINKING_SETTINGS,
  deepLinkingClaims,
  deepLinkingSettings,
  encodePart,
  goodClaims,
  ISSUER,
  keySetOf,
  lti,
  membership,
  mintKey,
  moodleClaims,
  NONCE,
  NOW,
  openEdxClaims,
  openEdxDeepLinkingClaims,
  type PlatformKeyPair,
  signLaunch,
  signParts,
  TARGET,
} from './a-launch.ts';

let key: PlatformKeyPair;
let stranger: PlatformKeyPair;
let keys: KeySet;
let nonceHash: string;

beforeAll(async () => {
  [key, stranger, nonceHash] = await Promise.all([mintKey('key-1'), mintKey('key-2'), sha256(NONCE)]);
  keys = setOf(key.publicJwk);
});

function setOf(...members: object[]): KeySet {
  const set = parseKeySet(keySetOf(...members));
  if (!set) throw new Error('it is no key set');
  return set;
}

const seconds = NOW / 1000;
const registration = { issuer: ISSUER, clientId: CLIENT_ID, allowAnonymous: false };
const header = { alg: 'RS256', typ: 'JWT', kid: 'key-1' };

/** What may differ from the good launch. Each row of the tables below differs in one of these only. */
type Given = {
  claims?: Claims;
  header?: Record<string, unknown>;
  token?: (good: string) => string | Promise<string>;
  registration?: Partial<typeof registration>;
  login?: { nonceHash?: string; targetLinkUri?: string; deploymentId?: string | null };
  keys?: () => KeySet;
  /** How far our clock is from the moment the good launch was signed, in seconds. */
  after?: number;
};

async function launchOf(given: Given, base: Claims = goodClaims()) {
  const good = await signLaunch(key, { ...base, ...given.claims }, given.header);
  return await verifyLaunch(
    given.token ? await given.token(good) : good,
    { nonceHash, targetLinkUri: TARGET, deploymentId: null, ...given.login },
    { ...registration, ...given.registration },
    given.keys?.() ?? keys,
    NOW + (given.after ?? 0) * 1000,
  );
}

async function accepted(given: Given = {}, base?: Claims): Promise<Launch> {
  const verdict = await launchOf(given, base);
  if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason}`);
  return verdict.launch;
}

async function reasonOf(given: Given, base?: Claims): Promise<string> {
  const verdict = await launchOf(given, base);
  return verdict.kind === 'refused' ? verdict.reason : 'accepted';
}

const claim = (name: string, value: unknown): Given => ({ claims: { [name]: value } });
const head = (name: string, value: unknown): Given => ({ header: { [name]: value } });
const text = (change: (good: string) => string): Given => ({ token: change });
/** Another header and payload, rightly signed. */
const signed = (head: unknown, payload: unknown): Given => ({ token: () => signParts(key, head, payload) });
const byStranger = (changes: object = {}): Given => ({
  token: () => signLaunch(stranger, goodClaims(), { kid: 'key-1', ...changes }),
});
const message = (value: unknown) => claim(lti('message_type'), value);
const link = (value: unknown) => claim(lti('resource_link'), value);
const target = (value: unknown) => claim(lti('target_link_uri'), value);
/** One of the three parts of the good launch replaced: 0 header, 1 payload, 2 signature. */
const part = (index: number, value: string): Given => text((good) => good.split('.').with(index, value).join('.'));

/** The same claims under another header, signed by whoever `sign` is. */
const signedAs = (changes: object, sign: (input: Uint8Array) => Promise<ArrayBuffer>): Given => ({
  token: async (good) => {
    const input = `${encodePart({ ...header, ...changes })}.${good.split('.')[1]}`;
    const signature = await sign(new TextEncoder().encode(input));
    return `${input}.${base64url.encode(new Uint8Array(signature))}`;
  },
});

/** Signs with the platform's own key by another algorithm. */
const byOther = (alg: string, name: string, hash: string) =>
  signedAs({ alg }, async (input) => {
    const { kty, n, e, d, p, q, dp, dq, qi } = (await crypto.subtle.exportKey('jwk', key.privateKey)) as JsonWebKey;
    const again = { kty, n, e, d, p, q, dp, dq, qi } as JsonWebKey;
    const same = await crypto.subtle.importKey('jwk', again, { name, hash }, false, ['sign']);
    return await crypto.subtle.sign({ name, saltLength: 32 }, same, input);
  });

/** HMAC with the platform's public key, in the shape a careless verifier would hand to its library. */
const byPublicKey = (secretOf: () => string | Promise<string>) =>
  signedAs({ alg: 'HS256' }, async (input) => {
    const secret = new TextEncoder().encode(await secretOf());
    const mac = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return await crypto.subtle.sign('HMAC', mac, input);
  });

const publicJson = () => JSON.stringify(key.publicJwk);
async function publicPem() {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { kty, n, e } = key.publicJwk;
  const open = await crypto.subtle.importKey('jwk', { kty, n, e } as JsonWebKey, algorithm, true, ['verify']);
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', open)) as ArrayBuffer);
  const lines = (btoa(String.fromCharCode(...spki)).match(/.{1,64}/g) ?? []).join('\n');
  return `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
}

const CERT = 'certification §6.1.1';
const JWS = 'RFC 7515 §7.1';
const JWT = 'RFC 7519 §7.2';
const KEYS = 'security-v1p0 §6.3';
const TOKEN = 'security-v1p0 §5.1.2';
const SEC = 'security-v1p0 §5.1.3';
const CORE = 'lti-core-v1p3';
const BOUNDED = 'bounded work';
const long = 'x'.repeat(256);
const invalidUtf8 = base64url.encode(new Uint8Array([0x7b, 0xff, 0x7d]));
const endless = JSON.stringify(goodClaims({ exp: 0 })).replace('"exp":0', '"exp":1e999');
const nameless = { name: undefined, given_name: undefined, family_name: undefined };
const fourStrangers = () => Array.from({ length: 4 }, () => ({ ...stranger.publicJwk, kid: 'key-1' }));

/** requirement, clause, the one change to the good launch, the reason */
const refusals: [string, string, Given, string][] = [
  // Certification's bad launches.
  ['no kid', CERT, head('kid', undefined), 'key_id_missing'],
  ['an incorrect kid', CERT, head('kid', 'imstester_66067'), 'key_unknown'],
  ['a wrong LTI version', CERT, claim(lti('version'), '11.3'), 'version_wrong'],
  ['no LTI version', CERT, claim(lti('version'), undefined), 'version_wrong'],
  ['no LTI launch', CERT, signed(header, { name: 'badltilaunch' }), 'issuer_wrong'],
  ['timestamps of long ago', CERT, { claims: { iat: 11_111, exp: 22_222 } }, 'expired'],
  ['no message type', CERT, claim(lti('message_type'), undefined), 'message_type_wrong'],
  ['no roles', CERT, claim(lti('roles'), undefined), 'roles_wrong'],
  ['no deployment', CERT, claim(lti('deployment_id'), undefined), 'deployment_missing'],
  ['no resource link', CERT, claim(lti('resource_link'), undefined), 'resource_link_missing'],
  ['a resource link without id', CERT, claim(lti('resource_link'), { title: 'Algebra' }), 'resource_link_missing'],
  ['no user', CERT, claim('sub', undefined), 'subject_missing'],
  ['no target link', CERT, claim(lti('target_link_uri'), undefined), 'target_link_uri_wrong'],

  // The shape of a token.
  ['no token', JWS, text(() => ''), 'token_malformed'],
  ['no parts', JWS, text(() => 'abc'), 'token_malformed'],
  ['two parts', JWS, text((good) => good.slice(0, good.lastIndexOf('.'))), 'token_malformed'],
  ['four parts', JWS, text((good) => `${good}.x`), 'token_malformed'],
  ['five parts, an encrypted one', 'RFC 7516 §7.1', text((good) => `${good}.x.y`), 'token_malformed'],
  ['a space around it', JWS, text((good) => ` ${good} `), 'token_malformed'],
  ['a newline behind it', JWS, text((good) => `${good}\n`), 'token_malformed'],
  ['padding', 'RFC 7515 §2', text((good) => `${good}==`), 'token_malformed'],
  ['a plus sign', 'RFC 7515 §2', text((good) => `${good.slice(0, -1)}+`), 'token_malformed'],
  ['half a token', JWS, text((good) => good.slice(0, 200)), 'token_malformed'],
  ['an empty header', JWS, part(0, ''), 'token_malformed'],
  ['an empty payload', JWS, part(1, ''), 'token_malformed'],
  ['a header that is no JSON', JWT, signed('{', goodClaims()), 'token_malformed'],
  ['a list as header', JWT, signed([header], goodClaims()), 'token_malformed'],
  ['null as header', JWT, signed(null, goodClaims()), 'token_malformed'],
  ['a payload that is no JSON', JWT, signed(header, '{"iss":'), 'token_malformed'],
  ['a list as payload', JWT, signed(header, [goodClaims()]), 'token_malformed'],
  ['null as payload', JWT, signed(header, null), 'token_malformed'],
  ['a text as payload', JWT, signed(header, '"launch"'), 'token_malformed'],
  ['a payload that is no UTF-8', JWT, part(1, invalidUtf8), 'token_malformed'],
  ['more than 64 KB', BOUNDED, claim('padding', 'x'.repeat(50_000)), 'too_large'],

  // The algorithm is ours to choose.
  ['none', `${SEC} no. 6`, signedAs({ alg: 'none' }, async () => new ArrayBuffer(0)), 'algorithm_refused'],
  ['none with a signature', `${SEC} no. 6`, head('alg', 'none'), 'algorithm_refused'],
  ['None', 'RFC 8725 §3.1', head('alg', 'None'), 'algorithm_refused'],
  ['no algorithm', 'RFC 7515 §4.1.1', head('alg', undefined), 'algorithm_refused'],
  ['a list of algorithms', 'RFC 7515 §4.1.1', head('alg', ['RS256']), 'algorithm_refused'],
  ['rs256 in small letters', 'RFC 7515 §4.1.1', head('alg', 'rs256'), 'algorithm_refused'],
  ['HS256 with the public key as PEM', 'RFC 8725 §2.1', byPublicKey(publicPem), 'algorithm_refused'],
  ['HS256 with the public key as JWK', 'RFC 8725 §2.1', byPublicKey(publicJson), 'algorithm_refused'],
  ['HS256 with the modulus', 'RFC 8725 §2.1', byPublicKey(() => key.publicJwk.n ?? ''), 'algorithm_refused'],
  ['PS256 by the right key', `${SEC} no. 6`, byOther('PS256', 'RSA-PSS', 'SHA-256'), 'algorithm_refused'],
  ['RS512 by the right key', `${SEC} no. 6`, byOther('RS512', 'RSASSA-PKCS1-v1_5', 'SHA-512'), 'algorithm_refused'],

  // The key.
  ['an empty kid', KEYS, head('kid', ''), 'key_id_missing'],
  ['a number as kid', KEYS, head('kid', 1), 'key_id_missing'],
  ['a list as kid', KEYS, head('kid', ['key-1']), 'key_id_missing'],
  ['a jwk in place of a kid', KEYS, { header: { kid: undefined, jwk: {} } }, 'key_id_missing'],
  ['a kid in other letters', 'RFC 7515 §4.1.4', head('kid', 'KEY-1'), 'key_unknown'],
  ['a kid every object has', 'RFC 7515 §4.1.4', head('kid', '__proto__'), 'key_unknown'],
  ['a kid every object has, again', 'RFC 7515 §4.1.4', head('kid', 'constructor'), 'key_unknown'],
  ['a key that is gone from the set', 'security-v1p0 §6.4', { keys: () => setOf(stranger.publicJwk) }, 'key_unknown'],
  ['an empty key set', 'RFC 7517 §5', { keys: () => setOf() }, 'key_unknown'],
  ['a key of its own by jku', 'RFC 8725 §3.10', byStranger({ jku: 'https://evil.example/jwks' }), 'signature_wrong'],
  [
    'a certificate of its own by x5u',
    'RFC 8725 §3.10',
    byStranger({ x5u: 'https://evil.example/' }),
    'signature_wrong',
  ],
  ['a certificate of its own in x5c', 'RFC 8725 §3.10', byStranger({ x5c: ['MIIB'] }), 'signature_wrong'],
  [
    'a key of its own in jwk',
    'RFC 8725 §3.5',
    { token: () => signLaunch(stranger, goodClaims(), { kid: 'key-1', jwk: stranger.publicJwk }) },
    'signature_wrong',
  ],

  // Extensions nobody here understands.
  ['crit', 'RFC 7515 §4.1.11', { header: { crit: ['exp'], exp: 1 } }, 'critical_header'],
  ['an empty crit', 'RFC 7515 §4.1.11', head('crit', []), 'critical_header'],
  ['crit that is null', 'RFC 7515 §4.1.11', head('crit', null), 'critical_header'],
  ['crit that is a text', 'RFC 7515 §4.1.11', head('crit', 'b64'), 'critical_header'],
  ['an unencoded payload', 'RFC 7797 §6', { header: { crit: ['b64'], b64: false } }, 'critical_header'],

  // The signature.
  ['a stranger under the kid', `${SEC} no. 1`, byStranger(), 'signature_wrong'],
  ['no signature', `${SEC} no. 1`, part(2, ''), 'signature_wrong'],
  ['half a signature', `${SEC} no. 1`, text((good) => good.slice(0, -100)), 'signature_wrong'],
  ['a signature of zeros', `${SEC} no. 1`, part(2, 'A'.repeat(342)), 'signature_wrong'],
  ['another payload under it', `${SEC} no. 1`, part(1, encodePart(goodClaims({ sub: 'user-2' }))), 'signature_wrong'],
  ['another header over it', `${SEC} no. 1`, part(0, encodePart({ ...header, typ: 'jwt' })), 'signature_wrong'],
  ['four strangers before it', BOUNDED, { keys: () => setOf(...fourStrangers(), key.publicJwk) }, 'signature_wrong'],

  // Who sent it.
  ['another issuer', `${SEC} no. 2`, claim('iss', 'https://evil.example'), 'issuer_wrong'],
  ['no issuer', `${SEC} no. 2`, claim('iss', undefined), 'issuer_wrong'],
  ['a slash behind the issuer', `${SEC} no. 2`, claim('iss', `${ISSUER}/`), 'issuer_wrong'],
  ['a registration with a slash', `${SEC} no. 2`, { registration: { issuer: `${ISSUER}/` } }, 'issuer_wrong'],
  ['the issuer in other letters', `${SEC} no. 2`, claim('iss', 'https://LMS.example.org'), 'issuer_wrong'],
  ['a list of issuers', `${SEC} no. 2`, claim('iss', [ISSUER]), 'issuer_wrong'],

  // For whom.
  ['another audience', `${SEC} no. 3`, claim('aud', 'client-2'), 'audience_wrong'],
  ['no audience', `${SEC} no. 3`, claim('aud', undefined), 'audience_wrong'],
  ['null as audience', `${SEC} no. 3`, claim('aud', null), 'audience_wrong'],
  ['an empty list of audiences', `${SEC} no. 3`, claim('aud', []), 'audience_wrong'],
  ['others beside us', `${SEC} no. 3`, claim('aud', [CLIENT_ID, 'client-2']), 'audience_wrong'],
  ['others before us', `${SEC} no. 3`, claim('aud', ['client-2', CLIENT_ID]), 'audience_wrong'],
  ['a list in a list', `${SEC} no. 3`, claim('aud', [[CLIENT_ID]]), 'audience_wrong'],
  ['an audience that begins like us', `${SEC} no. 3`, claim('aud', `${CLIENT_ID}0`), 'audience_wrong'],
  ['an object that names us', `${SEC} no. 3`, claim('aud', { 0: CLIENT_ID, length: 1 }), 'audience_wrong'],
  ['another authorized party', `${SEC} no. 5`, claim('azp', 'client-2'), 'authorized_party_wrong'],
  ['an empty authorized party', `${SEC} no. 5`, claim('azp', ''), 'authorized_party_wrong'],
  ['null as authorized party', `${SEC} no. 5`, claim('azp', null), 'authorized_party_wrong'],
  ['a list of authorized parties', `${SEC} no. 5`, claim('azp', [CLIENT_ID]), 'authorized_party_wrong'],

  // When. The good launch lives for 300 s.
  ['no expiry', TOKEN, claim('exp', undefined), 'expiry_wrong'],
  ['an expiry as text', TOKEN, claim('exp', `${seconds + 300}`), 'expiry_wrong'],
  ['null as expiry', TOKEN, claim('exp', null), 'expiry_wrong'],
  ['an expiry that never comes', TOKEN, signed(header, endless), 'expiry_wrong'],
  ['more than a day to live', `${SEC} no. 8`, claim('exp', seconds + 86_401), 'expiry_wrong'],
  ['an expiry in milliseconds', TOKEN, claim('exp', NOW + 300_000), 'expiry_wrong'],
  ['an expiry before it was issued', TOKEN, claim('exp', seconds - 1), 'expiry_wrong'],
  ['no time to live', TOKEN, claim('exp', seconds), 'expiry_wrong'],
  ['an expiry an hour ago', `${SEC} no. 7`, claim('exp', seconds - 3600), 'expired'],
  ['60 s after the expiry', `${SEC} no. 7`, { after: 360 }, 'expired'],
  ['no time of issue', TOKEN, claim('iat', undefined), 'issued_at_wrong'],
  ['a time of issue as text', TOKEN, claim('iat', `${seconds}`), 'issued_at_wrong'],
  ['null as time of issue', TOKEN, claim('iat', null), 'issued_at_wrong'],
  ['issued more than 60 s from now', `${SEC} no. 8`, { after: -60.001 }, 'issued_at_wrong'],
  ['issued more than an hour and 60 s ago', `${SEC} no. 8`, claim('iat', seconds - 3661), 'too_old'],
  ['not before a time more than 60 s from now', 'RFC 7519 §4.1.5', claim('nbf', seconds + 61), 'not_yet_valid'],
  ['a text as not before', 'RFC 7519 §4.1.5', claim('nbf', `${seconds}`), 'not_yet_valid'],
  ['null as not before', 'RFC 7519 §4.1.5', claim('nbf', null), 'not_yet_valid'],

  // In answer to which login.
  ['no nonce', `${SEC} no. 9`, claim('nonce', undefined), 'nonce_wrong'],
  ['another nonce', `${SEC} no. 9`, claim('nonce', 'nonce-2'), 'nonce_wrong'],
  ['an empty nonce', `${SEC} no. 9`, claim('nonce', ''), 'nonce_wrong'],
  ['a number as nonce', `${SEC} no. 9`, claim('nonce', 1), 'nonce_wrong'],
  ['a list with the nonce', `${SEC} no. 9`, claim('nonce', [NONCE]), 'nonce_wrong'],
  ['the nonce of another login', `${SEC} no. 9`, { login: { nonceHash: 'another' } }, 'nonce_wrong'],

  // The message.
  ['version 1.3', `${CORE} §5.3.2`, claim(lti('version'), '1.3'), 'version_wrong'],
  ['version 1.3.1', `${CORE} §5.3.2`, claim(lti('version'), '1.3.1'), 'version_wrong'],
  ['a space behind the version', `${CORE} §5.3.2`, claim(lti('version'), '1.3.0 '), 'version_wrong'],
  ['a number as version', `${CORE} §5.3.2`, claim(lti('version'), 1.3), 'version_wrong'],
  ['a response as message', `${CORE} §5.3.1`, message('LtiDeepLinkingResponse'), 'message_type_wrong'],
  ['an unknown message', `${CORE} §5.3.1`, message('LtiSubmissionReviewRequest'), 'message_type_wrong'],
  ['a message in other letters', `${CORE} §5.3.1`, message('ltiResourceLinkRequest'), 'message_type_wrong'],
  ['a list of messages', `${CORE} §5.3.1`, message(['LtiResourceLinkRequest']), 'message_type_wrong'],
  ['an empty deployment', `${CORE} §5.3.3`, claim(lti('deployment_id'), ''), 'deployment_missing'],
  ['a number as deployment', `${CORE} §5.3.3`, claim(lti('deployment_id'), 1), 'deployment_missing'],
  ['a deployment of 256 characters', `${CORE} §5.3.3`, claim(lti('deployment_id'), long), 'deployment_missing'],
  ['a deployment beyond ASCII', `${CORE} §5.3.3`, claim(lti('deployment_id'), 'é'), 'deployment_missing'],
  ['another deployment than the login', `${CORE} §4.1.2`, { login: { deploymentId: 'other' } }, 'deployment_wrong'],
  ['an empty deployment at login', `${CORE} §4.1.2`, { login: { deploymentId: '' } }, 'deployment_wrong'],
  ['a text as roles', `${CORE} §5.3.7`, claim(lti('roles'), membership('#Learner')), 'roles_wrong'],
  ['null as roles', `${CORE} §5.3.7`, claim(lti('roles'), null), 'roles_wrong'],
  ['an object as roles', `${CORE} §5.3.7`, claim(lti('roles'), { 0: 'Learner', length: 1 }), 'roles_wrong'],
  ['a role that is no text', `${CORE} §5.3.7`, claim(lti('roles'), [membership('#Learner'), null]), 'roles_wrong'],
  ['an empty resource link', `${CORE} §5.3.5`, link({ id: '' }), 'resource_link_missing'],
  ['a number as resource link', `${CORE} §5.3.5`, link({ id: 1 }), 'resource_link_missing'],
  ['a resource link of 256 characters', `${CORE} §5.3.5`, link({ id: long }), 'resource_link_missing'],
  ['a resource link with a line break', `${CORE} §5.3.5`, link({ id: 'a\nb' }), 'resource_link_missing'],
  ['a list as resource link', `${CORE} §5.3.5`, link([{ id: 'link-1' }]), 'resource_link_missing'],
  ['null as resource link', `${CORE} §5.3.5`, link(null), 'resource_link_missing'],
  ['another target than the login', `${CORE} §5.3.4`, target(`${TARGET}/2`), 'target_link_uri_wrong'],
  ['a slash behind the target', `${CORE} §5.3.4`, target(`${TARGET}/`), 'target_link_uri_wrong'],
  ['a query behind the target', `${CORE} §5.3.4`, target(`${TARGET}?a=1`), 'target_link_uri_wrong'],
  ['a list of targets', `${CORE} §5.3.4`, target([TARGET]), 'target_link_uri_wrong'],
  ['another login than the target', `${CORE} §5.3.4`, { login: { targetLinkUri: ISSUER } }, 'target_link_uri_wrong'],
  ['an empty user', `${CORE} §5.3.6`, claim('sub', ''), 'subject_missing'],
  ['null as user', `${CORE} §5.3.6`, claim('sub', null), 'subject_missing'],
  ['a number as user', `${CORE} §5.3.6`, claim('sub', 4), 'subject_missing'],
  ['a user of 256 characters', `${CORE} §5.3.6`, claim('sub', long), 'subject_missing'],
  ['a user beyond ASCII', `${CORE} §5.3.6`, claim('sub', 'Zoë'), 'subject_missing'],
  ['a user with a null character', `${CORE} §5.3.6`, claim('sub', 'user-1\u0000'), 'subject_missing'],
];

/** requirement, clause, the one change to the good launch */
const accepts: [string, string, Given][] = [
  ['nothing changed', SEC, {}],
  // Certification's valid launches: roles and persons.
  ['an instructor', 'certification §6.1.2', claim(lti('roles'), [membership('#Instructor')])],
  ['several roles', 'certification §6.1.2', claim(lti('roles'), [membership('#Instructor'), membership('#Mentor')])],
  ['a short role', 'certification §6.1.2', claim(lti('roles'), ['Instructor'])],
  ['an unknown role', 'certification §6.1.2', claim(lti('roles'), ['http://purl.imsglobal.org/vocab/x#Helper'])],
  ['an empty role', 'certification §6.1.3', claim(lti('roles'), [''])],
  ['no role', `${CORE} §5.3.7`, claim(lti('roles'), [])],
  ['thousands of roles', BOUNDED, claim(lti('roles'), Array(2_000).fill('Instructor/Mentor'))],
  ['an e-mail address only', 'certification §6.1.3', { claims: nameless }],
  ['names only', 'certification §6.1.3', claim('email', undefined)],
  ['no personal data', 'certification §6.1.3', { claims: { ...nameless, email: undefined } }],
  ['no context', 'certification §6.1.3', claim(lti('context'), undefined)],
  // What a token may look like.
  ['no typ', 'RFC 7519 §5.1', head('typ', undefined)],
  ['another typ', 'RFC 7519 §5.1', head('typ', 'id_token')],
  ['a kid beside a jku that is not ours', 'RFC 8725 §3.10', head('jku', 'https://evil.example/jwks')],
  ['a kid beside a jwk that is not ours', 'RFC 8725 §3.5', head('jwk', { kty: 'oct', k: 'AAAA' })],
  ['unknown header parameters', 'RFC 7515 §4', head('x-trace', { a: 1 })],
  ['unknown claims', `${CORE} §4.3`, claim('https://vendor.example/claim', { deep: [{ er: null }] })],
  ['a key without alg', 'RFC 7517 §4.4', { keys: () => setOf({ ...key.publicJwk, alg: undefined }) }],
  ['a key without use', 'RFC 7517 §4.2', { keys: () => setOf({ ...key.publicJwk, use: undefined }) }],
  [
    'a padded modulus, as the example has it',
    KEYS,
    { keys: () => setOf({ ...key.publicJwk, n: `${key.publicJwk.n}==` }) },
  ],
  ['a private key in the set', 'RFC 7517 §9.2', { keys: () => setOf({ ...key.publicJwk, d: 'AQAB' }) }],
  ['the old key beside a new one', 'security-v1p0 §6.4', { keys: () => setOf(stranger.publicJwk, key.publicJwk) }],
  ['three strangers under its kid', KEYS, { keys: () => setOf(...fourStrangers().slice(1), key.publicJwk) }],
  // For us.
  ['a list of us', `${SEC} no. 3`, claim('aud', [CLIENT_ID])],
  ['a list of us twice', `${SEC} no. 3`, claim('aud', [CLIENT_ID, CLIENT_ID])],
  ['no authorized party', `${SEC} no. 5`, claim('azp', undefined)],
  // In time.
  ['59.999 s after the expiry', `${SEC} no. 7`, { after: 359.999 }],
  ['60 s before it was issued', `${SEC} no. 8`, { after: -60 }],
  ['an hour and 60 s old', `${SEC} no. 8`, claim('iat', seconds - 3660)],
  ['a day to live', `${SEC} no. 8`, claim('exp', seconds + 86_400)],
  ['a minute to live, as Moodle has it', `${SEC} no. 7`, claim('exp', seconds + 60)],
  ['a fraction of a second', 'RFC 7519 §2', { claims: { iat: seconds + 0.25, exp: seconds + 300.5 } }],
  ['not before now', 'RFC 7519 §4.1.5', claim('nbf', seconds)],
  ['not before 60 s from now', 'RFC 7519 §4.1.5', claim('nbf', seconds + 60)],
  // The message.
  ['the deployment of the login', `${CORE} §4.1.2`, { login: { deploymentId: 'deployment-1' } }],
  ['a deployment of 255 characters', `${CORE} §5.3.3`, claim(lti('deployment_id'), long.slice(1))],
  ['a resource link of 255 characters', `${CORE} §5.3.5`, link({ id: long.slice(1) })],
  ['a user of 255 characters', `${CORE} §5.3.6`, claim('sub', long.slice(1))],
  ['a user with spaces and signs', `${CORE} §5.3.6`, claim('sub', '~ user:1/@"<b>')],
  ['deep linking settings nobody asked for', 'lti-dl-v2p0 §4.4', claim(DEEP_LINKING_SETTINGS, 'nonsense')],
];

describe('a launch is refused', () => {
  it.each(refusals)('with %s (%s)', async (_what, _clause, given, reason) => {
    expect(await reasonOf(given)).toBe(reason);
  });

  it('with an empty nonce, even in answer to a login whose nonce was empty', async () => {
    const login = { nonceHash: await sha256('') };
    expect(await reasonOf({ ...claim('nonce', ''), login })).toBe('nonce_wrong');
  });

  it('for the same reasons in a deep linking request', async () => {
    expect(await reasonOf({}, deepLinkingClaims())).toBe('accepted');
    expect(await reasonOf(claim('sub', undefined), deepLinkingClaims())).toBe('subject_missing');
    expect(await reasonOf(claim(lti('target_link_uri'), ISSUER), deepLinkingClaims())).toBe('target_link_uri_wrong');
  });

  const settings = (changes: object): Given => claim(DEEP_LINKING_SETTINGS, { ...deepLinkingSettings, ...changes });
  it.each<[string, Given]>([
    ['no settings', claim(DEEP_LINKING_SETTINGS, undefined)],
    ['null as settings', claim(DEEP_LINKING_SETTINGS, null)],
    ['a list of settings', claim(DEEP_LINKING_SETTINGS, [deepLinkingSettings])],
    ['no return address', settings({ deep_link_return_url: undefined })],
    ['an empty return address', settings({ deep_link_return_url: '' })],
    ['a list of return addresses', settings({ deep_link_return_url: [`${ISSUER}/deep-links`] })],
    ['a path as return address', settings({ deep_link_return_url: '/deep-links' })],
    ['script as return address', settings({ deep_link_return_url: 'javascript:alert(1)//https://lms.example.org' })],
    ['data as return address', settings({ deep_link_return_url: 'data:text/html,https://lms.example.org' })],
    ['a line break in the return address', settings({ deep_link_return_url: `${ISSUER}/\nx` })],
    ['a return address that is none', settings({ deep_link_return_url: 'https://[::1/deep-links' })],
    ['a return address without host', settings({ deep_link_return_url: 'https://' })],
    ['a return address of 5,000 characters', settings({ deep_link_return_url: `${ISSUER}/${'x'.repeat(5_000)}` })],
    ['no accepted types', settings({ accept_types: undefined })],
    ['a text as accepted types', settings({ accept_types: 'ltiResourceLink' })],
    ['a number among the accepted types', settings({ accept_types: ['ltiResourceLink', 1] })],
  ])('with %s, when it asks for deep linking (lti-dl-v2p0 §4.4.1)', async (_what, given) => {
    expect(await reasonOf(given, deepLinkingClaims())).toBe('deep_linking_settings_wrong');
  });
});

describe('a launch is accepted', () => {
  it.each(accepts)('with %s (%s)', async (_what, _clause, given) => {
    expect(await reasonOf(given)).toBe('accepted');
  });

  it('from Open edX, which sends no name and no e-mail address, for an hour', async () => {
    expect(await accepted({}, openEdxClaims())).toMatchObject({ deploymentId: '1', name: null, email: null });
    expect(await reasonOf({ after: 3659 }, openEdxClaims())).toBe('accepted');
    expect(await reasonOf({ after: 3660 }, openEdxClaims())).toBe('expired');
    expect(await accepted({}, openEdxDeepLinkingClaims())).toMatchObject({ messageType: 'LtiDeepLinkingRequest' });
  });

  it('from Moodle, whose tokens live a minute', async () => {
    expect(await accepted({}, moodleClaims())).toMatchObject({ deploymentId: '3', sub: '4' });
    expect(await reasonOf({ after: 119 }, moodleClaims())).toBe('accepted');
    expect(await reasonOf({ after: 120 }, moodleClaims())).toBe('expired');
  });

  it('from Canvas, with nulls and claims of its own', async () => {
    const deploymentId = '77:8865aa05b4b79b64a91a86042e43af5ea8ae79eb';
    expect(await accepted({ login: { deploymentId } }, canvasClaims())).toMatchObject({ deploymentId });
  });

  it('without a user only where the registration allows it, and only if none was sent (lti-core-v1p3 §5.3.6.1)', async () => {
    const anonymous = { registration: { allowAnonymous: true } };
    expect((await accepted({ ...anonymous, claims: { sub: undefined } })).sub).toBeNull();
    expect((await accepted(anonymous)).sub).toBe('user-1');
    for (const sub of ['', null, 4, long, 'Zoë', ['user-1']])
      expect(await reasonOf({ ...anonymous, claims: { sub } })).toBe('subject_missing');
  });
});

describe('a claim', () => {
  const signJson = (json: string) => reasonOf({ token: () => signParts(key, header, json) });
  const withMember = (member: string) => JSON.stringify(goodClaims()).replace('{', `{${member},`);

  it('does not come in by the back door of a prototype', async () => {
    const hidden = JSON.stringify(goodClaims({ sub: undefined })).replace('{', '{"__proto__":{"sub":"user-1"},');
    expect(await signJson(hidden)).toBe('subject_missing');
    expect(await signJson(withMember('"__proto__":{"azp":"client-2"}'))).toBe('accepted');
    expect(await signJson(withMember('"constructor":{"prototype":{"nbf":9e9}}'))).toBe('accepted');
  });

  it('that stands twice says what it says last (RFC 7519 §4)', async () => {
    const evil = '"iss":"https://evil.example"';
    expect(await signJson(withMember(evil))).toBe('accepted');
    expect(await signJson(JSON.stringify(goodClaims()).replace(/}$/, `,${evil}}`))).toBe('issuer_wrong');
  });
});

describe('nothing is thrown', () => {
  const reasons = new Set<string>(launchRefusals);
  const login = () => ({ nonceHash, targetLinkUri: TARGET, deploymentId: null });
  const verify = (token: string) => verifyLaunch(token, login(), registration, keys, NOW);

  it('whatever became of a token on its way, and nothing else is a launch', async () => {
    const good = await signLaunch(key, goodClaims());
    // The last character has bits that stand for nothing.
    const places = fc.nat({ max: good.length - 2 });
    const mutation = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .record({ at: places, cut: fc.nat({ max: 40 }), put: fc.string({ maxLength: 8 }) })
        .map(({ at, cut, put }) => good.slice(0, at) + put + good.slice(at + cut)),
      fc
        .record({ at: places, put: fc.constantFrom('.', '=', 'A', '-', '\u0000', 'é', '..') })
        .map(({ at, put }) => good.slice(0, at) + put + good.slice(at + 1)),
      fc
        .tuple(fc.json(), fc.json(), fc.base64String())
        .map(([a, b, c]) => `${encodePart(a)}.${encodePart(b)}.${c.replace(/[+/=]/g, '')}`),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async (token) => {
        fc.pre(token !== good);
        const verdict = await verify(token);
        return verdict.kind === 'refused' && reasons.has(verdict.reason) && kidOf(token) !== '';
      }),
      { numRuns: 300 },
    );
  });

  it('whatever a platform signs, and what is accepted keeps to its rules', async () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const names = Object.keys({ ...deepLinkingClaims(), nbf: 0, preferred_username: 0 });
    const bases = fc.constantFrom(goodClaims(), deepLinkingClaims(), openEdxClaims(), moodleClaims(), canvasClaims());
    const changes = fc.dictionary(fc.constantFrom(...names), fc.oneof(anything, fc.constant(undefined)), {
      minKeys: 1,
      maxKeys: 3,
    });
    const isId = (value: unknown) => typeof value === 'string' && /^[\x20-\x7e]{1,255}$/.test(value);
    await fc.assert(
      fc.asyncProperty(bases, changes, async (base, changed) => {
        const verdict = await verify(await signLaunch(key, { ...base, ...changed }));
        if (verdict.kind === 'refused') return reasons.has(verdict.reason);
        const { launch } = verdict;
        const parts = [
          launch.deploymentId,
          launch.sub,
          launch.context?.id ?? 'none',
          launch.resourceLink?.id ?? 'none',
        ];
        return (
          parts.every(isId) &&
          launch.targetLinkUri === TARGET &&
          launch.roles.every((role) => typeof role === 'string') &&
          Object.values(launch.custom).every((value) => typeof value === 'string') &&
          (launch.messageType === 'LtiDeepLinkingRequest' ? launch.deepLinking !== null : launch.resourceLink !== null)
        );
      }),
      { numRuns: 200 },
    );
  });

  it('when a signed token is as large and as deep as it may be', async () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`parameter${index}`, 'x']));
    expect(Object.keys((await accepted(claim(lti('custom'), many))).custom)).toHaveLength(2_000);
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const json = JSON.stringify(goodClaims({ deep: 0 })).replace('"deep":0', `"deep":${deep}`);
    expect(await reasonOf(signed(header, json))).toBe('accepted');
    const names = { name: `${' '.repeat(20_000)}x${'\u0000'.repeat(3_000)}`, email: 'a@'.repeat(100) };
    expect(await accepted({ claims: names })).toMatchObject({ name: 'x', email: null });
  });

  it('when a key of the set is none', async () => {
    // An even modulus or exponent passes for a number and is no key.
    for (const broken of [{ n: 'gA'.padEnd(342, 'A') }, { e: 'AgAA' }])
      expect(await reasonOf({ keys: () => setOf({ ...key.publicJwk, ...broken }) })).toBe('signature_wrong');
  });

  it('by a key that was imported before', async () => {
    const set = setOf(key.publicJwk);
    for (const _ of [1, 2]) expect(await reasonOf({ keys: () => set })).toBe('accepted');
    expect(await reasonOf({ ...byStranger(), keys: () => set })).toBe('signature_wrong');
  });
});
