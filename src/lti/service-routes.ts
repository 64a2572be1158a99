import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, outsideOf, readingAtOnce, writing } from '../http/index.ts';
import { iso } from '../lib/instant.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import type { Passback } from './claim-passback.ts';
import { readMembers } from './members.ts';
import { pokePassbacks } from './passback-queue.ts';
import { ListPassbacksInput, listPassbacks, sendAgain } from './passbacks.ts';
import { launchRoles, passbackStates } from './words.ts';

const tag = 'LTI 1.3';

const PassbackAnswer = z.object({
  id: z.string(),
  registrationId: z.string(),
  /** Null while the platform has not named one. */
  lineItem: z.string().nullable(),
  userId: z.string(),
  state: z.enum(passbackStates),
  attempts: z.int(),
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  nextAt: z.string().nullable(),
});

const passbackAnswer = (row: Passback) => ({
  id: row.id,
  registrationId: row.registrationId,
  lineItem: row.slot === row.linkId ? null : row.slot,
  userId: row.userId,
  state: row.state,
  attempts: row.attempts,
  lastStatus: row.lastStatus,
  lastError: row.lastError,
  nextAt: iso(row.nextAt),
});

const MemberAnswer = z.object({
  userId: z.string().optional(),
  sub: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  roles: z.array(z.string()),
  role: z.enum(launchRoles),
  status: z.string(),
});

/** What runs after a launch, for staff: scores on their way, and rosters. */
export const ltiServiceEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/lti/passbacks',
    tag,
    summary: 'Scores on their way to learning platforms, those that changed last first',
    access: readingAtOnce('platforms:read'),
    query: ListPassbacksInput,
    answers: { 200: pageOf(PassbackAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listPassbacks(call, query);
      const rows = results.map(({ passback }) => passbackAnswer(passback));
      return { status: 200, body: pageAnswer(url, query, { count, results: rows }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/lti/passbacks/{id}/send',
    tag,
    summary: 'Send a score now that was refused, or waits',
    access: writing('platforms:write'),
    params: IdParams,
    body: NoInput,
    answers: { 202: PassbackAnswer },
    refusals: ['conflict'],
    async run({ call, params, env }) {
      const row = await sendAgain(call, params.id);
      await pokePassbacks(env.PASSBACKS, [row.id]);
      return { status: 202, body: passbackAnswer(row) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/lti/contexts/{id}/members',
    tag,
    summary:
      'The roster of a course of a learning platform, as it is there now; by our id of the context or the platform’s',
    access: readingAtOnce('platforms:read'),
    params: IdParams,
    answers: { 200: pageOf(MemberAnswer) },
    refusals: ['roster_unavailable', 'platform_unavailable'],
    async run({ call, params, env, settings }) {
      const results = await readMembers(call, params.id, outsideOf(env, settings));
      return { status: 200, body: { count: results.length, next: null, previous: null, results } };
    },
  }),
];
