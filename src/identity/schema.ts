import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { instant, json } from '../db/columns.ts';
import { roles } from '../lib/call.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** `email` is kept trimmed and in lower case. Without `passwordHash` nobody signs in by password. */
export const user = sqliteTable('user', {
  id: text('id').primaryKey(),
  email: text('email').unique(),
  name: text('name').notNull(),
  role: text('role', { enum: roles }).notNull(),
  passwordHash: text('password_hash'),
  blockedAt: instant('blocked_at'),
  createdAt: instant('created_at').notNull(),
});

/**
 * A page sign-in. The cookie holds the secret; here is only its SHA-256. One that came of a launch is held to the `role` of that
 * launch, whatever the user's own; its pages may be shown in frames of `frameOrigins`.
 */
export const session = sqliteTable(
  'session',
  {
    secretHash: text('secret_hash').primaryKey(),
    id: text('id').notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    role: text('role', { enum: roles }),
    launch: json<LaunchFacts>('launch'),
    frameOrigins: json<string[]>('frame_origins'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('session_user').on(table.userId), index('session_expiry').on(table.expiresAt)],
);

/** One API sign-in: the refresh tokens that came of it. Ended by sign-out, by reuse, or at `expiresAt`. `role` as in `session`. */
export const refreshFamily = sqliteTable(
  'refresh_family',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    role: text('role', { enum: roles }),
    launch: json<LaunchFacts>('launch'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [index('refresh_family_user').on(table.userId), index('refresh_family_expiry').on(table.expiresAt)],
);

/** A refresh token works once. A used one is kept until it expires, to notice its reuse. */
export const refreshToken = sqliteTable(
  'refresh_token',
  {
    tokenHash: text('token_hash').primaryKey(),
    familyId: text('family_id')
      .notNull()
      .references(() => refreshFamily.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('refresh_token_family').on(table.familyId), index('refresh_token_expiry').on(table.expiresAt)],
);

/** A one-time link with which somebody sets their password. */
export const passwordLink = sqliteTable('password_link', {
  tokenHash: text('token_hash').primaryKey(),
  userId: text('user_id')
    .notNull()
    .references(() => user.id),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
});

/** What staff changed: appended, never altered. */
export const audit = sqliteTable(
  'audit',
  {
    id: text('id').primaryKey(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    detail: json<Record<string, unknown>>('detail').notNull(),
    requestId: text('request_id').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('audit_subject').on(table.subject, table.at), index('audit_actor').on(table.actorId, table.at)],
);
