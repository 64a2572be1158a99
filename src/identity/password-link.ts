import { and, eq, gt, isNull } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { hashPassword } from './password.ts';
import { passwordLink, user } from './schema.ts';

/** Whether a one-time link can still be used. */
export async function isLinkAlive({ db, now }: SystemCall, token: string): Promise<boolean> {
  const found = await db
    .select({ userId: passwordLink.userId })
    .from(passwordLink)
    .where(and(eq(passwordLink.tokenHash, await sha256(token)), isNull(passwordLink.usedAt), gt(passwordLink.expiresAt, now)));
  return found.length > 0;
}

/** Sets the password of whom a one-time link belongs to; the link works once. Refuses with `bad_token`. */
export async function setPassword({ db, now }: SystemCall, { token, password }: { token: string; password: string }): Promise<void> {
  const passwordHash = await hashPassword(password);
  const [used] = await db
    .update(passwordLink)
    .set({ usedAt: now })
    .where(and(eq(passwordLink.tokenHash, await sha256(token)), isNull(passwordLink.usedAt), gt(passwordLink.expiresAt, now)))
    .returning({ userId: passwordLink.userId });
  if (!used) throw new DomainError('bad_token');
  await db.update(user).set({ passwordHash }).where(eq(user.id, used.userId));
}
