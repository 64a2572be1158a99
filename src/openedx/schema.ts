import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { course } from '../courses/schema.ts';
import { instant, json, yes } from '../db/columns.ts';
import { user } from '../identity/schema.ts';
import type { Change, Counts } from './diff-outline.ts';
import type { LearnerFacts } from './learner-facts.ts';
import type { NodePatch } from './patch.ts';
import { runCauses, runStates } from './words.ts';

/**
 * One Open edX site. Its secrets are sealed (lib/seal.ts). The first connection that is not deleted is the
 * default. `vanishLimit`: a run that would retire a larger part of the live nodes is held.
 */
export const connection = sqliteTable('connection', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  lmsUrl: text('lms_url').notNull(),
  studioUrl: text('studio_url'),
  clientId: text('client_id').notNull(),
  clientSecret: text('client_secret').notNull(),
  /** Open edX gives an application one grant only, so signing in may have an application of its own. */
  signInClientId: text('sign_in_client_id'),
  signInClientSecret: text('sign_in_client_secret'),
  hmacSecret: text('hmac_secret').notNull(),
  requireSignature: yes('require_signature').notNull().default(false),
  allowSignIn: yes('allow_sign_in').notNull().default(true),
  debounceSeconds: integer('debounce_seconds').notNull().default(30),
  vanishLimit: integer('vanish_limit_percent').notNull().default(30),
  createdAt: instant('created_at').notNull(),
  deletedAt: instant('deleted_at'),
});

/** The secret path segments of a connection's webhook address, several at once while one is rotated. Only SHA-256 is kept. */
export const webhookSecret = sqliteTable(
  'webhook_secret',
  {
    secretHash: text('secret_hash').primaryKey(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('webhook_secret_connection').on(table.connectionId)],
);

/**
 * A course whose outline and enrolments come from a connection. `seenVersion` and `seenPublishedAt` are the change token
 * (`published_version`, `published_at`) of the last pull that was applied or found to change nothing. `settleAt`: when to look
 * at the same version once more, because the caches of the platform are renewed apart from each other.
 */
export const followedCourse = sqliteTable(
  'followed_course',
  {
    courseId: text('course_id')
      .primaryKey()
      .references(() => course.id),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    seenVersion: text('seen_version'),
    seenPublishedAt: instant('seen_published_at'),
    /** The version the platform named at the last reconciliation. */
    platformVersion: text('platform_version'),
    settleAt: instant('settle_at'),
    settleStep: integer('settle_step').notNull().default(0),
    reconcileAt: instant('reconcile_at').notNull(),
    reconciledAt: instant('reconciled_at'),
    /** Where to go on in the platform's list of enrolments. */
    enrolmentsNext: text('enrolments_next'),
    lastError: text('last_error'),
  },
  (table) => [
    index('followed_course_due').on(table.reconcileAt),
    index('followed_course_connection').on(table.connectionId),
  ],
);

/** One sync of one course; its life is drawn in README.md. `dueAt` is when to work on it
 * next, null when there is nothing more to do; `leaseUntil` is set while somebody does. */
export const syncRun = sqliteTable(
  'sync_run',
  {
    id: text('id').primaryKey(),
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
    cause: text('cause', { enum: runCauses }).notNull(),
    state: text('state', { enum: runStates }).notNull(),
    /** The latest time of the events that joined, µs since 1970; null when one of them had none. */
    eventAt: integer('event_at'),
    dueAt: instant('due_at'),
    /** It pulls although the version is one that was seen. */
    isForced: yes('is_forced').notNull().default(false),
    leaseUntil: instant('lease_until'),
    attempts: integer('attempts').notNull().default(0),
    /** Until when it looks again for a version it has not seen. */
    lookUntil: instant('look_until'),
    publishedVersion: text('published_version'),
    /** The version whose changes staff have accepted although they look wrong. */
    confirmedVersion: text('confirmed_version'),
    /** The version of the course it made: runs that changed something stand in this order. */
    courseVersion: integer('course_version'),
    counts: json<Counts>('counts'),
    error: text('error'),
    undoes: text('undoes'),
    undoneBy: text('undone_by'),
    createdAt: instant('created_at').notNull(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    uniqueIndex('sync_run_pending').on(table.courseId).where(sql`state = 'pending'`),
    uniqueIndex('sync_run_running').on(table.courseId).where(sql`state = 'running'`),
    index('sync_run_course').on(table.courseId, table.createdAt),
    index('sync_run_due').on(table.state, table.dueAt),
  ],
);

/** What staff read of a run, in order. Of a held run: what it would do. */
export const syncChange = sqliteTable(
  'sync_change',
  {
    runId: text('run_id')
      .notNull()
      .references(() => syncRun.id),
    seq: integer('seq').notNull(),
    op: text('op').notNull(),
    usageKey: text('usage_key').notNull(),
    title: text('title').notNull(),
    detail: json<Change>('detail').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] })],
);

/** What a run did to each node, so that it can be undone. */
export const syncPatch = sqliteTable(
  'sync_patch',
  {
    runId: text('run_id')
      .notNull()
      .references(() => syncRun.id),
    usageKey: text('usage_key').notNull(),
    patch: json<NodePatch>('patch').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.usageKey] })],
);

/** Blocks of the platform that have no place in our outline, and why. */
export const syncSkipped = sqliteTable(
  'sync_skipped',
  {
    runId: text('run_id')
      .notNull()
      .references(() => syncRun.id),
    seq: integer('seq').notNull(),
    usageKey: text('usage_key').notNull(),
    reason: text('reason').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] })],
);

/**
 * A webhook that came, as parsed fields. `eventId` is the sender's and unique per connection where it has one. `at` is the event's
 * own time in µs since 1970. Learner events wait in `nextAt` until they are applied.
 */
export const openedxEvent = sqliteTable(
  'openedx_event',
  {
    id: text('id').primaryKey(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    eventId: text('event_id'),
    eventType: text('event_type').notNull(),
    courseKey: text('course_key'),
    at: integer('at'),
    receivedAt: instant('received_at').notNull(),
    data: json<LearnerFacts | null>('data'),
    runId: text('run_id').references(() => syncRun.id),
    /** How often it came again. */
    duplicates: integer('duplicates').notNull().default(0),
    handledAt: instant('handled_at'),
    nextAt: instant('next_at'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
  },
  (table) => [
    uniqueIndex('openedx_event_once').on(table.connectionId, table.eventId).where(sql`event_id is not null`),
    index('openedx_event_run').on(table.runId),
    index('openedx_event_course').on(table.courseKey, table.receivedAt),
    index('openedx_event_received').on(table.receivedAt),
    index('openedx_event_next').on(table.nextAt),
  ],
);

/** How often an event type came that means nothing to us, by day (`YYYY-MM-DD`). */
export const ignoredEvent = sqliteTable(
  'ignored_event',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    eventType: text('event_type').notNull(),
    day: text('day').notNull(),
    times: integer('times').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.eventType, table.day] })],
);

/** An account of the platform and the user it belongs to here. `at`: time of the newest event or answer it was read from, µs. */
export const openedxUser = sqliteTable(
  'openedx_user',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    lmsUserId: integer('lms_user_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    username: text('username').notNull(),
    isActive: yes('is_active').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.lmsUserId] }),
    index('openedx_user_user').on(table.userId),
    index('openedx_user_username').on(table.connectionId, table.username),
  ],
);

/** The newest that is known of an enrolment on the platform, whether or not its course is followed here. `at` in µs. */
export const openedxEnrolment = sqliteTable(
  'openedx_enrolment',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    courseKey: text('course_key').notNull(),
    lmsUserId: integer('lms_user_id').notNull(),
    isActive: yes('is_active').notNull(),
    mode: text('mode').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.courseKey, table.lmsUserId] })],
);

/** The newest grade facts of the platform, kept for the gradebook. `at` in µs. */
export const openedxGrade = sqliteTable(
  'openedx_grade',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    courseKey: text('course_key').notNull(),
    lmsUserId: integer('lms_user_id').notNull(),
    kind: text('kind', { enum: ['summary', 'passing', 'certificate'] }).notNull(),
    data: json<Record<string, unknown>>('data').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.courseKey, table.lmsUserId, table.kind] })],
);

/** The courses somebody teaches here because they are course staff there; what sign-in gives, the next sign-in may take back. */
export const openedxStaff = sqliteTable(
  'openedx_staff',
  {
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    lmsUserId: integer('lms_user_id').notNull(),
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.lmsUserId, table.courseId] })],
);

/** A sign-in under way: single use, bound to the browser that began it. */
export const signInState = sqliteTable(
  'openedx_sign_in_state',
  {
    stateHash: text('state_hash').primaryKey(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connection.id),
    browserHash: text('browser_hash').notNull(),
    verifier: text('verifier').notNull(),
    next: text('next').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('openedx_sign_in_state_expiry').on(table.expiresAt)],
);
