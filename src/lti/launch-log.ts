import { eq, lte, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { OutsideCall, SystemCall } from '../lib/call.ts';
import type { LaunchRefusal } from './refusals.ts';
import { launchLog, registration } from './schema.ts';

const HOUR_MS = 3_600_000;

/** The statement that counts how a launch ended, for the log of its registration. One row an hour and code: nobody can fill it. */
export const countLaunch = (
  { db, now, requestId }: OutsideCall,
  registrationId: string,
  code: LaunchRefusal | 'accepted',
) =>
  batchable(
    db,
    sql`insert into ${launchLog} (registration_id, hour, code, times, last_at, request_id)
    select id, ${now - (now % HOUR_MS)}, ${code}, 1, ${now}, ${requestId} from ${registration} where ${eq(registration.id, registrationId)}
    on conflict (registration_id, hour, code) do update set times = times + 1, last_at = ${now}, request_id = ${requestId}`,
  );

const KEPT_MS = 90 * 24 * HOUR_MS;

/** For the sweep: forgets what is older than 90 days. */
export async function forgetLaunchLog({ db, now }: SystemCall): Promise<void> {
  await db.delete(launchLog).where(lte(launchLog.hour, now - KEPT_MS));
}
