import { anyone, type Endpoint, endpoint } from '../../http/index.ts';
import { TokenPairAnswer, UserAnswer } from '../answers.ts';
import { RegisterInput } from '../input.ts';
import { limitRegistration } from '../limit-sign-in.ts';
import { deviceOf } from '../sessions/device.ts';
import { signInRegistered } from '../sign-in.ts';
import { userView } from '../users.ts';
import { register } from './register.ts';

/** Three round trips. */
export const registerEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/auth/register',
    tag: 'Identity',
    summary: 'Make an account: always a student’s; a mail asks whether the address is theirs',
    access: anyone,
    body: RegisterInput,
    answers: { 201: TokenPairAnswer.extend({ user: UserAnswer }) },
    refusals: ['email_taken', 'too_many_requests'],
    async run({ call, body, env, settings, headers, defer }) {
      await limitRegistration({ ...call, env, settings });
      const { user: registered, eventId } = await register(call, body, { pepper: env.PASSWORD_PEPPER });
      defer(env.JOBS.send({ job: 'react', eventId }));
      const parts = { secret: env.ACCESS_TOKEN_KEY, device: deviceOf(headers) };
      const { user, ...tokens } = await signInRegistered(call, registered, parts);
      return { status: 201, body: { ...tokens, user: userView(user) } };
    },
  }),
];
