import * as z from 'zod';
import { anyone, type Endpoint, endpoint, NoInput, reading, writing } from '../http/index.ts';
import { roles } from '../lib/call.ts';
import { LoginInput, RefreshInput } from './input.ts';
import { limitSignIn } from './limit-sign-in.ts';
import { refreshTokens } from './refresh.ts';
import { signIn } from './sign-in.ts';
import { signOut, signOutEverywhere } from './sign-out.ts';
import { requireSelf, userView } from './users.ts';

const tag = 'Identity';
const UserAnswer = z.object({ id: z.string(), email: z.string().nullable(), name: z.string(), role: z.enum(roles) });
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
const TokenPair = z.object({ access: z.string(), refresh: z.string() });

export const identityEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/auth/login',
    tag,
    summary: 'Sign in with e-mail and password',
    access: anyone,
    body: LoginInput,
    answers: { 200: TokenPair.extend({ user: UserAnswer }) },
    refusals: ['wrong_credentials', 'too_many_requests'],
    async run({ call, body, env, settings, headers }) {
      await limitSignIn(settings, env, headers, body.email);
      const { user, ...tokens } = await signIn(call, body, env.ACCESS_TOKEN_KEY);
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
    answers: { 200: TokenPair },
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
    summary: 'Who am I',
    access: reading('profile:read'),
    answers: { 200: UserAnswer.extend({ lti: LaunchAnswer.optional() }) },
    async run({ call }) {
      const { user, launch } = await requireSelf(call);
      return { status: 200, body: { ...userView(user), ...(launch && { lti: launch }) } };
    },
  }),
];
