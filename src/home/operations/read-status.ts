import { and, count, eq, gte, isNotNull, isNull, min, sql } from 'drizzle-orm';
import { attempt } from '../../assessments/index.ts';
import { deadLetter, event } from '../../events/index.ts';
import { user } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { passback } from '../../lti/index.ts';
import { type Mailer, mail, requireOperator } from '../../notifications/index.ts';
import { syncRun } from '../../openedx/index.ts';
import { toLocalField } from '../../ui/index.ts';

const DAY_MS = 24 * 3600 * 1000;
const DAYS = 14;

/** The state of what runs in the background, as D1 knows it. Instants in ms; null: nothing waits. */
export type Status = {
  deadLetters: number;
  parkedEvents: number;
  /** When the oldest event happened that nobody has reacted to and that is not parked. */
  oldestEventAt: number | null;
  parkedMails: number;
  /** When the oldest mail was written that has not left and is not parked. */
  oldestMailAt: number | null;
  /** Scores that platforms refused. */
  parkedScores: number;
  /** Courses whose newest sync has failed. */
  failedSyncs: number;
  openAttempts: number;
  /** How mails leave; `none`: they wait. */
  mailer: Mailer['name'] | 'none';
  /** New accounts of the last 14 days, by day in the school's time zone, today last. */
  signUps: { day: string; count: number }[];
};

const dayOf = (at: number) => toLocalField(at).slice(0, 10);

/** Reads the state of the house. Refuses with `forbidden`. One round trip. */
export async function readStatus(
  { db, actor, now }: Call,
  { mailer }: { mailer: Mailer | undefined },
): Promise<Status> {
  requireOperator(actor);
  const days = Array.from({ length: DAYS }, (_, index) => dayOf(now - (DAYS - 1 - index) * DAY_MS));
  // Two hours ahead of UTC, as in `toLocalField`.
  const day = sql<string>`date(${user.createdAt} / 1000 + 7200, 'unixepoch')`;
  const [letters, parked, events, parkedMails, mails, scores, syncs, attempts, signUps] = await db.batch([
    db.select({ count: count() }).from(deadLetter).where(isNull(deadLetter.replayedAt)),
    db
      .select({ count: count() })
      .from(event)
      .where(and(isNull(event.handledAt), isNull(event.nextAt))),
    db
      .select({ at: min(event.at) })
      .from(event)
      .where(and(isNull(event.handledAt), isNotNull(event.nextAt))),
    db.select({ count: count() }).from(mail).where(eq(mail.state, 'parked')),
    db
      .select({ at: min(mail.createdAt) })
      .from(mail)
      .where(isNotNull(mail.nextAt)),
    db.select({ count: count() }).from(passback).where(eq(passback.state, 'parked')),
    db
      .select({ count: count() })
      .from(syncRun)
      .where(
        and(
          eq(syncRun.state, 'failed'),
          sql`not exists (select 1 from sync_run later where later.course_id = ${syncRun.courseId} and later.created_at > ${syncRun.createdAt})`,
        ),
      ),
    db.select({ count: count() }).from(attempt).where(eq(attempt.state, 'open')),
    db
      .select({ day: day.as('day'), count: count() })
      .from(user)
      .where(gte(user.createdAt, now - DAYS * DAY_MS))
      .groupBy(day),
  ]);
  const counted = new Map(signUps.map((one) => [one.day, one.count]));
  return {
    deadLetters: letters[0]?.count ?? 0,
    parkedEvents: parked[0]?.count ?? 0,
    oldestEventAt: events[0]?.at ?? null,
    parkedMails: parkedMails[0]?.count ?? 0,
    oldestMailAt: mails[0]?.at ?? null,
    parkedScores: scores[0]?.count ?? 0,
    failedSyncs: syncs[0]?.count ?? 0,
    openAttempts: attempts[0]?.count ?? 0,
    mailer: mailer?.name ?? 'none',
    signUps: days.map((one) => ({ day: one, count: counted.get(one) ?? 0 })),
  };
}
