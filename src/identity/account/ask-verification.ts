import { sql } from 'drizzle-orm';
import { recordOf } from '../../events/index.ts';
import type { Call } from '../../lib/call.ts';
import { newId } from '../../lib/ids.ts';
import { user } from '../schema.ts';

/**
 * Asks again for the mail that shows an address to be the actor's: the one they want, where they want another, else the one they have. Nothing
 * where that is shown already, or there is none. One round trip.
 */
export async function askVerification(call: Call): Promise<{ eventIds: string[] }> {
  const { db, now, actor } = call;
  const eventIds = [newId('event', now), newId('event', now)] as const;
  const payload = sql`json_object('userId', ${user.id})`;
  const who = sql`from ${user} where ${user.id} = ${actor.userId}`;
  const isUnproven = sql`${user.pendingEmail} is null and ${user.email} is not null and ${user.emailVerifiedAt} is null`;
  const wantsAnother = sql`${user.pendingEmail} is not null`;
  await db.batch([
    recordOf(call, 'user.verification.asked', { payload, found: sql`${who} and ${isUnproven}` }, eventIds[0]),
    recordOf(call, 'user.email.change.asked', { payload, found: sql`${who} and ${wantsAnother}` }, eventIds[1]),
  ]);
  return { eventIds: [...eventIds] };
}
