import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { auditIfChanged, teachers, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { bank, bankShare } from './schema.ts';
import { ownBank } from './who-sees.ts';

export type Share = { userId: string; name: string };

const selectOwn = ({ db, actor }: Call, id: string) =>
  db
    .select({ id: bank.id })
    .from(bank)
    .where(and(eq(bank.id, id), ownBank(actor)));

/** With whom a bank is shared, by name. A bank the actor may not share is refused as an absent one. One round trip. */
export async function listBankShares(call: Call, { id }: { id: string }): Promise<Share[]> {
  const [found, shares] = await call.db.batch([
    selectOwn(call, id),
    call.db
      .select({ userId: user.id, name: user.name })
      .from(bankShare)
      .innerJoin(user, eq(user.id, bankShare.userId))
      .where(eq(bankShare.bankId, id))
      .orderBy(asc(user.name), asc(user.id)),
  ]);
  if (found.length === 0) throw new DomainError('not_found');
  return shares;
}

/**
 * Shares a bank with somebody of the staff, who may then read and change it; again changes nothing. Somebody who is no staff is refused as
 * absent (`not_found`). One round trip.
 */
export async function shareBank(call: Call, { id, userId }: { id: string; userId: string }): Promise<void> {
  const { db } = call;
  const [found, [staff]] = await db.batch([
    selectOwn(call, id),
    db
      .select({ id: user.id })
      .from(user)
      .where(teachers(eq(user.id, userId))),
    batchable(
      db,
      sql`insert into ${bankShare} (bank_id, user_id)
      select ${bank.id}, ${user.id} from ${bank}, ${user}
      where ${and(eq(bank.id, id), ownBank(call.actor), teachers(eq(user.id, userId)))} on conflict do nothing`,
    ),
    auditIfChanged(call, { action: 'bank.shared', subject: id, detail: { with: userId } }),
  ]);
  if (found.length === 0 || !staff) throw new DomainError('not_found');
}

/** Takes a share back; one that is not there is `not_found`. One round trip. */
export async function unshareBank(call: Call, { id, userId }: { id: string; userId: string }): Promise<void> {
  const { db } = call;
  const [gone] = await db.batch([
    db
      .delete(bankShare)
      .where(and(inArray(bankShare.bankId, selectOwn(call, id)), eq(bankShare.userId, userId)))
      .returning({ userId: bankShare.userId }),
    auditIfChanged(call, { action: 'bank.unshared', subject: id, detail: { with: userId } }),
  ]);
  if (gone.length === 0) throw new DomainError('not_found');
}
