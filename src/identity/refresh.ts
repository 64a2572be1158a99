import { and, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Call, SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { passwordLink, refreshFamily, refreshToken, session, user } from './schema.ts';
import { REFRESH_IDLE_MS, type TokenPair } from './sign-in.ts';
import { signAccessToken } from './tokens.ts';

/**
 * Trades a refresh token for the next pair (RFC 9700 §4.14.2). Each works once; one that comes again ends its whole family,
 * for then somebody else has it. Two round trips. Refuses with `bad_refresh_token`.
 */
export async function refreshTokens({ db, now }: SystemCall, refresh: string, secret: string): Promise<TokenPair> {
  const tokenHash = await sha256(refresh);
  const alive = db
    .select({ id: refreshFamily.id })
    .from(refreshFamily)
    .where(and(isNull(refreshFamily.endedAt), gt(refreshFamily.expiresAt, now)));
  const [used, found] = await db.batch([
    db
      .update(refreshToken)
      .set({ usedAt: now })
      .where(
        and(
          eq(refreshToken.tokenHash, tokenHash),
          isNull(refreshToken.usedAt),
          gt(refreshToken.expiresAt, now),
          inArray(refreshToken.familyId, alive),
        ),
      )
      .returning({ familyId: refreshToken.familyId }),
    db
      .select({ familyId: refreshToken.familyId, usedAt: refreshToken.usedAt, user })
      .from(refreshToken)
      .innerJoin(refreshFamily, eq(refreshFamily.id, refreshToken.familyId))
      .innerJoin(user, eq(user.id, refreshFamily.userId))
      .where(eq(refreshToken.tokenHash, tokenHash)),
  ]);
  const [known] = found;
  if (!known) throw new DomainError('bad_refresh_token');
  if (used.length === 0 || known.user.blockedAt !== null) {
    await db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.id, known.familyId), isNull(refreshFamily.endedAt)));
    throw new DomainError('bad_refresh_token');
  }
  const next = newSecret();
  await db.insert(refreshToken).values({ tokenHash: await sha256(next), familyId: known.familyId, expiresAt: now + REFRESH_IDLE_MS });
  const actor = { userId: known.user.id, role: known.user.role, sessionId: known.familyId };
  return { access: await signAccessToken(secret, actor, now), refresh: next };
}

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

/** Ends every sign-in of the actor, API and pages. One round trip. */
export async function signOutEverywhere({ db, now, actor }: Call): Promise<void> {
  await db.batch([
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(eq(refreshFamily.userId, actor.userId), isNull(refreshFamily.endedAt))),
    db.delete(session).where(eq(session.userId, actor.userId)),
  ]);
}

/** Forgets sign-ins and links that have expired. For the sweep; one round trip. */
export async function identityCleanup({ db, now }: SystemCall): Promise<void> {
  await db.batch([
    db.delete(session).where(lt(session.expiresAt, now)),
    db.delete(refreshFamily).where(lt(refreshFamily.expiresAt, now)),
    db.delete(passwordLink).where(lt(passwordLink.expiresAt, sql`${now - 24 * 3600 * 1000}`)),
  ]);
}
