import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { instant, json } from '../db/columns.ts';
import type { DomainEvent } from './event.ts';

/** The outbox: what happened, written in the batch that made it happen. `nextAt` null: handled, or parked with `lastError`. */
export const event = sqliteTable(
  'event',
  {
    id: text('id').primaryKey(),
    type: text('type').$type<DomainEvent['type']>().notNull(),
    payload: json<DomainEvent['payload']>('payload').notNull(),
    at: instant('at').notNull(),
    nextAt: instant('next_at'),
    handledAt: instant('handled_at'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (table) => [index('event_next').on(table.nextAt), index('event_handled').on(table.handledAt)],
);
