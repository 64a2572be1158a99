import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { instant, json } from '../db/columns.ts';

/** One answered (or still running: `status` null) request with an Idempotency-Key. Kept for a day. */
export const idempotency = sqliteTable(
  'idempotency',
  {
    userId: text('user_id').notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    key: text('key').notNull(),
    bodyHash: text('body_hash').notNull(),
    status: integer('status'),
    answer: text('answer'),
    at: instant('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.method, table.path, table.key] }),
    index('idempotency_at').on(table.at),
  ],
);

/** What admins have set otherwise than it comes (site-settings.ts): one row a setting. */
export const siteSetting = sqliteTable('site_setting', {
  name: text('name').primaryKey(),
  value: json<unknown>('value').notNull(),
  at: instant('at').notNull(),
  by: text('by').notNull(),
});

/**
 * How often what a list or a detail is made of has changed: `courses`, `course:{id}`, `user:{id}`. Triggers count, so that no writer can
 * forget (migrations, `*_rules.sql`).
 */
export const version = sqliteTable('version', {
  of: text('of').primaryKey(),
  value: integer('value').notNull(),
});
