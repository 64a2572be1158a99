import * as z from 'zod';
import { type Endpoint, endpoint, IdParams, NoInput, outsideOf, writing } from '../http/index.ts';
import { iso } from '../lib/instant.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import {
  CreateConnectionInput,
  ListConnectionsInput,
  TestConnectionInput,
  UpdateConnectionInput,
  WebhookSecretParams,
} from './connection-input.ts';
import { type Connection, listConnections, requireConnection } from './connections.ts';
import { createConnection } from './create-connection.ts';
import { deleteConnection } from './delete-connection.ts';
import { checkNames, testConnection } from './test-connection.ts';
import { updateConnection } from './update-connection.ts';
import { addWebhookSecret, revokeWebhookSecret, rotateHmacSecret } from './webhook-secrets.ts';

const tag = 'Open edX';
/** Reading too wants somebody who is an admin now: it tells where our secrets go. */
const access = writing('connections:manage');

const ConnectionAnswer = z.object({
  id: z.string(),
  name: z.string(),
  lmsUrl: z.string(),
  studioUrl: z.string().nullable(),
  clientId: z.string(),
  signInClientId: z.string().nullable(),
  requireSignature: z.boolean(),
  allowSignIn: z.boolean(),
  debounceSeconds: z.int(),
  vanishLimit: z.int(),
  isDefault: z.boolean(),
  courseCount: z.int(),
  activeSecrets: z.array(z.object({ id: z.string(), createdAt: z.string() })),
  createdAt: z.string(),
});

const connectionAnswer = ({ webhookSecrets, createdAt, ...rest }: Connection) => ({
  ...rest,
  activeSecrets: webhookSecrets.map((one) => ({ id: one.id, createdAt: iso(one.createdAt) })),
  createdAt: iso(createdAt),
});

const MadeAnswer = z.object({ id: z.string(), webhookSecrets: z.array(z.string()), hmacSecret: z.string() });
const SecretAnswer = z.object({ id: z.string(), secret: z.string() });
const HmacAnswer = z.object({ hmacSecret: z.string() });
const TestAnswer = z.object({
  works: z.boolean(),
  checks: z.array(z.object({ name: z.enum(checkNames), ok: z.boolean(), tried: z.boolean(), detail: z.string() })),
});

export const connectionEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/openedx/connections',
    tag,
    summary: 'The connections to Open edX, the default first',
    access,
    query: ListConnectionsInput,
    answers: { 200: pageOf(ConnectionAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listConnections(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(connectionAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/openedx/connections',
    tag,
    summary: 'Connect an Open edX site; its secrets are shown here and never again',
    access,
    body: CreateConnectionInput,
    answers: { 201: MadeAnswer },
    creates: 'a secret',
    async run({ call, body, env, settings }) {
      const { id, webhookSecret, hmacSecret } = await createConnection(call, body, outsideOf(env, settings));
      return { status: 201, body: { id, webhookSecrets: [webhookSecret], hmacSecret } };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/openedx/connections/{id}',
    tag,
    summary: 'One connection, without its secrets',
    access,
    params: IdParams,
    answers: { 200: ConnectionAnswer },
    async run({ call, params }) {
      return { status: 200, body: connectionAnswer(await requireConnection(call, params.id)) };
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/openedx/connections/{id}',
    tag,
    summary: 'Change a connection; an address that changes wants the secret again',
    access,
    params: IdParams,
    body: UpdateConnectionInput,
    answers: { 200: ConnectionAnswer },
    async run({ call, params, body, env, settings }) {
      const changed = await updateConnection(call, { ...body, id: params.id }, outsideOf(env, settings));
      return { status: 200, body: connectionAnswer(changed) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/openedx/connections/{id}',
    tag,
    summary: 'Take a connection away that no course follows; its secrets stop working at once',
    access,
    params: IdParams,
    answers: { 204: null },
    refusals: ['in_use'],
    async run({ call, params }) {
      await deleteConnection(call, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/openedx/connections/{id}/test',
    tag,
    summary: 'Try everything we ask of the site, and say which right is missing',
    access,
    params: IdParams,
    body: TestConnectionInput,
    answers: { 200: TestAnswer },
    async run({ call, params, body, env, settings }) {
      const outside = outsideOf(env, settings);
      return { status: 200, body: await testConnection(call, { ...body, id: params.id }, outside) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/openedx/connections/{id}/webhook-secrets',
    tag,
    summary: 'One more secret for the webhook address, shown here and never again; the others go on working',
    access,
    params: IdParams,
    body: NoInput,
    answers: { 201: SecretAnswer },
    refusals: ['conflict'],
    creates: 'a secret',
    async run({ call, params }) {
      return { status: 201, body: await addWebhookSecret(call, params.id) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/openedx/connections/{id}/webhook-secrets/{secretId}',
    tag,
    summary: 'End a secret of the webhook address at once',
    access,
    params: WebhookSecretParams,
    answers: { 204: null },
    async run({ call, params }) {
      await revokeWebhookSecret(call, { connectionId: params.id, secretId: params.secretId });
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/openedx/connections/{id}/hmac-secret',
    tag,
    summary: 'Another secret for signatures, shown here and never again; the one before stops at once',
    access,
    params: IdParams,
    body: NoInput,
    answers: { 201: HmacAnswer },
    creates: 'a secret',
    async run({ call, params, env, settings }) {
      return { status: 201, body: await rotateHmacSecret(call, params.id, outsideOf(env, settings)) };
    },
  }),
];
