import { and, count, desc, eq, exists, gt, isNull, or, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/sqlite-core';
import type { Call } from '../../lib/call.ts';
import { offsetOf, type Page, type PageQuery } from '../../lib/paging.ts';
import { REFRESH_IDLE_MS } from '../begin-sign-in.ts';
import { refreshFamily, refreshToken, session } from '../schema.ts';

/** One sign-in of somebody. `lastUsedAt`, in ms: when an API sign-in last traded its token; null of pages, which keep no count. */
export type SignInListed = {
  id: string;
  kind: 'page' | 'api';
  device: string | null;
  createdAt: number;
  lastUsedAt: number | null;
  isCurrent: boolean;
};

/** The statement that finds the sign-ins of the actor that still open something. */
function signInsOf({ db, now, actor: { userId, sessionId } }: Call) {
  const living = exists(
    db
      .select({ one: sql`1` })
      .from(refreshToken)
      .where(
        and(eq(refreshToken.familyId, refreshFamily.id), isNull(refreshToken.usedAt), gt(refreshToken.expiresAt, now)),
      ),
  );
  const newest = sql<
    number | null
  >`(select max(${refreshToken.expiresAt}) - ${REFRESH_IDLE_MS} from ${refreshToken} where ${refreshToken.familyId} = ${refreshFamily.id})`;
  return unionAll(
    db
      .select({
        id: sql<string>`${session.id}`.as('id'),
        kind: sql<'page' | 'api'>`'page'`.as('kind'),
        device: sql<string | null>`${session.device}`.as('device'),
        createdAt: sql<number>`${session.createdAt}`.as('created_at'),
        lastUsedAt: sql<number | null>`null`.as('last_used_at'),
      })
      .from(session)
      .where(and(eq(session.userId, userId), gt(session.expiresAt, now))),
    db
      .select({
        id: sql<string>`${refreshFamily.id}`.as('id'),
        kind: sql<'page' | 'api'>`'api'`.as('kind'),
        device: sql<string | null>`${refreshFamily.device}`.as('device'),
        createdAt: sql<number>`${refreshFamily.createdAt}`.as('created_at'),
        lastUsedAt: newest.as('last_used_at'),
      })
      .from(refreshFamily)
      .where(
        and(
          eq(refreshFamily.userId, userId),
          isNull(refreshFamily.endedAt),
          gt(refreshFamily.expiresAt, now),
          or(living, eq(refreshFamily.id, sessionId)),
        ),
      ),
  ).as('sign_in');
}

/** The actor's own sign-ins, the newest first. One round trip. */
export async function listSessions(call: Call, query: PageQuery): Promise<Page<SignInListed>> {
  const { db, actor } = call;
  const all = signInsOf(call);
  const [[counted], rows] = await db.batch([
    db.select({ count: count() }).from(all),
    db.select().from(all).orderBy(desc(all.createdAt), desc(all.id)).limit(query.pageSize).offset(offsetOf(query)),
  ]);
  const results = rows.map((row) => ({ ...row, isCurrent: row.id === actor.sessionId }));
  return { count: counted?.count ?? 0, results };
}
