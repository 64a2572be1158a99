import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { instant } from '../db/columns.ts';

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
  (table) => [primaryKey({ columns: [table.userId, table.method, table.path, table.key] })],
);
