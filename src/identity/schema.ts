import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { instant, json, yes } from '../db/columns.ts';
import { locales, roles } from '../lib/call.ts';
import type { Permission } from '../lib/permissions.ts';
import type { LaunchFacts } from './launch-facts.ts';

/**
 * `email` and `username` are kept trimmed and in lower case; somebody whom a platform brought may have neither. Without `passwordHash`
 * nobody signs in by password; with `mustChangePassword` they do with one that staff gave them. `pendingEmail` becomes `email` once its
 * link was followed. Of a deleted user only the id is left, so that grades still belong to somebody.
 */
export const user = sqliteTable(
  'user',
  {
    id: text('id').primaryKey(),
    email: text('email').unique(),
    username: text('username').unique(),
    name: text('name').notNull(),
    role: text('role', { enum: roles }).notNull(),
    passwordHash: text('password_hash'),
    mustChangePassword: yes('must_change_password').notNull().default(false),
    emailVerifiedAt: instant('email_verified_at'),
    pendingEmail: text('pending_email'),
    /** The language of mails. */
    locale: text('locale', { enum: locales }),
    /** The instructor a student is assigned to. */
    instructorId: text('instructor_id').references((): AnySQLiteColumn => user.id),
    blockedAt: instant('blocked_at'),
    deletedAt: instant('deleted_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('user_instructor').on(table.instructorId),
    index('user_name').on(table.name),
    index('user_superadmin').on(table.id).where(sql`role = 'superadmin'`),
  ],
);

/**
 * A page sign-in. The cookie holds the secret; here is only its SHA-256. One that came of a launch is held to the `role` of that
 * launch, whatever the user's own; its pages may be shown in frames of `frameOrigins`. `device` is what the browser said of itself, in
 * a few words. `confirmedAt`: when its user last proved who they are, by password or second factor; null where another site vouched.
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
    device: text('device'),
    confirmedAt: instant('confirmed_at'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('session_user').on(table.userId), index('session_expiry').on(table.expiresAt)],
);

/**
 * One API sign-in: the refresh tokens that came of it. Ended by sign-out, by reuse, or at `expiresAt`. `role`, `device` and `confirmedAt`
 * as in `session`.
 */
export const refreshFamily = sqliteTable(
  'refresh_family',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    role: text('role', { enum: roles }),
    launch: json<LaunchFacts>('launch'),
    device: text('device'),
    confirmedAt: instant('confirmed_at'),
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

/**
 * A link that works once, by mail or on paper: to set a password, or to show that the address `email` is theirs. A link to an address is
 * good only while that is the user's address or the one they want.
 */
export const oneTimeLink = sqliteTable(
  'one_time_link',
  {
    tokenHash: text('token_hash').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    purpose: text('purpose', { enum: ['password', 'email'] }).notNull(),
    email: text('email'),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('one_time_link_user').on(table.userId), index('one_time_link_expiry').on(table.expiresAt)],
);

/**
 * The authenticator of a user (RFC 6238). `secret` is sealed; it counts once `confirmedAt` is set. `lastStep` is the newest time step a
 * code was taken of: each code works once.
 */
export const secondFactor = sqliteTable(
  'second_factor',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => user.id),
    secret: text('secret').notNull(),
    lastStep: integer('last_step').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    confirmedAt: instant('confirmed_at'),
  },
  (table) => [index('second_factor_begun').on(table.createdAt).where(sql`confirmed_at is null`)],
);

/** What stands in for a lost authenticator, once each. */
export const recoveryCode = sqliteTable(
  'recovery_code',
  {
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    codeHash: text('code_hash').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
);

export const identityProviders = ['google', 'github'] as const;

/** Who a user is at a provider of identities: found by the provider's own id of them, never by address. */
export const externalIdentity = sqliteTable(
  'external_identity',
  {
    provider: text('provider', { enum: identityProviders }).notNull(),
    subject: text('subject').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    email: text('email'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.subject] }),
    uniqueIndex('external_identity_once').on(table.userId, table.provider),
  ],
);

/** A sign-in with a provider under way: good once, in the browser that began it. With `userId` it is to be linked to them. */
export const externalSignIn = sqliteTable(
  'external_sign_in',
  {
    stateHash: text('state_hash').primaryKey(),
    browserHash: text('browser_hash').notNull(),
    provider: text('provider', { enum: identityProviders }).notNull(),
    verifier: text('verifier').notNull(),
    nonce: text('nonce').notNull(),
    next: text('next').notNull(),
    userId: text('user_id').references(() => user.id),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('external_sign_in_expiry').on(table.expiresAt)],
);

/** A key of a machine: what its owner may do, narrowed to `scopes`. Shown once; here is only its SHA-256. */
export const apiKey = sqliteTable(
  'api_key',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    name: text('name').notNull(),
    secretHash: text('secret_hash').notNull().unique(),
    scopes: json<Permission[]>('scopes').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('api_key_user').on(table.userId)],
);

/**
 * Who signed in, and what staff changed: appended, never altered, and kept as long as the settings say (a trigger refuses anything
 * else). `detail` has what was before and after, without secrets; `address` is where from.
 */
export const audit = sqliteTable(
  'audit',
  {
    id: text('id').primaryKey(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    detail: json<Record<string, unknown>>('detail').notNull(),
    requestId: text('request_id').notNull(),
    address: text('address'),
    at: instant('at').notNull(),
  },
  (table) => [
    index('audit_subject').on(table.subject, table.at),
    index('audit_actor').on(table.actorId, table.at),
    index('audit_at').on(table.at),
  ],
);
