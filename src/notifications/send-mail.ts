import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { user } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { openSealed } from '../lib/seal.ts';
import type { Mailer, MailOutcome } from './mailer.ts';
import { refusalToReceive } from './may-receive.ts';
import { mail } from './schema.ts';
import { mailSeal } from './write-mail.ts';

/** Longer than one try can take. Whoever holds a mail longer has died. */
const LEASE_MS = 60_000;
/** A mail that was tried this often is parked for staff. */
const MAX_TRIES = 8;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 3600;

type Mail = typeof mail.$inferSelect;

/** What became of one try: a `later` one wants a message after so many seconds. */
export type Tried = { kind: 'sent' | 'parked' | 'nothing' } | { kind: 'later'; delaySeconds: number };

/**
 * Takes a mail that is due, by one conditional write: of any number of senders one has it, until its lease ends. Also one whose sender
 * died in the middle; whether that one was taken nobody knows. One round trip.
 */
async function claimMail({ db, now }: SystemCall, id: string) {
  const leaseUntil = now + LEASE_MS;
  const [[claimed], [reader]] = await db.batch([
    db
      .update(mail)
      // Where the lease ends it falls due again, unless its sender says otherwise.
      .set({ state: 'sending', leaseUntil, nextAt: leaseUntil, attempts: sql`${mail.attempts} + 1` })
      .where(and(eq(mail.id, id), inArray(mail.state, ['pending', 'sending']), lte(mail.nextAt, now)))
      .returning(),
    db
      .select({
        email: user.email,
        pendingEmail: user.pendingEmail,
        emailVerifiedAt: user.emailVerifiedAt,
        blockedAt: user.blockedAt,
        deletedAt: user.deletedAt,
      })
      .from(user)
      .where(inArray(user.id, db.select({ id: mail.userId }).from(mail).where(eq(mail.id, id)))),
  ]);
  return claimed && reader && { claimed, reader };
}

/** Writes down what became of a try, unless the mail has gone to another sender meanwhile. */
async function write({ db }: SystemCall, { id, leaseUntil }: Mail, set: Partial<Mail>): Promise<void> {
  await db
    .update(mail)
    .set({ ...set, leaseUntil: null })
    .where(and(eq(mail.id, id), eq(mail.state, 'sending'), sql`${mail.leaseUntil} = ${leaseUntil}`));
}

/**
 * Sends one mail that is due: whoever claims it asks the mailer once. What time may heal is tried again, 30 s later and doubling, at most 8
 * times; then, or when it is refused for good, it is parked with the reason. Two round trips and the mailer.
 */
export async function sendMail(
  call: SystemCall,
  { mailId }: { mailId: string },
  { mailer, secretsKey }: { mailer: Mailer; secretsKey: string },
): Promise<Tried> {
  const found = await claimMail(call, mailId);
  if (!found) return { kind: 'nothing' };
  const { claimed, reader } = found;
  const { id, recipient, subject, attempts } = claimed;
  const text = claimed.text === null ? undefined : await openSealed(secretsKey, claimed.text, mailSeal(id));
  const refusal = text === undefined ? 'Its text cannot be read any more' : refusalToReceive(claimed, reader, call.now);

  const outcome: MailOutcome =
    text === undefined || refusal !== undefined
      ? { kind: 'refused', reason: refusal ?? '' }
      : attempts > MAX_TRIES
        ? { kind: 'refused', reason: 'It was tried too often, and nobody could write down what came of it' }
        : await mailer.send({ id, from: mailer.from, to: recipient, subject, text });

  if (outcome.kind === 'sent') {
    const kept = mailer.keepsText && text !== undefined ? text : null;
    await write(call, claimed, { state: 'sent', sentAt: call.now, nextAt: null, lastError: null, text: kept });
    return { kind: 'sent' };
  }
  if (outcome.kind === 'refused' || attempts >= MAX_TRIES) {
    await write(call, claimed, { state: 'parked', nextAt: null, lastError: outcome.reason });
    return { kind: 'parked' };
  }
  const wait = Math.max(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), outcome.retryAfterSeconds ?? 0);
  const delaySeconds = Math.min(wait, LONGEST_WAIT_SECONDS);
  await write(call, claimed, {
    state: 'pending',
    nextAt: call.now + delaySeconds * 1000,
    lastError: outcome.reason,
  });
  return { kind: 'later', delaySeconds };
}
