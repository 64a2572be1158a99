import { sha256 } from '../../lib/crypto.ts';

const HOW_MANY = 10;
/** 24 signs of 5 bits: with 112 bits and more a plain hash keeps them (ASVS 5, 6.5.2). */
const SIGNS = 24;
/** Crockford's base 32: no sign is taken for another. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const newCode = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(SIGNS)), (byte) => ALPHABET.charAt(byte & 31)).join('');

/** Easier to copy from paper: groups of four. */
const shown = (code: string) => (code.match(/.{4}/g) ?? []).join('-');

/** A code as it was given, whatever it was written with; undefined when it cannot be one. */
function readCode(text: string): string | undefined {
  const code = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return code.length === SIGNS && [...code].every((sign) => ALPHABET.includes(sign)) ? code : undefined;
}

/** What is kept of a code that somebody typed; undefined when it cannot be one. */
export async function recoveryHash(text: string): Promise<string | undefined> {
  const code = readCode(text);
  return code === undefined ? undefined : await sha256(code);
}

/** Codes that stand in for a lost authenticator: to be shown once, and what is kept of them. */
export async function newRecoveryCodes(): Promise<{ codes: string[]; hashes: string[] }> {
  const codes = Array.from({ length: HOW_MANY }, newCode);
  return { codes: codes.map(shown), hashes: await Promise.all(codes.map((code) => sha256(code))) };
}
