import { and, eq } from 'drizzle-orm';
import { violates } from '../db/index.ts';
import { actorStands, auditIfChanged, normaliseEmail, requireConfirmed, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';
import type { UpdateUserInput } from './input.ts';
import { reachable } from './own-students.ts';
import { requireChangeable } from './require-changeable.ts';
import type { Person } from './user-answer.ts';

type Changes = Partial<Pick<Person, 'name' | 'email' | 'username' | 'emailVerifiedAt' | 'pendingEmail'>>;

/** What the input changes of a person; a new address is not verified. */
function changesOf(before: Person, { name, email, username }: UpdateUserInput): Changes {
  const address = email == null ? email : normaliseEmail(email);
  return {
    ...(name !== undefined && name !== before.name && { name }),
    ...(address !== undefined &&
      address !== before.email && { email: address, emailVerifiedAt: null, pendingEmail: null }),
    ...(username !== undefined && username !== before.username && { username }),
  };
}

/**
 * Changes name, address or user name of a person below the actor; instructors the name of their own students, nothing else. A new address wants a proof
 * of who asks. Refuses with `not_found`, `forbidden`, `confirm_first`, `email_taken`, `username_taken`, `conflict`. Two round
 * trips, three with an address.
 */
export async function updateUser(call: Call, { id, ...input }: UpdateUserInput & { id: string }): Promise<Person> {
  const { db, actor } = call;
  const before = await requireChangeable(call, id, 'users:write');
  if (scopeOf(actor, 'users:write') !== 'all' && (input.email !== undefined || input.username !== undefined))
    throw new DomainError('forbidden', 'You may change the name of a student, not how they sign in');
  const changes = changesOf(before, input);
  const after = { ...before, ...changes };
  if (Object.keys(changes).length === 0) return before;
  if (after.email === null && after.username === null && (changes.email === null || changes.username === null))
    throw invalidFields([{ pointer: '/username', message: 'an e-mail or a user name has to remain' }]);
  if (changes.email !== undefined) await requireConfirmed(call);
  const told = ({ name, email, username }: Person) => ({
    ...(changes.name !== undefined && { name }),
    ...(changes.email !== undefined && { email }),
    ...(changes.username !== undefined && { username }),
  });
  try {
    const [changed] = await db.batch([
      db
        .update(user)
        .set(changes)
        .where(and(eq(user.id, id), reachable(actor, 'users:write'), eq(user.role, before.role), actorStands(call)))
        .returning({ id: user.id }),
      auditIfChanged(call, {
        action: 'user.changed',
        subject: id,
        detail: { before: told(before), after: told(after) },
      }),
    ]);
    if (changed.length === 0) throw new DomainError('conflict');
  } catch (error) {
    if (violates(error, 'UNIQUE', 'user.email')) throw new DomainError('email_taken');
    if (violates(error, 'UNIQUE', 'user.username')) throw new DomainError('username_taken');
    throw error;
  }
  return after;
}
