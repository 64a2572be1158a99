import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Call, SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import type { LaunchFacts } from './launch-facts.ts';
import { refreshFamily, refreshToken, session } from './schema.ts';

/** Ends the family of a refresh token. An unknown token is nothing to refuse. One round trip. */
export async function signOut({ db, now }: SystemCall, refresh: string): Promise<void> {
  const family = db
    .select({ id: refreshToken.familyId })
    .from(refreshToken)
    .where(eq(refreshToken.tokenHash, await sha256(refresh)));
  await db
    .update(refreshFamily)
    .set({ endedAt: now })
    .where(and(inArray(refreshFamily.id, family), isNull(refreshFamily.endedAt)));
}

/** Ends the page session of a cookie's secret. One round trip. */
export async function signOutOfPages({ db }: SystemCall, secret: string): Promise<void> {
  await db.delete(session).where(eq(session.secretHash, await sha256(secret)));
}

/** Ends every sign-in of the actor, of API and pages. One round trip. */
export async function signOutEverywhere({ db, now, actor }: Call): Promise<void> {
  await db.batch([
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.userId, actor.userId), isNull(refreshFamily.endedAt))),
    db.delete(session).where(eq(session.userId, actor.userId)),
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
