import { drizzle } from 'drizzle-orm/d1';
import type { Outside } from '../src/http/outside.ts';
import type { Call } from '../src/lib/call.ts';
import { createConnection } from '../src/openedx/create-connection.ts';
import { addCourse } from '../src/openedx/follow-course.ts';
import { requestSync } from '../src/openedx/request-sync.ts';
import { undoRun } from '../src/openedx/undo-run.ts';
import { workOnRun } from '../src/openedx/work-on-run.ts';

export { AssessmentSession } from '../durable-objects/assessment-session.ts';

/*
 * The verbs of a sync inside workerd, with the real D1 and the platform behind a service binding. Every call that leaves the
 * isolate is noted with its time, so that what lies between two of them is the time the isolate computed.
 */

type BenchEnv = { DB: D1Database; PLATFORM: Fetcher; SECRETS_KEY: string };

/** A call that left the isolate, in ms: of the database (`statements`, and the rows it read and wrote) or of the platform. */
type Trip = { what: string; startedAt: number; endedAt: number; statements: number; read: number; written: number };

/** The clock stands still while the isolate computes; what comes back from outside moves it. */
async function clock(): Promise<number> {
  await scheduler.wait(0);
  return Date.now();
}

type Meta = { meta?: { rows_read?: number; rows_written?: number } };

function notedDatabase(database: D1Database, trips: Trip[]): D1Database {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const note = async <T>(statements: number, call: () => Promise<T>): Promise<T> => {
    const startedAt = await clock();
    const answer = await call();
    const metas = (Array.isArray(answer) ? answer : [answer]) as Meta[];
    const sum = (of: 'rows_read' | 'rows_written') => metas.reduce((total, one) => total + (one?.meta?.[of] ?? 0), 0);
    const rows = { read: sum('rows_read'), written: sum('rows_written') };
    trips.push({ what: 'd1', startedAt, endedAt: Date.now(), statements, ...rows });
    return answer;
  };
  const noted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => noted(target.bind(...values));
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]) => note(1, async () => await member.apply(target, values));
      },
    });
    originals.set(proxy, statement);
    return proxy;
  };
  return new Proxy(database, {
    get(target, name) {
      if (name === 'prepare') return (query: string) => noted(target.prepare(query));
      if (name === 'batch')
        return (statements: D1PreparedStatement[]) =>
          note(statements.length, () => target.batch(statements.map((one) => originals.get(one) ?? one)));
      return Reflect.get(target, name);
    },
  });
}

/** The platform, whose answers come whole before their time is noted: what follows is reading, not waiting. */
function notedOutside(env: BenchEnv, trips: Trip[]): Outside {
  return {
    async fetch(input, init) {
      const request = new Request(input, init);
      const startedAt = await clock();
      const { status, headers, body } = await env.PLATFORM.fetch(request);
      const bytes = await new Response(body).arrayBuffer();
      const what = new URL(request.url).pathname.includes('/blocks/') ? 'blocks' : 'other';
      trips.push({ what, startedAt, endedAt: await clock(), statements: 0, read: 0, written: 0 });
      return new Response(bytes, { status, headers });
    },
    secretsKey: env.SECRETS_KEY,
    allowLoopback: false,
    now: Date.now,
    tokens: new Map(),
  };
}

const WAITS = { debounceMs: 0, pollMs: 10_000 };

type Asked =
  | { what: 'follow'; courseKey: string }
  | { what: 'request'; courseKey: string }
  | { what: 'sync'; runId: string }
  | { what: 'undo'; runId: string };

async function answer(env: BenchEnv, call: Call, asked: Asked, trips: Trip[]): Promise<unknown> {
  const outside = notedOutside(env, trips);
  switch (asked.what) {
    case 'follow': {
      const site = { name: 'Bench', lmsUrl: 'https://lms.example.mw', clientId: 'bench', clientSecret: 'bench' };
      const { id: connectionId } = await createConnection(call, site, outside);
      const course = { title: 'Bench', examinationLevel: 'MSCE', academicClass: 'Form 3' } as const;
      return await addCourse(call, { courseKey: asked.courseKey, connectionId, ...course });
    }
    case 'request':
      return await requestSync(call, asked.courseKey);
    case 'sync':
      return await workOnRun(call, asked.runId, outside, WAITS);
    case 'undo':
      return await undoRun(call, asked.runId);
  }
}

export default {
  async fetch(request, env) {
    const asked: Asked = await request.json();
    const trips: Trip[] = [];
    const startedAt = await clock();
    const db = drizzle(notedDatabase(env.DB, trips));
    const actor = { userId: 'usr_bench_0', role: 'admin', sessionId: 'rft_bench_0' } as const;
    const answered = await answer(
      env,
      { db, actor, now: startedAt, requestId: 'req_bench', address: '127.0.0.1' },
      asked,
      trips,
    );
    return Response.json({ answered, startedAt, endedAt: await clock(), trips });
  },
} satisfies ExportedHandler<BenchEnv>;
