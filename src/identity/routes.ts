import * as z from 'zod';
import { anyone, type Endpoint, endpoint, NoInput, reading, writing } from '../http/index.ts';
import { registerEndpoints } from './account/register-routes.ts';
import { verifyEndpoints } from './account/verify-routes.ts';
import { TokenPairAnswer, UserAnswer } from './answers.ts';
import { auditEndpoints } from './audit-log/routes.ts';
import { factorEndpoints } from './factor/routes.ts';
import { LoginInput, RefreshInput } from './input.ts';
import { keyEndpoints } from './keys/routes.ts';
import { limitSignIn } from './limit-sign-in.ts';
import { meEndpoints } from './me-routes.ts';
import { passwordEndpoints } from './passwords/password-routes.ts';
import { refreshTokens } from './refresh.ts';
import { deviceOf } from './sessions/device.ts';
import { sessionEndpoints } from './sessions/session-routes.ts';
import { signIn } from './sign-in.ts';
import { signOut, signOutEverywhere } from './sign-out.ts';
import { settingsEndpoints } from './site-settings/routes.ts';
import { accountNamed, requireSelf, userView } from './users.ts';

const tag = 'Identity';
const LaunchAnswer = z
  .object({
    registrationId: z.string(),
    deploymentId: z.string(),
    contextId: z.string().nullable(),
    resourceLinkId: z.string().nullable(),
    role: z.enum(['student', 'instructor']),
    assessmentId: z.string().optional(),
  })
  .describe("The launch this sign-in came of, in the platform's own ids");

export const identityEndpoints: readonly Endpoint[] = [
  ...factorEndpoints,
  ...keyEndpoints,
  ...auditEndpoints,
  ...settingsEndpoints,
  ...meEndpoints,
  endpoint({
    method: 'post',
    path: '/api/v1/auth/login',
    tag,
    summary: 'Sign in with an e-mail address or user name, and a password',
    access: anyone,
    body: LoginInput,
    answers: { 200: TokenPairAnswer.extend({ user: UserAnswer }) },
    refusals: ['wrong_credentials', 'second_factor_required', 'too_many_requests'],
    async run({ call, body, env, settings, headers }) {
      const keys = { secret: env.ACCESS_TOKEN_KEY, pepper: env.PASSWORD_PEPPER, secretsKey: env.SECRETS_KEY };
      const parts = { ...keys, device: deviceOf(headers) };
      const { user, ...tokens } = await limitSignIn(
        { ...call, env, settings },
        () => accountNamed(call, body.email),
        () => signIn(call, body, parts),
      );
      return { status: 200, body: { ...tokens, user: userView(user) } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/refresh',
    tag,
    summary: 'Trade a refresh token for the next pair; each works once, reuse ends its family',
    access: anyone,
    body: RefreshInput,
    answers: { 200: TokenPairAnswer },
    refusals: ['bad_refresh_token'],
    run: async ({ call, body, env }) => ({
      status: 200,
      body: await refreshTokens(call, body.refresh, env.ACCESS_TOKEN_KEY),
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/logout',
    tag,
    summary: 'Sign out; an unknown token is signed out already',
    access: anyone,
    body: RefreshInput,
    answers: { 204: null },
    async run({ call, body }) {
      await signOut(call, body.refresh);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/logout-all',
    tag,
    opensFirst: true,
    summary: 'Sign out everywhere, pages too',
    access: writing('profile:write'),
    body: NoInput,
    answers: { 204: null },
    async run({ call }) {
      await signOutEverywhere(call);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'get',
    path: '/api/v1/auth/me',
    tag,
    opensFirst: true,
    summary: 'Who am I',
    access: reading('profile:read'),
    answers: { 200: UserAnswer.extend({ lti: LaunchAnswer.optional() }) },
    async run({ call }) {
      const { user, launch } = await requireSelf(call);
      return { status: 200, body: { ...userView(user), ...(launch && { lti: launch }) } };
    },
  }),
  ...registerEndpoints,
  ...passwordEndpoints,
  ...verifyEndpoints,
  ...sessionEndpoints,
];
