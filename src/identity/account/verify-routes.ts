import * as z from 'zod';
import { anyone, type Endpoint, endpoint, NoInput, writing } from '../../http/index.ts';
import { limitReset } from '../limit-sign-in.ts';
import { askVerification } from './ask-verification.ts';
import { verifyEmail } from './verify-email.ts';

const tag = 'Identity';

export const verifyEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/api/v1/auth/verify-email/{key}',
    tag,
    summary: 'Show that an address is yours by the key of a link, once. Links in mails lead to a page that asks first',
    access: anyone,
    params: z.strictObject({ key: z.string().min(1).max(256) }),
    isOnce: true,
    answers: { 200: z.object({ verified: z.literal(true) }) },
    refusals: ['bad_token', 'email_taken'],
    async run({ call, params, env, defer }) {
      const { eventId } = await verifyEmail(call, params.key);
      if (eventId !== undefined) defer(env.JOBS.send({ job: 'react', eventId }));
      return { status: 200, body: { verified: true } };
    },
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/auth/verify-email',
    tag,
    summary: 'Have the mail sent again that shows an address to be yours',
    access: writing('profile:write'),
    body: NoInput,
    answers: { 202: null },
    refusals: ['too_many_requests'],
    async run({ call, env, settings, defer }) {
      await limitReset({ ...call, env, settings }, call.actor.userId);
      const { eventIds } = await askVerification(call);
      defer(env.JOBS.sendBatch(eventIds.map((eventId) => ({ body: { job: 'react', eventId } }))));
      return { status: 202 };
    },
  }),
];
