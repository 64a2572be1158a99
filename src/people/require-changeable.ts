import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import type { Permission } from '../lib/permissions.ts';
import { mayChange } from './may-change.ts';
import { requireReachable } from './read-users.ts';
import type { Person } from './user-answer.ts';

/**
 * A person the actor may change. Whom they may not see is `not_found`; who stands as high as they do, or higher, is `forbidden`, and so is everything to
 * whom only a platform vouches for: its word is good for its own courses, and accounts are ours. One round trip.
 */
export async function requireChangeable(call: Call, id: string, permission: Permission): Promise<Person> {
  if (call.actor.isHeld) throw new DomainError('forbidden');
  const found = await requireReachable(call, id, permission);
  if (!mayChange(call.actor, found.role))
    throw new DomainError('forbidden', 'Somebody of their role is changed by a superadmin');
  return found;
}
