import { and, eq } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { refreshFamily, session } from './schema.ts';

/** How long a proof of who one is counts, in ms. */
const CONFIRMED_MS = 15 * 60 * 1000;

/**
 * Step-up (RFC 9470): what changes who may get in wants a proof of who asks, by password or second factor, not older than a quarter of an hour; a
 * sign-in by password is one. Refuses with `confirm_first`. One round trip.
 */
export async function requireConfirmed({ db, actor, now }: Call): Promise<void> {
  const { sessionId, userId } = actor;
  const [families, sessions] = await db.batch([
    db
      .select({ at: refreshFamily.confirmedAt })
      .from(refreshFamily)
      .where(and(eq(refreshFamily.id, sessionId), eq(refreshFamily.userId, userId))),
    db
      .select({ at: session.confirmedAt })
      .from(session)
      .where(and(eq(session.id, sessionId), eq(session.userId, userId))),
  ]);
  const at = [...families, ...sessions][0]?.at ?? null;
  if (at === null || at <= now - CONFIRMED_MS)
    throw new DomainError('confirm_first', 'Confirm your password first', { maxAge: CONFIRMED_MS / 1000 });
}
