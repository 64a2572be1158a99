import * as z from 'zod';
import type { AppContext } from '../../http/index.ts';
import { openSealed, seal } from '../../lib/seal.ts';
import { forgetSecret, giveSecret, readKept } from '../page-session.ts';
import { identityProviders } from '../schema.ts';

/*
 * Somebody came from a provider whose verified address an account here has. Before the two are joined they show that the account is theirs;
 * meanwhile the browser keeps, sealed, who they are there. It signs nobody in.
 */

const COOKIE = 've_linking';
const LINKING_MS = 60 * 60 * 1000;
const PURPOSE = 'identity waiting to be linked';

/** `userId` is whose address it is. */
const PendingLink = z.object({
  userId: z.string(),
  provider: z.enum(identityProviders),
  person: z.object({ subject: z.string(), email: z.string().nullable(), name: z.string() }),
  next: z.string(),
  expiresAt: z.number(),
});
type PendingLink = z.output<typeof PendingLink>;

export async function givePendingLink(c: AppContext, pending: Omit<PendingLink, 'expiresAt'>): Promise<void> {
  const kept = JSON.stringify({ ...pending, expiresAt: c.var.now + LINKING_MS } satisfies PendingLink);
  giveSecret(c, COOKIE, await seal(c.env.SECRETS_KEY, kept, PURPOSE), LINKING_MS / 1000);
}

/** What waits in this browser, for an hour at most. */
export async function readPendingLink(c: AppContext): Promise<PendingLink | undefined> {
  const kept = readKept(c, COOKIE);
  const opened = kept && (await openSealed(c.env.SECRETS_KEY, kept, PURPOSE));
  if (!opened) return undefined;
  const pending = PendingLink.parse(JSON.parse(opened));
  return pending.expiresAt > c.var.now ? pending : undefined;
}

export const forgetPendingLink = (c: AppContext) => forgetSecret(c, COOKIE);
