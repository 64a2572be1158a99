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

/** A message that a queue gave up on, for staff to look at and to send again. */
export const deadLetter = sqliteTable(
  'dead_letter',
  {
    id: text('id').primaryKey(),
    queue: text('queue').notNull(),
    body: json<unknown>('body').notNull(),
    attempts: integer('attempts').notNull(),
    at: instant('at').notNull(),
    replayedAt: instant('replayed_at'),
  },
  (table) => [index('dead_letter_at').on(table.at)],
);
