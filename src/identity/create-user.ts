import type { Role } from '../lib/call.ts';
import { newId } from '../lib/ids.ts';
import { linkRow } from './one-time-link.ts';
import type { user } from './schema.ts';
import { normaliseEmail } from './users.ts';

type NewUser = { email: string; name: string; role: Role };

/** The row of a new user, who has no password yet. `now` in ms. */
export function userRow({ email, name, role }: NewUser, now: number): typeof user.$inferSelect {
  const id = newId('user', now);
  return {
    ...{ id, email: normaliseEmail(email), username: null, name, role, locale: null, createdAt: now },
    ...{ passwordHash: null, mustChangePassword: false, emailVerifiedAt: null, pendingEmail: null },
    ...{ instructorId: null, blockedAt: null, deletedAt: null },
  };
}

/** A one-time link to set a password, for whoever was handed it. */
export const newPasswordLink = (userId: string, now: number) => linkRow({ userId, purpose: 'password' }, now);
