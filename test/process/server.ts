import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

const PATH = [resolve('node_modules/.bin'), process.env.PATH].join(delimiter);

/** Where the state lies that every fresh one of this run is copied from: the run has a directory of its own (test/a-directory.ts). */
const templateState = join(tmpdir(), 'template');

/** Migrated and seeded by whichever test comes first; the others wait for it. */
async function template(): Promise<string> {
  const ready = join(templateState, 'ready');
  const isMine = mkdirSync(templateState, { recursive: true }) !== undefined;
  if (isMine) {
    const env = { ...process.env, PATH, VE_STATE: templateState };
    const { status, stderr } = spawnSync(process.execPath, ['scripts/prepare.mjs'], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`no state could be prepared:\n${stderr}`);
    writeFileSync(ready, '');
  }
  for (let waited = 0; !existsSync(ready); waited += 100) {
    if (waited > 90_000) throw new Error('no state was prepared');
    await sleep(100);
  }
  return templateState;
}

export type Server = { address: string; kill: (signal?: NodeJS.Signals) => Promise<void> };

/** `npm start` on a state directory of its own, with the demo data if it is empty. `kill` takes down the whole tree, wrangler and workerd with it. */
export async function startServer(state: string, port: number, switches: Record<string, string> = {}): Promise<Server> {
  if (!existsSync(join(state, 'seeded'))) cpSync(await template(), state, { recursive: true });
  const env = { ...process.env, PATH, VE_STATE: state, PORT: String(port), VE_RATE_LIMITS: 'off', ...switches };
  let said = '';
  const child: ChildProcess = spawn(process.execPath, ['scripts/start.mjs'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => (said += part.toString()));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));

  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    try {
      if (child.pid) process.kill(-child.pid, signal);
    } catch {
      // nothing of it is left
    }
    await ended;
  };

  for (let waited = 0; !said.includes('VE-EDU-VAULT is at'); waited += 50) {
    if (child.exitCode !== null || waited > 60_000) {
      await kill();
      throw new Error(`the server did not start:\n${said}`);
    }
    await sleep(50);
  }
  return { address: `http://127.0.0.1:${port}`, kill };
}
