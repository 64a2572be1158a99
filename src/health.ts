import * as z from 'zod';
import { anyone, type Endpoint, endpoint } from './http/index.ts';

const Part = z.enum(['ok', 'failing']);
const Health = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  parts: z.object({ database: Part, cache: Part, archive: Part }),
});

const TIMEOUT_MS = 3_000;

type State = z.output<typeof Part>;

async function check(work: () => Promise<unknown>): Promise<State> {
  const late = new Promise<State>((resolve) => setTimeout(() => resolve('failing'), TIMEOUT_MS));
  try {
    return await Promise.race([work().then((): State => 'ok'), late]);
  } catch {
    return 'failing';
  }
}

/** Without D1 nobody can sign in or start: unhealthy. Without cache or archive everything goes on, slower: degraded. */
async function health(env: Env): Promise<z.output<typeof Health>> {
  const [database, cache, archive] = await Promise.all([
    check(() => env.DB.prepare('select 1').run()),
    check(() => env.BANKS.get('health')),
    check(() => env.ARCHIVE.head('health')),
  ]);
  const status =
    database === 'failing' ? 'unhealthy' : cache === 'failing' || archive === 'failing' ? 'degraded' : 'healthy';
  return { status, parts: { database, cache, archive } };
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
    async run({ env }) {
      const body = await health(env);
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
    async run({ env }) {
      const body = await health(env);
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
