import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { QueryBuilder } from 'drizzle-orm/sqlite-core';
import { taughtBy } from '../courses/index.ts';
import type { Actor } from '../lib/call.ts';
import { scopeOf } from '../lib/permissions.ts';
import { bank, bankShare } from './schema.ts';

const query = new QueryBuilder();

const sharedWith = (userId: string | SQL) =>
  query.select({ id: bankShare.bankId }).from(bankShare).where(eq(bankShare.userId, userId));

const isTheirs = (userId: string | SQL) => or(eq(bank.ownerId, userId), inArray(bank.courseId, taughtBy(userId)));

/** Condition on `bank`: those an instructor may read: theirs and those shared with them. */
export const instructorsBank = (userId: string | SQL) => or(isTheirs(userId), inArray(bank.id, sharedWith(userId)));

/**
 * Condition on `bank`: those that are not deleted and the actor may read and change. Admins all, instructors their own, those
 * of courses they teach and those shared with them, students none.
 */
export function visibleBank(actor: Actor): SQL | undefined {
  const scope = scopeOf(actor, 'items:read');
  if (scope === undefined) return sql`false`;
  if (scope === 'all') return isNull(bank.deletedAt);
  return and(isNull(bank.deletedAt), instructorsBank(actor.userId));
}

/** Condition on `bank`: those the actor may share and delete. As `visibleBank`, without what is only shared with them. */
export function ownBank(actor: Actor): SQL | undefined {
  const scope = scopeOf(actor, 'items:write');
  if (scope === undefined) return sql`false`;
  return and(isNull(bank.deletedAt), scope === 'all' ? undefined : isTheirs(actor.userId));
}
