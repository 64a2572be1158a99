import type { locales } from '../lib/call.ts';
import { showInstant } from '../ui/index.ts';
import type { MailKind } from './mail-kinds.ts';
import { mailWords } from './mail-words.ts';
import { oneLine, plainText } from './plain-text.ts';

/** A link, and when it expires. Who asks for one may be anybody, so such a mail carries nothing that somebody typed. Instants in ms. */
type WithLink = { link: string; until: number };

/** What a mail of each kind is made of. */
type Facts = {
  /** Without a link: another site vouched for the address. */
  welcome: WithLink | { link?: never };
  'verify-email': WithLink;
  'reset-password': WithLink;
  'security-changed': { what: 'password' | 'email' | 'address' | 'factor' | 'identity'; at: number };
  enrolment: { name: string | undefined; course: string; link: string };
  /** `grade` is absent while review hides it; `shownAt`: when what is hidden now is shown, null: never. */
  result: {
    name: string | undefined;
    title: string;
    link: string;
    grade?: { given: number; maximum: number; percent: number; passed: boolean };
    shownAt: number | null;
  };
};
export type MailFacts = { [K in MailKind]: { kind: K } & Facts[K] }[MailKind];

/** Undefined lines are left out. */
type Written = { subject: string; lines: readonly (string | undefined)[] };
type Words = ReturnType<typeof mailWords>;

const linkNote = (words: Words, until: number) =>
  `${words('linkUntil', { at: showInstant(until) })} ${words('notYou')}`;

/** To an address that was not verified nobody is called by name: it is a word of whoever typed the address. */
const hello = (name: string | undefined, words: Words) =>
  name === undefined ? undefined : words('hello', { name: oneLine(name) });

/** One for each kind: a new kind does not compile until it is written. `origin`: where we are found. */
const writers: { [K in MailKind]: (facts: Facts[K], words: Words, origin: string) => Written } = {
  welcome: (facts, words, origin) => ({
    subject: words('welcomeSubject'),
    lines:
      facts.link === undefined
        ? [words('welcome'), origin]
        : [words('welcome'), words('welcomeConfirm'), facts.link, linkNote(words, facts.until)],
  }),
  'verify-email': ({ link, until }, words) => ({
    subject: words('verifySubject'),
    lines: [words('verify'), link, linkNote(words, until)],
  }),
  'reset-password': ({ link, until }, words) => ({
    subject: words('resetSubject'),
    lines: [words('reset'), link, linkNote(words, until)],
  }),
  'security-changed': ({ what, at }, words, origin) => ({
    subject: words('securitySubject'),
    lines: [words(`security_${what}`, { at: showInstant(at) }), words('securityNotYou'), `${origin}/sign-in`],
  }),
  enrolment({ name, link, ...facts }, words) {
    const course = oneLine(facts.course);
    return {
      subject: words('enrolmentSubject', { course }),
      lines: [hello(name, words), words('enrolment', { course }), link],
    };
  },
  result({ name, link, grade, shownAt, ...facts }, words) {
    const title = oneLine(facts.title);
    if (!grade) {
      const later = shownAt === null ? undefined : words('resultLater', { at: showInstant(shownAt) });
      return {
        subject: words('handedInSubject', { title }),
        lines: [hello(name, words), words('handedIn', { title }), later, words('resultSeen'), link],
      };
    }
    const { given, maximum, passed } = grade;
    const percent = Math.round(grade.percent * 100) / 100;
    const verdict = words(passed ? 'resultPassed' : 'resultNotPassed');
    return {
      subject: words('resultSubject', { title }),
      lines: [
        hello(name, words),
        `${words('result', { title, given, maximum, percent })} ${verdict}`,
        words('resultSeen'),
        link,
      ],
    };
  },
};

/** Writes a mail in the reader's language: subject and text, in lines of at most 72 characters. `origin`: where we are found. */
export function composeMail(
  { kind, ...facts }: MailFacts,
  locale: (typeof locales)[number],
  origin: string,
): { subject: string; text: string } {
  const words = mailWords(locale);
  const write = writers[kind] as (facts: object, words: Words, origin: string) => Written;
  const { subject, lines } = write(facts, words, origin);
  const paragraphs = lines.filter((line) => line !== undefined);
  return { subject: oneLine(subject), text: plainText([...paragraphs, '--', words('why', { origin })]) };
}
