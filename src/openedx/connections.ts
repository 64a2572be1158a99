import { and, asc, count, eq, isNull, sql } from 'drizzle-orm';
import { type Call, isAdmin, type SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListConnectionsInput } from './connection-input.ts';
import { connection, webhookSecret } from './schema.ts';

/** A connection as admins see it: without any of its secrets. */
export type Connection = Omit<
  typeof connection.$inferSelect,
  'clientSecret' | 'signInClientSecret' | 'hmacSecret' | 'deletedAt'
> & {
  isDefault: boolean;
  courseCount: number;
  /** The secrets in webhook addresses that work now; `id` is their hash. */
  webhookSecrets: { id: string; createdAt: number }[];
};

export function requireAdmin({ actor }: Call): void {
  if (!isAdmin(actor)) throw new DomainError('forbidden');
}

const isLive = isNull(connection.deletedAt);

const selectConnections = ({ db }: SystemCall) =>
  db
    .select({
      id: connection.id,
      name: connection.name,
      lmsUrl: connection.lmsUrl,
      studioUrl: connection.studioUrl,
      clientId: connection.clientId,
      signInClientId: connection.signInClientId,
      requireSignature: connection.requireSignature,
      allowSignIn: connection.allowSignIn,
      debounceSeconds: connection.debounceSeconds,
      vanishLimit: connection.vanishLimit,
      createdAt: connection.createdAt,
      isDefault: sql`${connection.id} = (select first.id from connection first where first.deleted_at is null
        order by first.created_at, first.id limit 1)`.mapWith(Boolean),
      courseCount: sql<number>`(select count(*) from followed_course where connection_id = ${connection.id})`,
    })
    .from(connection);

const selectWebhookSecrets = ({ db }: SystemCall) =>
  db
    .select({
      id: webhookSecret.secretHash,
      connectionId: webhookSecret.connectionId,
      createdAt: webhookSecret.createdAt,
    })
    .from(webhookSecret);

type Secrets = Awaited<ReturnType<typeof selectWebhookSecrets>>;

const withSecrets = <C extends { id: string }>(one: C, secrets: Secrets) => ({
  ...one,
  webhookSecrets: secrets
    .filter(({ connectionId }) => connectionId === one.id)
    .map(({ id, createdAt }) => ({ id, createdAt })),
});

/** The connections, the default first. Admins only. One round trip. */
export async function listConnections(call: Call, input: ListConnectionsInput): Promise<Page<Connection>> {
  requireAdmin(call);
  const { db } = call;
  const [[total], results, secrets] = await db.batch([
    db.select({ count: count() }).from(connection).where(isLive),
    selectConnections(call)
      .where(isLive)
      .orderBy(asc(connection.createdAt), asc(connection.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
    selectWebhookSecrets(call).where(isNull(webhookSecret.revokedAt)).orderBy(asc(webhookSecret.createdAt)),
  ]);
  return { count: total?.count ?? 0, results: results.map((one) => withSecrets(one, secrets)) };
}

/** The connection, or `not_found`. Admins only. One round trip. */
export async function requireConnection(call: Call, id: string): Promise<Connection> {
  requireAdmin(call);
  const { db } = call;
  const [[found], secrets] = await db.batch([
    selectConnections(call).where(and(eq(connection.id, id), isLive)),
    selectWebhookSecrets(call)
      .where(and(eq(webhookSecret.connectionId, id), isNull(webhookSecret.revokedAt)))
      .orderBy(asc(webhookSecret.createdAt)),
  ]);
  if (!found) throw new DomainError('not_found');
  return withSecrets(found, secrets);
}

/** The row with its sealed secrets, or `not_found`. One round trip. */
export async function requireConnectionRow({ db }: SystemCall, id: string): Promise<typeof connection.$inferSelect> {
  const [found] = await db
    .select()
    .from(connection)
    .where(and(eq(connection.id, id), isLive));
  if (!found) throw new DomainError('not_found');
  return found;
}
