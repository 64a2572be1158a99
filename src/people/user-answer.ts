import * as z from 'zod';
import type { user } from '../identity/index.ts';
import { type Actor, roles } from '../lib/call.ts';
import { iso } from '../lib/instant.ts';
import { scopeOf } from '../lib/permissions.ts';

export type Person = typeof user.$inferSelect;

const all = 'Not told to instructors';
export const PersonAnswer = z.object({
  id: z.string(),
  username: z.string().nullable(),
  name: z.string(),
  role: z.enum(roles),
  isBlocked: z.boolean(),
  email: z.string().nullable().optional().describe(all),
  emailVerified: z.boolean().optional().describe(all),
  instructorId: z.string().nullable().optional().describe(all),
  createdAt: z.string().optional().describe(all),
});

/** A person as the actor may see them: of minors, instructors see what they need to know who it is. */
export function personAnswer(actor: Actor, one: Person): z.output<typeof PersonAnswer> {
  const { id, username, name, role, email, instructorId } = one;
  const least = { id, username, name, role, isBlocked: one.blockedAt !== null };
  if (scopeOf(actor, 'users:read') !== 'all') return least;
  return {
    ...least,
    ...{ email, emailVerified: one.emailVerifiedAt !== null, instructorId, createdAt: iso(one.createdAt) },
  };
}
