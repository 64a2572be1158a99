import * as z from 'zod';
import { CourseAnswer, courseAnswer } from '../courses/index.ts';
import { type Endpoint, endpoint, readingAtOnce, writing } from '../http/index.ts';
import { iso } from '../lib/instant.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { connectionEndpoints } from './connection-routes.ts';
import { enqueueSync } from './enqueue-sync.ts';
import { addCourse } from './follow-course.ts';
import { AddCourseInput, ListEventsInput } from './input.ts';
import { type ListedEvent, listEvents } from './list-events.ts';
import { runEndpoints } from './run-routes.ts';
import { webhookEndpoints } from './webhook-routes.ts';
import { eventStatuses } from './words.ts';

const EventAnswer = z.object({
  id: z.string().nullable(),
  eventId: z.string().nullable(),
  eventType: z.string(),
  courseKey: z.string().nullable(),
  status: z.enum(eventStatuses),
  times: z.int(),
  at: z.string().nullable(),
  receivedAt: z.string(),
  handledAt: z.string().nullable(),
  runId: z.string().nullable(),
  error: z.string().nullable(),
});

const eventAnswer = (one: ListedEvent) => ({
  ...one,
  at: iso(one.at),
  receivedAt: iso(one.receivedAt),
  handledAt: iso(one.handledAt),
});

/** A followed course comes with the run that brings its outline. */
const NewCourseAnswer = CourseAnswer.extend({ connectionId: z.string().optional(), runId: z.string().optional() });

export const openedxEndpoints: readonly Endpoint[] = [
  ...connectionEndpoints,
  ...webhookEndpoints,
  ...runEndpoints,
  endpoint({
    method: 'post',
    path: '/api/v1/courses',
    tag: 'Courses',
    summary: 'Make a course; with a connection it follows Open edX',
    access: writing('courses:write'),
    body: AddCourseInput,
    answers: { 201: NewCourseAnswer },
    refusals: ['conflict'],
    creates: true,
    async run({ call, body, env }) {
      const { course, runId } = await addCourse(call, body);
      if (runId !== null) await enqueueSync(env.SYNCS, runId, call.now, call.now);
      const { connectionId } = body;
      const followed = { ...(connectionId !== undefined && { connectionId }), ...(runId !== null && { runId }) };
      return { status: 201, body: { ...courseAnswer(course, call.actor), ...followed } };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/openedx/events',
    tag: 'Open edX',
    summary: 'The events that came, as parsed fields',
    access: readingAtOnce('platforms:read'),
    query: ListEventsInput,
    answers: { 200: pageOf(EventAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listEvents(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(eventAnswer) }) };
    },
  }),
];
