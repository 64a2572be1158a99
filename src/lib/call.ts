import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Permission } from './permissions.ts';

export const roles = ['student', 'instructor', 'admin', 'superadmin'] as const;
export type Role = (typeof roles)[number];

export const locales = ['en', 'ny'] as const;
export type Locale = (typeof locales)[number];

/**
 * Who asks. `sessionId` names the refresh family, the page session or the API key the request came with. `isHeld`: they are who they are
 * by a platform's word alone (a launch), which holds in the platform's own courses. `mustChangePassword`: they came by a password that staff printed. `scopes`: what an API key is narrowed to.
 */
export type Actor = {
  userId: string;
  role: Role;
  sessionId: string;
  isHeld?: boolean;
  mustChangePassword?: boolean;
  scopes?: readonly Permission[];
};

/** Where and when: what a verb needs that nobody in particular asked for (a job, the sweep). `now` is in ms since 1970. */
export type SystemCall = { db: DrizzleD1Database; now: number };

/** A request nobody has signed in for. `address` is where it came from. */
export type OutsideCall = SystemCall & { requestId: string; address: string };

/** Who asks, where, when: the first parameter of every verb. */
export type Call = OutsideCall & { actor: Actor };

export const isStaff = (actor: Actor) => actor.role !== 'student';
export const isAdmin = (actor: Actor) => actor.role === 'admin' || actor.role === 'superadmin';
