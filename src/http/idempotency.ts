import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import { openSealed, seal } from '../lib/seal.ts';
import type { Answer } from './endpoint.ts';
import { idempotency } from './schema.ts';

/** `keptMs`: for how long an answer is given again, a day unless told otherwise. */
type Scope = { userId: string; method: string; path: string; key: string; keptMs?: number };

const KEPT_MS = 24 * 3600 * 1000;

/** A request that has not answered for this long has died; its key may be used again. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * Runs a creating request once for its Idempotency-Key (CONTRACT "General"): the same body, as validated, gets the kept
 * answer, another body 422, a first request that still runs 409. A refused or failed run keeps nothing, so it may be tried again.
 * Answers are kept sealed under `secretsKey`: some hold secrets that are shown once.
 */
export async function answerOnce(
  { db, now }: SystemCall,
  { keptMs = KEPT_MS, ...scope }: Scope,
  body: unknown,
  run: () => Promise<Answer>,
  secretsKey: string,
): Promise<Answer> {
  if (scope.key.length === 0 || scope.key.length > 255)
    throw new DomainError('invalid', 'Idempotency-Key must have 1 to 255 characters');
  const bodyHash = await sha256(JSON.stringify(body ?? {}));
  const belongsTo = `answer ${JSON.stringify(scope)}`;
  const mine = and(
    eq(idempotency.userId, scope.userId),
    eq(idempotency.method, scope.method),
    eq(idempotency.path, scope.path),
    eq(idempotency.key, scope.key),
  );

  const [claimed, kept] = await db.batch([
    db
      .insert(idempotency)
      .values({ ...scope, bodyHash, at: now })
      .onConflictDoUpdate({
        target: [idempotency.userId, idempotency.method, idempotency.path, idempotency.key],
        set: { at: now, bodyHash, status: null, answer: null },
        setWhere: sql`${idempotency.at} < case when ${idempotency.status} is null then ${now - ABANDONED_AFTER_MS} else ${now - keptMs} end`,
      })
      .returning({ at: idempotency.at }),
    db.select().from(idempotency).where(mine),
  ]);
  if (claimed.length === 0) {
    const earlier = kept[0];
    if (!earlier) throw new DomainError('in_progress');
    if (earlier.bodyHash !== bodyHash) throw new DomainError('key_reused');
    if (earlier.status === null) throw new DomainError('in_progress', undefined, { retryAfter: 1 });
    const answer = await openSealed(secretsKey, earlier.answer ?? '', belongsTo);
    // Sealed under a key that is gone: it cannot be given again, and must not be done again.
    if (answer === undefined) throw new DomainError('key_reused');
    return JSON.parse(answer) as Answer;
  }

  try {
    const answer = await run();
    await db
      .update(idempotency)
      .set({ status: answer.status, answer: await seal(secretsKey, JSON.stringify(answer), belongsTo) })
      .where(mine);
    return answer;
  } catch (error) {
    await db.delete(idempotency).where(and(mine, isNull(idempotency.status)));
    throw error;
  }
}

/** Forgets keys after a day. */
export async function forgetIdempotencyKeys({ db, now }: SystemCall): Promise<void> {
  await db.delete(idempotency).where(lt(idempotency.at, now - KEPT_MS));
}
