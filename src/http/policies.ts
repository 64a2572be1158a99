import type { Endpoint } from './endpoint.ts';
import type { SiteSettings } from './site-settings.ts';

type NumberSetting = { [S in keyof SiteSettings]: SiteSettings[S] extends number ? S : never }[keyof SiteSettings];

const HOUR = 3600;

/** What is counted: its name, as the `RateLimit` header says it, the period in seconds, and the setting that says how often. */
export const policies = {
  anonymous: { windowSeconds: HOUR, setting: 'anonymousApiPerHour' },
  user: { windowSeconds: HOUR, setting: 'userApiPerHour' },
  pages: { windowSeconds: HOUR, setting: 'pagesPerHour' },
  'sign-in': { windowSeconds: 15 * 60, setting: 'signInsPer15Minutes' },
  reset: { windowSeconds: HOUR, setting: 'resetsPerHour' },
  'reset-address': { windowSeconds: HOUR, setting: 'resetsPerHourFromAddress' },
  register: { windowSeconds: HOUR, setting: 'registrationsPerHour' },
  keys: { windowSeconds: HOUR, setting: 'keysPerHour' },
} as const satisfies Record<string, { windowSeconds: number; setting: NumberSetting }>;

export type PolicyName = keyof typeof policies;

/**
 * How the requests to an endpoint are counted (README): `api` by the user, or by the address of whom we do not know; `pages` by the address,
 * with the pages; `refused` only when they were refused; `none` not by the hour.
 */
export function countingOf({ access, path }: Pick<Endpoint, 'access' | 'path'>): 'api' | 'pages' | 'refused' | 'none' {
  if (access.kind === 'attempt') return 'none';
  // Whoever set a limit too low can still mend it.
  if (access.kind === 'signed-in') return access.permission === 'settings:manage' ? 'pages' : 'api';
  if (path.startsWith('/api/v1/webhooks/')) return 'refused';
  if (path.startsWith('/api/v1/auth/') || path === '/lti/session' || path === '/api/schema') return 'pages';
  return path.startsWith('/api/') ? 'api' : 'none';
}

/**
 * Pages that are not counted by the hour: those of an attempt, where its object counts; those platforms lead to, where the flood gate of
 * launches stands; and images, which browsers keep.
 */
export const isCountedPage = (path: string) => !/^\/(api|attempts|health|lti|media)(\/|$)/.test(path);
