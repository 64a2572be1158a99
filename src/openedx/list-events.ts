import { and, count, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import { course, teachableCourse } from '../courses/index.ts';
import { type Call, isAdmin } from '../lib/call.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListEventsInput } from './input.ts';
import { ignoredEvent, openedxEvent } from './schema.ts';
import type { EventStatus } from './words.ts';

export type ListedEvent = {
  id: string | null;
  eventId: string | null;
  eventType: string;
  courseKey: string | null;
  status: EventStatus;
  /** How often it came. */
  times: number;
  at: number | null;
  receivedAt: number;
  handledAt: number | null;
  runId: string | null;
  error: string | null;
};

/** Instructors see what is about their courses, admins all. */
function seen({ db, actor }: Call): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  const keys = db.select({ courseKey: course.courseKey }).from(course).where(teachableCourse(actor));
  return inArray(openedxEvent.courseKey, keys);
}

/** Types that mean nothing to us, by day. They name no course, so they are for admins. */
async function listIgnored({ db, actor }: Call, input: ListEventsInput): Promise<Page<ListedEvent>> {
  if (!isAdmin(actor) || input.courseKey !== undefined) return { count: 0, results: [] };
  const [[total], rows] = await db.batch([
    db.select({ count: count() }).from(ignoredEvent),
    db
      .select()
      .from(ignoredEvent)
      .orderBy(desc(ignoredEvent.day), desc(ignoredEvent.times), desc(ignoredEvent.eventType))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  const results = rows.map(
    ({ eventType, day, times }): ListedEvent => ({
      ...{ id: null, eventId: null, eventType, courseKey: null, status: 'ignored', times },
      ...{ at: null, receivedAt: Date.parse(day), handledAt: null, runId: null, error: null },
    }),
  );
  return { count: total?.count ?? 0, results };
}

/**
 * The webhooks that came, newest first: parsed fields, never bodies. `duplicate` lists those that came more than once. One round
 * trip.
 */
export async function listEvents(call: Call, input: ListEventsInput): Promise<Page<ListedEvent>> {
  if (input.status === 'ignored') return await listIgnored(call, input);
  const { db } = call;
  const where = and(
    seen(call),
    input.courseKey === undefined ? undefined : eq(openedxEvent.courseKey, input.courseKey),
    input.status === 'duplicate' ? gt(openedxEvent.duplicates, 0) : undefined,
  );
  const [[total], rows] = await db.batch([
    db.select({ count: count() }).from(openedxEvent).where(where),
    db
      .select()
      .from(openedxEvent)
      .where(where)
      .orderBy(sql`received_at desc, id desc`)
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  const results = rows.map(
    (row): ListedEvent => ({
      id: row.id,
      eventId: row.eventId,
      eventType: row.eventType,
      courseKey: row.courseKey,
      status: 'accepted',
      times: 1 + row.duplicates,
      at: row.at === null ? null : Math.floor(row.at / 1000),
      receivedAt: row.receivedAt,
      handledAt: row.handledAt,
      runId: row.runId,
      error: row.lastError,
    }),
  );
  return { count: total?.count ?? 0, results };
}
