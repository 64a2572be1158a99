import * as z from 'zod';
import { type Endpoint, endpoint, NoInput, reading, writing } from '../../http/index.ts';
import { iso } from '../../lib/instant.ts';
import { limitSignIn } from '../limit-sign-in.ts';
import { confirmSelf } from './confirm-self.ts';
import { CodeInput, ConfirmInput } from './input.ts';
import { readSecondFactor, renewRecoveryCodes, turnOffSecondFactor } from './second-factor.ts';
import { beginSecondFactor, confirmSecondFactor } from './set-up.ts';

const tag = 'Identity';
const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

export const factorEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/auth/second-factor',
    tag,
    summary: 'Whether a second factor is on, and how many recovery codes are left',
    access: reading('profile:read'),
    answers: {
      200: z.object({ isOn: z.boolean(), confirmedAt: z.iso.datetime().nullable(), recoveryCodesLeft: z.int() }),
    },
    async run({ call }) {
      const { confirmedAt, recoveryCodesLeft } = await readSecondFactor(call);
      return { status: 200, body: { isOn: confirmedAt !== null, confirmedAt: iso(confirmedAt), recoveryCodesLeft } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/second-factor',
    tag,
    summary: 'Begin a second factor: a secret for an authenticator, which counts once a code of it is given',
    access: writing('profile:write'),
    body: NoInput,
    answers: { 200: z.object({ secret: z.string().describe('Base32'), uri: z.string() }) },
    refusals: ['confirm_first', 'second_factor_on'],
    run: async ({ call, env }) => ({ status: 200, body: await beginSecondFactor(call, env.SECRETS_KEY) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/second-factor/confirm',
    tag,
    summary:
      'Turn the second factor on by its first code; every other sign-in ends, the recovery codes are shown this once',
    access: writing('profile:write'),
    body: CodeInput,
    answers: { 200: RecoveryCodes },
    refusals: ['second_factor_off', 'conflict', 'too_many_requests'],
    async run({ call, body, env, settings }) {
      const confirm = () => confirmSecondFactor(call, body, env.SECRETS_KEY);
      return { status: 200, body: await limitSignIn({ ...call, env, settings }, call.actor.userId, confirm) };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/second-factor/recovery-codes',
    tag,
    summary: 'New recovery codes in place of the old, shown this once',
    access: writing('profile:write'),
    body: NoInput,
    answers: { 200: RecoveryCodes },
    refusals: ['confirm_first', 'second_factor_off'],
    run: async ({ call }) => ({ status: 200, body: await renewRecoveryCodes(call) }),
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/auth/second-factor',
    tag,
    summary: 'Turn the second factor off; every other sign-in ends',
    access: writing('profile:write'),
    answers: { 204: null },
    refusals: ['confirm_first', 'second_factor_off'],
    async run({ call }) {
      await turnOffSecondFactor(call);
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/confirm',
    tag,
    summary:
      'Confirm that it is you, by password, or by a code once a second factor is on; it counts for a quarter of an hour',
    access: writing('profile:write'),
    body: ConfirmInput,
    answers: { 204: null },
    refusals: ['wrong_credentials', 'second_factor_required', 'no_password', 'too_many_requests'],
    async run({ call, body, env, settings }) {
      const keys = { pepper: env.PASSWORD_PEPPER, secretsKey: env.SECRETS_KEY };
      await limitSignIn({ ...call, env, settings }, call.actor.userId, () => confirmSelf(call, body, keys));
      return { status: 204 };
    },
  }),
];
