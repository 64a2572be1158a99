import { and, eq, getTableColumns, isNull, type SQL, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { equalInConstantTime, hmacHex, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { openSecret } from './connection-secrets.ts';
import { connection, webhookSecret } from './schema.ts';

/** How far the clock of a sender that signs may be from ours, in seconds. */
const WINDOW_SECONDS = 300;

/** How a webhook says who sent it: by the secret in its address, by our signature, or both. */
export type Credentials = { secret?: string; timestamp: string | null; signature: string | null };

const refused = () => new DomainError('bad_webhook');

/**
 * The condition on `connection` under which a secret in the address is enough; it goes into the batch that stores the event, so
 * that looking a secret up costs no round trip of its own. Only hashes of secrets are compared.
 */
const bySecret = async (secret: string): Promise<SQL> =>
  sql`${connection.deletedAt} is null and ${connection.requireSignature} = 0 and ${connection.id} in (
    select connection_id from webhook_secret where secret_hash = ${await sha256(secret)} and revoked_at is null)`;

async function signedBy(
  { db, now }: SystemCall,
  { secret, timestamp, signature }: Credentials,
  bytes: Uint8Array,
  secretsKey: string,
): Promise<SQL> {
  const seconds = Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp ?? '') || Math.abs(now / 1000 - seconds) > WINDOW_SECONDS) throw refused();
  const given = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1]?.toLowerCase();
  if (given === undefined) throw refused();
  const live = isNull(connection.deletedAt);
  const candidates =
    secret === undefined
      ? await db.select().from(connection).where(live)
      : await db
          .select(getTableColumns(connection))
          .from(connection)
          .innerJoin(webhookSecret, eq(webhookSecret.connectionId, connection.id))
          .where(and(live, eq(webhookSecret.secretHash, await sha256(secret)), isNull(webhookSecret.revokedAt)));
  const signed = new Uint8Array([...new TextEncoder().encode(`${timestamp}.`), ...bytes]);
  let sender: string | undefined;
  for (const candidate of candidates) {
    const key = await openSecret(secretsKey, candidate, 'hmac');
    if (key !== undefined && equalInConstantTime(await hmacHex(key, signed), given)) sender ??= candidate.id;
  }
  if (sender === undefined) throw refused();
  return sql`${connection.id} = ${sender}`;
}

/**
 * The condition on `connection` that names the sender of a webhook. Refuses with `bad_webhook` a signature that is wrong or out of
 * its time; whether a secret is right shows in the batch that uses the condition.
 */
export async function senderOf(
  call: SystemCall,
  credentials: Credentials,
  bytes: Uint8Array,
  secretsKey: string,
): Promise<SQL> {
  const { secret, timestamp, signature } = credentials;
  if (timestamp !== null || signature !== null) return await signedBy(call, credentials, bytes, secretsKey);
  if (secret === undefined) throw refused();
  return await bySecret(secret);
}

/** Refuses with `bad_webhook` when nobody is who a condition names. For a webhook that is refused anyway: 401 comes first. */
export async function requireSender({ db }: SystemCall, sender: SQL): Promise<void> {
  const [found] = await db.select({ id: connection.id }).from(connection).where(sender).limit(1);
  if (!found) throw refused();
}
