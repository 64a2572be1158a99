import { and, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Role, SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { REFRESH_IDLE_MS, type TokenPair } from './begin-sign-in.ts';
import { refreshFamily, refreshToken, user } from './schema.ts';
import { signAccessToken } from './tokens.ts';

/**
 * Trades a refresh token for the next pair (RFC 9700 §4.14.2). Each works once; a used one that comes again ends its whole
 * family, for then two hold it and one of them stole it. Refuses with `bad_refresh_token`. One round trip: using up the old
 * token, writing the next and noticing reuse stand or fall together.
 */
export async function refreshTokens({ db, now }: SystemCall, refresh: string, secret: string): Promise<TokenPair> {
  const next = newSecret();
  const [tokenHash, nextHash] = await Promise.all([sha256(refresh), sha256(next)]);
  const living = db
    .select({ id: refreshFamily.id })
    .from(refreshFamily)
    .innerJoin(user, eq(user.id, refreshFamily.userId))
    .where(and(isNull(refreshFamily.endedAt), gt(refreshFamily.expiresAt, now), isNull(user.blockedAt)));
  const familyOf = (condition = sql`true`) =>
    db
      .select({ id: refreshToken.familyId })
      .from(refreshToken)
      .where(and(eq(refreshToken.tokenHash, tokenHash), condition));

  const [used, , , found] = await db.batch([
    db
      .update(refreshToken)
      .set({ usedAt: now })
      .where(
        and(
          eq(refreshToken.tokenHash, tokenHash),
          isNull(refreshToken.usedAt),
          gt(refreshToken.expiresAt, now),
          inArray(refreshToken.familyId, living),
        ),
      )
      .returning({ familyId: refreshToken.familyId }),
    db.insert(refreshToken).select(
      db
        .select({
          tokenHash: sql<string>`${nextHash}`.as('token_hash'),
          familyId: refreshFamily.id,
          expiresAt: sql<number>`${now + REFRESH_IDLE_MS}`.as('expires_at'),
          usedAt: sql<null>`null`.as('used_at'),
        })
        .from(refreshFamily)
        .where(and(sql`changes() = 1`, inArray(refreshFamily.id, familyOf()))),
    ),
    // Nothing inserted just before: the token was not good. If that is because it was used, somebody else has it.
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(
        and(
          sql`changes() = 0`,
          isNull(refreshFamily.endedAt),
          inArray(refreshFamily.id, familyOf(isNotNull(refreshToken.usedAt))),
        ),
      ),
    db
      .select({
        userId: user.id,
        role: sql<Role>`coalesce(${refreshFamily.role}, ${user.role})`.as('role'),
        isHeld: sql<number>`${refreshFamily.role} is not null`.mapWith(Boolean).as('is_held'),
        mustChangePassword: sql<number>`${refreshFamily.role} is null and ${user.mustChangePassword}`
          .mapWith(Boolean)
          .as('must_change_password'),
      })
      .from(refreshFamily)
      .innerJoin(user, eq(user.id, refreshFamily.userId))
      .where(inArray(refreshFamily.id, familyOf())),
  ]);
  const [token] = used;
  const [owner] = found;
  if (!token || !owner) throw new DomainError('bad_refresh_token');
  return { access: await signAccessToken(secret, { ...owner, sessionId: token.familyId }, now), refresh: next };
}
