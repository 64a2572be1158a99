import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { hashPassword } from './password.ts';
import { oneTimeLink, refreshFamily, session, user } from './schema.ts';

const living = (tokenHash: string, now: number) =>
  and(
    eq(oneTimeLink.tokenHash, tokenHash),
    eq(oneTimeLink.purpose, 'password'),
    isNull(oneTimeLink.usedAt),
    gt(oneTimeLink.expiresAt, now),
  );

/** Whose one-time link this is, while it can still be used. Refuses with `bad_token`. One round trip. */
export async function requireLinkOwner({ db, now }: SystemCall, token: string): Promise<{ email: string | null }> {
  const [found] = await db
    .select({ email: user.email })
    .from(oneTimeLink)
    .innerJoin(user, eq(user.id, oneTimeLink.userId))
    .where(living(await sha256(token), now));
  if (!found) throw new DomainError('bad_token');
  return found;
}

/**
 * Sets the password of whom a one-time link belongs to, and ends all their sign-ins. The link works once. Refuses with
 * `bad_token`. Two round trips; only a living link is worth the work of hashing.
 */
export async function setPasswordByLink(
  call: SystemCall,
  { token, password }: { token: string; password: string },
): Promise<void> {
  await requireLinkOwner(call, token);
  const { db, now } = call;
  const tokenHash = await sha256(token);
  const passwordHash = await hashPassword(password);
  // One request uses the link up: the others write nothing, because the hash is not theirs.
  const owner = db.select({ id: oneTimeLink.userId }).from(oneTimeLink).where(eq(oneTimeLink.tokenHash, tokenHash));
  const theirs = db
    .select({ id: user.id })
    .from(user)
    .where(and(inArray(user.id, owner), eq(user.passwordHash, passwordHash)));
  const [used] = await db.batch([
    db.update(oneTimeLink).set({ usedAt: now }).where(living(tokenHash, now)).returning({ userId: oneTimeLink.userId }),
    db
      .update(user)
      .set({ passwordHash })
      .where(and(sql`changes() = 1`, inArray(user.id, owner))),
    db
      .update(refreshFamily)
      .set({ endedAt: now })
      .where(and(inArray(refreshFamily.userId, theirs), isNull(refreshFamily.endedAt))),
    db.delete(session).where(inArray(session.userId, theirs)),
  ]);
  if (used.length === 0) throw new DomainError('bad_token');
}
