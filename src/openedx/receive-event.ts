import { eq, type SQL, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { batchable } from '../db/index.ts';
import { isJson, parseJson } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { isOurs, readFacts } from './event-types.ts';
import type { EventFacts } from './learner-facts.ts';
import { type ReadWebhook, readFormWebhook, readJsonWebhook, type Webhook } from './read-webhook.ts';
import { connection, openedxEvent, syncRun } from './schema.ts';
import type { Waits } from './waits.ts';
import { type Credentials, requireSender, senderOf } from './webhook-sender.ts';
import type { EventStatus } from './words.ts';

/** The sweep comes back to a learner event whose message was lost after this long. */
const HANDLE_AFTER_MS = 5_000;
/** An event of the future would hide everything that comes after it: its time counts as now. */
const MAX_AHEAD_US = 300_000_000;

export type Received = { eventId: string | null; eventType: string; status: EventStatus };

/** What is to be put on a queue for it. `startsAt` in ms. */
export type Errand = { kind: 'sync'; runId: string; startsAt: number } | { kind: 'handle'; id: string } | undefined;

type Input = { credentials: Credentials; bytes: Uint8Array; contentType: string };

function readBody(bytes: Uint8Array, contentType: string): ReadWebhook {
  if (isJson(contentType)) return readJsonWebhook(parseJson(bytes));
  try {
    return readFormWebhook(
      new URLSearchParams(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)),
    );
  } catch {
    throw new DomainError('malformed', 'The form could not be read');
  }
}

/** The webhook and what it says of us; undefined facts where its type means nothing to us. */
function readEvent({ bytes, contentType }: Input): { webhook: Webhook; facts: EventFacts | undefined } {
  const read = readBody(bytes, contentType);
  if (read.kind === 'filter') throw new DomainError('filter_refused');
  if (read.kind === 'malformed') throw new DomainError('malformed', `This is no event of Open edX: ${read.why}`);
  const { webhook } = read;
  if (!isOurs(webhook.eventType)) return { webhook, facts: undefined };
  const says = readFacts(webhook.eventType, webhook.data);
  if ('why' in says) throw new DomainError('malformed', `The data of the event cannot be read: ${says.why}`);
  return { webhook, facts: says.facts };
}

const idOf = (db: DrizzleD1Database, sender: SQL) =>
  db.select({ id: connection.id }).from(connection).where(sender).limit(1);

async function countIgnored({ db, now }: SystemCall, sender: SQL, { eventType, eventId }: Webhook): Promise<Received> {
  const day = new Date(now).toISOString().slice(0, 10);
  const [found] = await db.batch([
    idOf(db, sender),
    batchable(
      db,
      sql`insert into ignored_event (connection_id, event_type, day, times)
      select id, ${eventType}, ${day}, 1 from connection where ${sender} limit 1
      on conflict do update set times = times + 1`,
    ),
  ]);
  if (found.length === 0) throw new DomainError('bad_webhook');
  return { eventId, eventType, status: 'ignored' };
}

/** Stores an event unless it is there. One without id is there while the run that one like it joined has not started. */
const insertEvent = (
  { db, now }: SystemCall,
  id: string,
  sender: SQL,
  webhook: Webhook,
  facts: EventFacts,
  at: number | null,
) => {
  const courseKey = 'courseKey' in facts ? facts.courseKey : null;
  const data = facts.kind === 'course' ? null : JSON.stringify(facts);
  return batchable(
    db,
    sql`insert into openedx_event (id, connection_id, event_id, event_type, course_key, at, received_at, data, duplicates, attempts, next_at)
    select ${id}, connection.id, ${webhook.eventId}, ${webhook.eventType}, ${courseKey}, ${at}, ${now}, ${data}, 0, 0,
      ${facts.kind === 'course' ? null : now + HANDLE_AFTER_MS}
    from connection where ${sender} and (${webhook.eventId} is not null or not exists (
      select 1 from course join sync_run on sync_run.course_id = course.id and sync_run.state = 'pending'
      join openedx_event like_it on like_it.run_id = sync_run.id
      where course.course_key = ${courseKey} and like_it.connection_id = connection.id and like_it.event_id is null
        and like_it.event_type = ${webhook.eventType}))
    limit 1 on conflict do nothing`,
  );
};

const countDuplicate = (db: DrizzleD1Database, id: string, sender: SQL, { eventId }: Webhook) =>
  batchable(
    db,
    sql`update openedx_event set duplicates = duplicates + 1
    where event_id = ${eventId} and id <> ${id} and connection_id in (select id from connection where ${sender})`,
  );

/**
 * Makes the pending run of the course the event is about, unless there is one, and lets the event join it. The first event of a
 * burst says when it starts; a later one does not put it off.
 */
const joinRun = (
  { db, now }: SystemCall,
  id: string,
  runId: string,
  courseKey: string,
  at: number | null,
  debounceMs: number | null,
) => {
  const isStored = sql`exists (select 1 from openedx_event where id = ${id})`;
  const pendingOfCourse = sql`state = 'pending' and course_id in (
    select followed_course.course_id from followed_course join course on course.id = followed_course.course_id
    join openedx_event on openedx_event.id = ${id} and openedx_event.connection_id = followed_course.connection_id
    where course.course_key = ${courseKey})`;
  return [
    batchable(
      db,
      sql`insert into sync_run (id, course_id, cause, state, event_at, due_at, is_forced, attempts, created_at)
      select ${runId}, followed_course.course_id, 'event', 'pending', ${at},
        ${now} + coalesce(${debounceMs}, connection.debounce_seconds * 1000), 0, 0, ${now}
      from followed_course
      join course on course.id = followed_course.course_id and course.course_key = ${courseKey}
      join connection on connection.id = followed_course.connection_id
      join openedx_event on openedx_event.id = ${id} and openedx_event.connection_id = connection.id
      where true on conflict do nothing`,
    ),
    batchable(
      db,
      sql`update sync_run set event_at = case when event_at is null or ${at} is null then null else max(event_at, ${at}) end,
        cause = case when cause = 'reconciliation' then 'event' else cause end
      where ${isStored} and id <> ${runId} and ${pendingOfCourse}`,
    ),
    batchable(
      db,
      sql`update openedx_event set run_id = (select id from sync_run where ${pendingOfCourse}) where id = ${id}`,
    ),
  ];
};

/**
 * Takes a webhook in one batch and says what to put on a queue. What an event tells of a course is a hint to look there; what it
 * tells of a learner is kept to be applied. Refuses with `bad_webhook`, `malformed` and `filter_refused`, in this order of
 * importance; a refused body is neither kept nor logged.
 */
export async function receiveEvent(
  call: SystemCall,
  input: Input,
  { secretsKey, waits }: { secretsKey: string; waits: Waits },
): Promise<{ received: Received; errand: Errand }> {
  const { db, now } = call;
  const sender = await senderOf(call, input.credentials, input.bytes, secretsKey);
  let event: ReturnType<typeof readEvent>;
  try {
    event = readEvent(input);
  } catch (error) {
    await requireSender(call, sender);
    throw error;
  }
  const { webhook, facts } = event;
  if (!facts) return { received: await countIgnored(call, sender, webhook), errand: undefined };

  const id = newId('openedxEvent', now);
  const runId = newId('syncRun', now);
  const at = webhook.at === null ? null : Math.min(webhook.at, now * 1000 + MAX_AHEAD_US);
  const join = facts.kind === 'course' ? joinRun(call, id, runId, facts.courseKey, at, waits.debounceMs) : [];
  const [found, , , stored, ...after] = await db.batch([
    idOf(db, sender),
    insertEvent(call, id, sender, webhook, facts, at),
    countDuplicate(db, id, sender, webhook),
    db.select({ id: openedxEvent.id }).from(openedxEvent).where(eq(openedxEvent.id, id)),
    ...join,
    db.select({ dueAt: syncRun.dueAt }).from(syncRun).where(eq(syncRun.id, runId)),
  ]);
  const [made] = (after.at(-1) ?? []) as { dueAt: number | null }[];
  if (found.length === 0) throw new DomainError('bad_webhook');
  const isNew = stored.length > 0;
  const received: Received = {
    eventId: webhook.eventId ?? (isNew ? id : null),
    eventType: webhook.eventType,
    status: isNew ? 'accepted' : 'duplicate',
  };
  if (!isNew) return { received, errand: undefined };
  if (facts.kind !== 'course') return { received, errand: { kind: 'handle', id } };
  return { received, errand: made ? { kind: 'sync', runId, startsAt: made.dueAt ?? now } : undefined };
}
