import { and, eq, exists, isNotNull, isNull, sql } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { auditIfChanged } from './audit.ts';
import { requireConfirmed } from './require-confirmed.ts';
import {
  apiKey,
  audit,
  externalIdentity,
  externalSignIn,
  oneTimeLink,
  recoveryCode,
  refreshFamily,
  secondFactor,
  session,
  user,
} from './schema.ts';
import { superadminRemains } from './superadmin-remains.ts';

/** Where entries about somebody hold what tells who they are; the trigger `audit_is_appended` lets exactly these go. */
const TOLD = ['before', 'after'].flatMap((when) =>
  ['name', 'email', 'username', 'pendingEmail'].map((field) => `$.${when}.${field}`),
);

/** What stands where a name stood. */
const NOBODY = 'Deleted user';

/**
 * Takes everything that tells who somebody is out of an account, ends every way in, and leaves the id: results, enrolments and what they made
 * stay, and belong to nobody in particular. An attempt that runs goes on to its own end. What other rooms know of them goes by the event
 * `user.deleted`. Refuses with `last_superadmin`, `not_found`. One round trip.
 */
export async function eraseUser(call: Call, id: string): Promise<{ eventId: string }> {
  const { db, now } = call;
  const eventId = newId('event', now);
  const isGone = exists(
    db
      .select({ one: sql`1` })
      .from(user)
      .where(and(eq(user.id, id), isNotNull(user.deletedAt))),
  );
  const [erased, , , [found]] = await db.batch([
    db
      .update(user)
      .set({
        ...{
          email: null,
          username: null,
          name: NOBODY,
          role: 'student',
          passwordHash: null,
          mustChangePassword: false,
        },
        ...{ emailVerifiedAt: null, pendingEmail: null, locale: null, instructorId: null },
        ...{ blockedAt: now, deletedAt: now },
      })
      .where(and(eq(user.id, id), isNull(user.deletedAt), superadminRemains))
      .returning({ id: user.id }),
    auditIfChanged(call, { action: 'user.deleted', subject: id, detail: { before: {}, after: null } }),
    recordIfChanged(call, { type: 'user.deleted', payload: { userId: id } }, eventId),
    db
      .select({ role: user.role })
      .from(user)
      .where(and(eq(user.id, id), isNull(user.deletedAt))),
    db.delete(session).where(and(eq(session.userId, id), isGone)),
    db.delete(refreshFamily).where(and(eq(refreshFamily.userId, id), isGone)),
    db.delete(oneTimeLink).where(and(eq(oneTimeLink.userId, id), isGone)),
    db.delete(secondFactor).where(and(eq(secondFactor.userId, id), isGone)),
    db.delete(recoveryCode).where(and(eq(recoveryCode.userId, id), isGone)),
    db.delete(externalIdentity).where(and(eq(externalIdentity.userId, id), isGone)),
    db.delete(externalSignIn).where(and(eq(externalSignIn.userId, id), isGone)),
    db.delete(apiKey).where(and(eq(apiKey.userId, id), isGone)),
    db
      .update(audit)
      .set({ detail: sql`json_remove(${audit.detail}, ${sql.join(TOLD, sql`, `)})` })
      .where(and(eq(audit.subject, id), isGone)),
    db
      .update(user)
      .set({ instructorId: null })
      .where(and(eq(user.instructorId, id), isGone)),
  ]);
  if (erased.length > 0) return { eventId };
  throw new DomainError(found ? 'last_superadmin' : 'not_found');
}

/** Deletes the actor's own account. Refuses with `confirm_first`, `last_superadmin`. Two round trips. */
export async function deleteMyAccount(call: Call): Promise<{ eventId: string }> {
  if (call.actor.isHeld || call.actor.scopes) throw new DomainError('forbidden');
  await requireConfirmed(call);
  return await eraseUser(call, call.actor.userId);
}
