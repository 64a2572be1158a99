import { and, asc, count, eq, isNull } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page, type PageQuery } from '../lib/paging.ts';
import { type Bank, selectVisibleBank } from './banks.ts';
import type { Item } from './item.ts';
import type { Rendered } from './rendered.ts';
import { bank, item, itemVersion } from './schema.ts';
import { ownBank, visibleBank } from './who-sees.ts';

/** An item as staff see it: its current version, with the key. */
export type StaffItem = { id: string; version: number; item: Item; rendered: Rendered };

const staffItem = {
  id: item.id,
  version: item.version,
  item: itemVersion.source,
  rendered: itemVersion.rendered,
};

const isCurrent = and(eq(itemVersion.itemId, item.id), eq(itemVersion.version, item.version));

/**
 * The statement, for the asker's own batch, that reads an item the actor may see, with its bank. No
 * two columns share a name: in a batch D1 answers rows as objects, where the second would swallow the first.
 */
export const selectVisibleItem = ({ db, actor }: Call, id: string) =>
  db
    .select({ ...staffItem, bankId: item.bankId, bankTitle: bank.title, courseId: bank.courseId })
    .from(item)
    .innerJoin(itemVersion, isCurrent)
    .innerJoin(bank, eq(bank.id, item.bankId))
    .where(and(eq(item.id, id), isNull(item.deletedAt), visibleBank(actor)));

/** The item with its bank; one the actor may not see is refused as an absent one, with `not_found`. One round trip. */
export async function requireItem(call: Call, id: string) {
  const [found] = await selectVisibleItem(call, id);
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The items of a bank in their order; `isOwn`: whether the actor may share and delete it. Refuses with `not_found`. One round trip. */
export async function listItems(
  call: Call,
  bankId: string,
  query: PageQuery,
): Promise<Page<StaffItem> & { bank: Bank; isOwn: boolean }> {
  const { db } = call;
  const where = and(eq(item.bankId, bankId), isNull(item.deletedAt));
  const [[found], own, [total], results] = await db.batch([
    selectVisibleBank(call, bankId),
    db
      .select({ id: bank.id })
      .from(bank)
      .where(and(eq(bank.id, bankId), ownBank(call.actor))),
    db.select({ count: count() }).from(item).where(where),
    db
      .select(staffItem)
      .from(item)
      .innerJoin(itemVersion, isCurrent)
      .where(where)
      .orderBy(asc(item.position))
      .limit(query.pageSize)
      .offset(offsetOf(query)),
  ]);
  if (!found) throw new DomainError('not_found');
  return { bank: found, isOwn: own.length > 0, count: total?.count ?? 0, results };
}
