import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, readingAtOnce, writing } from '../http/index.ts';
import { listBankShares, shareBank, unshareBank } from './share-bank.ts';

const tag = 'Banks and items';
const params = z.strictObject({ id: z.string(), userId: z.string() });
const ShareAnswer = z.object({ userId: z.string(), name: z.string() });

export const shareEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/banks/{id}/shares',
    tag,
    summary: 'With whom a bank of yours is shared',
    access: readingAtOnce('items:write'),
    params: IdParams,
    answers: { 200: z.object({ results: z.array(ShareAnswer) }) },
    run: async ({ call, params }) => ({ status: 200, body: { results: await listBankShares(call, params) } }),
  }),
  endpoint({
    method: 'put',
    path: '/api/v1/banks/{id}/shares/{userId}',
    tag,
    summary: 'Share with somebody of the staff, who may then read and change it',
    access: writing('items:write'),
    params,
    body: NoInput,
    answers: { 204: null },
    async run({ call, params }) {
      await shareBank(call, params);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/banks/{id}/shares/{userId}',
    tag,
    summary: 'Take a share back',
    access: writing('items:write'),
    params,
    answers: { 204: null },
    async run({ call, params }) {
      await unshareBank(call, params);
      return { status: 204 };
    },
  }),
];
