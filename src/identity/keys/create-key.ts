import type { Call } from '../../lib/call.ts';
import { sha256 } from '../../lib/crypto.ts';
import { DomainError, invalidFields } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import { auditRow } from '../audit.ts';
import { requireConfirmed } from '../require-confirmed.ts';
import { apiKey } from '../schema.ts';
import { newKey } from './find-key.ts';
import type { CreateKeyInput } from './input.ts';
import { keyScopesOf } from './key-scopes.ts';

const DAY_MS = 24 * 3600 * 1000;
const USUAL_DAYS = 90;
const MOST_DAYS = 365;

export type ApiKey = Omit<typeof apiKey.$inferSelect, 'secretHash' | 'userId'>;

/**
 * Makes a key for a machine, which acts as its owner within `scopes`; 90 days unless told otherwise, a year at most. The key itself is
 * only in this answer. Refuses with `confirm_first`, `invalid`, and with `forbidden` whom only a platform vouches for. Two round
 * trips.
 */
export async function createKey(call: Call, input: CreateKeyInput): Promise<ApiKey & { key: string }> {
  const { db, actor, now } = call;
  if (actor.isHeld || actor.scopes) throw new DomainError('forbidden');
  const allowed = keyScopesOf(actor.role);
  const beyond = input.scopes.findIndex((scope) => !allowed.includes(scope));
  if (beyond >= 0) throw invalidFields([{ pointer: `/scopes/${beyond}`, message: 'your role may not do this' }]);
  const expiresAt = input.expiresAt === undefined ? now + USUAL_DAYS * DAY_MS : Date.parse(input.expiresAt);
  if (expiresAt <= now || expiresAt > now + MOST_DAYS * DAY_MS)
    throw invalidFields([{ pointer: '/expiresAt', message: `must lie within ${MOST_DAYS} days from now` }]);
  await requireConfirmed(call);
  const key = newKey();
  const { name, scopes } = input;
  const id = newId('apiKey', now);
  const made = { id, name, scopes, createdAt: now, expiresAt, revokedAt: null, lastUsedAt: null };
  await db.batch([
    db.insert(apiKey).values({ ...made, userId: actor.userId, secretHash: await sha256(key) }),
    auditRow(call, {
      action: 'key.created',
      subject: id,
      detail: { before: null, after: { name, scopes, expiresAt } },
    }),
  ]);
  return { ...made, key };
}
