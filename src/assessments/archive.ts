import { and, asc, eq, isNull, lt } from 'drizzle-orm';
import { recordIfChanged } from '../events/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { attempt } from './schema.ts';
import type { KeptOp, SessionView } from './session-rpc.ts';
import type { Sessions } from './sessions.ts';

/** An object lives this long after its result stands in D1. */
const KEPT_MS = 30 * 24 * 3600 * 1000;
const BATCH = 20;

/** What is kept of an attempt in R2 once its object is gone. */
export type ArchivedAttempt = { view: SessionView; ops: KeptOp[] };

const keyOf = (attemptId: string) => `attempt/${attemptId}.json`;

/**
 * Moves old attempts from their objects to R2: first the archive, then the mark in D1, then the object forgets. What was
 * reopened meanwhile is not marked and keeps its object. After a crash in between the whole is repeated, or the event of
 * the mark makes the object forget. At most 20 a run; one that fails does not keep the others, and is told of in the end.
 */
export async function archiveAttempts({ db, now }: SystemCall, sessions: Sessions, archive: R2Bucket): Promise<number> {
  const old = await db
    .select({ id: attempt.id, userId: attempt.userId })
    .from(attempt)
    .where(and(eq(attempt.state, 'graded'), isNull(attempt.archivedAt), lt(attempt.finishedAt, now - KEPT_MS)))
    .orderBy(asc(attempt.finishedAt))
    .limit(BATCH);
  const faults: unknown[] = [];
  const archiveOne = async ({ id, userId }: (typeof old)[number]) => {
    const view = await sessions.call(id, (session) => session.view(userId));
    const kept = await sessions.call(id, (session) => session.ops());
    if (view.kind === 'view' && kept.kind === 'ops') {
      const archived: ArchivedAttempt = { view, ops: kept.ops };
      await archive.put(keyOf(id), JSON.stringify(archived), { httpMetadata: { contentType: 'application/json' } });
    }
    const [marked] = await db.batch([
      db
        .update(attempt)
        .set({ archivedAt: now })
        .where(and(eq(attempt.id, id), eq(attempt.state, 'graded'), isNull(attempt.archivedAt)))
        .returning({ id: attempt.id }),
      recordIfChanged({ db, now }, { type: 'assessment.attempt.archived', payload: { attemptId: id } }),
    ]);
    if (marked.length > 0) await discardArchived({ attemptId: id }, sessions);
  };
  for (const one of old) await archiveOne(one).catch((error: unknown) => faults.push(error));
  if (faults.length > 0) throw faults[0];
  return old.length;
}

/** No id is longer, and R2 throws at a key that is. */
const MAX_ID_LENGTH = 256;

/** Makes the object of an archived attempt forget everything; D1 and R2 answer for it from now on. May be repeated. */
export async function discardArchived({ attemptId }: { attemptId: string }, sessions: Sessions): Promise<void> {
  await sessions.call(attemptId, (session) => session.discard());
}

/** An archived attempt; undefined where there is none. */
export async function readArchived(archive: R2Bucket, attemptId: string): Promise<ArchivedAttempt | undefined> {
  if (attemptId.length > MAX_ID_LENGTH) return undefined;
  return await (await archive.get(keyOf(attemptId)))?.json<ArchivedAttempt>();
}
