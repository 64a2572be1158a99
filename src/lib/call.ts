import type { DrizzleD1Database } from 'drizzle-orm/d1';

export const roles = ['student', 'instructor', 'admin', 'superadmin'] as const;
export type Role = (typeof roles)[number];

/** Who asks. `sessionId` names the refresh family or the page session the request came with. */
export type Actor = { userId: string; role: Role; sessionId: string };

/** Where and when: what a verb needs that nobody in particular asked for (a job, the sweep). `now` is in ms since 1970. */
export type SystemCall = { db: DrizzleD1Database; now: number };

/** Who asks, where, when: the first parameter of every verb. */
export type Call = SystemCall & { actor: Actor; requestId: string };

export const isStaff = (actor: Actor) => actor.role !== 'student';
export const isAdmin = (actor: Actor) => actor.role === 'admin' || actor.role === 'superadmin';
