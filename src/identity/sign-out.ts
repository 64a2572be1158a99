import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Call, SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
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

/**
 * The statements, for the batch of a launch, that end what earlier launches gave somebody as an instructor of a context, where `when` is
 * true: they are not one there any more.
 */
export const endInstructing = (
  { db, now }: SystemCall,
  { userId, registrationId, contextId }: { userId: string; registrationId: string; contextId: string | null },
  when: SQL,
) =>
  [
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(
        and(
          eq(refreshFamily.userId, userId),
          eq(refreshFamily.role, 'instructor'),
          isNull(refreshFamily.endedAt),
          sql`${refreshFamily.launch} ->> 'registrationId' = ${registrationId}`,
          sql`${refreshFamily.launch} ->> 'contextId' is ${contextId}`,
          when,
        ),
      ),
    // A page session does not say which context it began in.
    db.delete(session).where(and(eq(session.userId, userId), eq(session.role, 'instructor'), when)),
  ] as const;
