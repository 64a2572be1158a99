import type { locales } from '../lib/call.ts';

type Locale = (typeof locales)[number];

const english = {
  hello: 'Hello {name},',
  linkUntil: 'The link works once, until {at}.',
  notYou: 'If it was not you, do nothing: nothing will change.',
  welcomeSubject: 'Welcome to VE-EDU-VAULT',
  welcome: 'Welcome to VE-EDU-VAULT. An account was made with this address.',
  welcomeConfirm: 'Open this link to confirm that the address is yours:',
  verifySubject: 'Confirm your e-mail address',
  verify:
    'Somebody, most likely you, wants to use this address for an account. Open this link to confirm that it is yours:',
  resetSubject: 'Set a new password',
  reset:
    'Somebody, most likely you, asked for a new password for the account with this address. Open this link to set one:',
  securitySubject: 'A change to your account',
  security_password: 'The password of your account was changed on {at}.',
  security_email: 'The e-mail address of your account was changed on {at}.',
  security_address:
    'Another e-mail address was asked for your account on {at}. It counts once somebody confirms it there.',
  security_factor: 'The second step of signing in to your account was changed on {at}.',
  security_identity: 'With which other sites you sign in to your account was changed on {at}.',
  securityNotYou: 'If it was you, all is well. If it was not, set a new password at once and tell your school:',
  enrolmentSubject: 'You are enrolled: {course}',
  enrolment: 'You are enrolled in “{course}”. You find the course here:',
  resultSubject: 'Your result: {title}',
  result: 'Your paper “{title}” was marked: {given} of {maximum} points ({percent} %).',
  resultPassed: 'You have passed.',
  resultNotPassed: 'You have not passed.',
  handedInSubject: 'Handed in: {title}',
  handedIn: 'Your paper “{title}” was handed in.',
  resultLater: 'Its result is shown from {at}.',
  resultSeen: 'You can look at it here:',
  why: 'From VE-EDU-VAULT, {origin}. You get this mail because of your account there.',
};

export type MailWord = keyof typeof english;

/** Draft: no line has been read by a speaker who teaches the language. */
const chichewa: Record<MailWord, string> = {
  hello: 'Moni {name},',
  linkUntil: 'Ulalowu umagwira ntchito kamodzi kokha, mpaka {at}.',
  notYou: 'Ngati si inu amene mwapempha, musachite kanthu: palibe chimene chidzasinthe.',
  welcomeSubject: 'Takulandirani ku VE-EDU-VAULT',
  welcome: 'Takulandirani ku VE-EDU-VAULT. Akaunti yatsegulidwa ndi imelo iyi.',
  welcomeConfirm: 'Tsegulani ulalo uwu kuti mutsimikize kuti imeloyi ndi yanu:',
  verifySubject: 'Tsimikizani imelo yanu',
  verify:
    'Wina, mwina ndi inuyo, akufuna kugwiritsa ntchito imelo iyi pa akaunti. Tsegulani ulalo uwu kuti mutsimikize kuti ndi yanu:',
  resetSubject: 'Ikani mawu achinsinsi atsopano',
  reset:
    'Wina, mwina ndi inuyo, wapempha mawu achinsinsi atsopano a akaunti ya imelo iyi. Tsegulani ulalo uwu kuti muwaike:',
  securitySubject: 'Akaunti yanu yasinthidwa',
  security_password: 'Mawu achinsinsi a akaunti yanu asinthidwa pa {at}.',
  security_email: 'Imelo ya akaunti yanu yasinthidwa pa {at}.',
  security_address: 'Imelo ina yafunsidwa pa akaunti yanu pa {at}. Iyamba kugwira ntchito ikatsimikizidwa.',
  security_factor: 'Njira yachiwiri yolowera mu akaunti yanu yasinthidwa pa {at}.',
  security_identity: 'Masamba ena amene mumalowera nawo mu akaunti yanu asinthidwa pa {at}.',
  securityNotYou:
    'Ngati ndinu, palibe vuto. Ngati si inu, ikani mawu achinsinsi atsopano nthawi yomweyo ndipo dziwitsani sukulu yanu:',
  enrolmentSubject: 'Mwalembetsa: {course}',
  enrolment: 'Mwalembetsa maphunziro a “{course}”. Mungawapeze apa:',
  resultSubject: 'Zotsatira zanu: {title}',
  result: 'Pepala lanu la “{title}” lakonzedwa: malikisi {given} mwa {maximum} ({percent} %).',
  resultPassed: 'Mwakhoza.',
  resultNotPassed: 'Simunakhoze.',
  handedInSubject: 'Mwapereka: {title}',
  handedIn: 'Pepala lanu la “{title}” lalandiridwa.',
  resultLater: 'Zotsatira zidzaoneka kuyambira {at}.',
  resultSeen: 'Mungaone apa:',
  why: 'Kuchokera ku VE-EDU-VAULT, {origin}. Mwalandira imelo iyi chifukwa cha akaunti yanu kumeneko.',
};

const words: Record<Locale, Record<MailWord, string>> = { en: english, ny: chichewa };

/** The words of mails in a language. `{name}` in a text is filled from `fill`, once: what is filled in is never read again. */
export const mailWords =
  (locale: Locale) =>
  (word: MailWord, fill: Readonly<Record<string, string | number>> = {}): string =>
    words[locale][word].replaceAll(/\{(\w+)\}/g, (mark, name: string) =>
      Object.hasOwn(fill, name) ? String(fill[name]) : mark,
    );
