import { and, eq, gt, isNull } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { newSecret, sha256 } from '../lib/crypto.ts';
import { oneTimeLink } from './schema.ts';

const HOUR_MS = 3600 * 1000;

/** How long a link lives, in ms, by what it is for. */
const LIFE_MS = { password: 24 * HOUR_MS, email: 7 * 24 * HOUR_MS } as const;
export type LinkPurpose = keyof typeof LIFE_MS;

type NewLink = { userId: string; purpose: LinkPurpose; email?: string | null };

/** A new link as its row, which knows only the hash of what goes into the link. */
export async function linkRow({ userId, purpose, email = null }: NewLink, now: number) {
  const token = newSecret();
  const row = {
    tokenHash: await sha256(token),
    userId,
    purpose,
    email,
    expiresAt: now + LIFE_MS[purpose],
    usedAt: null,
  };
  return { token, row };
}

/**
 * A new link that works once, `/password/{token}` or `/verify-email/{token}`: the token, which is kept nowhere, and the statement for the
 * asker's own batch. `email` is the address the link is sent to, or shown to be theirs: it is of no use once that is not theirs any more.
 */
export async function newLink({ db, now }: SystemCall, link: NewLink) {
  const { token, row } = await linkRow(link, now);
  return { token, statement: db.insert(oneTimeLink).values(row) };
}

/** Condition on `one_time_link`: this one, for this purpose, and still to be used. */
export const livingLink = (tokenHash: string, purpose: LinkPurpose, now: number) =>
  and(
    eq(oneTimeLink.tokenHash, tokenHash),
    eq(oneTimeLink.purpose, purpose),
    isNull(oneTimeLink.usedAt),
    gt(oneTimeLink.expiresAt, now),
  );
