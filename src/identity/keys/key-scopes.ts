import type { Role } from '../../lib/call.ts';
import { type Permission, permissionNames, scopeFor } from '../../lib/permissions.ts';

/**
 * What no key opens, whoever owns it: sign-ins, passwords, factors and other keys; roles and deletion, which want a proof of who asks; and
 * sitting an assessment, which is for a student and not for a machine.
 */
const closed: readonly Permission[] = ['profile:write', 'users:role', 'users:delete', 'attempts:sit'];

/** What a key may be given at most. */
export const keyScopes = permissionNames.filter((name) => !closed.includes(name));

/** What a key of somebody in this role may be given. */
export const keyScopesOf = (role: Role): Permission[] => keyScopes.filter((name) => scopeFor(role, name) !== undefined);
