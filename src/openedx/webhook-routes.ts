import * as z from 'zod';
import { anyone, type Endpoint, type EndpointRequest, endpoint } from '../http/index.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import { enqueueSync } from './enqueue-sync.ts';
import { type Errand, receiveEvent } from './receive-event.ts';
import { waitsOf } from './waits.ts';
import { eventStatuses } from './words.ts';

const MAX_BODY_BYTES = 1024 * 1024;

const raw = { types: ['application/json', 'application/x-www-form-urlencoded'], limit: MAX_BODY_BYTES };
const answers = {
  202: z.object({ eventId: z.string().nullable(), eventType: z.string(), status: z.enum(eventStatuses) }),
};
const refusals = ['bad_webhook', 'filter_refused'] as const;

/** The event stands in the database: where the queue is away, the sweep finds it there. */
async function send(env: Env, errand: Errand, now: number): Promise<void> {
  try {
    if (errand?.kind === 'sync') await enqueueSync(env.SYNCS, errand.runId, errand.startsAt, now);
    else if (errand) await env.JOBS.send({ job: 'handle-openedx-event', id: errand.id });
  } catch (error) {
    consoleLog('error', errorLine({ where: 'webhook', errand: JSON.stringify(errand) }, error));
  }
}

type Asked = Pick<
  EndpointRequest<typeof anyone, undefined, undefined, undefined>,
  'call' | 'bytes' | 'headers' | 'env' | 'settings'
>;

async function take({ call, bytes, headers, env, settings }: Asked, secret?: string) {
  const credentials = {
    ...(secret !== undefined && { secret }),
    timestamp: headers.get('x-ve-timestamp'),
    signature: headers.get('x-ve-signature'),
  };
  const { received, errand } = await receiveEvent(
    call,
    { credentials, bytes, contentType: headers.get('content-type') ?? '' },
    { secretsKey: env.SECRETS_KEY, waits: waitsOf(settings) },
  );
  await send(env, errand, call.now);
  return { status: 202 as const, body: received };
}

export const webhookEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/webhooks/openedx/{secret}',
    tag: 'Open edX',
    summary: 'An event of Open edX, by the secret in the address',
    access: anyone,
    params: z.strictObject({ secret: z.string().max(200) }),
    raw,
    answers,
    refusals: [...refusals],
    run: ({ params, ...request }) => take(request, params.secret),
  }),
  endpoint({
    method: 'post',
    path: '/api/v1/webhooks/openedx',
    tag: 'Open edX',
    summary: 'An event of Open edX, signed: X-VE-Timestamp and X-VE-Signature',
    access: anyone,
    raw,
    answers,
    refusals: [...refusals],
    run: (request) => take(request),
  }),
];
