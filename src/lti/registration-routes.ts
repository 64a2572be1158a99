import * as z from 'zod';
import { anyone, type Endpoint, endpoint, IdParams, NoInput, outsideOf, writing } from '../http/index.ts';
import { iso } from '../lib/instant.ts';
import { pageAnswer, pageOf } from '../lib/paging.ts';
import { createRegistration } from './create-registration.ts';
import { deleteRegistration } from './delete-registration.ts';
import { approveDeployment, removeDeployment } from './deployments.ts';
import { createInvitation, registerUrl } from './invitations.ts';
import {
  AddDeploymentInput,
  CreateRegistrationInput,
  DeploymentParams,
  ListRegistrationsInput,
  UpdateRegistrationInput,
} from './registration-input.ts';
import { listRegistrations, type Registration, requireRegistration } from './registrations.ts';
import { publishedKeys } from './signing-keys.ts';
import { checkNames, testRegistration } from './test-registration.ts';
import { updateRegistration } from './update-registration.ts';

const tag = 'LTI 1.3';
/** Reading too wants somebody who is an admin now. */
const access = writing('registrations:manage');

const RegistrationAnswer = z.object({
  id: z.string(),
  name: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  authLoginUrl: z.string(),
  authTokenUrl: z.string(),
  keySetUrl: z.string(),
  audience: z.string().nullable(),
  deployments: z.array(z.string()),
  pendingDeployments: z.array(z.string()),
  allowAnonymous: z.boolean(),
  frameOrigins: z.array(z.string()),
  active: z.boolean(),
  isDynamic: z.boolean(),
  createdAt: z.string(),
});

const registrationAnswer = ({ isActive, createdAt, ...rest }: Registration) => ({
  ...rest,
  active: isActive,
  createdAt: iso(createdAt),
});

const TestAnswer = z.object({
  works: z.boolean(),
  checks: z.array(z.object({ name: z.enum(checkNames), ok: z.boolean(), tried: z.boolean(), detail: z.string() })),
});

const KeySetAnswer = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      alg: z.literal('RS256'),
      use: z.literal('sig'),
      kty: z.literal('RSA'),
      n: z.string(),
      e: z.string(),
    }),
  ),
});

const InvitationAnswer = z.object({ id: z.string(), url: z.string(), expiresAt: z.string() });

export const ltiAdminEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/lti/jwks',
    tag,
    summary: 'Our public keys, as a JWK set; they may be kept for an hour',
    access: anyone,
    answers: { 200: KeySetAnswer },
    async run({ call, env }) {
      const keys = await publishedKeys(call, env.SECRETS_KEY);
      return { status: 200, body: { keys }, headers: { 'cache-control': 'public, max-age=3600' } };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/lti/registrations',
    tag,
    summary: 'The learning platforms that may launch into this tool',
    access,
    query: ListRegistrationsInput,
    answers: { 200: pageOf(RegistrationAnswer) },
    async run({ call, query, url }) {
      const { count, results } = await listRegistrations(call, query);
      return { status: 200, body: pageAnswer(url, query, { count, results: results.map(registrationAnswer) }) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/lti/registrations',
    tag,
    summary: 'Register a learning platform',
    access,
    body: CreateRegistrationInput,
    answers: { 201: RegistrationAnswer },
    refusals: ['in_use'],
    creates: true,
    async run({ call, body, env, settings }) {
      const { id } = await createRegistration(call, body, outsideOf(env, settings));
      return { status: 201, body: registrationAnswer(await requireRegistration(call, id)) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/lti/registrations/{id}',
    tag,
    summary: 'One registration, with the deployments that wait for approval',
    access,
    params: IdParams,
    answers: { 200: RegistrationAnswer },
    async run({ call, params }) {
      return { status: 200, body: registrationAnswer(await requireRegistration(call, params.id)) };
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/lti/registrations/{id}',
    tag,
    summary: 'Change a registration, or approve it',
    access,
    params: IdParams,
    body: UpdateRegistrationInput,
    answers: { 200: RegistrationAnswer },
    refusals: ['in_use'],
    async run({ call, params, body, env, settings }) {
      const changed = await updateRegistration(call, { ...body, id: params.id }, outsideOf(env, settings));
      return { status: 200, body: registrationAnswer(changed) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/lti/registrations/{id}',
    tag,
    summary: 'Take a registration away; its platform is unknown from now on',
    access,
    params: IdParams,
    answers: { 204: null },
    async run({ call, params }) {
      await deleteRegistration(call, params.id);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/lti/registrations/{id}/deployments',
    tag,
    summary: 'Approve a deployment, new (201) or waiting (200)',
    access,
    params: IdParams,
    body: AddDeploymentInput,
    answers: { 200: RegistrationAnswer, 201: RegistrationAnswer },
    creates: true,
    async run({ call, params, body }) {
      const { isNew } = await approveDeployment(call, { ...body, registrationId: params.id });
      const found = await requireRegistration(call, params.id);
      return { status: isNew ? 201 : 200, body: registrationAnswer(found) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/lti/registrations/{id}/deployments/{deploymentId}',
    tag,
    summary: 'Refuse a deployment that waits, or take an approved one back',
    access,
    params: DeploymentParams,
    answers: { 204: null },
    async run({ call, params }) {
      await removeDeployment(call, { registrationId: params.id, deploymentId: params.deploymentId });
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/lti/registrations/{id}/test',
    tag,
    summary: 'Fetch the keys of the platform and ask it for a token, and say what is wrong',
    access,
    params: IdParams,
    body: NoInput,
    answers: { 200: TestAnswer },
    async run({ call, params, env, settings }) {
      return { status: 200, body: await testRegistration(call, params.id, outsideOf(env, settings)) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/lti/invitations',
    tag,
    summary: 'A link by which one platform may register itself and is active at once; shown here and never again',
    access,
    body: NoInput,
    answers: { 201: InvitationAnswer },
    creates: 'a secret',
    async run({ call, url }) {
      const { id, secret, expiresAt } = await createInvitation(call);
      return { status: 201, body: { id, url: registerUrl(url.origin, secret), expiresAt: iso(expiresAt) } };
    },
  }),
];
