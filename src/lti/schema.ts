import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { assessment } from '../assessments/schema.ts';
import { course } from '../courses/schema.ts';
import { instant, json, yes } from '../db/columns.ts';
import { type refreshFamily, user } from '../identity/schema.ts';
import type { DeepLinkingSettings } from './launch.ts';
import { keySetFaults, launchRoles, passbackStates, signingKeyStates } from './words.ts';

type LaunchFacts = NonNullable<(typeof refreshFamily.$inferSelect)['launch']>;

/**
 * A platform as it knows us: issuer and client id together name it. `keySet` is its JWK set as text, `keySetAt` when it was
 * fetched, `keySetTriedAt` when somebody
 * last tried, `keySetMissedAt` when that was for a key it lacked: the locks that keep fetches apart. `keySetFault`: why the last
 * fetch brought none, and when it ended.
 */
export const registration = sqliteTable(
  'lti_registration',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull(),
    clientId: text('client_id').notNull(),
    authLoginUrl: text('auth_login_url').notNull(),
    authTokenUrl: text('auth_token_url').notNull(),
    keySetUrl: text('key_set_url').notNull(),
    /** The `aud` of our assertions, where the platform wants another than its token address. */
    audience: text('audience'),
    allowAnonymous: yes('allow_anonymous').notNull().default(false),
    frameOrigins: json<string[]>('frame_origins').notNull(),
    isActive: yes('is_active').notNull().default(true),
    /** It registered itself and waits for an admin. */
    isDynamic: yes('is_dynamic').notNull().default(false),
    keySet: text('key_set'),
    keySetAt: instant('key_set_at'),
    keySetTriedAt: instant('key_set_tried_at'),
    keySetMissedAt: instant('key_set_missed_at'),
    keySetFault: text('key_set_fault', { enum: keySetFaults }),
    keySetFaultAt: instant('key_set_fault_at'),
    createdAt: instant('created_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [uniqueIndex('lti_registration_client').on(table.issuer, table.clientId).where(sql`deleted_at is null`)],
);

/** An installation of the tool inside a platform. One that a launch named and nobody has approved is `pending`. */
export const deployment = sqliteTable(
  'lti_deployment',
  {
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    deploymentId: text('deployment_id').notNull(),
    isApproved: yes('is_approved').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.registrationId, table.deploymentId] })],
);

/** A link by which a platform may register itself, made by an admin. Single use. */
export const invitation = sqliteTable('lti_invitation', {
  secretHash: text('secret_hash').primaryKey(),
  id: text('id').notNull().unique(),
  createdBy: text('created_by')
    .notNull()
    .references(() => user.id),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
});

/**
 * A login under way: state, nonce and the secret its browser keeps, as SHA-256. Single use. `loginHint` and `messageHint` lead
 * through the same login again in a window of its own.
 */
export const login = sqliteTable(
  'lti_login',
  {
    stateHash: text('state_hash').primaryKey(),
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    nonceHash: text('nonce_hash').notNull(),
    browserHash: text('browser_hash').notNull(),
    targetLinkUri: text('target_link_uri').notNull(),
    deploymentId: text('deployment_id'),
    loginHint: text('login_hint').notNull(),
    messageHint: text('message_hint'),
    storageTarget: text('storage_target'),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('lti_login_expiry').on(table.expiresAt)],
);

/** What a one-time code of a launch opens: tokens for the page, a session in a window of its own, the answer of deep linking. */
export const launchCode = sqliteTable(
  'lti_launch_code',
  {
    codeHash: text('code_hash').primaryKey(),
    kind: text('kind', { enum: ['session', 'window', 'deep-linking'] }).notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    launch: json<LaunchFacts>('launch').notNull(),
    landing: text('landing').notNull(),
    /** What a deep linking request allows, and our course it is for. */
    deepLinking: json<DeepLinkingSettings & { courseId: string }>('deep_linking'),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('lti_launch_code_expiry').on(table.expiresAt)],
);

/** Whom a platform means by a `sub`. */
export const ltiUser = sqliteTable(
  'lti_user',
  {
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    sub: text('sub').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    email: text('email'),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.registrationId, table.sub] }), index('lti_user_user').on(table.userId)],
);

/** A course of a platform and the course it is here. `rosterUrl`: its membership service, where it has one. */
export const context = sqliteTable(
  'lti_context',
  {
    id: text('id').primaryKey(),
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    deploymentId: text('deployment_id').notNull(),
    contextId: text('context_id').notNull(),
    title: text('title').notNull(),
    courseId: text('course_id')
      .notNull()
      .references(() => course.id),
    rosterUrl: text('roster_url'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('lti_context_once').on(table.registrationId, table.deploymentId, table.contextId),
    index('lti_context_course').on(table.courseId),
  ],
);

/** What somebody was in a context at their last launch there. */
export const membership = sqliteTable(
  'lti_membership',
  {
    contextId: text('context_id')
      .notNull()
      .references(() => context.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    role: text('role', { enum: launchRoles }).notNull(),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.contextId, table.userId] }), index('lti_membership_user').on(table.userId)],
);

/**
 * A place in a platform's course that leads here, and the assessment it carries. `lineItem` and `lineItems` as the last launch
 * that had them named them; `scopes` what the platform allows there.
 */
export const resourceLink = sqliteTable(
  'lti_resource_link',
  {
    id: text('id').primaryKey(),
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    deploymentId: text('deployment_id').notNull(),
    resourceLinkId: text('resource_link_id').notNull(),
    contextId: text('context_id').references(() => context.id),
    title: text('title').notNull(),
    assessmentId: text('assessment_id').references(() => assessment.id),
    lineItem: text('line_item'),
    lineItems: text('line_items'),
    /** Somebody looks for the line item, or makes it, until then: one at a time, or the gradebook gets two columns. */
    lineItemSoughtUntil: instant('line_item_sought_until'),
    scopes: json<string[]>('scopes').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('lti_resource_link_once').on(table.registrationId, table.deploymentId, table.resourceLinkId),
    index('lti_resource_link_assessment').on(table.assessmentId),
    index('lti_resource_link_context').on(table.contextId),
  ],
);

/** A student who came by a resource link, and what the platform calls them: their grade goes back there. */
export const linkUser = sqliteTable(
  'lti_link_user',
  {
    linkId: text('link_id')
      .notNull()
      .references(() => resourceLink.id),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    sub: text('sub').notNull(),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.linkId, table.userId] }), index('lti_link_user_user').on(table.userId)],
);

/**
 * What a platform is to hold for one student in one line item; its life is drawn in README.md. `slot` is the address of the line item, or the
 * id of the link while the platform has not named one. `revision` counts what is to be sent; a delivery of an older one leaves
 * the row pending. `timestamp` (ms) goes with the score, at least a second after the one before it. `scoreGiven` null: progress
 * only. `finalAt`: when a final score was first delivered.
 */
export const passback = sqliteTable(
  'lti_passback',
  {
    id: text('id').primaryKey(),
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    linkId: text('link_id')
      .notNull()
      .references(() => resourceLink.id),
    slot: text('slot').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id),
    sub: text('sub').notNull(),
    revision: integer('revision').notNull(),
    scoreGiven: real('score_given'),
    scoreMaximum: real('score_maximum'),
    startedAt: instant('started_at'),
    submittedAt: instant('submitted_at'),
    timestamp: instant('timestamp').notNull(),
    state: text('state', { enum: passbackStates }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** The revision that was tried last. */
    sentRevision: integer('sent_revision').notNull().default(0),
    /** A try of this revision whose answer never came, or said that something went wrong: the platform may have stored it. */
    isUnclear: yes('is_unclear').notNull().default(false),
    /** It was given a later timestamp once, because the platform held this one already. */
    isRetimed: yes('is_retimed').notNull().default(false),
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    nextAt: instant('next_at'),
    leaseUntil: instant('lease_until'),
    finalAt: instant('final_at'),
    createdAt: instant('created_at').notNull(),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    uniqueIndex('lti_passback_once').on(table.registrationId, table.slot, table.userId),
    index('lti_passback_link').on(table.linkId, table.userId),
    index('lti_passback_due').on(table.state, table.nextAt),
  ],
);

/** Our own keys. The private key is sealed (lib/seal.ts). A `kid` is never used again. */
export const signingKey = sqliteTable(
  'lti_signing_key',
  {
    kid: text('kid').primaryKey(),
    state: text('state', { enum: signingKeyStates }).notNull(),
    publicKey: json<{ kty: string; n: string; e: string }>('public_key').notNull(),
    privateKey: text('private_key').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When it may begin to sign; once it is active, when it began. */
    activeFrom: instant('active_from').notNull(),
    /** When it stopped. */
    retiredAt: instant('retired_at'),
  },
  // One active key and one that comes next, whoever writes at once.
  (table) => [uniqueIndex('lti_signing_key_one').on(table.state).where(sql`state in ('next', 'active')`)],
);

/** How launches of a registration ended, counted by hour (ms) and code, so that nobody can fill it. `requestId` is of the last. */
export const launchLog = sqliteTable(
  'lti_launch_log',
  {
    registrationId: text('registration_id')
      .notNull()
      .references(() => registration.id),
    hour: instant('hour').notNull(),
    code: text('code').notNull(),
    times: integer('times').notNull(),
    lastAt: instant('last_at').notNull(),
    requestId: text('request_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.registrationId, table.hour, table.code] }),
    index('lti_launch_log_hour').on(table.hour),
  ],
);
