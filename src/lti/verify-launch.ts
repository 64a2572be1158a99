import { compactVerify, decodeJwt } from 'jose';
import { sha256 } from '../lib/crypto.ts';
import { importKey, type KeySet, type PlatformKey, readHeader } from './key-set.ts';
import type { Launch } from './launch.ts';
import { launchLimits } from './launch-limits.ts';
import { readClaims } from './read-claims.ts';
import type { LaunchRefusal } from './refusals.ts';

/** Of the login this token answers. `nonceHash` is the SHA-256 of the nonce it was given (lib/crypto.ts). */
type LoginFacts = { nonceHash: string; targetLinkUri: string; deploymentId: string | null };
type RegistrationFacts = { issuer: string; clientId: string; allowAnonymous: boolean };
type Verdict = { kind: 'accepted'; launch: Launch } | { kind: 'refused'; reason: LaunchRefusal };

type Claims = Record<string, unknown>;

const refused = (reason: LaunchRefusal): Verdict => ({ kind: 'refused', reason });

function readPayload(token: string): Claims | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/**
 * Whether one of the keys made the signature (RFC 7515 §5.2). The keys come from the platform's set and can do RS256 only; what else
 * the header says of keys, `jku`, `x5u`, `jwk`, `x5c`, is never looked at.
 */
async function isSignedByOne(token: string, keys: readonly PlatformKey[]): Promise<boolean> {
  for (const key of keys) {
    try {
      await compactVerify(token, await importKey(key), { algorithms: ['RS256'] });
      return true;
    } catch {
      // Another key of that `kid` may have made it.
    }
  }
  return false;
}

/** Only us: "additional audiences not trusted by the Tool" are refused, and we trust none. */
const isOurs = (audience: unknown, clientId: string) =>
  Array.isArray(audience) ? audience.length > 0 && audience.every((one) => one === clientId) : audience === clientId;

/** security-v1p0 §5.1.2, §5.1.3 no. 7 and 8; `nbf` by RFC 7519 §4.1.5. `now` in seconds. */
function timeProblem({ exp, iat, nbf }: Claims, now: number): LaunchRefusal | undefined {
  const { skew, age, lifetime } = launchLimits;
  // JSON's 1e999 is a number too, and never comes.
  if (!Number.isFinite(exp)) return 'expiry_wrong';
  if (!Number.isFinite(iat)) return 'issued_at_wrong';
  const [expiresAt, issuedAt] = [Number(exp), Number(iat)];
  if (now >= expiresAt + skew) return 'expired';
  if (issuedAt > now + skew) return 'issued_at_wrong';
  if (now > issuedAt + age + skew) return 'too_old';
  if (expiresAt <= issuedAt || expiresAt - issuedAt > lifetime) return 'expiry_wrong';
  if (nbf !== undefined && !(Number.isFinite(nbf) && Number(nbf) <= now + skew)) return 'not_yet_valid';
  return undefined;
}

/** The nonce is the one we gave this login; that it is used once is seen to where the login is used up. */
const isOurNonce = async (nonce: unknown, nonceHash: string) =>
  typeof nonce === 'string' && nonce !== '' && (await sha256(nonce)) === nonceHash;

/**
 * Whether an id_token is a launch by this platform, for us, in answer to this login: security-v1p0 §5.1.3, lti-core-v1p3 §5.3,
 * lti-dl-v2p0 §4.4. The rules stand in the order they are tried; the first that fails is the reason. Never throws, whatever the token. `now` in
 * ms. `key_unknown` may be answered with a fresh key set and a second call. What only the database knows (the state, the
 * browser, whether the deployment is approved, that the nonce is used once) is for the caller.
 */
export async function verifyLaunch(
  token: string,
  login: LoginFacts,
  registration: RegistrationFacts,
  keys: KeySet,
  now: number,
): Promise<Verdict> {
  if (token.length > launchLimits.token) return refused('too_large');
  const header = readHeader(token);
  const claims = readPayload(token);
  if (!header || !claims) return refused('token_malformed');
  // RFC 8725 §3.1: the algorithm is ours to choose. So `none` is refused, and HMAC with the public key as its secret.
  if (header.alg !== 'RS256') return refused('algorithm_refused');
  // security-v1p0 §6.3: required even when the set has one key.
  if (typeof header.kid !== 'string' || header.kid === '') return refused('key_id_missing');
  const candidates = keys.get(header.kid);
  if (!candidates) return refused('key_unknown');
  // RFC 7515 §4.1.11: we understand no extension, and an empty list is not allowed.
  if (header.crit !== undefined) return refused('critical_header');
  if (!(await isSignedByOne(token, candidates))) return refused('signature_wrong');

  // security-v1p0 §5.1.3 no. 2 to 5 and 9. Texts are compared as they are, without mending a slash or a letter's case.
  if (claims.iss !== registration.issuer) return refused('issuer_wrong');
  if (!isOurs(claims.aud, registration.clientId)) return refused('audience_wrong');
  if (claims.azp !== undefined && claims.azp !== registration.clientId) return refused('authorized_party_wrong');
  const problem = timeProblem(claims, now / 1000);
  if (problem) return refused(problem);
  if (!(await isOurNonce(claims.nonce, login.nonceHash))) return refused('nonce_wrong');

  const { targetLinkUri, deploymentId } = login;
  const read = readClaims(claims, { targetLinkUri, deploymentId, allowAnonymous: registration.allowAnonymous });
  return typeof read === 'string' ? refused(read) : { kind: 'accepted', launch: read };
}
