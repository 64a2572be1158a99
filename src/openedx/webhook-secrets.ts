import { and, count, eq, isNull, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { Outside } from '../http/index.ts';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { sealSecret } from './connection-secrets.ts';
import { requireAdmin, requireConnectionRow } from './connections.ts';
import { connection, webhookSecret } from './schema.ts';

/** Enough for every sender to move from one address to the next. */
const MOST = 5;

/**
 * Makes one more secret for the webhook address; the ones there are go on working. It is answered here and never again. Refuses
 * a sixth with `conflict`. Admins only. Two round trips.
 */
export async function addWebhookSecret(call: Call, connectionId: string): Promise<{ id: string; secret: string }> {
  requireAdmin(call);
  const { db, now } = call;
  await requireConnectionRow(call, connectionId);
  const secret = newSecret();
  const id = await sha256(secret);
  const active = db
    .select({ count: count() })
    .from(webhookSecret)
    .where(and(eq(webhookSecret.connectionId, connectionId), isNull(webhookSecret.revokedAt)));
  const [, , kept] = await db.batch([
    batchable(
      db,
      sql`insert into ${webhookSecret} (secret_hash, connection_id, created_at)
      select ${id}, id, ${now} from ${connection} where id = ${connectionId} and deleted_at is null and (${active}) < ${MOST}`,
    ),
    auditIfChanged(call, { action: 'connection.secret_added', subject: connectionId, detail: { id } }),
    db.select({ id: webhookSecret.secretHash }).from(webhookSecret).where(eq(webhookSecret.secretHash, id)),
  ]);
  if (kept.length === 0) throw new DomainError('conflict', `At most ${MOST} at once: revoke one first`);
  return { id, secret };
}

/** Ends a secret of the webhook address at once. One that is not this connection's, or ended, is `not_found`. One round trip. */
export async function revokeWebhookSecret(
  call: Call,
  { connectionId, secretId }: { connectionId: string; secretId: string },
): Promise<void> {
  requireAdmin(call);
  const { db, now } = call;
  const [done] = await db.batch([
    db
      .update(webhookSecret)
      .set({ revokedAt: now })
      .where(
        and(
          eq(webhookSecret.secretHash, secretId),
          eq(webhookSecret.connectionId, connectionId),
          isNull(webhookSecret.revokedAt),
        ),
      )
      .returning({ id: webhookSecret.secretHash }),
    auditIfChanged(call, { action: 'connection.secret_revoked', subject: connectionId, detail: { id: secretId } }),
  ]);
  if (done.length === 0) throw new DomainError('not_found');
}

/** Makes another secret for signatures; the one before stops at once. It is answered here and never again. One round trip. */
export async function rotateHmacSecret(
  call: Call,
  connectionId: string,
  { secretsKey }: Pick<Outside, 'secretsKey'>,
): Promise<{ hmacSecret: string }> {
  requireAdmin(call);
  const { db } = call;
  const hmacSecret = newSecret();
  const [done] = await db.batch([
    db
      .update(connection)
      .set({ hmacSecret: await sealSecret(secretsKey, connectionId, 'hmac', hmacSecret) })
      .where(and(eq(connection.id, connectionId), isNull(connection.deletedAt)))
      .returning({ id: connection.id }),
    auditIfChanged(call, { action: 'connection.hmac_rotated', subject: connectionId, detail: {} }),
  ]);
  if (done.length === 0) throw new DomainError('not_found');
  return { hmacSecret };
}
