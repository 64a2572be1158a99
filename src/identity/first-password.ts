import { equalInConstantTime, fromBase64Url, hmac, toBase64Url } from '../lib/crypto.ts';

/*
 * The password on a slip of paper. Staff make hundreds at once, and scrypt takes 0.2 s for each. It needs no scrypt: that makes up for
 * how little chance there is in what people choose, and here are 60 random bits, under a pepper that no copy of the database holds. It
 * ends with the date written into it, or when its owner sets a password of their own, which takes scrypt as any other does.
 */

/** Crockford's: no I, L, O, U, so that nothing on paper is taken for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 12;
/** How long a slip is good for, in ms: until a school has handed them out, and pupils have come by. */
const FIRST_PASSWORD_MS = 30 * 24 * 3600 * 1000;

const KEPT = /^\$first\$until=(\d{1,12})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

/** What somebody typed, as the slip has it: small letters, blanks, dashes and look-alikes are as good. */
const asPrinted = (typed: string) =>
  typed.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

const mac = (pepper: string, until: number, salt: string, code: string) =>
  hmac(pepper, `first password ${until} ${salt} ${code}`);

/** A password to print, `XXXX-XXXX-XXXX`, and what is kept of it in place of a hash. `now` in ms. */
export async function newFirstPassword(
  pepper: string,
  now: number,
): Promise<{ password: string; passwordHash: string }> {
  const bytes = crypto.getRandomValues(new Uint8Array(CHARACTERS));
  const code = Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('');
  const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const until = Math.floor((now + FIRST_PASSWORD_MS) / 1000);
  return {
    password: code.replaceAll(/(.{4})(?=.)/g, '$1-'),
    passwordHash: `$first$until=${until}$${salt}$${await mac(pepper, until, salt, code)}`,
  };
}

/** Whether what is kept of a password is that of a slip. */
export const isFirstPassword = (hash: string | null): hash is string => hash?.startsWith('$first$') ?? false;

/** Whether this is the password of the slip, and still good. It takes no time to speak of: whoever asks does the work of any other password beside. */
export async function verifyFirstPassword(
  pepper: string,
  typed: string,
  hash: string,
  now = Date.now(),
): Promise<boolean> {
  const [, until = '', salt = '', kept = ''] = KEPT.exec(hash) ?? [];
  if (kept === '' || fromBase64Url(salt) === undefined) return false;
  const isRight = equalInConstantTime(kept, await mac(pepper, Number(until), salt, asPrinted(typed)));
  return isRight && now < Number(until) * 1000;
}
