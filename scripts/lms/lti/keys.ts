import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { World } from '../world.ts';
import { steadyUuid } from './steady-ids.ts';

export type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey; readonly publicJwk: JWK };

const making = new WeakMap<World, Promise<SigningKey>>();

async function makeKey(world: World): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  // A kid is never used again: it is made of the key itself.
  const kid = steadyUuid(String(jwk.n));
  const key = { kid, privateKey, publicJwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
  world.lti.keys.unshift(key);
  return key;
}

/** The key that signs now; made when it is needed first. */
export async function signingKey(world: World): Promise<SigningKey> {
  const [newest] = world.lti.keys;
  if (newest) return newest;
  const made = making.get(world) ?? makeKey(world);
  making.set(world, made);
  return made;
}

/** A new key signs from now on. The old ones stay in the key set, or go at once when they are dropped. */
export async function rotateKeys(world: World, { drop = false } = {}): Promise<string> {
  const { kid } = await makeKey(world);
  if (drop) world.lti.keys.splice(1);
  return kid;
}
