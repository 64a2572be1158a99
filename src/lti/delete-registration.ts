import { and, eq } from 'drizzle-orm';
import { auditIfChanged, endLaunches } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { isLive, requireAdmin } from './registrations.ts';
import { registration } from './schema.ts';

/**
 * Takes a registration away: its platform is unknown from now on, who is here by a launch of it is signed out, and issuer and client id
 * may be registered again. The row stays for what came of it. Admins only. One round trip.
 */
export async function deleteRegistration(call: Call, id: string): Promise<void> {
  requireAdmin(call);
  const { db, now } = call;
  const [done] = await db.batch([
    db
      .update(registration)
      .set({ deletedAt: now, isActive: false, keySet: null, keySetAt: null })
      .where(and(eq(registration.id, id), isLive))
      .returning({ id: registration.id }),
    auditIfChanged(call, { action: 'registration.deleted', subject: id, detail: {} }),
    ...endLaunches(call, { registrationId: id }),
  ]);
  if (done.length === 0) throw new DomainError('not_found');
}
