import { desc, eq } from 'drizzle-orm';
import { exportAttempts } from '../assessments/index.ts';
import { exportAccount } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { exportLti } from '../lti/index.ts';
import { mail } from '../notifications/index.ts';
import { exportOpenedx } from '../openedx/index.ts';
import { exportLearning } from '../people/index.ts';

/** Mails that were sent to the actor and are still remembered. One round trip. */
const exportMails = async ({ db, actor }: Call) => ({
  mails: await db
    .select({ kind: mail.kind, recipient: mail.recipient, subject: mail.subject, sentAt: mail.sentAt })
    .from(mail)
    .where(eq(mail.userId, actor.userId))
    .orderBy(desc(mail.createdAt))
    .limit(1_000),
});

/** Rows as they lie in D1 have instants as ms since 1970, under names that end in `At` or are `at`. */
function withInstants(value: unknown, name = ''): unknown {
  if (typeof value === 'number' && /(?:^at|At)$/.test(name)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((one) => withInstants(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withInstants(one, key)]));
}

/**
 * Everything that is kept about the actor, room by room. Instants are ISO 8601. A platform's word is not enough: refuses who came by a launch
 * with `forbidden`. Six round trips, at once.
 */
export async function exportMyData(call: Call): Promise<Record<string, unknown>> {
  if (call.actor.isHeld) throw new DomainError('forbidden');
  const me = { userId: call.actor.userId };
  const parts = await Promise.all([
    exportAccount(call),
    exportLearning(call),
    exportAttempts(call),
    exportMails(call),
    exportLti(call, me),
    exportOpenedx(call, me),
  ]);
  return withInstants(Object.assign({ exportedAt: call.now }, ...parts)) as Record<string, unknown>;
}
