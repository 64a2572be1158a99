import { type CryptoKey, importJWK, type JWK } from 'jose';

type KeyPair = { privateKey: CryptoKey; publicKey: CryptoKey };

/** Derived from the secret alone, so one copy serves every request of the isolate. A promise would belong to one request. */
const imported = new Map<string, KeyPair>();

function parse(secret: string): JWK {
  try {
    return JSON.parse(secret) as JWK;
  } catch {
    // The parser quotes what it could not read, and that is a private key on its way into the log.
    throw new Error('ACCESS_TOKEN_KEY is not a JSON Web Key');
  }
}

/** The ES256 key pair of ACCESS_TOKEN_KEY, a private JSON Web Key. Only its own members are read: no `kid`, no `use`. */
export async function signingKey(secret: string): Promise<KeyPair> {
  const known = imported.get(secret);
  if (known) return known;
  const { kty, crv, x, y, d } = parse(secret);
  const open = { kty, crv, x, y } as JWK;
  const [privateKey, publicKey] = await Promise.all([
    importJWK({ ...open, d } as JWK, 'ES256'),
    importJWK(open, 'ES256'),
  ]);
  const pair = { privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey };
  imported.set(secret, pair);
  return pair;
}
