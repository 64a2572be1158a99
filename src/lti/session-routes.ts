import * as z from 'zod';
import { anyone, type Endpoint, endpoint } from '../http/index.ts';
import { signInByLaunch, UserAnswer, userView } from '../identity/index.ts';
import { DomainError } from '../lib/errors.ts';
import { useCode } from './launch-codes.ts';

const SessionInput = z.strictObject({ code: z.string().min(1).max(256) });

export const sessionEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/lti/session',
    tag: 'LTI 1.3',
    summary: 'Trade the one-time code of a launch page (`ve-code`) for tokens; it works once, within 60 seconds',
    access: anyone,
    body: SessionInput,
    answers: { 200: z.object({ access: z.string(), refresh: z.string(), user: UserAnswer }) },
    refusals: ['bad_launch_code'],
    async run({ call, body, env }) {
      const used = await useCode(call, 'session', body.code);
      if (!used) throw new DomainError('bad_launch_code');
      const signedIn = await signInByLaunch(call, used.userId, used.launch, env.ACCESS_TOKEN_KEY);
      if (!signedIn) throw new DomainError('bad_launch_code');
      const { user, ...tokens } = signedIn;
      return { status: 200, body: { ...tokens, user: userView(user) } };
    },
  }),
];
