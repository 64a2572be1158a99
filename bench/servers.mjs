import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';

/*
 * The servers under load. Both answer on Miniflare's direct socket, because the proxy of `wrangler dev` costs more than what
 * is measured; both keep their state on disk, because durability is what is paid for.
 */

const temporary = () => mkdtempSync(join(tmpdir(), 've-bench-'));

const built = new Map();

/** The script of `bench/{name}.ts`, built once as deploying builds the Worker, minified. */
function buildWorker(name) {
  if (!built.has(name)) built.set(name, build(name));
  return built.get(name);
}

function build(name) {
  const out = temporary();
  try {
    const args = ['deploy', `bench/${name}.ts`, '--dry-run', '--outdir', out];
    const done = spawnSync('node_modules/.bin/wrangler', args, {
      encoding: 'utf8',
      env: { ...process.env, CI: 'true' },
    });
    if (done.status !== 0) throw new Error(`${done.stdout}${done.stderr}`);
    return readFileSync(join(out, `${name}.js`), 'utf8');
  } finally {
    rmSync(out, { recursive: true });
  }
}

const childrenOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );

async function start(worker, handleStructuredLogs) {
  const state = temporary();
  const before = new Set(childrenOf(process.pid));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: state,
      handleStructuredLogs,
      workers: [{ ...worker, unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] }],
    }),
  );
  await miniflare.ready;
  const url = await miniflare.unsafeGetDirectURL(worker.name);
  const pid = childrenOf(process.pid).find((one) => !before.has(one));
  return {
    miniflare,
    url,
    host: url.hostname,
    port: Number(url.port),
    /** Resident memory of the workerd process, in MB. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    /** Processor time the workerd process has used so far, in ms: user and system, in ticks of 10 ms. */
    cpu() {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    async stop() {
      await miniflare.dispose();
      rmSync(state, { recursive: true });
    },
  };
}

/** The bare floor. */
export const startFloor = () =>
  start(
    {
      name: 'floor',
      modules: [{ type: 'ESModule', path: 'floor.mjs', contents: readFileSync('bench/floor-worker.mjs', 'utf8') }],
      compatibilityDate: '2026-11-01',
      durableObjects: { ATTEMPTS: { className: 'Floor', useSQLite: true } },
      d1Databases: ['DB'],
    },
    () => {},
  );

/** Our Worker, whole, with wrangler.toml's bindings; nothing is limited unless `switches` say so. `onLine` gets each JSON line it logs. */
export async function startOurs(secrets, onLine, switches = { VE_RATE_LIMITS: 'off' }) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml');
  const { modulesRules: _, assets: __, ...bound } = workerOptions;
  return await start(
    {
      ...bound,
      name: 'ours',
      modules: [{ type: 'ESModule', path: 'worker.js', contents: buildWorker('worker') }],
      bindings: { ...secrets, ...switches, ENVIRONMENT: 'local', PUBLIC_ORIGIN: 'http://127.0.0.1' },
    },
    ({ message }) => {
      if (message.startsWith('{')) onLine(JSON.parse(message));
    },
  );
}

/** The verbs of a sync (`sync-worker.ts`), which ask `platform`, a function from request to response. */
export async function startSyncs(secrets, platform) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml');
  const { compatibilityDate, compatibilityFlags } = workerOptions;
  return await start(
    {
      ...{ name: 'syncs', compatibilityDate, compatibilityFlags },
      modules: [{ type: 'ESModule', path: 'worker.js', contents: buildWorker('sync-worker') }],
      bindings: secrets,
      d1Databases: ['DB'],
      serviceBindings: { PLATFORM: platform },
    },
    () => {},
  );
}

/** The check of a launch (`launch-worker.ts`). */
export async function startLaunches() {
  const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml');
  const { compatibilityDate, compatibilityFlags } = workerOptions;
  return await start(
    {
      ...{ name: 'launches', compatibilityDate, compatibilityFlags },
      modules: [{ type: 'ESModule', path: 'worker.js', contents: buildWorker('launch-worker') }],
    },
    () => {},
  );
}
