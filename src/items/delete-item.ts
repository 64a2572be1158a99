import { eq, sql } from 'drizzle-orm';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { raisedVersion, raiseVersion, retryIfStale } from './bank-version.ts';
import { requireItem } from './items.ts';
import { item } from './schema.ts';

/** Takes an item out of its bank from the next bank version on. Attempts that pinned it go on. Two round trips. */
export function deleteItem(call: Call, id: string): Promise<void> {
  const { db, now } = call;
  return retryIfStale(async () => {
    const { bankId, courseId, version } = await requireItem(call, id);
    await db.batch([
      raiseVersion(call, { bankId, courseId }),
      db
        .update(item)
        .set({
          deletedAt: now,
          deletedInVersion: raisedVersion(bankId),
          version: sql`case when ${item.deletedAt} is null then ${item.version} end`,
        })
        .where(eq(item.id, id)),
      auditRow(call, { action: 'item.deleted', subject: id, detail: { bankId, version } }),
    ]);
  });
}
