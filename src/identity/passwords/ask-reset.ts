import { sql } from 'drizzle-orm';
import { recordOf } from '../../events/index.ts';
import type { SystemCall } from '../../lib/call.ts';
import { newId } from '../../lib/ids.ts';
import type { AskResetInput } from '../input.ts';
import { user } from '../schema.ts';
import { normaliseEmail } from '../users.ts';

/**
 * Asks for a link to set a password, to be sent by mail. Somebody there or nobody: one statement, one answer, and an event's id to send to the queue,
 * which finds nothing under it where nobody has the address. One round trip.
 */
export async function askReset(call: SystemCall, { email }: AskResetInput): Promise<{ eventId: string }> {
  const { db, now } = call;
  const eventId = newId('event', now);
  const payload = sql`json_object('userId', ${user.id})`;
  const found = sql`from ${user} where ${user.email} = ${normaliseEmail(email)} and ${user.blockedAt} is null and ${user.deletedAt} is null`;
  await db.batch([recordOf(call, 'user.password.reset.asked', { payload, found }, eventId)]);
  return { eventId };
}
