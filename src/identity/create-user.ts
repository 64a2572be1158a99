import type { Role } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { newId } from '../lib/ids.ts';
import type { oneTimeLink, user } from './schema.ts';
import { normaliseEmail } from './users.ts';

/** How long a one-time link to set a password lives, in ms. */
const PASSWORD_LINK_MS = 24 * 3600 * 1000;

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

/** A one-time link to set a password: the token that goes into the link, and its row, which knows only the hash. */
export async function newPasswordLink(
  userId: string,
  now: number,
): Promise<{ token: string; row: typeof oneTimeLink.$inferSelect }> {
  const token = newSecret();
  const expiresAt = now + PASSWORD_LINK_MS;
  return {
    token,
    row: { tokenHash: await sha256(token), userId, purpose: 'password', email: null, expiresAt, usedAt: null },
  };
}
