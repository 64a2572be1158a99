/** A mail as it leaves. `id` is the same however often it is tried; `from` is an address, `to` another. */
export type OutgoingMail = { id: string; from: string; to: string; subject: string; text: string };

/**
 * What came of a try. `failed`: time may heal it, it is tried again, not before `retryAfterSeconds` where they said so. `refused`: it never will be taken. `reason` is a
 * sentence for staff.
 */
export type MailOutcome =
  | { kind: 'sent' }
  | { kind: 'failed'; reason: string; retryAfterSeconds?: number }
  | { kind: 'refused'; reason: string };

/**
 * How mails leave. `send` never throws and takes at most about ten seconds. `keepsText`: they are shown on a page here, so their text is kept, in clear.
 */
export type Mailer = {
  name: 'cloudflare' | 'http' | 'outbox';
  from: string;
  keepsText: boolean;
  send: (mail: OutgoingMail) => Promise<MailOutcome>;
};

/** What readers see beside the address a mail is from. */
export const SENDER_NAME = 'VE-EDU-VAULT';

/** What a provider said, fit for staff: one line, without links, for one of them may be what the mail was about. */
export const saidByProvider = (text: string) =>
  text
    .replaceAll(/https?:\/\/\S+/g, '…')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
