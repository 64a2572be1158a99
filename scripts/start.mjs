/*
 * `npm start`: the Worker on this machine, with real D1, KV, R2, Durable Objects and queues. Migrates, seeds the demo data
 * once, starts, and calls the cron address when ready and every minute, since cron does not fire by itself locally.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretsFile, stateDirectory } from './state.mjs';

const port = process.env.PORT ?? '8787';
const address = `http://127.0.0.1:${port}`;
const wrangler = 'node_modules/.bin/wrangler';
const environment = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true' };

/** Switches that reach the Worker; everything else of the environment does not. */
const switches = [
  'VE_RATE_LIMITS',
  'VE_ALLOW_PRIVATE_HOSTS',
  'VE_SYNC_DEBOUNCE_SECONDS',
  'VE_SYNC_POLL_SECONDS',
  'VE_PASSBACK_BACKOFF_MS', 'VE_LTI_STATE_SECONDS',
];

function run(command, args) {
  const done = spawnSync(command, args, { env: environment, encoding: 'utf8' });
  if (done.status !== 0) {
    process.stderr.write(`${done.stdout}${done.stderr}`);
    process.exit(done.status ?? 1);
  }
}

console.log(`State: ${stateDirectory}`);
const secrets = await secretsFile();
run(wrangler, ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDirectory]);

const seeded = join(stateDirectory, 'seeded');
const wantsDemo = process.env.VE_DEMO !== '0';
if (wantsDemo && !existsSync(seeded)) {
  console.log('Seeding the demo data (once) …');
  run('node_modules/.bin/tsx', ['scripts/seed.ts', stateDirectory]);
  writeFileSync(seeded, new Date().toISOString());
}

const vars = [
  ['ENVIRONMENT', 'local'],
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
