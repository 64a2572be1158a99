import { anyone, type Endpoint, endpoint, writing } from '../../http/index.ts';
import { AskResetInput, ChangePasswordInput, ConfirmResetInput } from '../input.ts';
import { limitReset, limitSignIn } from '../limit-sign-in.ts';
import { setPasswordByLink } from '../password-link.ts';
import { askReset } from './ask-reset.ts';
import { changePassword } from './change-password.ts';

const tag = 'Identity';

export const passwordEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/auth/password/change',
    tag,
    opensFirst: true,
    summary: 'Change the password; ends all other sign-ins. A wrong present password is 400 at /currentPassword',
    access: writing('profile:write'),
    body: ChangePasswordInput,
    answers: { 204: null },
    refusals: ['invalid', 'forbidden', 'too_many_requests'],
    async run({ call, body, env, settings, defer }) {
      // Whoever holds somebody's sign-in may guess no faster than anybody else.
      const { eventId } = await limitSignIn({ ...call, env, settings }, call.actor.userId, () =>
        changePassword(call, body, env.PASSWORD_PEPPER),
      );
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 204 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/password/reset',
    tag,
    summary:
      'Ask for a mail with a link to set a password; the answer is the same whether or not somebody has the address',
    access: anyone,
    body: AskResetInput,
    answers: { 202: null },
    refusals: ['too_many_requests'],
    async run({ call, body, env, settings, defer }) {
      await limitReset({ ...call, env, settings }, body.email);
      const { eventId } = await askReset(call, body);
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 202 };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/password/reset/confirm',
    tag,
    summary: 'Set a password by the token of a link, once; ends every sign-in',
    access: anyone,
    body: ConfirmResetInput,
    answers: { 204: null },
    refusals: ['bad_token'],
    async run({ call, body, env, defer }) {
      const { eventId } = await setPasswordByLink(call, body, env.PASSWORD_PEPPER);
      defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 204 };
    },
  }),
];
