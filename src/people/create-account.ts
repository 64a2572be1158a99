import { violates } from '../db/index.ts';
import { auditRow, newFirstPassword, normaliseEmail, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import type { CreateUserInput } from './input.ts';
import type { Person } from './user-answer.ts';

type NewStudent = CreateUserInput & { id: string; passwordHash: string };

/** The row of a student whom staff made: they set a password of their own when they first sign in. `now` in ms. */
const studentRow = ({ id, name, email, username, passwordHash }: NewStudent, now: number): Person => ({
  ...{ id, name, role: 'student', passwordHash, mustChangePassword: true, createdAt: now },
  ...{ email: email === undefined ? null : normaliseEmail(email), username: username ?? null },
  ...{ emailVerifiedAt: null, pendingEmail: null, locale: null, instructorId: null, blockedAt: null, deletedAt: null },
});

/**
 * Makes one account, of a student, with a first password that is only in this answer. Refuses with `forbidden`, `email_taken`,
 * `username_taken`. One round trip.
 */
export async function createAccount(
  call: Call,
  input: CreateUserInput,
  pepper: string,
): Promise<{ person: Person; password: string }> {
  const { db, actor, now } = call;
  if (actor.isHeld) throw new DomainError('forbidden');
  const { password, passwordHash } = await newFirstPassword(pepper, now);
  const person = studentRow({ ...input, id: newId('user', now), passwordHash }, now);
  try {
    await db.batch([
      db.insert(user).values(person),
      auditRow(call, {
        action: 'user.created',
        subject: person.id,
        detail: { before: null, after: { role: person.role } },
      }),
    ]);
  } catch (error) {
    if (violates(error, 'UNIQUE', 'user.email')) throw new DomainError('email_taken');
    if (violates(error, 'UNIQUE', 'user.username')) throw new DomainError('username_taken');
    throw error;
  }
  return { person, password };
}
