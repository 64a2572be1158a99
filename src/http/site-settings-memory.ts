import { connect } from '../db/index.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import type { AppContext } from './context.ts';
import type { Settings } from './settings.ts';
import { SiteSettings, selectSiteSettings, siteSettingsOf } from './site-settings.ts';

/*
 * The settings as this isolate knows them, so that limits and CORS ask no database with each request. A plain value: a promise of one
 * request must not be awaited by another.
 */

/** No value is used for longer, in ms, while the database answers. */
const GOOD_MS = 60_000;
/** Older ones are renewed beside a request, which does not wait. */
const RENEW_MS = 30_000;
/** How long a database that failed is left alone. */
const FAILED_MS = 10_000;

const defaults = SiteSettings.parse({});
let known = { value: defaults, readAt: Number.NEGATIVE_INFINITY };
let renewedAt = Number.NEGATIVE_INFINITY;

export const knownSiteSettings = (): SiteSettings => known.value;

/** How many requests a second an attempt takes from its student; undefined where limits are lifted. Waits for nothing. */
export const attemptPace = ({ rateLimits }: Settings): number | undefined =>
  rateLimits ? known.value.attemptRequestsPerSecond : undefined;

/** What was written just now, or read. */
export function rememberSiteSettings(value: SiteSettings, now: number): void {
  known = { value, readAt: now };
}

async function renew(env: Env, now: number): Promise<void> {
  const before = known;
  renewedAt = now;
  try {
    const value = siteSettingsOf(await selectSiteSettings(connect(env.DB, { d1: 0, kv: 0 })));
    // What was written here meanwhile is newer than what was read.
    if (known === before) rememberSiteSettings(value, now);
  } catch (error) {
    consoleLog('error', errorLine({ where: 'site settings' }, error));
    rememberSiteSettings(before.value, now - RENEW_MS + FAILED_MS);
  }
}

const ageAt = (now: number) => (now >= known.readAt ? now - known.readAt : Number.POSITIVE_INFINITY);

/** For routes that wait for no database: what is known goes on, however old, and is renewed beside. */
export function renewSiteSettings(c: AppContext): void {
  const { now } = c.var;
  if (ageAt(now) < RENEW_MS || Math.abs(now - renewedAt) < FAILED_MS) return;
  c.executionCtx.waitUntil(renew(c.env, now));
}

/** Sees to it that what is known is not older than a minute. One round trip in a new isolate, later none: it is renewed beside. */
export async function loadSiteSettings(c: AppContext): Promise<void> {
  const { now } = c.var;
  if (ageAt(now) < GOOD_MS) renewSiteSettings(c);
  else await renew(c.env, now);
}
