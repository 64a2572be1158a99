import { desc, eq, or } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { apiKey, audit, externalIdentity, refreshFamily, secondFactor, session, user } from './schema.ts';

const MOST = 1_000;

type Entry = Pick<typeof audit.$inferSelect, 'at' | 'actorId' | 'action' | 'subject' | 'detail' | 'address'>;

/** Of what somebody did, where from, but not what it changed of others; of what was done to them, what it changed, but not who did it from where. */
const logLine = ({ at, actorId, action, subject, detail, address }: Entry, userId: string) => ({
  ...{ at, action, subject },
  ...(actorId === userId && { address }),
  ...(subject === userId && { detail }),
});

/**
 * What is kept of the actor's account, for themself: profile, sign-ins, keys, and the newest 1,000 audit entries by or about them. No hash and no secret.
 * Refuses with `unauthenticated`. One round trip.
 */
export async function exportAccount({ db, actor }: Call): Promise<Record<string, unknown>> {
  const { userId } = actor;
  const [[me], pages, families, identities, [factor], keys, entries] = await db.batch([
    db.select().from(user).where(eq(user.id, userId)),
    db
      .select({ createdAt: session.createdAt, expiresAt: session.expiresAt, device: session.device })
      .from(session)
      .where(eq(session.userId, userId)),
    db
      .select({
        createdAt: refreshFamily.createdAt,
        expiresAt: refreshFamily.expiresAt,
        endedAt: refreshFamily.endedAt,
        device: refreshFamily.device,
      })
      .from(refreshFamily)
      .where(eq(refreshFamily.userId, userId)),
    db
      .select({
        provider: externalIdentity.provider,
        subject: externalIdentity.subject,
        email: externalIdentity.email,
        createdAt: externalIdentity.createdAt,
      })
      .from(externalIdentity)
      .where(eq(externalIdentity.userId, userId)),
    db
      .select({ createdAt: secondFactor.createdAt, confirmedAt: secondFactor.confirmedAt })
      .from(secondFactor)
      .where(eq(secondFactor.userId, userId)),
    db
      .select({
        name: apiKey.name,
        scopes: apiKey.scopes,
        createdAt: apiKey.createdAt,
        expiresAt: apiKey.expiresAt,
        revokedAt: apiKey.revokedAt,
        lastUsedAt: apiKey.lastUsedAt,
      })
      .from(apiKey)
      .where(eq(apiKey.userId, userId)),
    db
      .select({
        ...{ at: audit.at, actorId: audit.actorId, action: audit.action, subject: audit.subject },
        ...{ detail: audit.detail, address: audit.address },
      })
      .from(audit)
      .where(or(eq(audit.actorId, userId), eq(audit.subject, userId)))
      .orderBy(desc(audit.at))
      .limit(MOST),
  ]);
  if (!me) throw new DomainError('unauthenticated');
  const { passwordHash, ...profile } = me;
  return {
    profile: { ...profile, hasPassword: passwordHash !== null },
    signIns: { pages, api: families },
    secondFactor: factor ?? null,
    identities,
    keys,
    log: entries.map((one) => logLine(one, userId)),
  };
}
