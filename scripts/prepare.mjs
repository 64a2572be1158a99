/*
 * Makes a state directory ready: secrets, migrations, and once the demo data. `node scripts/prepare.mjs` does no more than that.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { secretsFile, stateDirectory } from './state.mjs';

export const wrangler = 'node_modules/.bin/wrangler';
// wrangler would take secrets of the environment before those of the state, which its passwords are hashed with.
const { ACCESS_TOKEN_KEY: _, SECRETS_KEY: __, PASSWORD_PEPPER: ___, ...around } = process.env;
export const environment = { ...around, WRANGLER_SEND_METRICS: 'false', CI: 'true' };
export const wantsDemo = process.env.VE_DEMO !== '0';

function run(command, args) {
  const done = spawnSync(command, args, { env: environment, encoding: 'utf8' });
  if (done.status !== 0) {
    process.stderr.write(`${done.stdout}${done.stderr}`);
    process.exit(done.status ?? 1);
  }
}

const digestOfMigrations = () => {
  const hash = createHash('sha256');
  const names = readdirSync('migrations').filter((name) => name.endsWith('.sql'));
  for (const name of names.sort()) hash.update(name).update(readFileSync(join('migrations', name)));
  return hash.digest('hex');
};

/** Runs what a file of the state directory does not say was done, `done` being its whole text. */
function once(name, done, work) {
  const file = join(stateDirectory, name);
  if (existsSync(file) && (done === undefined || readFileSync(file, 'utf8') === done)) return;
  work();
  writeFileSync(file, done ?? new Date().toISOString());
}

/** Prepares the state directory; answers the file of secrets in it. */
export async function prepareState() {
  const secrets = await secretsFile();
  once('migrated', digestOfMigrations(), () =>
    run(wrangler, ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDirectory]),
  );
  if (wantsDemo)
    once('seeded', undefined, () => {
      console.log('Seeding the demo data (once) …');
      run('node_modules/.bin/tsx', ['scripts/seed.ts']);
    });
  return secrets;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await prepareState();
