import { and, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import { attempt } from './schema.ts';
import { IDLE_LIMIT_MS } from './session.ts';
import type { Sessions } from './sessions.ts';
import { storeResult } from './store-result.ts';

/** The alarm and the queue come first; the sweep is for what they lost. */
const GRACE_MS = 15_000;
const BATCH = 100;
const AT_ONCE = 20;

/**
 * Closes what no alarm closed and stores what no queue stored: attempts that are open in D1 past their end, and those
 * without an end after 30 days (the object knows whether they were idle). At most 100 a run, drawn by lot: those that are
 * still written, or cannot be graded yet, must not stand in the way of the others for ever.
 */
export async function sweepAttempts(call: SystemCall, sessions: Sessions): Promise<number> {
  const { db, now } = call;
  const due = await db
    .select({ id: attempt.id })
    .from(attempt)
    .where(
      and(
        eq(attempt.state, 'open'),
        or(lt(attempt.endsAt, now - GRACE_MS), and(isNull(attempt.endsAt), lt(attempt.startedAt, now - IDLE_LIMIT_MS))),
      ),
    )
    .orderBy(sql`random()`)
    .limit(BATCH);
  for (let i = 0; i < due.length; i += AT_ONCE) {
    await Promise.all(
      due.slice(i, i + AT_ONCE).map(async ({ id }) => {
        try {
          const outcome = await storeResult(call, id, sessions);
          // The Worker died between row and object: nobody saw this paper, so it uses up no attempt.
          if (outcome.kind === 'absent')
            await db.delete(attempt).where(and(eq(attempt.id, id), eq(attempt.state, 'open')));
        } catch (error) {
          consoleLog('error', errorLine({ where: 'sweep', attempt: id }, error));
        }
      }),
    );
  }
  return due.length;
}
