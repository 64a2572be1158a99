import { and, asc, inArray, lte } from 'drizzle-orm';
import type { Job } from '../events/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { mail } from './schema.ts';

/** A message that came this late is given up and sent again. */
const LATE_MS = 5_000;
const BATCH = 100;

/** Has mails sent now, or after `delaySeconds`. */
export async function pokeMails(jobs: Queue<Job>, ids: readonly string[], delaySeconds = 0): Promise<void> {
  for (let i = 0; i < ids.length; i += BATCH)
    await jobs.sendBatch(
      ids.slice(i, i + BATCH).map((mailId) => ({ body: { job: 'send-mail', mailId } })),
      { delaySeconds },
    );
}

/**
 * For the sweep: what is due and no message will come for, those too whose sender died (`nextAt` is then where the lease ended). At most
 * 100 a run, the longest due first. One round trip.
 */
export async function resendMails({ db, now }: SystemCall, jobs: Queue<Job>): Promise<number> {
  const due = await db
    .select({ id: mail.id })
    .from(mail)
    .where(and(lte(mail.nextAt, now - LATE_MS), inArray(mail.state, ['pending', 'sending'])))
    .orderBy(asc(mail.nextAt))
    .limit(BATCH);
  await pokeMails(
    jobs,
    due.map(({ id }) => id),
  );
  return due.length;
}
