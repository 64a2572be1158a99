import type { Actor, Role } from './call.ts';
import { roles } from './call.ts';

/**
 * How far a permission reaches. What a word means for a query stands with the room that owns the objects:
 * - `own`: one's own profile, attempts, enrolments; courses one teaches
 * - `own students`: assigned to one, or enrolled in a course one teaches; their name and password, never address or role
 * - `own courses`: what belongs to courses one teaches
 * - `own and shared`: made by one, shared with one, or of courses one teaches
 * - `published to them`: for everybody, for a course one is enrolled in, or by a launch
 * - `up to instructor`: roles below admin, both given and taken
 */
export type Scope =
  | 'own'
  | 'own students'
  | 'own courses'
  | 'own and shared'
  | 'enrolled or open'
  | 'published to them'
  | 'up to instructor'
  | 'all';

type Rule = { readonly what: string } & { readonly [R in Role]?: Scope };

/**
 * Who may do what, and how far: the one table that routes, verbs, tests, the OpenAPI document and the documentation read. A role that is
 * not named may not use the route at all.
 */
export const permissions = {
  'profile:read': { what: 'See your own profile', student: 'own', instructor: 'own', admin: 'own', superadmin: 'own' },
  'profile:write': {
    what: 'Change your own profile, sign-ins and keys',
    student: 'own',
    instructor: 'own',
    admin: 'own',
    superadmin: 'own',
  },
  'users:read': { what: 'See people', instructor: 'own students', admin: 'all', superadmin: 'all' },
  'users:write': {
    what: 'Change people, set their password',
    instructor: 'own students',
    admin: 'all',
    superadmin: 'all',
  },
  'users:manage': { what: 'Block people, assign students to instructors', admin: 'all', superadmin: 'all' },
  'users:create': { what: 'Make accounts', admin: 'all', superadmin: 'all' },
  'users:role': { what: 'Change roles', admin: 'up to instructor', superadmin: 'all' },
  'users:delete': { what: 'Delete people', superadmin: 'all' },
  'courses:read': {
    what: 'Read courses and lessons',
    student: 'enrolled or open',
    instructor: 'all',
    admin: 'all',
    superadmin: 'all',
  },
  'courses:write': { what: 'Change courses and lessons', instructor: 'own', admin: 'all', superadmin: 'all' },
  'enrolments:read': {
    what: 'See who is enrolled',
    student: 'own',
    instructor: 'own courses',
    admin: 'all',
    superadmin: 'all',
  },
  'enrolments:write': {
    what: 'Enrol and unenrol',
    student: 'own',
    instructor: 'own courses',
    admin: 'all',
    superadmin: 'all',
  },
  'enrolments:manage': {
    what: 'Enrol others, see who learns in a course and how far they are',
    instructor: 'own courses',
    admin: 'all',
    superadmin: 'all',
  },
  'courses:staff': { what: 'Say who teaches a course', admin: 'all', superadmin: 'all' },
  'items:read': {
    what: 'Read banks and items with their keys',
    instructor: 'own and shared',
    admin: 'all',
    superadmin: 'all',
  },
  'items:write': { what: 'Change banks and items', instructor: 'own and shared', admin: 'all', superadmin: 'all' },
  'assessments:read': {
    what: 'See assessments',
    student: 'published to them',
    instructor: 'own and shared',
    admin: 'all',
    superadmin: 'all',
  },
  'assessments:write': { what: 'Change assessments', instructor: 'own and shared', admin: 'all', superadmin: 'all' },
  'attempts:sit': { what: 'Sit assessments', student: 'own' },
  'attempts:read': {
    what: 'See attempts and results',
    student: 'own',
    instructor: 'own courses',
    admin: 'all',
    superadmin: 'all',
  },
  'attempts:manage': {
    what: 'Look into attempts, give time, reopen',
    instructor: 'own courses',
    admin: 'all',
    superadmin: 'all',
  },
  'platforms:read': {
    what: 'See what platforms sent and were sent',
    instructor: 'own courses',
    admin: 'all',
    superadmin: 'all',
  },
  'platforms:write': { what: 'Send grades and sync again', instructor: 'own courses', admin: 'all', superadmin: 'all' },
  'connections:manage': { what: 'Manage connections to Open edX', admin: 'all', superadmin: 'all' },
  'registrations:manage': { what: 'Manage platforms that launch here', admin: 'all', superadmin: 'all' },
  'settings:manage': { what: 'Read and change settings', admin: 'all', superadmin: 'all' },
  'audit:read': { what: 'Read the audit log', admin: 'all', superadmin: 'all' },
  'operations:manage': { what: 'See mails, dead letters and the state of the house', admin: 'all', superadmin: 'all' },
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof permissions;
export const permissionNames = Object.keys(permissions) as Permission[];

/** How far a permission reaches for a role; undefined where it does not at all. */
export const scopeFor = (role: Role, permission: Permission): Scope | undefined =>
  (permissions[permission] as Rule)[role];

export const rolesWith = (permission: Permission): Role[] =>
  roles.filter((role) => scopeFor(role, permission) !== undefined);

/**
 * How far a permission reaches for the actor. An API key has what its owner's role has, narrowed to its scopes. Where a platform's word is all there is, nothing reaches beyond
 * the courses it brought: `all` becomes `own courses`.
 */
export function scopeOf({ role, scopes, isHeld }: Actor, permission: Permission): Scope | undefined {
  if (scopes && !scopes.includes(permission)) return undefined;
  const scope = scopeFor(role, permission);
  return isHeld && scope === 'all' ? 'own courses' : scope;
}
