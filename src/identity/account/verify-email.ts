import { and, eq, exists, isNull, or, sql } from 'drizzle-orm';
import { violates } from '../../db/index.ts';
import { recordIfChanged } from '../../events/index.ts';
import type { OutsideCall, SystemCall } from '../../lib/call.ts';
import { sha256 } from '../../lib/crypto.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { auditIfChanged } from '../audit.ts';
import { livingLink } from '../one-time-link.ts';
import { oneTimeLink, user } from '../schema.ts';

/** The link is to the address they have, or to the one they want: to any other it is of no use. */
const isTheirAddress = or(eq(oneTimeLink.email, user.email), eq(oneTimeLink.email, user.pendingEmail));

/** What a link to an address would show, while it can still be used. Refuses with `bad_token`. One round trip. */
export async function requireAddressLink({ db, now }: SystemCall, token: string) {
  const [found] = await db
    .select({ userId: user.id, address: oneTimeLink.email, before: user.email, locale: user.locale })
    .from(oneTimeLink)
    .innerJoin(user, eq(user.id, oneTimeLink.userId))
    .where(
      and(
        livingLink(await sha256(token), 'email', now),
        isNull(user.deletedAt),
        isNull(user.blockedAt),
        isTheirAddress,
      ),
    );
  if (!found || found.address === null) throw new DomainError('bad_token');
  return { ...found, address: found.address };
}

/**
 * Follows a link to an address: it is theirs now, and where it was the one they wanted, it takes the place of the one they had; links to
 * set a password that went there are of no use then. Once. Refuses with `bad_token`, and with `email_taken` where somebody else came
 * to have the address meanwhile. Two round trips.
 */
export async function verifyEmail(
  call: OutsideCall,
  token: string,
): Promise<{ address: string; eventId: string | undefined }> {
  const { db, now } = call;
  const { userId, address, before } = await requireAddressLink(call, token);
  const isNew = before !== address;
  const tokenHash = await sha256(token);
  const eventId = newId('event', now);
  const themselves = { ...call, actor: { userId } };
  const stillSo = exists(
    db
      .select({ one: sql`1` })
      .from(user)
      .where(and(eq(user.id, userId), isNull(user.blockedAt), sql`${user.email} is ${before}`, isTheirAddress)),
  );
  const verified = { action: 'user.email_verified', subject: userId, detail: {} };
  const changed = {
    action: 'user.email_changed',
    subject: userId,
    detail: { before: { email: before }, after: { email: address } },
  };
  const happened = {
    type: 'user.credentials.changed',
    payload: { userId, what: 'email', ...(before !== null && { was: before }) },
  } as const;
  try {
    const [used] = await db.batch([
      db
        .update(oneTimeLink)
        .set({ usedAt: now })
        .where(and(livingLink(tokenHash, 'email', now), stillSo))
        .returning({ userId: oneTimeLink.userId }),
      db
        .update(user)
        .set({
          email: address,
          emailVerifiedAt: now,
          pendingEmail: sql`case when ${user.pendingEmail} = ${address} then null else ${user.pendingEmail} end`,
        })
        .where(and(sql`changes() = 1`, eq(user.id, userId))),
      auditIfChanged(themselves, isNew ? changed : verified),
      recordIfChanged(call, happened, eventId, isNew ? sql`true` : sql`false`),
    ]);
    if (used.length === 0) throw new DomainError('bad_token');
  } catch (error) {
    if (violates(error, 'UNIQUE', 'user.email')) throw new DomainError('email_taken');
    throw error;
  }
  return { address, eventId: isNew ? eventId : undefined };
}
