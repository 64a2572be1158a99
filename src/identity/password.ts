import { Buffer } from 'node:buffer';
import { createHmac, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { isFirstPassword, verifyFirstPassword } from './first-password.ts';
import { inTurn } from './in-turn.ts';

/** The cost that the platform carries: N·r·p is capped at 2^20 there, and more passes only on a developer's machine. */
export const SCRYPT = { ln: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** scrypt wants 128·N·r bytes, and a little. */
const MAX_MEMORY = 64 * 1024 * 1024;

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

const COST = `$scrypt$ln=${SCRYPT.ln},r=${SCRYPT.r},p=${SCRYPT.p}$`;

/**
 * What scrypt is given for a password: its HMAC-SHA-256 under the pepper, a secret of the Worker, so that who has only the database has nothing to guess
 * by. The same password typed on two keyboards may differ in its code points: NIST SP 800-63B asks to normalise.
 */
const peppered = (password: string, pepper: string) =>
  createHmac('sha256', pepper).update(password.normalize('NFKC')).digest();

type Work = { password: string; pepper: string; salt: Buffer; cost: { ln: number; r: number; p: number } };

function derive({ password, pepper, salt, cost: { ln, r, p } }: Work, before?: () => Promise<void>): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: MAX_MEMORY };
  const work = () =>
    new Promise<Buffer>((resolve, reject) => {
      scrypt(peppered(password, pepper), salt, KEY_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  return inTurn(work, before);
}

/**
 * Hashes a password into a PHC string. Takes 0.1 to 0.4 s of CPU, when its turn has come; then `before` may still refuse, and the work is not done.
 */
export async function hashPassword(password: string, pepper: string, before?: () => Promise<void>): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive({ password, pepper, salt, cost: SCRYPT }, before);
  return `${COST}${unpadded(salt)}$${unpadded(key)}`;
}

/** Whether a hash was made at another cost than passwords are hashed at now. */
export const isOutdated = (hash: string | null): hash is string =>
  (hash?.startsWith('$scrypt$') ?? false) && !hash?.startsWith(COST);

/** Compared with when there is no such user or no password, so that both take the same work. */
const nobody = `${COST}${unpadded(Buffer.alloc(SALT_BYTES))}$${unpadded(Buffer.alloc(KEY_BYTES))}`;

/** Whether the password is the one that was hashed. `hash` null (unknown user): false, after the same work. */
export async function verifyPassword(password: string, hash: string | null, pepper: string): Promise<boolean> {
  const isPrinted = isFirstPassword(hash);
  const [, ln, r, p, salt, key] = PHC.exec(hash === null || isPrinted ? nobody : hash) ?? [];
  if (!ln || !r || !p || !salt || !key) return false;
  const expected = Buffer.from(key, 'base64');
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const actual = await derive({ password, pepper, salt: Buffer.from(salt, 'base64'), cost });
  if (isPrinted) return await verifyFirstPassword(pepper, password, hash);
  return hash !== null && expected.length === actual.length && timingSafeEqual(expected, actual);
}
