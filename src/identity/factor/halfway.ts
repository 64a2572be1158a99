import * as z from 'zod';
import type { AppContext } from '../../http/index.ts';
import { equalInConstantTime, sha256 } from '../../lib/crypto.ts';
import { openSealed, seal } from '../../lib/seal.ts';
import { forgetSecret, giveSecret, readKept } from '../page-session.ts';
import type { User } from '../users.ts';

/*
 * Between the password and the code of a sign-in to the pages. What the browser keeps meanwhile is no session: sealed for this one
 * purpose, good for five minutes, and only while the password it came of is still theirs. Without a code it opens nothing.
 */

const COOKIE = 've_halfway';
const HALFWAY_MS = 5 * 60 * 1000;
const PURPOSE = 'sign-in waiting for its code';

/** `mark` stands for the password hash that was theirs. `next` is where they go on to. */
const Halfway = z.object({ userId: z.string(), mark: z.string(), next: z.string(), expiresAt: z.number() });
export type Halfway = z.output<typeof Halfway>;

type Whose = Pick<User, 'id' | 'passwordHash'>;

const markOf = ({ id, passwordHash }: Whose) => sha256(`${id} ${passwordHash ?? ''}`);

/** Whether the user still is who came halfway: another password is another sign-in. */
export const isStillHalfway = async ({ userId, mark }: Halfway, who: Whose) =>
  who.id === userId && equalInConstantTime(mark, await markOf(who));

/** How far somebody came, sealed. `now` in ms. */
export async function sealHalfway(
  secretsKey: string,
  { who, next, now }: { who: Whose; next: string; now: number },
): Promise<string> {
  const halfway = { userId: who.id, mark: await markOf(who), next, expiresAt: now + HALFWAY_MS } satisfies Halfway;
  return await seal(secretsKey, JSON.stringify(halfway), PURPOSE);
}

/** Has the browser keep how far a sign-in came. */
export async function giveHalfway(c: AppContext, who: Whose, next: string): Promise<void> {
  giveSecret(c, COOKIE, await sealHalfway(c.env.SECRETS_KEY, { who, next, now: c.var.now }), HALFWAY_MS / 1000);
}

/** How far the browser came, if it was not long ago. */
export async function readHalfway(c: AppContext): Promise<Halfway | undefined> {
  const kept = readKept(c, COOKIE);
  const opened = kept && (await openSealed(c.env.SECRETS_KEY, kept, PURPOSE));
  if (!opened) return undefined;
  const halfway = Halfway.parse(JSON.parse(opened));
  return halfway.expiresAt > c.var.now ? halfway : undefined;
}

export const forgetHalfway = (c: AppContext) => forgetSecret(c, COOKIE);
