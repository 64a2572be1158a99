import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordIfChanged } from '../../events/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError, invalidFields } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { auditIfChanged } from '../audit.ts';
import { endOtherSignIns } from '../factor/end-other-sign-ins.ts';
import type { ChangePasswordInput } from '../input.ts';
import { endKeys } from '../keys/end-keys.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { oneTimeLink, user } from '../schema.ts';
import { requireFit } from './fit-password.ts';

const wrongPassword = () =>
  invalidFields([{ pointer: '/currentPassword', message: 'is not the password of this account' }]);

/**
 * Sets another password in place of the one the actor has, ends all their other sign-ins, their keys and every link to set one, and drops an address that was asked for and not yet shown to be theirs: whoever asked may be whom they shut out. Refuses a wrong
 * present password, and a new one they may not have, with `invalid`: they are signed in, so 401 would send them to sign in again. Two
 * round trips.
 */
export async function changePassword(
  call: Call,
  { currentPassword, newPassword }: ChangePasswordInput,
  pepper: string,
): Promise<{ eventId: string }> {
  const { db, now, actor } = call;
  const { userId } = actor;
  // A key or a platform's word is not them.
  if (actor.scopes || actor.isHeld) throw new DomainError('forbidden');
  const [found] = await db.select().from(user).where(eq(user.id, userId));
  const before = found?.passwordHash ?? null;
  if (!(await verifyPassword(currentPassword, before, pepper)) || !found || before === null) throw wrongPassword();
  requireFit(newPassword, found, '/newPassword');
  if (newPassword.normalize('NFKC') === currentPassword.normalize('NFKC'))
    throw invalidFields([{ pointer: '/newPassword', message: 'is the password you have' }]);
  const passwordHash = await hashPassword(newPassword, pepper);
  const eventId = newId('event', now);
  const isDone = sql`exists (select 1 from ${user} where ${user.id} = ${userId} and ${user.passwordHash} = ${passwordHash})`;
  const [changed] = await db.batch([
    db
      .update(user)
      .set({ passwordHash, mustChangePassword: false, pendingEmail: null })
      .where(and(eq(user.id, userId), eq(user.passwordHash, before), isNull(user.blockedAt)))
      .returning({ id: user.id }),
    auditIfChanged(call, { action: 'user.password_changed', subject: userId, detail: {} }),
    recordIfChanged(call, { type: 'user.credentials.changed', payload: { userId, what: 'password' } }, eventId),
    ...endOtherSignIns(call, isDone),
    endKeys(call, userId, isDone),
    db.delete(oneTimeLink).where(and(eq(oneTimeLink.userId, userId), eq(oneTimeLink.purpose, 'password'), isDone)),
  ]);
  // Somebody else changed it while the two were being compared.
  if (changed.length === 0) throw wrongPassword();
  return { eventId };
}
