import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, readingAtOnce, writing } from '../../http/index.ts';
import { iso } from '../../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../../lib/paging.ts';
import { mailerOf } from '../../notifications/index.ts';
import {
  type DeadLetter,
  ListDeadLettersInput,
  listDeadLetters,
  liveQueues,
  replayDeadLetter,
} from './dead-letters.ts';
import { listParkedEvents, type ParkedEvent, retryEvent } from './parked-events.ts';
import { readStatus } from './read-status.ts';

const tag = 'Operations';
const access = readingAtOnce('operations:manage');

const StatusAnswer = z.object({
  deadLetters: z.int(),
  parkedEvents: z.int(),
  oldestEventAt: z.string().nullable(),
  parkedMails: z.int(),
  oldestMailAt: z.string().nullable(),
  parkedScores: z.int(),
  failedSyncs: z.int(),
  openAttempts: z.int(),
  mailer: z.enum(['cloudflare', 'http', 'outbox', 'none']),
  signUps: z.array(z.object({ day: z.string(), count: z.int() })),
});

const DeadLetterAnswer = z.object({
  id: z.string(),
  queue: z.string(),
  body: z.unknown(),
  attempts: z.int(),
  at: z.string(),
  replayedAt: z.string().nullable(),
});

const deadLetterAnswer = ({ at, replayedAt, ...row }: DeadLetter) => ({
  ...row,
  at: iso(at),
  replayedAt: iso(replayedAt),
});

const ParkedEventAnswer = z.object({
  id: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  at: z.string(),
  attempts: z.int(),
  lastError: z.string().nullable(),
});

const parkedEventAnswer = ({ id, type, payload, at, attempts, lastError }: ParkedEvent) => ({
  ...{ id, type, payload, attempts, lastError },
  at: iso(at),
});

/** What runs in the background, for staff who look after the house. */
export const operationsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/status',
    tag,
    summary: 'What waits, what failed, who came: the state of what runs in the background',
    access,
    answers: { 200: StatusAnswer },
    async run({ call, env, settings }) {
      const { oldestEventAt, oldestMailAt, ...status } = await readStatus(call, { mailer: mailerOf(env, settings) });
      return {
        status: 200,
        body: { ...status, oldestEventAt: iso(oldestEventAt), oldestMailAt: iso(oldestMailAt) },
      };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/dead-letters',
    tag,
    summary: 'Messages that a queue gave up on, newest first',
    access,
    query: ListDeadLettersInput,
    answers: { 200: pageOf(DeadLetterAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listDeadLetters(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(deadLetterAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/dead-letters/{id}/replay',
    tag,
    summary: 'Send a dead letter again to the queue it came from',
    access: writing('operations:manage'),
    params: IdParams,
    body: NoInput,
    answers: { 202: DeadLetterAnswer },
    refusals: ['conflict'],
    async run({ call, params, env }) {
      return { status: 202, body: deadLetterAnswer(await replayDeadLetter(call, params.id, liveQueues(env))) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/events/parked',
    tag,
    summary: 'Events whose reactions failed too often, oldest first',
    access,
    query: PageQuery,
    answers: { 200: pageOf(ParkedEventAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listParkedEvents(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(parkedEventAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/events/{id}/retry',
    tag,
    summary: 'React to a parked event again',
    access: writing('operations:manage'),
    params: IdParams,
    body: NoInput,
    answers: { 202: ParkedEventAnswer },
    refusals: ['conflict'],
    async run({ call, params, env }) {
      const event = await retryEvent(call, params.id);
      await env.JOBS.send({ job: 'react', eventId: event.id });
      return { status: 202, body: parkedEventAnswer(event) };
    },
  }),
];
