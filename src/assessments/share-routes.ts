import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, readingAtOnce, writing } from '../http/index.ts';
import { listAssessmentShares, shareAssessment, unshareAssessment } from './share-assessment.ts';

const tag = 'Assessments';
const params = z.strictObject({ id: z.string(), userId: z.string() });
const ShareAnswer = z.object({ userId: z.string(), name: z.string() });

export const shareEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/assessments/{id}/shares',
    tag,
    summary: 'With whom an assessment of yours is shared',
    access: readingAtOnce('assessments:write'),
    params: IdParams,
    answers: { 200: z.object({ results: z.array(ShareAnswer) }) },
    run: async ({ call, params }) => ({ status: 200, body: { results: await listAssessmentShares(call, params) } }),
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/assessments/{id}/shares/{userId}',
    tag,
    summary: 'Share with somebody of the staff, who may then read and change it',
    access: writing('assessments:write'),
    params,
    body: NoInput,
    answers: { 204: null },
    async run({ call, params }) {
      await shareAssessment(call, params);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/assessments/{id}/shares/{userId}',
    tag,
    summary: 'Take a share back',
    access: writing('assessments:write'),
    params,
    answers: { 204: null },
    async run({ call, params }) {
      await unshareAssessment(call, params);
      return { status: 204 };
    },
  }),
];
