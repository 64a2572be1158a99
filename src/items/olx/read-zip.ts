import { unzipSync } from 'fflate';
import {
  badPath,
  droppedFor,
  type Files,
  isBomb,
  keepUpTo,
  MOST_ENTRIES,
  MOST_KEPT,
  type ReadArchive,
  Refusal,
} from './read-tar.ts';

/**
 * The files of a `.zip` that an import could want. Sizes are those the archive declares, and no entry is unpacked beyond its own.
 * Never throws.
 */
export function readZip(bytes: Uint8Array): ReadArchive {
  const files: Files = new Map();
  let entries = 0;
  let kept = 0;
  try {
    const unpacked = unzipSync(bytes, {
      filter({ name, originalSize, size }) {
        entries += 1;
        if (entries > MOST_ENTRIES) throw new Refusal(`the archive has more than ${MOST_ENTRIES} entries`, true);
        const bad = badPath(name);
        if (bad !== undefined) throw new Refusal(bad);
        if (name.endsWith('/')) return false;
        if (isBomb(originalSize, size))
          throw new Refusal('an entry unpacks to more than a hundred times its size', true);
        const isKept = originalSize <= keepUpTo(name);
        if (isKept) kept += originalSize;
        else files.set(name, droppedFor(name, originalSize));
        if (kept > MOST_KEPT)
          throw new Refusal(`the archive has more than ${MOST_KEPT} bytes of problems and images`, true);
        return isKept;
      },
    });
    for (const [name, content] of Object.entries(unpacked)) files.set(name, content);
    return { files };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message, ...(error.isTooLarge && { isTooLarge: true }) };
    return { refusal: 'the archive is not zip, or is damaged' };
  }
}
