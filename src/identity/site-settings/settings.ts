import {
  rememberSiteSettings,
  type SiteSettings,
  type SomeSiteSettings,
  selectSiteSettings,
  settingNames,
  siteSettingsOf,
  writeSiteSettings,
} from '../../http/index.ts';
import type { Call } from '../../lib/call.ts';
import { auditRow } from '../audit.ts';

/** The settings that hold. One round trip. */
export const readSettingsOf = async ({ db }: Pick<Call, 'db'>): Promise<SiteSettings> =>
  siteSettingsOf(await selectSiteSettings(db));

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Changes some settings, and says what they were in the audit log. They hold at once where they were changed, and within a minute everywhere. What is set
 * to what it was is no change. Two round trips.
 */
export async function changeSettings(call: Call, wanted: SomeSiteSettings): Promise<SiteSettings> {
  const { db, now, actor } = call;
  const before = await readSettingsOf(call);
  const changed = settingNames.filter((name) => wanted[name] !== undefined && !isSame(wanted[name], before[name]));
  const of = (settings: SomeSiteSettings) => Object.fromEntries(changed.map((name) => [name, settings[name]]));
  const after = { ...before, ...of(wanted) };
  if (changed.length > 0) {
    const detail = { before: of(before), after: of(after) };
    await db.batch([
      auditRow(call, { action: 'settings.changed', subject: 'settings', detail }),
      ...writeSiteSettings(db, of(after) as Partial<SiteSettings>, now, actor.userId),
    ]);
  }
  rememberSiteSettings(after, now);
  return after;
}
