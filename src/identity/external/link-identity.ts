import { and, eq, exists, isNotNull, or, sql } from 'drizzle-orm';
import { recordIfChanged } from '../../events/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { auditIfChanged } from '../audit.ts';
import { requireConfirmed } from '../require-confirmed.ts';
import { externalIdentity, user } from '../schema.ts';
import type { Person, ProviderName } from './providers.ts';

export type Identity = { provider: ProviderName; person: Person };

const changed = (userId: string) =>
  ({ type: 'user.credentials.changed', payload: { userId, what: 'identity' } }) as const;

/** The row of an identity; its address is only told to its owner. */
export const identityRow = (userId: string, { provider, person: { subject, email } }: Identity, now: number) => ({
  ...{ provider, subject, userId, email, createdAt: now },
});

/**
 * Lets the actor sign in by an identity from now on. That it is linked to them already is nothing to refuse; one that is somebody else's,
 * or a second one of a provider, is `identity_taken`. The asker has seen to a confirmed sign-in. One round trip.
 */
export async function linkIdentity(call: Call, identity: Identity): Promise<void> {
  const { db, now, actor } = call;
  const { provider, person } = identity;
  const isIt = and(eq(externalIdentity.provider, provider), eq(externalIdentity.subject, person.subject));
  const [, , , [found]] = await db.batch([
    db
      .insert(externalIdentity)
      .values(identityRow(actor.userId, identity, now))
      .onConflictDoNothing(),
    auditIfChanged(call, {
      action: 'user.identity_linked',
      subject: actor.userId,
      detail: { before: null, after: { provider } },
    }),
    recordIfChanged(call, changed(actor.userId)),
    db.select({ userId: externalIdentity.userId }).from(externalIdentity).where(isIt),
  ]);
  if (found?.userId !== actor.userId) throw new DomainError('identity_taken');
}

/** The actor's identities at providers. One round trip. */
export const listIdentities = ({ db, actor }: Call) =>
  db
    .select({
      provider: externalIdentity.provider,
      email: externalIdentity.email,
      createdAt: externalIdentity.createdAt,
    })
    .from(externalIdentity)
    .where(eq(externalIdentity.userId, actor.userId));

/**
 * Ends signing in by a provider. Refuses with `confirm_first`; and with `last_way_in` while neither a password nor another provider would
 * let them in again: what a learning platform vouches for is not ours to count on. Nothing linked is nothing to refuse. Two round trips.
 */
export async function unlinkIdentity(call: Call, provider: ProviderName): Promise<void> {
  await requireConfirmed(call);
  const { db, actor } = call;
  const { userId } = actor;
  const one = { one: sql`1` };
  const byPassword = db
    .select(one)
    .from(user)
    .where(and(eq(user.id, userId), isNotNull(user.passwordHash), or(isNotNull(user.email), isNotNull(user.username))));
  const another = sql`exists (select 1 from ${externalIdentity} as other where other.user_id = ${userId} and other.provider <> ${provider})`;
  const isIt = and(eq(externalIdentity.userId, userId), eq(externalIdentity.provider, provider));
  const [, , , left] = await db.batch([
    db.delete(externalIdentity).where(and(isIt, or(exists(byPassword), another))),
    auditIfChanged(call, {
      action: 'user.identity_unlinked',
      subject: userId,
      detail: { before: { provider }, after: null },
    }),
    recordIfChanged(call, changed(userId)),
    db.select({ provider: externalIdentity.provider }).from(externalIdentity).where(isIt),
  ]);
  if (left.length > 0) throw new DomainError('last_way_in');
}
