import * as z from 'zod';
import { sessionsOf } from './assessments/index.ts';
import { anyone, type Endpoint, endpoint, type Settings } from './http/index.ts';
import { mailerOf } from './notifications/index.ts';

const Part = z.enum(['ok', 'failing']);
const Parts = z.object({
  database: Part,
  attempts: Part,
  cache: Part,
  archive: Part,
  media: Part,
  queues: Part,
  /** `failing` also while nobody has said how mails leave: they wait. */
  mail: Part,
});
const Health = z.object({ status: z.enum(['healthy', 'degraded', 'unhealthy']), parts: Parts });

const TIMEOUT_MS = 3_000;

type State = z.output<typeof Part>;

async function check(work: () => Promise<unknown>): Promise<State> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<State>((resolve) => {
    timer = setTimeout(() => resolve('failing'), TIMEOUT_MS);
  });
  try {
    return await Promise.race([work().then((): State => 'ok'), late]);
  } catch {
    return 'failing';
  } finally {
    clearTimeout(timer);
  }
}

/** Without these nobody can sign in, start or save: unhealthy. Without any other part everything goes on, slower or later: degraded. */
const vital = ['database', 'attempts'] as const;

const statusOf = (parts: z.output<typeof Parts>): z.output<typeof Health>['status'] => {
  if (vital.some((part) => parts[part] === 'failing')) return 'unhealthy';
  return Object.values(parts).includes('failing') ? 'degraded' : 'healthy';
};

async function health(env: Env, settings: Settings): Promise<z.output<typeof Health>> {
  const [database, attempts, cache, archive, media, queues] = await Promise.all([
    check(() => env.DB.prepare('select 1').run()),
    // An object that never started answers so, and keeps nothing of having been asked.
    check(() => sessionsOf(env.ATTEMPTS).call('health', (session) => session.summary())),
    check(() => env.BANKS.get('health')),
    check(() => env.ARCHIVE.head('health')),
    check(() => env.MEDIA.head('health')),
    check(() => Promise.all([env.JOBS.metrics(), env.SYNCS.metrics(), env.PASSBACKS.metrics()])),
  ]);
  const mail: State = mailerOf(env, settings) ? 'ok' : 'failing';
  const parts = { database, attempts, cache, archive, media, queues, mail };
  return { status: statusOf(parts), parts };
}

const Alive = z.object({ status: z.literal('ok') });

export const healthEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/health',
    tag: 'Health',
    summary: 'How each part is',
    access: anyone,
    answers: { 200: Health, 503: Health },
    async run({ env, settings }) {
      const body = await health(env, settings);
      return { status: body.status === 'unhealthy' ? 503 : 200, body };
    },
  }),
  endpoint({
    method: 'get',
    path: '/health/ready',
    tag: 'Health',
    summary: 'Whether requests can be served',
    access: anyone,
    answers: { 200: Alive, 503: Health },
    async run({ env, settings }) {
      const body = await health(env, settings);
      return body.status === 'unhealthy' ? { status: 503, body } : { status: 200, body: { status: 'ok' } };
    },
  }),
  endpoint({
    method: 'get',
    path: '/health/live',
    tag: 'Health',
    summary: 'Whether the Worker runs at all',
    access: anyone,
    answers: { 200: Alive },
    run: async () => ({ status: 200, body: { status: 'ok' } }),
  }),
];
