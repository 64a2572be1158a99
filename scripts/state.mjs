import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSecrets } from './secrets.mjs';

/** Where the local Worker keeps everything: databases, objects, queues and its secrets. */
export const stateDirectory = process.env.VE_STATE ?? '.wrangler/state';

/** The file of development secrets, made once inside the state directory. */
export async function secretsFile() {
  const file = join(stateDirectory, 'secrets.env');
  if (!existsSync(file)) {
    mkdirSync(stateDirectory, { recursive: true });
    const lines = Object.entries(await makeSecrets()).map(([name, value]) => `${name}='${value}'\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
  }
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
