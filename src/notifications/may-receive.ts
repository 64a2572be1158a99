import type { MailKind } from './mail-kinds.ts';

const HOUR_MS = 3600 * 1000;

/** The mails whose point is a link that works once, and how long it does, in ms. */
const LINK_MS: { [K in MailKind]?: number } = {
  welcome: 7 * 24 * HOUR_MS,
  'verify-email': 7 * 24 * HOUR_MS,
  'reset-password': 24 * HOUR_MS,
};

/** What is known of the person a mail is for. Instants in ms. */
export type Reader = {
  email: string | null;
  pendingEmail: string | null;
  emailVerifiedAt: number | null;
  blockedAt: number | null;
  deletedAt: number | null;
};

/** When the link of a mail expires that was written at `now`. */
export const linkEnd = (kind: MailKind, now: number) => now + (LINK_MS[kind] ?? 0);

/** Whether a mail holds a link that has expired at `now`. */
export const isLinkOld = ({ kind, createdAt }: { kind: MailKind; createdAt: number }, now: number) =>
  LINK_MS[kind] !== undefined && now >= linkEnd(kind, createdAt);

/**
 * Why a mail must not go to an address, as a sentence for staff; undefined when it may. Asked when it is written and again when it is
 * sent. A notice of a change still goes to the address that was left.
 */
export function refusalToReceive(
  mail: { kind: MailKind; recipient: string; createdAt: number },
  reader: Reader,
  now: number,
): string | undefined {
  const { kind, recipient } = mail;
  if (reader.deletedAt !== null) return 'The account is gone';
  if (reader.blockedAt !== null) return 'The account is blocked';
  if (isLinkOld(mail, now)) return 'Its link has expired';
  const isTheirs = recipient === reader.email;
  if (kind === 'welcome' || kind === 'verify-email')
    return isTheirs || recipient === reader.pendingEmail ? undefined : 'The address is no longer theirs';
  if (kind !== 'security-changed' && !isTheirs) return 'The address is no longer theirs';
  return undefined;
}
