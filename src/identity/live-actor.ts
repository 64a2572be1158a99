import { and, eq, exists, gt, isNull, or, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Actor, Role } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { apiKey, refreshFamily, session, user } from './schema.ts';

/**
 * The statement that finds the actor as they are now: not blocked, not signed out, in their present role. For a verb's first
 * batch, or alone. `sessionId` names a refresh family, a page session or an API key; it must be theirs. No row: they may no longer act.
 */
export function liveActor(db: DrizzleD1Database, { userId, sessionId }: Actor, now = Date.now()) {
  const one = { one: sql`1` };
  const family = db
    .select(one)
    .from(refreshFamily)
    .where(
      and(
        eq(refreshFamily.id, sessionId),
        eq(refreshFamily.userId, userId),
        isNull(refreshFamily.endedAt),
        gt(refreshFamily.expiresAt, now),
      ),
    );
  const page = db
    .select(one)
    .from(session)
    .where(and(eq(session.id, sessionId), eq(session.userId, userId), gt(session.expiresAt, now)));
  const key = db
    .select(one)
    .from(apiKey)
    .where(
      and(eq(apiKey.id, sessionId), eq(apiKey.userId, userId), isNull(apiKey.revokedAt), gt(apiKey.expiresAt, now)),
    );
  // What a launch gave holds for its sign-in only, whatever the user is elsewhere.
  const heldTo = sql<Role>`coalesce(
    (select ${session.role} from ${session} where ${session.id} = ${sessionId}),
    (select ${refreshFamily.role} from ${refreshFamily} where ${refreshFamily.id} = ${sessionId}),
    ${user.role})`;
  const isHeld = sql<number>`coalesce(
    (select ${session.role} from ${session} where ${session.id} = ${sessionId}),
    (select ${refreshFamily.role} from ${refreshFamily} where ${refreshFamily.id} = ${sessionId})) is not null`.mapWith(
    Boolean,
  );
  return db
    .select({ role: heldTo.as('role'), isHeld: isHeld.as('is_held'), mustChangePassword: user.mustChangePassword })
    .from(user)
    .where(and(eq(user.id, userId), isNull(user.blockedAt), or(exists(family), exists(page), exists(key))));
}

/** The actor in their present role, which may be another than their token says; or `unauthenticated`. */
export function requireLive(
  rows: readonly { role: Role; isHeld: boolean; mustChangePassword: boolean }[],
  { userId, sessionId, scopes }: Actor,
): Actor {
  const [found] = rows;
  if (!found) throw new DomainError('unauthenticated', 'This sign-in has ended');
  const { role, isHeld } = found;
  const mustChangePassword = found.mustChangePassword && !isHeld;
  return {
    ...{ userId, sessionId, role },
    ...(isHeld && { isHeld }),
    ...(mustChangePassword && { mustChangePassword }),
    ...(scopes && { scopes }),
  };
}
