import { type SQL, sql } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { user } from './schema.ts';

/**
 * Condition on `user`, for the write that demotes, blocks or deletes: not the last superadmin who can act. Two that take each other's role
 * at the same moment are one after the other to D1, and the second finds nobody left.
 */
export const superadminRemains: SQL = sql`(${user.role} <> 'superadmin' or exists (
  select 1 from ${user} other where other.role = 'superadmin' and other.id <> ${user.id}
    and other.blocked_at is null and other.deleted_at is null))`;

/** Condition for a write: the actor still has the role they asked in. Another may have taken it from them just now. */
export const actorStands = ({ actor }: Call): SQL =>
  sql`exists (select 1 from ${user} me where me.id = ${actor.userId} and me.role = ${actor.role}
    and me.blocked_at is null and me.deleted_at is null)`;
