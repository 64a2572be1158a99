import { eq, inArray, lte } from 'drizzle-orm';
import { selectSiteSettings, siteSettingsOf } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { mail } from './schema.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Rows a run forgets at most. */
const MOST = 1_000;

/** For the sweep: forgets mails older than the settings keep them, at most 1,000 a run. Two round trips. */
export async function forgetMails({ db, now }: SystemCall): Promise<void> {
  const { mailRetentionDays } = siteSettingsOf(await selectSiteSettings(db));
  const old = db
    .select({ id: mail.id })
    .from(mail)
    .where(lte(mail.createdAt, now - mailRetentionDays * DAY_MS))
    .limit(MOST);
  await db.delete(mail).where(inArray(mail.id, old));
}

/** Forgets every mail to somebody who was deleted. One round trip. */
export async function forgetMailsOf({ db }: SystemCall, { userId }: { userId: string }): Promise<void> {
  await db.delete(mail).where(eq(mail.userId, userId));
}
