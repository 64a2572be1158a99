import { fromBase64Url, toBase64Url } from './crypto.ts';

/*
 * Secrets at rest: AES-256-GCM under a secret of the Worker, `v1.<iv>.<ciphertext with tag>` in base64url. What a value belongs
 * to is authenticated with it, so that a sealed text copied to another row does not open there.
 */

const VERSION = 'v1';
const IV_BYTES = 12;
const encoder = new TextEncoder();

async function keyFrom(secretsKey: string): Promise<CryptoKey> {
  const bytes = fromBase64Url(secretsKey);
  if (bytes?.byteLength !== 32) throw new Error('SECRETS_KEY must be 32 bytes as base64url');
  return await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

const algorithm = (iv: Uint8Array, belongsTo: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: encoder.encode(`${VERSION} ${belongsTo}`),
});

/** Seals a text for what it belongs to. `secretsKey`: 256 bits as base64url. */
export async function seal(secretsKey: string, text: string, belongsTo: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(algorithm(iv, belongsTo), await keyFrom(secretsKey), encoder.encode(text));
  return `${VERSION}.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** Opens what `seal` sealed; undefined when it was sealed under another key, for something else, or was altered. */
export async function openSealed(secretsKey: string, sealed: string, belongsTo: string): Promise<string | undefined> {
  const [version, iv, ciphertext, ...more] = sealed.split('.');
  const [ivBytes, bytes] = [fromBase64Url(iv ?? ''), fromBase64Url(ciphertext ?? '')];
  if (version !== VERSION || more.length > 0 || ivBytes?.byteLength !== IV_BYTES || !bytes) return undefined;
  const key = await keyFrom(secretsKey);
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm(ivBytes, belongsTo), key, bytes));
  } catch {
    return undefined;
  }
}
