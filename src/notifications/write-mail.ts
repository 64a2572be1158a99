import { and, eq } from 'drizzle-orm';
import type { Job } from '../events/index.ts';
import { type LinkPurpose, newLink, user } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { seal } from '../lib/seal.ts';
import { composeMail, type MailFacts } from './compose-mail.ts';
import type { MailKind } from './mail-kinds.ts';
import { refusalToReceive } from './may-receive.ts';
import { pokeMails } from './resend-mails.ts';
import { mail } from './schema.ts';

/** What writing a mail needs beside the call. `origin`: what links begin with. */
export type MailParts = { secretsKey: string; origin: string; jobs: Queue<Job> };

/** Whom a mail is for, as they were found. */
export type Person = Pick<
  typeof user.$inferSelect,
  'id' | 'name' | 'email' | 'pendingEmail' | 'emailVerifiedAt' | 'locale' | 'blockedAt' | 'deletedAt'
>;

/** The columns of `user` that make a `Person`. */
export const personColumns = {
  id: user.id,
  name: user.name,
  email: user.email,
  pendingEmail: user.pendingEmail,
  emailVerifiedAt: user.emailVerifiedAt,
  locale: user.locale,
  blockedAt: user.blockedAt,
  deletedAt: user.deletedAt,
};

/** What a sealed text belongs to. */
export const mailSeal = (id: string) => `mail ${id}`;

type NewMail = {
  eventId: string;
  person: Person | undefined;
  kind: MailKind;
  /** The address, where it is not the person's own. */
  recipient?: string | null | undefined;
  /** What the link in it is for. */
  link?: LinkPurpose | undefined;
  /** What the mail says; `address` is that of its link, empty without one. */
  says: (address: string) => MailFacts;
};

const pathOf = { password: 'password', email: 'verify-email' } as const;

/**
 * Writes a mail about an event, with the link it holds, and has it sent. There is one per event and kind: done again, it only has that one
 * sent. Nobody who may not receive it gets one. Two round trips and the queue.
 */
export async function writeMail(
  call: SystemCall,
  { eventId, person, kind, recipient = person?.email, link, says }: NewMail,
  { secretsKey, origin, jobs }: MailParts,
): Promise<void> {
  const { db, now } = call;
  if (!person || !recipient) return;
  if (refusalToReceive({ kind, recipient, createdAt: now }, person, now) !== undefined) return;
  const [written] = await db
    .select({ id: mail.id })
    .from(mail)
    .where(and(eq(mail.eventId, eventId), eq(mail.kind, kind)));
  if (written) return await pokeMails(jobs, [written.id]);

  const made = link && { ...(await newLink(call, { userId: person.id, purpose: link, email: recipient })), link };
  const id = newId('mail', now);
  const locale = person.locale ?? 'en';
  const { subject, text } = composeMail(
    says(made ? `${origin}/${pathOf[made.link]}/${made.token}` : ''),
    locale,
    origin,
  );
  const row = { id, eventId, kind, userId: person.id, locale, recipient, subject, createdAt: now, nextAt: now };
  const [inserted] = await db.batch([
    db
      .insert(mail)
      .values({ ...row, text: await seal(secretsKey, text, mailSeal(id)) })
      .onConflictDoNothing()
      .returning({ id: mail.id }),
    // Whoever comes second leaves a link that nobody was ever told of.
    ...(made ? [made.statement] : []),
  ]);
  if (inserted.length > 0) await pokeMails(jobs, [id]);
}
