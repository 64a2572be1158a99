import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer as start } from '../process/server.ts';

/** The whole application as `npm start` runs it, on a port and a state of its own. */
export async function startServer(switches: Record<string, string> = {}) {
  const state = mkdtempSync(join(tmpdir(), 've-browser-'));
  const { address, kill } = await start(state, await freePort(), switches);
  return {
    address,
    async stop() {
      await kill('SIGTERM');
      rmSync(state, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
