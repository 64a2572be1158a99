import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The whole application as `npm start` runs it, on a port and a state of its own. */
export type RunningServer = { address: string; stop: () => Promise<void> };

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

export async function startServer(): Promise<RunningServer> {
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), 've-browser-'));
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    env: { ...process.env, PORT: String(port), VE_STATE: state, VE_RATE_LIMITS: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('VE-EDU-VAULT is at')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
  await ready;
  return {
    address: `http://127.0.0.1:${port}`,
    async stop() {
      child.removeAllListeners('exit');
      const gone = ended(child);
      child.kill('SIGTERM');
      await gone;
      rmSync(state, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
