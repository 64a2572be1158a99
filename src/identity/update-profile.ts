import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { auditIfChanged } from './audit.ts';
import type { UpdateProfileInput } from './input.ts';
import { requireConfirmed } from './require-confirmed.ts';
import { user } from './schema.ts';
import { normaliseEmail, type User } from './users.ts';

type Written = { name?: string; locale?: User['locale']; pendingEmail?: string | null };

/** What an update would write, by what is there: nothing that is as it was. Their own address again takes back the wish for another. */
function writtenOf(before: User, { name, locale, email }: UpdateProfileInput): Written {
  const wanted = email === undefined ? undefined : normaliseEmail(email);
  const pendingEmail = wanted === undefined ? before.pendingEmail : wanted === before.email ? null : wanted;
  return {
    ...(name !== undefined && name !== before.name && { name }),
    ...(locale !== undefined && locale !== before.locale && { locale }),
    ...(pendingEmail !== before.pendingEmail && { pendingEmail }),
  };
}

/**
 * Changes the actor's own name and language, and asks for another address, which counts once its link was followed. Answers the user, and
 * the event to send to the queue. Refuses another address with `confirm_first`, and with `email_taken`. Two round trips, three for an
 * address.
 */
export async function updateProfile(
  call: Call,
  input: UpdateProfileInput,
): Promise<{ user: User; eventId: string | undefined }> {
  const { db, now, actor } = call;
  const { userId } = actor;
  const [[before], [holder]] = await db.batch([
    db.select().from(user).where(eq(user.id, userId)),
    db
      .select({ id: user.id })
      .from(user)
      .where(eq(user.email, normaliseEmail(input.email ?? ''))),
  ]);
  if (!before) throw new DomainError('unauthenticated');
  const written = writtenOf(before, input);
  if (Object.keys(written).length === 0) return { user: before, eventId: undefined };
  const wantsAnother = typeof written.pendingEmail === 'string';
  if ('pendingEmail' in written) {
    // A platform's word, or a key, is not them.
    if (actor.isHeld || actor.scopes) throw new DomainError('forbidden');
    await requireConfirmed(call);
  }
  if (wantsAnother && holder) throw new DomainError('email_taken');
  const eventId = newId('event', now);
  const changed = Object.keys(written) as (keyof Written)[];
  const detail = { before: Object.fromEntries(changed.map((name) => [name, before[name]])), after: written };
  const [[after]] = await db.batch([
    db
      .update(user)
      .set(written)
      .where(and(eq(user.id, userId), isNull(user.deletedAt)))
      .returning(),
    auditIfChanged(call, { action: 'user.profile_changed', subject: userId, detail }),
    recordIfChanged(
      call,
      { type: 'user.email.change.asked', payload: { userId } },
      eventId,
      wantsAnother ? sql`true` : sql`false`,
    ),
  ]);
  if (!after) throw new DomainError('unauthenticated');
  return { user: after, eventId: wantsAnother ? eventId : undefined };
}
