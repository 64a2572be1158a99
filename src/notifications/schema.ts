import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { instant } from '../db/columns.ts';
import { user } from '../identity/schema.ts';
import { locales } from '../lib/call.ts';
import { mailKinds } from './mail-kinds.ts';

export const mailStates = ['pending', 'sending', 'sent', 'parked'] as const;

/**
 * A mail to one person because of one event: there is never a second of the same kind for that event. `text` is sealed, for it may hold a
 * link that works once, and gone once it was sent; where the outbox is a page (local runs) it is kept. `sending` holds until `leaseUntil`; `nextAt` null: sent, or parked with
 * `lastError` for staff.
 */
export const mail = sqliteTable(
  'mail',
  {
    id: text('id').primaryKey(),
    eventId: text('event_id').notNull(),
    kind: text('kind', { enum: mailKinds }).notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    locale: text('locale', { enum: locales }).notNull(),
    recipient: text('recipient').notNull(),
    subject: text('subject').notNull(),
    text: text('text'),
    state: text('state', { enum: mailStates }).notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAt: instant('next_at'),
    leaseUntil: instant('lease_until'),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
  },
  (table) => [
    uniqueIndex('mail_once').on(table.eventId, table.kind),
    index('mail_next').on(table.nextAt),
    index('mail_created').on(table.createdAt),
    index('mail_user').on(table.userId),
  ],
);
