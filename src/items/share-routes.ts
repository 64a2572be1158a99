import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, readingAtOnce, writing } from '../http/index.ts';
import type { Sharing } from './sharing.ts';

const params = z.strictObject({ id: z.string(), userId: z.string() });
const ShareAnswer = z.object({ userId: z.string(), name: z.string() });

type Shared = {
  at: '/api/v1/banks' | '/api/v1/assessments';
  tag: string;
  what: string;
  permission: 'items:write' | 'assessments:write';
};

/** `…/{id}/shares`: with whom something is shared, to add to and take from. */
export const shareEndpoints = ({ at, tag, what, permission }: Shared, sharing: Sharing): readonly Endpoint[] => [
  endpoint({
    method: 'get',
    path: `${at}/{id}/shares`,
    tag,
    summary: `With whom ${what} of yours is shared`,
    access: readingAtOnce(permission),
    params: IdParams,
    answers: { 200: z.object({ results: z.array(ShareAnswer) }) },
    run: async ({ call, params }) => ({ status: 200, body: { results: await sharing.list(call, params) } }),
  }),
  endpoint({
    method: 'put',
    path: `${at}/{id}/shares/{userId}`,
    tag,
    summary: 'Share with somebody of the staff, who may then read and change it',
    access: writing(permission),
    params,
    body: NoInput,
    answers: { 204: null },
    async run({ call, params }) {
      await sharing.share(call, params);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'delete',
    path: `${at}/{id}/shares/{userId}`,
    tag,
    summary: 'Take a share back',
    access: writing(permission),
    params,
    answers: { 204: null },
    async run({ call, params }) {
      await sharing.unshare(call, params);
      return { status: 204 };
    },
  }),
];
