import { and, asc, count, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { course, courseKeyNow } from '../courses/index.ts';
import { contains } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListBanksInput } from './input.ts';
import { bank } from './schema.ts';
import { ownBank, visibleBank } from './who-sees.ts';

export type Bank = typeof bank.$inferSelect & { courseKey: string | null };
export type ListedBank = Bank & { itemCount: number };

/** The statement, for the asker's own batch, that reads a bank the actor may see, with its course's key. */
export const selectVisibleBank = ({ db, actor }: Call, id: string) =>
  db
    .select({ ...getTableColumns(bank), courseKey: courseKeyNow })
    .from(bank)
    .leftJoin(course, eq(course.id, bank.courseId))
    .where(and(eq(bank.id, id), visibleBank(actor)));

/** The bank; one the actor may not see is refused exactly as an absent one, with `not_found`. One round trip. */
export async function requireBank(call: Call, id: string): Promise<Bank> {
  const [found] = await selectVisibleBank(call, id);
  if (!found) throw new DomainError('not_found');
  return found;
}

/** As `requireBank`, for one the actor may share and delete. */
export async function requireOwnBank({ db, actor }: Call, id: string): Promise<{ version: number }> {
  const [found] = await db
    .select({ version: bank.version })
    .from(bank)
    .where(and(eq(bank.id, id), ownBank(actor)));
  if (!found) throw new DomainError('not_found');
  return found;
}

const matching = (search: string | undefined): SQL | undefined =>
  search === undefined ? undefined : contains(search, bank.title);

/** The banks the actor may see, by title. One round trip. */
export async function listBanks({ db, actor }: Call, input: ListBanksInput): Promise<Page<ListedBank>> {
  const where = and(visibleBank(actor), matching(input.search));
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(bank).where(where),
    db
      .select({
        ...getTableColumns(bank),
        courseKey: courseKeyNow,
        itemCount: sql<number>`(select count(*) from item where item.bank_id = ${bank.id} and item.deleted_at is null)`,
      })
      .from(bank)
      .leftJoin(course, eq(course.id, bank.courseId))
      .where(where)
      .orderBy(asc(bank.title), asc(bank.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}
