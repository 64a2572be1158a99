import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import type { World } from '../world.ts';
import { platformNow } from './clock.ts';
import type { Tool } from './lti-state.ts';
import type { Mode } from './modes.ts';
import { address, toolOf } from './places.ts';
import { NoKeyFits, verifiedBy } from './tool-keys.ts';

export type AssertionVerdict =
  | { readonly tool: Tool }
  | { readonly error: 'invalid_client' | 'invalid_grant' | 'invalid_request'; readonly description: string };

type Read = { header: ProtectedHeaderParameters; claims: JWTPayload };

function read(assertion: string): Read | undefined {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    return undefined;
  }
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const refused = (error: 'invalid_client' | 'invalid_grant' | 'invalid_request', description: string) => ({
  error,
  description,
});

/** What the issuers' libraries say of the times: not a second of leeway for what is to come. */
function wrongTime({ iat, nbf, exp }: JWTPayload, now: number): 'iat' | 'nbf' | 'exp' | undefined {
  if (iat !== undefined && (!isTime(iat) || iat > now)) return 'iat';
  if (nbf !== undefined && (!isTime(nbf) || nbf > now)) return 'nbf';
  if (exp !== undefined && (!isTime(exp) || exp <= now)) return 'exp';
  return undefined;
}

/** PyJWT with the block's own keys: it asks neither who speaks (`iss`, `sub`) nor to whom (`aud`), and wants no `exp`. */
async function byOpenedx(world: World, assertion: string, now: number): Promise<AssertionVerdict> {
  const tool = toolOf(world, 'openedx');
  const found = read(assertion);
  if (!found) return refused('invalid_grant', 'Malformed token');
  await verifiedBy(world, tool, assertion, { algorithms: ['RS256', 'RS512'], kid: found.header.kid });
  const wrong = wrongTime(found.claims, now);
  if (wrong === 'exp') return refused('invalid_grant', 'Signature has expired');
  if (wrong) return refused('invalid_client', `The token is not yet valid (${wrong})`);
  const { jti } = found.claims;
  if (jti !== undefined && typeof jti !== 'string') return refused('invalid_client', 'JWT ID must be a string');
  return { tool };
}

const audiences = (aud: unknown): unknown[] => (Array.isArray(aud) ? aud : [aud]);

async function byMoodle(world: World, assertion: string, now: number): Promise<AssertionVerdict> {
  const found = read(assertion);
  if (!found?.claims.sub) return refused('invalid_request', '');
  const { header, claims } = found;
  const tool = world.lti.tools.find((one) => one.mode === 'moodle' && one.isActive && one.clientId === claims.sub);
  if (!tool) return refused('invalid_client', '');
  await verifiedBy(world, tool, assertion, { algorithms: ['RS256'], kid: header.kid ?? '' });
  const wrong = wrongTime(claims, now);
  if (wrong) return refused('invalid_client', wrong);
  const isForUs = audiences(claims.aud).some(
    (one) => one === address(world, 'moodle', 'token') || one === world.origin,
  );
  return isForUs ? { tool } : refused('invalid_client', 'aud');
}

const KEPT_SECONDS = 3600;

/** As RFC 7523 §3 wants it. */
async function byCanvas(world: World, assertion: string, now: number): Promise<AssertionVerdict> {
  const found = read(assertion);
  // Nobody can tell whose it was to be.
  if (!found) return refused('invalid_request', 'JWT is malformed');
  const { header, claims } = found;
  const { iss, sub, aud, exp, iat, jti } = claims;
  const tool = world.lti.tools.find((one) => one.mode === 'canvas' && one.clientId === sub);
  if (!tool || iss !== sub) return refused('invalid_client', 'Unknown client');
  if (typeof jti !== 'string' || jti === '') return refused('invalid_client', "the 'jti' is missing");
  if (!isTime(exp)) return refused('invalid_client', "the 'exp' is missing");
  // Only a missing `iat` is forgiven.
  if (iat !== undefined && !isTime(iat)) return refused('invalid_client', "the 'iat' is not a number");
  const isForUs = audiences(aud).some((one) => one === address(world, 'canvas', 'token'));
  if (!isForUs) return refused('invalid_client', "the 'aud' must be the authorization endpoint");
  await verifiedBy(world, tool, assertion, { algorithms: ['RS256'], kid: header.kid ?? '' });
  const wrong = wrongTime(claims, now);
  if (wrong) return refused('invalid_client', `the '${wrong}' is not right`);
  const { seenIds } = world.lti;
  for (const [old, until] of seenIds) if (until <= now) seenIds.delete(old);
  const key = `${tool.clientId} ${jti}`;
  if (seenIds.has(key)) return refused('invalid_client', "the 'jti' is invalid: seen before");
  seenIds.set(key, Math.max(exp, now + KEPT_SECONDS));
  return { tool };
}

/** Does this client assertion open the token endpoint? */
export async function checkAssertion(world: World, mode: Mode, assertion: string): Promise<AssertionVerdict> {
  const check = { openedx: byOpenedx, moodle: byMoodle, canvas: byCanvas }[mode];
  try {
    return await check(world, assertion, Math.floor(platformNow(world) / 1000));
  } catch (error) {
    if (error instanceof NoKeyFits) return refused('invalid_client', error.message);
    throw error;
  }
}
