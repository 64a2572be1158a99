import { and, count, desc, eq, isNotNull } from 'drizzle-orm';
import * as z from 'zod';
import { contains } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page, PageQuery } from '../lib/paging.ts';
import { requireOperator } from './require-operator.ts';
import { mail } from './schema.ts';

export const OutboxInput = PageQuery.extend({ search: z.string().trim().max(200).optional() });
export type OutboxInput = z.output<typeof OutboxInput>;

/** A mail as it would have left. `at` in ms. */
export type OutboxMail = { to: string; subject: string; text: string; at: number };

/**
 * The on-screen outbox of a local run: what would have left, newest first; `search` finds a part of address, subject or text. Where mails really
 * leave there is none: refuses with `not_found`; else with `forbidden`. One round trip.
 */
export async function readOutbox(
  { db, actor }: Call,
  { search, ...query }: OutboxInput,
  { isLocal }: { isLocal: boolean },
): Promise<Page<OutboxMail>> {
  requireOperator(actor);
  if (!isLocal) throw new DomainError('not_found');
  const where = and(
    eq(mail.state, 'sent'),
    isNotNull(mail.text),
    search ? contains(search, mail.recipient, mail.subject, mail.text) : undefined,
  );
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(mail).where(where),
    db
      .select({ to: mail.recipient, subject: mail.subject, text: mail.text, at: mail.sentAt })
      .from(mail)
      .where(where)
      .orderBy(desc(mail.sentAt), desc(mail.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  return {
    count: total?.count ?? 0,
    results: results.map(({ text, at, ...rest }) => ({ ...rest, text: text ?? '', at: at ?? 0 })),
  };
}
