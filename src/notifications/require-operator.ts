import type { Actor } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';

/** Refuses with `forbidden` whoever does not look after the whole house. */
export function requireOperator(actor: Actor): void {
  if (scopeOf(actor, 'operations:manage') !== 'all') throw new DomainError('forbidden');
}
