import { inArray, lte } from 'drizzle-orm';
import { selectSiteSettings, siteSettingsOf } from '../../http/index.ts';
import type { SystemCall } from '../../lib/call.ts';
import { audit } from '../schema.ts';

const DAY_MS = 24 * 3600 * 1000;
/** D1 goes by its own clock and refuses whoever forgets too early. */
const MARGIN_MS = 60_000;
const MOST = 5_000;

/** For the sweep: forgets audit entries older than the settings keep them, at most 5,000 a run. Two round trips. */
export async function forgetAudit({ db, now }: SystemCall): Promise<void> {
  const { auditRetentionDays } = siteSettingsOf(await selectSiteSettings(db));
  const old = db
    .select({ id: audit.id })
    .from(audit)
    .where(lte(audit.at, now - auditRetentionDays * DAY_MS - MARGIN_MS))
    .limit(MOST);
  await db.delete(audit).where(inArray(audit.id, old));
}
