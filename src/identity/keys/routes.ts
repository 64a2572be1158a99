import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, readingAtOnce, writing } from '../../http/index.ts';
import { iso } from '../../lib/instant.ts';
import { PageQuery, pageAnswer, pageOf } from '../../lib/paging.ts';
import { permissionNames } from '../../lib/permissions.ts';
import { limitKeys } from '../limit-sign-in.ts';
import { type ApiKey, createKey } from './create-key.ts';
import { CreateKeyInput } from './input.ts';
import { listKeys, revokeKey } from './own-keys.ts';

const tag = 'Identity';
const KeyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(permissionNames)),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});

const keyAnswer = ({ id, name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt }: ApiKey) => ({
  ...{ id, name, scopes, createdAt: iso(createdAt), expiresAt: iso(expiresAt) },
  ...{ revokedAt: iso(revokedAt), lastUsedAt: iso(lastUsedAt) },
});

export const keyEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/auth/api-keys',
    tag,
    summary: 'Your keys for machines; the keys themselves are shown only once',
    // A key is not to read about its like.
    access: readingAtOnce('profile:write'),
    query: PageQuery,
    answers: { 200: pageOf(KeyAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listKeys(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(keyAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/api-keys',
    tag,
    summary: 'Make a key for a machine: a bearer that does what you may, narrowed to its scopes. Shown once',
    access: writing('profile:write'),
    body: CreateKeyInput,
    answers: { 201: KeyAnswer.extend({ key: z.string() }) },
    refusals: ['confirm_first', 'too_many_requests'],
    creates: 'a secret',
    async run({ call, body, env, settings }) {
      await limitKeys({ ...call, env, settings }, call.actor.userId);
      const { key, ...made } = await createKey(call, body);
      return { status: 201, body: { ...keyAnswer(made), key } };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/auth/api-keys/{id}',
    tag,
    summary: 'Revoke a key, at once',
    access: writing('profile:write'),
    params: IdParams,
    answers: { 204: null },
    async run({ call, params }) {
      await revokeKey(call, params.id);
      return { status: 204 };
    },
  }),
];
