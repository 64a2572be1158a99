const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

const prefixes = {
  user: 'usr',
  course: 'crs',
  topic: 'top',
  subtopic: 'sub',
  objective: 'obj',
  resource: 'res',
  enrolment: 'enr',
  lesson: 'les',
  attachment: 'fil',
  bank: 'bnk',
  item: 'itm',
  assessment: 'asm',
  attempt: 'att',
  event: 'evt',
  connection: 'con',
  openedxEvent: 'oev',
  syncRun: 'syn',
  registration: 'reg',
  context: 'ctx',
  resourceLink: 'lnk',
  passback: 'pas',
  invitation: 'inv',
  audit: 'aud',
  session: 'ses',
  apiKey: 'key',
  refreshToken: 'rft',
  request: 'req',
  mail: 'mai',
} as const;

export type IdKind = keyof typeof prefixes;

/** A prefixed id whose text sorts by time: 48 bits of ms, then 80 random bits, in Crockford's base 32 (a ULID). */
export function newId(kind: IdKind, now = Date.now()): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET.charAt(rest % 32) + time;
  let random = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += ALPHABET.charAt(byte & 31);
  return `${prefixes[kind]}_${time}${random}`;
}
