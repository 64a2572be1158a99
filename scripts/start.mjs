/*
 * `npm start`: the Worker on this machine, with real D1, KV, R2, Durable Objects and queues. Migrates, seeds the demo data
 * once, starts, and calls the cron address when ready and every minute, since cron does not fire by itself locally.
 */
import { spawn } from 'node:child_process';
import { environment, prepareState, wantsDemo, wrangler } from './prepare.mjs';
import { stateDirectory } from './state.mjs';

const port = process.env.PORT ?? '8787';
const address = `http://127.0.0.1:${port}`;

/** Switches that reach the Worker; everything else of the environment does not. */
const switches = [
  'VE_RATE_LIMITS',
  'VE_ALLOW_PRIVATE_HOSTS',
  'VE_SYNC_DEBOUNCE_SECONDS',
  'VE_SYNC_POLL_SECONDS',
  'VE_PASSBACK_BACKOFF_MS',
  'VE_LTI_STATE_SECONDS',
  // Not switches but secrets, for who tries signing in with these.
  ...['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET', 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
];

console.log(`State: ${stateDirectory}`);
const secrets = await prepareState();

const vars = [
  ['ENVIRONMENT', 'local'],
  ['PUBLIC_ORIGIN', address],
  ...switches.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
];
const worker = spawn(
  wrangler,
  [
    ...['dev', '--local', '--ip', '127.0.0.1', '--port', port, '--inspector-port', '0', '--persist-to', stateDirectory],
    ...['--env-file', secrets, '--log-level', process.env.VE_LOG ?? 'error', '--show-interactive-dev-session=false'],
    ...vars.flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ],
  { stdio: ['ignore', 'inherit', 'inherit'], env: environment },
);

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isStopping = true;
    worker.kill('SIGTERM');
  });
}
worker.on('exit', (code) => process.exit(isStopping ? 0 : (code ?? 1)));

async function isReady() {
  try {
    return (await fetch(`${address}/health/live`)).ok;
  } catch {
    return false;
  }
}
while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 200));

const sweep = () => fetch(`${address}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`).catch(() => {});
await sweep();
setInterval(() => void sweep(), 60_000);

console.log(`\nVE-EDU-VAULT is at ${address}\n`);
if (wantsDemo) {
  console.log('Demo accounts, password demo-malawi-2026:');
  for (const name of ['student', 'student2', 'instructor', 'instructor2', 'admin', 'superadmin'])
    console.log(`  ${name}@demo.test`);
  console.log('');
}
