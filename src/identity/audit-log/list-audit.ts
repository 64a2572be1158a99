import { and, count, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Call } from '../../lib/call.ts';
import { toCsv } from '../../lib/csv.ts';
import { offsetOf, type Page } from '../../lib/paging.ts';
import { audit, user } from '../schema.ts';
import type { AuditFilter, ListAuditInput } from './input.ts';

/** An entry, and the present names of who it was and whom it was done to; null where it is no person with an account. */
export type AuditEntry = typeof audit.$inferSelect & { actorName: string | null; subjectName: string | null };

const subject = alias(user, 'subject_user');

/** What a file holds at most, the newest. Filters lead to the rest. */
const MOST_ROWS = 10_000;

const matching = ({ actor, subject, action, from, to }: AuditFilter): SQL | undefined =>
  and(
    actor === undefined ? undefined : eq(audit.actorId, actor),
    subject === undefined ? undefined : eq(audit.subject, subject),
    action === undefined ? undefined : eq(audit.action, action),
    from === undefined ? undefined : gte(audit.at, from),
    to === undefined ? undefined : lt(audit.at, to),
  );

const selectEntries = ({ db }: Call, filter: AuditFilter) =>
  db
    .select({
      id: audit.id,
      at: audit.at,
      actorId: audit.actorId,
      actorName: user.name,
      action: audit.action,
      subject: audit.subject,
      subjectName: sql<string | null>`${subject.name}`.as('subject_name'),
      detail: audit.detail,
      requestId: audit.requestId,
      address: audit.address,
    })
    .from(audit)
    .leftJoin(user, eq(user.id, audit.actorId))
    .leftJoin(subject, eq(subject.id, audit.subject))
    .where(matching(filter))
    .orderBy(desc(audit.at), desc(audit.id));

/** The audit log, the newest first. One round trip. */
export async function listAudit(call: Call, query: ListAuditInput): Promise<Page<AuditEntry>> {
  const [[total], results] = await call.db.batch([
    call.db.select({ count: count() }).from(audit).where(matching(query)),
    selectEntries(call, query).limit(query.pageSize).offset(offsetOf(query)),
  ]);
  return { count: total?.count ?? 0, results };
}

/** The newest 10,000 entries as CSV. One round trip. */
export async function exportAudit(call: Call, filter: AuditFilter): Promise<string> {
  const entries = await selectEntries(call, filter).limit(MOST_ROWS);
  return toCsv(
    ['at', 'actor', 'name', 'action', 'subject', 'address', 'request', 'detail'],
    entries.map((one) => [
      new Date(one.at).toISOString(),
      one.actorId,
      one.actorName,
      one.action,
      one.subject,
      one.address,
      one.requestId,
      JSON.stringify(one.detail),
    ]),
  );
}
