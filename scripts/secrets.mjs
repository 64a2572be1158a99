import { webcrypto } from 'node:crypto';

/** Fresh development secrets, one per line of `.dev.vars.example`. Never used outside `npm start` and `npm test`. */
export async function makeSecrets() {
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { kty, crv, x, y, d } = await webcrypto.subtle.exportKey('jwk', pair.privateKey);
  const random = () => webcrypto.getRandomValues(Buffer.alloc(32)).toString('base64url');
  return {
    ACCESS_TOKEN_KEY: JSON.stringify({ kty, crv, x, y, d }),
    SECRETS_KEY: random(),
    PASSWORD_PEPPER: random(),
  };
}
