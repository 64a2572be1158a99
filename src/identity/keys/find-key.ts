import { and, eq, gt, isNull } from 'drizzle-orm';
import type { Actor, SystemCall } from '../../lib/call.ts';
import { newSecret, sha256 } from '../../lib/crypto.ts';
import { apiKey, user } from '../schema.ts';
import { keyScopes } from './key-scopes.ts';

const PREFIX = 'vek_';
const SHAPE = /^vek_[A-Za-z0-9_-]{43}$/;
/** When it was used last is written down at most so often, in ms: reads stay reads. */
const NOTED_MS = 3600 * 1000;

/** A key of 256 random bits, known as one of ours at sight: by scanners of code too. */
export const newKey = () => `${PREFIX}${newSecret()}`;

/** Whether a bearer means to be a key. */
export const isKey = (token: string) => token.startsWith(PREFIX);

/**
 * Who a key speaks for now: its owner in their present role, narrowed to the key's scopes. Undefined for an unknown, revoked or expired key, and
 * when its owner is blocked or deleted. One round trip; once an hour a second, that writes when it was used.
 */
export async function findKeyActor({ db, now }: SystemCall, key: string): Promise<Actor | undefined> {
  if (!SHAPE.test(key)) return undefined;
  const [found] = await db
    .select({
      sessionId: apiKey.id,
      userId: apiKey.userId,
      role: user.role,
      scopes: apiKey.scopes,
      lastUsedAt: apiKey.lastUsedAt,
    })
    .from(apiKey)
    .innerJoin(user, eq(user.id, apiKey.userId))
    .where(
      and(
        eq(apiKey.secretHash, await sha256(key)),
        isNull(apiKey.revokedAt),
        gt(apiKey.expiresAt, now),
        isNull(user.blockedAt),
        isNull(user.deletedAt),
      ),
    );
  if (!found) return undefined;
  const { lastUsedAt, scopes, ...actor } = found;
  if ((lastUsedAt ?? 0) <= now - NOTED_MS)
    await db.update(apiKey).set({ lastUsedAt: now }).where(eq(apiKey.id, actor.sessionId));
  // A row written when a scope was still one that keys may have.
  return { ...actor, scopes: scopes.filter((one) => keyScopes.includes(one)) };
}
