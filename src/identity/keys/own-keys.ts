import { and, count, desc, eq, gt, isNull } from 'drizzle-orm';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { offsetOf, type Page, type PageQuery } from '../../lib/paging.ts';
import { auditIfChanged } from '../audit.ts';
import { apiKey } from '../schema.ts';
import type { ApiKey } from './create-key.ts';

/** The actor's own keys, the newest first, revoked and expired ones too. One round trip. */
export async function listKeys({ db, actor }: Call, query: PageQuery): Promise<Page<ApiKey>> {
  const own = eq(apiKey.userId, actor.userId);
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(apiKey).where(own),
    db
      .select({
        id: apiKey.id,
        name: apiKey.name,
        scopes: apiKey.scopes,
        createdAt: apiKey.createdAt,
        expiresAt: apiKey.expiresAt,
        revokedAt: apiKey.revokedAt,
        lastUsedAt: apiKey.lastUsedAt,
      })
      .from(apiKey)
      .where(own)
      .orderBy(desc(apiKey.createdAt), desc(apiKey.id))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  return { count: total?.count ?? 0, results };
}

/** Revokes a key of the actor, at once. Another's, an unknown, an ended one: `not_found`. One round trip. */
export async function revokeKey(call: Call, id: string): Promise<void> {
  const { db, actor, now } = call;
  const [revoked] = await db.batch([
    db
      .update(apiKey)
      .set({ revokedAt: now })
      .where(
        and(eq(apiKey.id, id), eq(apiKey.userId, actor.userId), isNull(apiKey.revokedAt), gt(apiKey.expiresAt, now)),
      )
      .returning({ id: apiKey.id }),
    auditIfChanged(call, { action: 'key.revoked', subject: id, detail: { before: {}, after: { revokedAt: now } } }),
  ]);
  if (revoked.length === 0) throw new DomainError('not_found');
}
