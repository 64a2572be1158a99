import { eq, sql } from 'drizzle-orm';
import { violates } from '../db/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { bank, item } from './schema.ts';

const MAX_TRIES = 5;

/**
 * The statement that begins every change of a bank's items: the version goes up by one inside the batch, so parallel
 * writers each get their own. If the bank was deleted or moved to another course since it was read, the whole batch aborts.
 */
export const raiseVersion = (
  { db, now }: SystemCall,
  { bankId, courseId }: { bankId: string; courseId: string | null },
) =>
  db
    .update(bank)
    .set({
      version: sql`case when ${bank.deletedAt} is null and ${bank.courseId} is ${courseId} then ${bank.version} + 1 end`,
      updatedAt: now,
    })
    .where(eq(bank.id, bankId));

/** What `raiseVersion` made of the bank's version, for the statements after it in the batch. */
export const raisedVersion = (bankId: string) => sql<number>`(select version from bank where id = ${bankId})`;

/** Runs again, with fresh reads, what ran into a guard on a bank or an item; the fifth time it is a `conflict`. */
export async function retryIfStale<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      const isStale =
        violates(error, 'NOT NULL', 'bank.version') ||
        violates(error, 'NOT NULL', 'item.version') ||
        violates(error, 'UNIQUE', 'item.bank_id, item.imported_from');
      if (!isStale) throw error;
      if (tries === MAX_TRIES) throw new DomainError('conflict', 'Somebody else is changing this bank. Try again.');
    }
  }
}

/** An item's next version, or an abort of the whole batch when it was deleted or is no longer at `version`. */
export const versionAfter = (version: number) =>
  sql`case when ${item.deletedAt} is null and ${item.version} = ${version} then ${item.version} + 1 end`;
