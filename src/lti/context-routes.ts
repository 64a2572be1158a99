import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, writing } from '../http/index.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { JoinContextInput, joinContext, ListContextsInput, listContexts } from './contexts.ts';

const tag = 'LTI 1.3';
/** Reading too wants somebody who is an admin now. */
const access = writing('registrations:manage');

const ContextAnswer = z.object({
  id: z.string(),
  registrationId: z.string(),
  deploymentId: z.string(),
  contextId: z.string(),
  title: z.string(),
  courseKey: z.string(),
  courseTitle: z.string(),
});

export const contextEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/lti/contexts',
    tag,
    summary: 'Courses of platforms, and the courses they are here',
    access,
    query: ListContextsInput,
    answers: { 200: pageOf(ContextAnswer) },
    run: async ({ call, query, url }) => ({
      status: 200,
      body: pageAnswer(url, query, await listContexts(call, query)),
    }),
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/lti/contexts/{id}',
    tag,
    summary: 'Say which course here a course of a platform is',
    access,
    params: IdParams,
    body: JoinContextInput,
    answers: { 200: ContextAnswer },
    run: async ({ call, params, body }) => ({ status: 200, body: await joinContext(call, params.id, body) }),
  }),
];
