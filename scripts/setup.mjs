/*
 * The set-up that `npm start` and `npm test` need on a fresh clone. Runs under any Node from 20 up (the tools themselves
 * want 22.12, which the `node` package brings). Does nothing when the lockfile is as it was.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const stamp = 'node_modules/.set-up';
const wanted = createHash('sha256')
  .update(readFileSync('package-lock.json'))
  .update(readFileSync('package.json'))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Setting up: installing packages (once) …');
  const npm = process.env.npm_execpath;
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []];
  const installed = spawnSync(command, [...before, 'install', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
  });
  if (installed.status !== 0) process.exit(installed.status ?? 1);
  writeFileSync(stamp, wanted);
}

// The API page's assets are served by us: no third-party request.
const docs = 'public/api-docs';
if (!existsSync(`${docs}/swagger-ui-bundle.js`)) {
  mkdirSync(docs, { recursive: true });
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    cpSync(`node_modules/swagger-ui-dist/${file}`, `${docs}/${file}`);
}
