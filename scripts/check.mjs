/*
 * `npm run check`: everything about the house that can be told without running it. Every step runs, so that one look shows
 * all that is wrong.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', name);

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
}

/** `wrangler types` writes what wrangler.toml says; a difference means somebody forgot to. */
const typesAreCurrent = () => run(bin('wrangler'), ['types', '--include-runtime=false', '--check']);

const digest = (directory) =>
  readdirSync(directory, { recursive: true })
    .filter((name) => /\.(sql|json)$/.test(name))
    .sort((a, b) => a.localeCompare(b))
    .map((name) =>
      createHash('sha256')
        .update(name)
        .update(readFileSync(join(directory, name)))
        .digest('hex'),
    )
    .join();

/** Generating again must find nothing to generate. */
function migrationsAreCurrent() {
  const copy = mkdtempSync(join(tmpdir(), 've-migrations-'));
  try {
    const copied = run('cp', ['-R', 'migrations/.', copy]);
    if (!copied.ok) return copied;
    const { output } = run(bin('drizzle-kit'), [
      'generate',
      '--dialect',
      'sqlite',
      '--schema',
      './src/*/schema.ts',
      '--out',
      copy,
    ]);
    const ok = digest(copy) === digest('migrations');
    return {
      ok,
      output: ok ? '' : `migrations/ is behind the schema files: npx drizzle-kit generate --name <what>\n${output}`,
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const steps = {
  format: () => run(bin('biome'), ['ci', '--colors=off', '.']),
  lint: () =>
    run(bin('oxlint'), [
      '--type-aware',
      '--deny-warnings',
      'src',
      'durable-objects',
      'test',
      'scripts',
      'bench',
      ...['paper', 'launch', 'register', 'sw', 'offline', 'forget'].map((one) => `public/${one}.js`),
    ]),
  types: () => run(bin('tsc'), ['--noEmit']),
  'page script types': () => run(bin('tsc'), ['--noEmit', '-p', 'public']),
  imports: () => run(process.execPath, ['scripts/check-imports.mjs']),
  'generated types': typesAreCurrent,
  migrations: migrationsAreCurrent,
  'unused code': () => run(bin('knip'), ['--no-progress']),
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  const { ok, output } = step();
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
  if (!ok) {
    failed += 1;
    console.log(output.split('\n').slice(0, 80).join('\n'));
  }
}
console.log(failed === 0 ? 'check: all well' : `check: ${failed} of ${Object.keys(steps).length} failed`);
process.exit(failed === 0 ? 0 : 1);
