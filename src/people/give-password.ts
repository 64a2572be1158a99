import { and, eq, exists, sql } from 'drizzle-orm';
import {
  actorStands,
  auditIfChanged,
  endKeys,
  endSignIns,
  newFirstPassword,
  requireConfirmed,
  user,
} from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';
import { reachable, studentsInCare } from './own-students.ts';
import { requireChangeable } from './require-changeable.ts';
import type { Person } from './user-answer.ts';

/**
 * Gives a person a new first password, shown once, and ends their sign-ins and keys: for who has forgotten theirs and gets no mail. Instructors do so for own
 * students who have no address, for the others have their own way, and whom not they alone enrolled: enrolling somebody must not be a way into their account; admins for students and instructors; superadmins for all. For
 * somebody of the staff it wants a proof of who asks. Refuses with `not_found`, `forbidden`, `confirm_first`, `conflict`. Three
 * round trips, two for a student.
 */
export async function givePassword(
  call: Call,
  id: string,
  pepper: string,
): Promise<{ person: Person; password: string }> {
  const { db, actor, now } = call;
  const before = await requireChangeable(call, id, 'users:write');
  const isForAll = scopeOf(actor, 'users:write') === 'all';
  if (!isForAll && before.email !== null)
    throw new DomainError('forbidden', 'They can have a link sent to their e-mail address');
  if (before.role !== 'student') await requireConfirmed(call);
  const { password, passwordHash } = await newFirstPassword(pepper, now);
  const isSet = exists(
    db
      .select({ one: sql`1` })
      .from(user)
      .where(and(eq(user.id, id), eq(user.passwordHash, passwordHash))),
  );
  const [[changed]] = await db.batch([
    db
      .update(user)
      .set({ passwordHash, mustChangePassword: true, pendingEmail: null })
      .where(
        and(
          eq(user.id, id),
          reachable(actor, 'users:write'),
          isForAll ? undefined : studentsInCare(actor.userId),
          eq(user.role, before.role),
          sql`${user.email} is ${before.email}`,
          actorStands(call),
        ),
      )
      .returning(),
    auditIfChanged(call, { action: 'user.password_given', subject: id, detail: {} }),
    ...endSignIns(call, id, isSet),
    endKeys(call, id, isSet),
  ]);
  if (changed) return { person: changed, password };
  if (isForAll) throw new DomainError('conflict');
  throw new DomainError('forbidden', 'Whom only you enrolled is assigned to you by an admin first');
}
