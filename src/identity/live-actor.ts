import { and, eq, exists, gt, isNull, or, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Actor, Role } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { refreshFamily, session, user } from './schema.ts';

/**
 * The statement that finds the actor as they are now: not blocked, not signed out, in their present role. For a verb's first
 * batch, or alone. No row: the actor may no longer act.
 */
export const liveActor = (db: DrizzleD1Database, { userId, sessionId }: Actor) => {
  const now = sql`${Date.now()}`;
  const family = db
    .select({ one: sql`1` })
    .from(refreshFamily)
    .where(and(eq(refreshFamily.id, sessionId), isNull(refreshFamily.endedAt), gt(refreshFamily.expiresAt, now)));
  const page = db
    .select({ one: sql`1` })
    .from(session)
    .where(and(eq(session.id, sessionId), gt(session.expiresAt, now)));
  return db
    .select({ role: user.role })
    .from(user)
    .where(and(eq(user.id, userId), isNull(user.blockedAt), or(exists(family), exists(page))));
};

/** The actor in their present role, or `unauthenticated`. */
export function requireLive(rows: readonly { role: Role }[], actor: Actor): Actor {
  const [found] = rows;
  if (!found) throw new DomainError('unauthenticated', 'This sign-in has ended');
  return { ...actor, role: found.role };
}
