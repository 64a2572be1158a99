import { and, eq, isNull, notExists, sql } from 'drizzle-orm';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireAdmin, requireConnectionRow } from './connections.ts';
import { connection, followedCourse, webhookSecret } from './schema.ts';

/**
 * Takes a connection away, and its secrets with it: its webhook addresses, signatures and sign-ins stop at once. Its row stays
 * for what came of it. Refused with `in_use` while a course follows it. Admins only. Two round trips.
 */
export async function deleteConnection(call: Call, id: string): Promise<void> {
  requireAdmin(call);
  const { db, now } = call;
  const { name } = await requireConnectionRow(call, id);
  const followers = db.select({ one: sql`1` }).from(followedCourse).where(eq(followedCourse.connectionId, id));
  const isGone = sql`exists (select 1 from ${connection} where id = ${id} and deleted_at is not null)`;
  const [done] = await db.batch([
    db
      .update(connection)
      .set({ deletedAt: now, allowSignIn: false, clientSecret: '', signInClientSecret: null, hmacSecret: '' })
      .where(and(eq(connection.id, id), isNull(connection.deletedAt), notExists(followers)))
      .returning({ id: connection.id }),
    auditIfChanged(call, { action: 'connection.deleted', subject: id, detail: { name } }),
    db
      .update(webhookSecret)
      .set({ revokedAt: now })
      .where(and(eq(webhookSecret.connectionId, id), isNull(webhookSecret.revokedAt), isGone)),
  ]);
  if (done.length === 0) throw new DomainError('in_use', 'Courses follow this connection');
}
