import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSecrets } from './secrets.mjs';

/** Where the local Worker keeps everything: databases, objects, queues and its secrets. */
export const stateDirectory = process.env.VE_STATE ?? '.wrangler/state';

const namesIn = (text) => text.split('\n').map((line) => line.slice(0, Math.max(line.indexOf('='), 0)));

/** The file of development secrets inside the state directory. Each is made once; one that a later version needs is added. */
export async function secretsFile() {
  const file = join(stateDirectory, 'secrets.env');
  if (!existsSync(file)) {
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(file, '', { mode: 0o600 });
  }
  const kept = namesIn(readFileSync(file, 'utf8'));
  const missing = Object.entries(await makeSecrets()).filter(([name]) => !kept.includes(name));
  if (missing.length > 0) appendFileSync(file, missing.map(([name, value]) => `${name}='${value}'\n`).join(''));
  return file;
}

/** The development secrets as an object. */
export async function readSecrets() {
  const lines = readFileSync(await secretsFile(), 'utf8')
    .trim()
    .split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 2, -1)]),
  );
}
