import { invalidFields } from '../../lib/errors.ts';
import { commonPasswords } from './common-passwords.ts';

/** The shortest and the longest password, in characters (code points). Nothing is cut off. */
const LEAST_CHARACTERS = 8;
const MOST_CHARACTERS = 256;

/** Who is to have the password. */
type Owner = { email?: string | null; username?: string | null; name?: string | null };

/** Why a password is not taken. `common`: among those that people choose most; `own`: it is a name or address of theirs, or of ours. */
export type Unfit = 'length' | 'common' | 'own';

/** Words of this house that say nothing about who chose them: ASVS 6.2.11's list of context-specific words. */
const OUR_WORDS = ['ve-edu-vault', 'edu-vault'];

export const isNotTooLong = (password: string) => [...password].length <= MOST_CHARACTERS;
export const hasFitLength = (password: string) => isNotTooLong(password) && [...password].length >= LEAST_CHARACTERS;

/** As people take two words for the same: without capitals, blanks and punctuation. */
const folded = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

let common: ReadonlySet<string> | undefined;

/** Whether a password is among those that people choose most, in any case. */
export function isCommon(password: string): boolean {
  common ??= new Set(commonPasswords.trim().split(/\s+/));
  return common.has(password.normalize('NFKC').toLowerCase());
}

/** Why somebody may not have a password; undefined when they may. By NIST SP 800-63B: length and known bad ones, no rules of composition. */
export function findUnfit(password: string, { email, username, name }: Owner): Unfit | undefined {
  if (!hasFitLength(password)) return 'length';
  if (isCommon(password)) return 'common';
  const own = [email, email?.split('@')[0], username, name, ...OUR_WORDS].map((word) => folded(word ?? ''));
  const given = folded(password);
  return given !== '' && own.includes(given) ? 'own' : undefined;
}

const messages: Readonly<Record<Unfit, string>> = {
  length: 'must have 8 to 256 characters',
  common: 'is one of the passwords that are guessed first',
  own: 'must not be a name or an address',
};

/** Refuses with `invalid`, at `pointer`, a password that its owner may not have. */
export function requireFit(password: string, owner: Owner, pointer = '/password'): void {
  const unfit = findUnfit(password, owner);
  if (unfit) throw invalidFields([{ pointer, message: messages[unfit] }]);
}
