import { eq, sql } from 'drizzle-orm';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { retryIfStale } from './bank-version.ts';
import { requireOwnBank } from './banks.ts';
import { bank } from './schema.ts';

/** Takes a bank away. Its rows stay: attempts go on with the versions they pinned. Two round trips. */
export function deleteBank(call: Call, id: string): Promise<void> {
  const { db, now } = call;
  return retryIfStale(async () => {
    const { version } = await requireOwnBank(call, id);
    await db.batch([
      db
        .update(bank)
        .set({ deletedAt: now, version: sql`case when ${bank.deletedAt} is null then ${bank.version} end` })
        .where(eq(bank.id, id)),
      auditRow(call, { action: 'bank.deleted', subject: id, detail: { version } }),
    ]);
  });
}
