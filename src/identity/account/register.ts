import { eq } from 'drizzle-orm';
import { violates } from '../../db/index.ts';
import { record } from '../../events/index.ts';
import type { Locale, OutsideCall } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { auditRow } from '../audit.ts';
import { userRow } from '../create-user.ts';
import type { RegisterInput } from '../input.ts';
import { hashPassword } from '../password.ts';
import { requireFit } from '../passwords/fit-password.ts';
import { user } from '../schema.ts';
import { normaliseEmail, type User } from '../users.ts';

/**
 * A new account: always a student's, its address not yet shown to be theirs; the mail that welcomes them holds the link for that. `locale`: the language of mails, null where none was chosen. Refuses a
 * password they may not have with `invalid`, and with `email_taken`; of many that want one address at once, those who come too late
 * do no work. Two round trips.
 */
export async function register(
  call: OutsideCall,
  { email, password, name }: RegisterInput,
  { pepper, locale = null }: { pepper: string; locale?: Locale | null },
): Promise<{ user: User; eventId: string }> {
  requireFit(password, { email, name });
  const { db, now } = call;
  const requireFree = async () => {
    const [taken] = await db
      .select({ id: user.id })
      .from(user)
      .where(eq(user.email, normaliseEmail(email)));
    if (taken) throw new DomainError('email_taken');
  };
  const passwordHash = await hashPassword(password, pepper, requireFree);
  const made = { ...userRow({ email, name, role: 'student' }, now), passwordHash, locale };
  const { id: userId } = made;
  const eventId = newId('event', now);
  const audited = { action: 'user.registered', subject: userId, detail: { before: null, after: { role: made.role } } };
  try {
    await db.batch([
      db.insert(user).values(made),
      auditRow({ ...call, actor: { userId } }, audited),
      record(call, { type: 'user.registered', payload: { userId } }, eventId),
    ]);
  } catch (error) {
    if (violates(error, 'UNIQUE', 'user.email')) throw new DomainError('email_taken');
    throw error;
  }
  return { user: made, eventId };
}
