import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, readingAtOnce, writing } from '../../http/index.ts';
import { iso } from '../../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../../lib/paging.ts';
import { endSession } from './end-session.ts';
import { listSessions } from './list-sessions.ts';

const tag = 'Identity';

const SessionAnswer = z.object({
  id: z.string(),
  kind: z.enum(['page', 'api']).describe('A sign-in to the pages, or to the API'),
  device: z.string().nullable().describe('What the browser said of itself, in a few words'),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable().describe('When its token was last traded; null where that is not kept'),
  isCurrent: z.boolean(),
});

export const sessionEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/auth/sessions',
    tag,
    summary: 'Where you are signed in',
    access: readingAtOnce('profile:read'),
    query: PageQuery,
    answers: { 200: pageOf(SessionAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listSessions(call, query);
      const told = results.map(({ createdAt, lastUsedAt, ...one }) => ({
        ...one,
        createdAt: iso(createdAt),
        lastUsedAt: iso(lastUsedAt),
      }));
      return { status: 200, body: pageAnswer(url, query, { count, results: told }) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/auth/sessions/{id}',
    tag,
    summary: 'End one of your sign-ins, the present one too',
    access: writing('profile:write'),
    params: IdParams,
    answers: { 204: null },
    refusals: ['not_found'],
    async run({ call, params }) {
      await endSession(call, params.id);
      return { status: 204 };
    },
  }),
];
