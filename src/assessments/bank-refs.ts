import { and, eq, exists, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { user } from '../identity/index.ts';
import { bank, instructorsBank, visibleBank } from '../items/index.ts';
import type { Actor } from '../lib/call.ts';
import { assessment } from './schema.ts';

/** The statement that finds the banks an assessment draws from, with their versions now. For a batch. */
export const selectBankRefs = (db: DrizzleD1Database, assessmentId: string, which?: SQL) =>
  db
    .select({ bankId: bank.id, version: bank.version })
    .from(bank)
    .where(
      and(
        isNull(bank.deletedAt),
        inArray(
          bank.id,
          sql`(select json_extract(section.value, '$.bankId') from ${assessment}, json_each(${assessment.sections}) section where ${assessment.id} = ${assessmentId})`,
        ),
        which,
      ),
    );

/**
 * As `selectBankRefs`, of the banks that the actor, or the owner who chose them, may still read: whoever takes a share back wants no paper of
 * others to show what is written into the bank from then on.
 */
export function selectReadableBankRefs(db: DrizzleD1Database, actor: Actor, assessmentId: string) {
  const owner = sql`(select owner_id from assessment where id = ${assessmentId})`;
  const readsAll = db
    .select({ one: sql`1` })
    .from(user)
    .where(and(eq(user.id, owner), inArray(user.role, ['admin', 'superadmin'])));
  return selectBankRefs(db, assessmentId, or(visibleBank(actor), instructorsBank(owner), exists(readsAll)));
}
