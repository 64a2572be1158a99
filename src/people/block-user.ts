import { and, eq, exists, isNotNull, isNull, sql } from 'drizzle-orm';
import { actorStands, auditIfChanged, endKeys, endSignIns, superadminRemains, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireChangeable } from './require-changeable.ts';
import type { Person } from './user-answer.ts';

/**
 * Blocks a person: their sign-ins and keys end and no other begins. What a student is writing is still saved; the result is withheld. Repeating it
 * changes nothing. Refuses with `not_found`, `forbidden`, `last_superadmin`, `conflict`. Two round trips.
 */
export async function blockUser(call: Call, id: string): Promise<Person> {
  const { db, now } = call;
  const before = await requireChangeable(call, id, 'users:manage');
  if (before.blockedAt !== null) return before;
  const isBlocked = exists(
    db
      .select({ one: sql`1` })
      .from(user)
      .where(and(eq(user.id, id), isNotNull(user.blockedAt))),
  );
  const [blocked, , [found]] = await db.batch([
    db
      .update(user)
      .set({ blockedAt: now, pendingEmail: null })
      .where(
        and(
          eq(user.id, id),
          isNull(user.deletedAt),
          isNull(user.blockedAt),
          eq(user.role, before.role),
          actorStands(call),
          superadminRemains,
        ),
      )
      .returning(),
    auditIfChanged(call, {
      action: 'user.blocked',
      subject: id,
      detail: { before: { isBlocked: false }, after: { isBlocked: true } },
    }),
    db.select({ role: user.role, blockedAt: user.blockedAt }).from(user).where(eq(user.id, id)),
    ...endSignIns(call, id, isBlocked),
    endKeys(call, id, isBlocked),
  ]);
  if (blocked[0]) return blocked[0];
  throw new DomainError(found?.role === 'superadmin' && found.blockedAt === null ? 'last_superadmin' : 'conflict');
}

/** Lets a blocked person in again; they sign in anew. Repeating it changes nothing. Refuses with `not_found`, `forbidden`, `conflict`. Two round trips. */
export async function unblockUser(call: Call, id: string): Promise<Person> {
  const before = await requireChangeable(call, id, 'users:manage');
  if (before.blockedAt === null) return before;
  const [[unblocked]] = await call.db.batch([
    call.db
      .update(user)
      .set({ blockedAt: null })
      .where(
        and(
          eq(user.id, id),
          isNull(user.deletedAt),
          isNotNull(user.blockedAt),
          eq(user.role, before.role),
          actorStands(call),
        ),
      )
      .returning(),
    auditIfChanged(call, {
      action: 'user.unblocked',
      subject: id,
      detail: { before: { isBlocked: true }, after: { isBlocked: false } },
    }),
  ]);
  if (!unblocked) throw new DomainError('conflict');
  return unblocked;
}
