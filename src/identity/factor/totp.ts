import { equalInConstantTime } from '../../lib/crypto.ts';

/*
 * Codes of an authenticator (RFC 6238 over RFC 4226) as every app of the kind takes them: HMAC-SHA-1, six digits, thirty seconds. `now` is
 * in ms since 1970; a step is a number of half minutes since then.
 */

const STEP_MS = 30_000;
const DIGITS = 6;
/** How many steps the clock of a phone may be off, either way. */
const DRIFT = 1;
/** RFC 4226 §4, R6 asks for 160 bits. */
const SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 §6, without padding: what people type when a camera will not do. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('');
}

/** The bytes of base32; what fills no byte is left out. */
export function fromBase32(text: string): Uint8Array {
  const bits = Array.from(text, (char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** A secret for an authenticator, as base32. */
export const newTotpSecret = (): string => toBase32(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

export const stepAt = (now: number): number => Math.floor(now / STEP_MS);

/** The code of a counter (RFC 4226 §5.3). */
export async function hotp(key: Uint8Array, counter: number, digits = DIGITS): Promise<string> {
  const moving = new DataView(new ArrayBuffer(8));
  moving.setBigUint64(0, BigInt(counter));
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  const mac = new DataView(await crypto.subtle.sign('HMAC', imported, moving.buffer));
  const number = mac.getUint32(mac.getUint8(19) & 0xf) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The step a code is of, if it is a code of now and newer than step `after`; undefined otherwise. */
export async function stepOf(
  key: Uint8Array,
  code: string,
  { now, after }: { now: number; after: number },
): Promise<number | undefined> {
  let found: number | undefined;
  for (let step = stepAt(now) - DRIFT; step <= stepAt(now) + DRIFT; step++) {
    if (step > after && equalInConstantTime(await hotp(key, step), code)) found ??= step;
  }
  return found;
}

/** What the QR code says: the "Key Uri Format" all authenticators read. */
export function otpauthUri({ secret, issuer, account }: { secret: string; issuer: string; account: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`;
}
