import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import { auditRow } from '../identity/index.ts';
import type { Call, SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { newId } from '../lib/ids.ts';
import { requireAdmin } from './registrations.ts';
import { invitation } from './schema.ts';

/** How long a link works. */
const LIFE_MS = 7 * 24 * 3600 * 1000;

/** The link of an invitation. A platform adds its own parameters to it. */
export const registerUrl = (origin: string, secret: string) => `${origin}/lti/register?invitation=${secret}`;

/** Makes a link by which one platform registers itself without waiting. Its secret is answered here and never again. Admins only. */
export async function createInvitation(call: Call): Promise<{ id: string; secret: string; expiresAt: number }> {
  requireAdmin(call);
  const { db, now, actor } = call;
  const [id, secret, expiresAt] = [newId('invitation', now), newSecret(), now + LIFE_MS];
  await db.batch([
    db.insert(invitation).values({ secretHash: await sha256(secret), id, createdBy: actor.userId, expiresAt }),
    auditRow(call, { action: 'registration.invited', subject: id, detail: {} }),
  ]);
  return { id, secret, expiresAt };
}

/** Which invitation a secret opens, while it does. */
export const isOpenInvitation = (secretHash: string, now: number) =>
  and(eq(invitation.secretHash, secretHash), isNull(invitation.usedAt), gt(invitation.expiresAt, now));

/** Whether a link of an invitation still works. One round trip. */
export async function findInvitation({ db, now }: SystemCall, secret: string): Promise<{ id: string } | undefined> {
  const [found] = await db
    .select({ id: invitation.id })
    .from(invitation)
    .where(isOpenInvitation(await sha256(secret), now));
  return found;
}

/** For the sweep: forgets links that no longer work because of their age. */
export async function forgetInvitations({ db, now }: SystemCall): Promise<void> {
  await db.delete(invitation).where(lte(invitation.expiresAt, now));
}
