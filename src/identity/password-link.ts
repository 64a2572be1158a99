import { and, eq, isNull, ne, or, sql } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import type { OutsideCall, SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { auditIfChanged } from './audit.ts';
import { endSignIns } from './end-sign-ins.ts';
import { endKeys } from './keys/end-keys.ts';
import { livingLink } from './one-time-link.ts';
import { hashPassword } from './password.ts';
import { requireFit } from './passwords/fit-password.ts';
import { oneTimeLink, user } from './schema.ts';

/** A link that was sent to an address is of no use once that is not theirs any more; one on paper has none. */
const isStillTheirs = and(isNull(user.deletedAt), or(isNull(oneTimeLink.email), eq(oneTimeLink.email, user.email)));

/** Whose one-time link this is, while it can still be used. Refuses with `bad_token`. One round trip. */
export async function requireLinkOwner({ db, now }: SystemCall, token: string) {
  const [found] = await db
    .select({ id: user.id, email: user.email, username: user.username, name: user.name, sentTo: oneTimeLink.email })
    .from(oneTimeLink)
    .innerJoin(user, eq(user.id, oneTimeLink.userId))
    .where(and(livingLink(await sha256(token), 'password', now), isStillTheirs));
  if (!found) throw new DomainError('bad_token');
  return found;
}

/**
 * Sets the password of whom a one-time link belongs to, and ends all their sign-ins, keys, other links, and the wish for another address. The link works once; one that
 * was sent to their address has shown it to be theirs. Refuses with `bad_token`, and with `invalid` a password they may not have. Three
 * round trips; only a living link is worth the work of hashing.
 */
export async function setPasswordByLink(
  call: OutsideCall,
  { token, password }: { token: string; password: string },
  pepper: string,
): Promise<{ eventId: string }> {
  const { db, now } = call;
  const owner = await requireLinkOwner(call, token);
  requireFit(password, owner);
  // Of ten that redeem it at once, nine find it used when their turn comes.
  const passwordHash = await hashPassword(password, pepper, async () => void (await requireLinkOwner(call, token)));
  const tokenHash = await sha256(token);
  const { id: userId, sentTo } = owner;
  const eventId = newId('event', now);
  // One request uses the link up: the others write nothing, because the hash is not theirs.
  const isDone = sql`exists (select 1 from ${user} where ${user.id} = ${userId} and ${user.passwordHash} = ${passwordHash})`;
  const [used] = await db.batch([
    db
      .update(oneTimeLink)
      .set({ usedAt: now })
      .where(livingLink(tokenHash, 'password', now))
      .returning({ userId: oneTimeLink.userId }),
    db
      .update(user)
      .set({
        passwordHash,
        mustChangePassword: false,
        pendingEmail: null,
        ...(sentTo !== null && {
          emailVerifiedAt: sql`case when ${user.email} = ${sentTo} then coalesce(${user.emailVerifiedAt}, ${now}) else ${user.emailVerifiedAt} end`,
        }),
      })
      .where(and(sql`changes() = 1`, eq(user.id, userId))),
    auditIfChanged(
      { ...call, actor: { userId } },
      { action: 'user.password_set_by_link', subject: userId, detail: { byMail: sentTo !== null } },
    ),
    recordIfChanged(call, { type: 'user.credentials.changed', payload: { userId, what: 'password' } }, eventId),
    ...endSignIns(call, userId, isDone),
    endKeys(call, userId, isDone),
    db
      .delete(oneTimeLink)
      .where(
        and(
          eq(oneTimeLink.userId, userId),
          eq(oneTimeLink.purpose, 'password'),
          ne(oneTimeLink.tokenHash, tokenHash),
          isDone,
        ),
      ),
  ]);
  if (used.length === 0) throw new DomainError('bad_token');
  return { eventId };
}
