import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
const ENOUGH = 2 ** 31;

/** Databases of tests sync each of their writes to the disk; nothing of it is to outlive the run. */
function isRoomy(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= ENOUGH;
  } catch {
    return false;
  }
}

/** A directory for all that a run of the tests writes, in memory where there is room; gone when the run ends. */
export default function setup() {
  const directory = mkdtempSync(join(isRoomy(MEMORY) ? MEMORY : tmpdir(), 've-test-'));
  process.env.TMPDIR = directory;
  return () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
