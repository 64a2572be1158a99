import { importJWK, type CryptoKey, type JWK } from 'jose';

type KeyPair = { privateKey: CryptoKey; publicKey: CryptoKey };

/** Derived from the secret alone, so one copy may serve every request of the isolate. */
const imported = new Map<string, Promise<KeyPair>>();

async function importPair(secret: string): Promise<KeyPair> {
  const { kty, crv, x, y, d } = JSON.parse(secret) as JWK;
  const half = { kty, crv, x, y } as JWK;
  const [privateKey, publicKey] = await Promise.all([importJWK({ ...half, d } as JWK, 'ES256'), importJWK(half, 'ES256')]);
  return { privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey };
}

/** The ES256 key pair of ACCESS_TOKEN_KEY, a private JSON Web Key. */
export function signingKey(secret: string): Promise<KeyPair> {
  const known = imported.get(secret);
  if (known) return known;
  const pair = importPair(secret);
  imported.set(secret, pair);
  return pair;
}
