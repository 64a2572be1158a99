import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { course } from '../courses/schema.ts';
import { instant, json } from '../db/columns.ts';
import { user } from '../identity/schema.ts';
import type { Item } from './item.ts';
import type { Rendered } from './rendered.ts';

/** `version` counts changes of its items: content of bank b at version n never changes, so it may be cached for ever. */
export const bank = sqliteTable(
  'bank',
  {
    id: text('id').primaryKey(),
    title: text('title').notNull(),
    courseId: text('course_id').references(() => course.id),
    ownerId: text('owner_id')
      .notNull()
      .references(() => user.id),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [index('bank_owner').on(table.ownerId), index('bank_course').on(table.courseId)],
);

/**
 * `version` is the current one. `deletedInVersion` is the first bank version without it. `importedFrom` names what it was made
 * of, so that the same again becomes its next version.
 */
export const item = sqliteTable(
  'item',
  {
    id: text('id').primaryKey(),
    bankId: text('bank_id')
      .notNull()
      .references(() => bank.id),
    position: integer('position').notNull(),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
    deletedInVersion: integer('deleted_in_version'),
    importedFrom: text('imported_from'),
  },
  (table) => [
    index('item_bank').on(table.bankId, table.position),
    uniqueIndex('item_imported_from').on(table.bankId, table.importedFrom).where(sql`${table.deletedAt} is null`),
  ],
);

/** Append-only: an attempt pins the version it was shown. `bankVersion` is the bank version this came with. */
export const itemVersion = sqliteTable(
  'item_version',
  {
    itemId: text('item_id')
      .notNull()
      .references(() => item.id),
    version: integer('version').notNull(),
    source: json<Item>('source').notNull(),
    rendered: json<Rendered>('rendered').notNull(),
    bankVersion: integer('bank_version').notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
      .notNull()
      .references(() => user.id),
  },
  (table) => [primaryKey({ columns: [table.itemId, table.version] })],
);

/** Whom, beside its owner and the staff of its course, a bank is shared with: they may read and change it. */
export const bankShare = sqliteTable(
  'bank_share',
  {
    bankId: text('bank_id')
      .notNull()
      .references(() => bank.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
  },
  (table) => [primaryKey({ columns: [table.bankId, table.userId] }), index('bank_share_user').on(table.userId)],
);
