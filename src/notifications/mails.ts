import { and, count, desc, eq, inArray, sql } from 'drizzle-orm';
import * as z from 'zod';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page, PageQuery } from '../lib/paging.ts';
import { isLinkOld } from './may-receive.ts';
import { requireOperator } from './require-operator.ts';
import { mail, mailStates } from './schema.ts';

export const ListMailsInput = PageQuery.extend({
  state: z.enum(mailStates).optional(),
  search: z.string().trim().max(200).optional(),
});
export type ListMailsInput = z.output<typeof ListMailsInput>;

/** What staff see of a mail: never its text. */
const listed = {
  id: mail.id,
  kind: mail.kind,
  userId: mail.userId,
  to: mail.recipient,
  subject: mail.subject,
  state: mail.state,
  attempts: mail.attempts,
  lastError: mail.lastError,
  nextAt: mail.nextAt,
  createdAt: mail.createdAt,
  sentAt: mail.sentAt,
};
export type ListedMail = Pick<typeof mail.$inferSelect, Exclude<keyof typeof listed, 'to'>> & { to: string };

/** Mails, newest first; `search` finds a part of the address. Refuses with `forbidden`. One round trip. */
export async function listMails({ db, actor }: Call, input: ListMailsInput): Promise<Page<ListedMail>> {
  requireOperator(actor);
  const where = and(
    input.state && eq(mail.state, input.state),
    input.search ? sql`instr(lower(${mail.recipient}), ${input.search.toLowerCase()})` : undefined,
  );
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(mail).where(where),
    db
      .select(listed)
      .from(mail)
      .where(where)
      .orderBy(desc(mail.createdAt), desc(mail.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/**
 * Has a mail that is parked, or waits, sent now; the route puts it on the queue. Refuses with `not_found`, and `conflict` for one that was sent, is
 * being sent, or holds a link that has expired: the person asks for a new one. Two round trips.
 */
export async function sendMailAgain(call: Call, id: string): Promise<ListedMail> {
  const { db, actor, now } = call;
  requireOperator(actor);
  const [found] = await db.select(listed).from(mail).where(eq(mail.id, id));
  if (!found) throw new DomainError('not_found');
  if (isLinkOld(found, now))
    throw new DomainError('conflict', 'The link in this mail has expired; they can ask for a new one', { isOld: true });
  const [[again]] = await db.batch([
    db
      .update(mail)
      .set({
        state: 'pending',
        nextAt: now,
        // What was parked begins anew with short waits.
        attempts: sql`case ${mail.state} when 'parked' then 0 else ${mail.attempts} end`,
      })
      .where(and(eq(mail.id, id), inArray(mail.state, ['parked', 'pending'])))
      .returning(listed),
    auditIfChanged(call, { action: 'mail.sent-again', subject: id, detail: {} }),
  ]);
  if (!again) throw new DomainError('conflict', 'This mail was sent, or is being sent just now');
  return again;
}
