import { and, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import type { Call, OutsideCall, SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { newId } from '../lib/ids.ts';
import { auditRow } from './audit.ts';
import { endKeys } from './keys/end-keys.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { audit, refreshFamily, refreshToken, session, user } from './schema.ts';

/** The audit row of a sign-out that the statement just before it brought about; `owner` selects `user_id`. */
const auditSignOut = ({ db, now, requestId, address }: OutsideCall, owner: SQL) =>
  batchable(
    db,
    sql`insert into ${audit} (id, actor_id, action, subject, detail, request_id, address, at)
    select ${newId('audit', now)}, owner.user_id, 'user.signed_out', owner.user_id, '{}', ${requestId}, ${address}, ${now}
    from (${owner}) owner where changes() = 1`,
  );

/** Ends the family of a refresh token. An unknown token is nothing to refuse. One round trip. */
export async function signOut(call: OutsideCall, refresh: string): Promise<void> {
  const { db, now } = call;
  const family = db
    .select({ id: refreshToken.familyId })
    .from(refreshToken)
    .where(eq(refreshToken.tokenHash, await sha256(refresh)));
  await db.batch([
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(inArray(refreshFamily.id, family), isNull(refreshFamily.endedAt))),
    auditSignOut(call, sql`select user_id from ${refreshFamily} where id in ${family}`),
  ]);
}

/** Ends the page session of a cookie's secret. One round trip. */
export async function signOutOfPages(call: OutsideCall, secret: string): Promise<void> {
  const { db, now } = call;
  const isThis = eq(session.secretHash, await sha256(secret));
  const owner = db.select({ userId: session.userId }).from(session).where(isThis);
  // Ended first, so that the row is still there to say whose it was.
  await db.batch([
    db
      .update(session)
      .set({ expiresAt: now })
      .where(and(isThis, gt(session.expiresAt, now))),
    auditSignOut(call, sql`${owner}`),
    db.delete(session).where(isThis),
  ]);
}

/** Ends every sign-in of the actor, of API and pages, their keys, and the wish for another address. One round trip. */
export async function signOutEverywhere(call: Call): Promise<void> {
  const { db, now, actor } = call;
  await db.batch([
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.userId, actor.userId), isNull(refreshFamily.endedAt))),
    db.delete(session).where(eq(session.userId, actor.userId)),
    endKeys(call, actor.userId, sql`true`),
    db.update(user).set({ pendingEmail: null }).where(eq(user.id, actor.userId)),
    auditRow(call, { action: 'user.signed_out_everywhere', subject: actor.userId, detail: {} }),
  ]);
}

type Launches = { userId?: string; registrationId: string; contextId?: string | null; role?: LaunchFacts['role'] };

/** Condition on `refresh_family` or `session`: sign-ins that came of these launches. What is left out may be anything. */
const cameOf = (
  table: typeof refreshFamily | typeof session,
  { userId, registrationId, contextId, role }: Launches,
): SQL | undefined =>
  and(
    userId === undefined ? undefined : eq(table.userId, userId),
    sql`${table.launch} ->> 'registrationId' = ${registrationId}`,
    contextId === undefined ? undefined : sql`${table.launch} ->> 'contextId' is ${contextId}`,
    role === undefined ? undefined : eq(table.role, role),
  );

/** The statements, for the asker's own batch, that end the sign-ins which came of launches, where `when` is true. */
export const endLaunches = ({ db, now }: SystemCall, launches: Launches, when: SQL = sql`true`) =>
  [
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(cameOf(refreshFamily, launches), isNull(refreshFamily.endedAt), when)),
    db.delete(session).where(and(cameOf(session, launches), when)),
  ] as const;
