import { type Actor, type Role, roles } from '../lib/call.ts';
import { scopeOf } from '../lib/permissions.ts';

const ranks: Record<Role, number> = { student: 0, instructor: 1, admin: 2, superadmin: 3 };

/**
 * Whether somebody may change, block or give a password to a person of this role: only those below them, so that nobody takes over an
 * account that can do more than theirs, or as much; a superadmin, above whom nobody is, any.
 */
export const mayChange = ({ role }: Actor, their: Role): boolean => role === 'superadmin' || ranks[role] > ranks[their];

/** Whether the actor may give a person of one role another: what they may give, they may also take. */
export function mayGiveRole(actor: Actor, from: Role, to: Role): boolean {
  const scope = scopeOf(actor, 'users:role');
  if (scope === 'all') return true;
  return scope === 'up to instructor' && [from, to].every((role) => ranks[role] <= ranks.instructor);
}

/** The roles the actor may give somebody whose account they make: a student's, and what a student may be given by them. */
export const rolesToMake = (actor: Actor): Role[] =>
  roles.filter((role) => role === 'student' || mayGiveRole(actor, 'student', role));
