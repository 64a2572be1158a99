import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
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

/** The two statements that end every sign-in of a user, of API and pages, for a batch. */
export const endSignIns = (db: DrizzleD1Database, userId: string, now: number) =>
  [
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.userId, userId), isNull(refreshFamily.endedAt))),
    db.delete(session).where(eq(session.userId, userId)),
  ] as const;

/** Ends every sign-in of the actor. One round trip. */
export async function signOutEverywhere({ db, now, actor }: Call): Promise<void> {
  await db.batch(endSignIns(db, actor.userId, now));
}
