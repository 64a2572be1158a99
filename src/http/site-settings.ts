import type { DrizzleD1Database } from 'drizzle-orm/d1';
import * as z from 'zod';
import { siteSetting } from './schema.ts';

const whole = (least: number, most: number) => z.int().min(least).max(most);

/**
 * What admins may set for the whole house, with what holds until they do. Limits are requests a period: `…PerHour`, `…Per15Minutes`,
 * `…PerSecond`.
 */
export const SiteSettings = z.strictObject({
  anonymousApiPerHour: whole(1, 1_000_000).default(100).describe('API requests without a sign-in, per address'),
  userApiPerHour: whole(1, 1_000_000).default(1000).describe('API requests of one user'),
  pagesPerHour: whole(1, 1_000_000).default(5000).describe('Pages and sign-ins, per address: a school shares one'),
  signInsPer15Minutes: whole(1, 10_000).default(10).describe('Tries to sign in to one account'),
  resetsPerHour: whole(1, 10_000).default(5).describe('Password links for one address'),
  resetsPerHourFromAddress: whole(1, 100_000)
    .default(100)
    .describe('Password links asked for from one network address'),
  registrationsPerHour: whole(1, 100_000).default(200).describe('New accounts from one network address'),
  keysPerHour: whole(1, 10_000).default(20).describe('API keys one user may make'),
  attemptRequestsPerSecond: whole(1, 1000).default(10).describe('Requests to one open attempt'),
  studentsPerInstructor: whole(1, 10_000).default(20).describe('Students assigned to one instructor'),
  auditRetentionDays: whole(30, 3650).default(365).describe('How long the audit log is kept'),
  mailRetentionDays: whole(1, 365).default(30).describe('How long it is kept that a mail was sent'),
  abandonedEnrolmentDays: whole(0, 3650)
    .default(180)
    .describe('After how many days an enrolment nobody has used ends; 0: never'),
  corsOrigins: z
    .array(
      z
        .url({ protocol: /^https?$/ })
        .max(300)
        .transform((text) => new URL(text).origin),
    )
    .max(20)
    .default([])
    .describe('Sites whose pages may call the API from a browser'),
});
export type SiteSettings = z.output<typeof SiteSettings>;
export const settingNames = Object.keys(SiteSettings.shape) as (keyof SiteSettings)[];

type Patch<S> = { [K in keyof S]: S[K] extends z.ZodDefault<infer T> ? z.ZodOptional<T> : never };

/** Some settings and no others; what is not named stays as it is, so none has a default here. */
export const SomeSiteSettings = z.strictObject(
  Object.fromEntries(
    Object.entries(SiteSettings.shape).map(([name, schema]) => [name, schema.removeDefault().optional()]),
  ) as Patch<typeof SiteSettings.shape>,
);
export type SomeSiteSettings = z.output<typeof SomeSiteSettings>;

/** The statements, for the asker's own batch, that write settings. `by`: who does. */
export const writeSiteSettings = (db: DrizzleD1Database, changes: Partial<SiteSettings>, at: number, by: string) =>
  Object.entries(changes).map(([name, value]) =>
    db
      .insert(siteSetting)
      .values({ name, value, at, by })
      .onConflictDoUpdate({ target: siteSetting.name, set: { value, at, by } }),
  );

/** The statement, for the asker's own batch, that reads what was set. */
export const selectSiteSettings = (db: DrizzleD1Database) =>
  db.select({ name: siteSetting.name, value: siteSetting.value }).from(siteSetting);

/** The settings that hold, from what was set. What can no longer be read counts as not set. */
export function siteSettingsOf(rows: readonly { name: string; value: unknown }[]): SiteSettings {
  const set = rows.filter(
    ({ name, value }) => SiteSettings.shape[name as keyof SiteSettings]?.safeParse(value).success,
  );
  return SiteSettings.parse(Object.fromEntries(set.map(({ name, value }) => [name, value])));
}
