import { type CryptoKey, decodeProtectedHeader, importJWK } from 'jose';
import { fromBase64Url } from '../lib/crypto.ts';
import { isRecord } from './claim-values.ts';
import { keySetLimits, launchLimits } from './launch-limits.ts';

/** The members of an RSA public key (RFC 7518 §6.3.1), and nothing else of what a platform wrote beside them. */
export type PlatformKey = { n: string; e: string };

/** A platform's keys for RS256 by their `kid`. */
export type KeySet = ReadonlyMap<string, readonly PlatformKey[]>;

/** Base64url without the padding that some platforms write, and the bytes it stands for without leading zeros. */
function readNumber(value: unknown): { text: string; bytes: Uint8Array } | undefined {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : undefined;
  if (typeof value !== 'string' || !bytes) return undefined;
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? undefined : { text: value.replace(/=+$/, ''), bytes: bytes.subarray(start) };
}

const bitsOf = (bytes: Uint8Array) => bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24;

/** RFC 7517 §4.2–4.4: not said what a key is for, or said that it checks RS256 signatures. */
const isForSignatures = ({ use, key_ops: operations, alg }: Record<string, unknown>) =>
  (use === undefined || use === 'sig') &&
  (!Array.isArray(operations) || operations.includes('verify')) &&
  (alg === undefined || alg === 'RS256');

function readKey(member: Record<string, unknown>): PlatformKey | undefined {
  if (member.kty !== 'RSA' || !isForSignatures(member)) return undefined;
  const [n, e] = [readNumber(member.n), readNumber(member.e)];
  if (!n || !e) return undefined;
  const bits = bitsOf(n.bytes);
  if (bits < keySetLimits.minBits || bits > keySetLimits.maxBits) return undefined;
  // With an exponent of 1 a signature is its message: anybody could write one.
  const isOne = e.bytes.length === 1 && e.bytes[0] === 1;
  return isOne || e.bytes.length > keySetLimits.exponentBytes ? undefined : { n: n.text, e: e.text };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The RS256 keys of a JWK set (RFC 7517 §5): RSA keys of 2048 bits and more that may check signatures and have a `kid`, which is
 * required even in a set of one (security-v1p0 §6.3). Other members are passed over. Undefined: it is no JWK set.
 */
export function parseKeySet(text: string): KeySet | undefined {
  const document = readJson(text);
  if (!isRecord(document) || !Array.isArray(document.keys)) return undefined;
  const keys = new Map<string, PlatformKey[]>();
  for (const member of document.keys.slice(0, keySetLimits.members) as unknown[]) {
    if (!isRecord(member) || typeof member.kid !== 'string' || member.kid === '') continue;
    const key = readKey(member);
    const same = keys.get(member.kid) ?? [];
    if (key && same.length < keySetLimits.sameId) keys.set(member.kid, [...same, key]);
  }
  return keys;
}

export const hasKid = (keySet: KeySet, kid: string): boolean => keySet.has(kid);

/** Three parts in base64url (RFC 7515 §7.1); the signature may be empty, as it is under `none`. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** The header of a token; undefined where it cannot be read or the token has not three parts. Nothing in it is verified. */
export function readHeader(token: string): Record<string, unknown> | undefined {
  if (token.length > launchLimits.token || !COMPACT.test(token)) return undefined;
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

/** The `kid` a token names; null where there is none or the token will be refused before its key is looked for. */
export function kidOf(token: string): string | null {
  const { alg, kid } = readHeader(token) ?? {};
  return alg === 'RS256' && typeof kid === 'string' && kid !== '' ? kid : null;
}

/** By the key of a set they were made of. The keys themselves, because a promise would belong to one request. */
const imported = new WeakMap<PlatformKey, CryptoKey>();

/** A key that can check RS256 and nothing else, imported once. Throws where the numbers are no key. */
export async function importKey(key: PlatformKey): Promise<CryptoKey> {
  const known = imported.get(key);
  if (known) return known;
  const made = await importJWK({ kty: 'RSA', n: key.n, e: key.e }, 'RS256');
  imported.set(key, made);
  return made;
}
