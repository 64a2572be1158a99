import { type CompactVerifyResult, compactVerify, importJWK, type JWK } from 'jose';
import type { World } from '../world.ts';
import type { Tool } from './lti-state.ts';
import type { Mode } from './modes.ts';

/** Nothing of the tool's key set fits. */
export class NoKeyFits extends Error {}

/** How the platforms name themselves when they fetch a key set. */
const agents: { [M in Mode]: string } = {
  openedx: 'Python-urllib/3.12',
  moodle: 'MoodleBot/1.0',
  canvas: 'Ruby',
};

async function keysOf(world: World, tool: Tool): Promise<JWK[]> {
  const response = await world.fetch(tool.keysUrl, {
    headers: { 'user-agent': agents[tool.mode], accept: '*/*' },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new NoKeyFits(`${tool.keysUrl} answered ${response.status}`);
  const { keys } = await response.json<{ keys?: JWK[] }>();
  if (!Array.isArray(keys)) throw new NoKeyFits(`${tool.keysUrl} is not a key set`);
  return keys;
}

/**
 * Checks a signature of the tool with the keys it shows now: never kept, because Open edX keeps none. Without a `kid` every key
 * is tried, where the platform allows that.
 */
export async function verifiedBy(
  world: World,
  tool: Tool,
  token: string,
  { algorithms, kid }: { algorithms: string[]; kid: string | undefined },
): Promise<CompactVerifyResult> {
  const keys = await keysOf(world, tool).catch((error: Error) => {
    throw error instanceof NoKeyFits ? error : new NoKeyFits(error.message);
  });
  for (const jwk of keys) {
    if (kid !== undefined && jwk.kid !== kid) continue;
    try {
      return await compactVerify(token, await importJWK(jwk, jwk.alg ?? 'RS256'), { algorithms });
    } catch {
      // The next key may fit.
    }
  }
  throw new NoKeyFits('No key of the tool fits the signature');
}
