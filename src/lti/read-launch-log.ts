import { desc, eq } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { requireAdmin } from './registrations.ts';
import { launchLog } from './schema.ts';

const MOST_ROWS = 100;

export type LaunchLogRow = Omit<typeof launchLog.$inferSelect, 'registrationId'>;

/** How launches of a registration ended, the last hour first: at most 100 rows of an hour and a code. Admins only. One round trip. */
export async function readLaunchLog(call: Call, registrationId: string): Promise<LaunchLogRow[]> {
  requireAdmin(call);
  const { hour, code, times, lastAt, requestId } = launchLog;
  return await call.db
    .select({ hour, code, times, lastAt, requestId })
    .from(launchLog)
    .where(eq(launchLog.registrationId, registrationId))
    .orderBy(desc(hour), desc(lastAt), code)
    .limit(MOST_ROWS);
}
