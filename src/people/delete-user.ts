import { eraseUser, requireConfirmed } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { requireReachable } from './read-users.ts';

/** Deletes a person; what they did stays, and belongs to nobody (`eraseUser`). Refuses with `not_found`, `confirm_first`, `last_superadmin`. Three round trips. */
export async function deleteUser(call: Call, id: string): Promise<{ eventId: string }> {
  if (call.actor.isHeld) throw new DomainError('forbidden');
  await requireReachable(call, id, 'users:delete');
  await requireConfirmed(call);
  return await eraseUser(call, id);
}
