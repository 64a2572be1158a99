/** The files of an archive that were kept, by path; for those that were not, why. */
export type Files = Map<string, Uint8Array | { dropped: string }>;
export type ReadArchive = { files: Files } | { refusal: string; isTooLarge?: true };

/** Whether a file is worth keeping: up to how many bytes, and else what is said of it. */
export const keepUpTo = (path: string): number => {
  if (/\.(?:xml|toml)$/i.test(path)) return 1024 * 1024;
  return /\.(?:png|jpe?g|gif|webp)$/i.test(path) ? 100 * 1024 : 0;
};
export const droppedFor = (path: string, size: number): { dropped: string } => {
  const limit = keepUpTo(path);
  return {
    dropped: limit === 0 ? 'is not of a kind that is imported' : `is larger than ${limit / 1024} KB (${size} bytes)`,
  };
};

export const MOST_ENTRIES = 20_000;
const MOST_INFLATED = 100 * 1024 * 1024;
export const MOST_KEPT = 24 * 1024 * 1024;
/** What is packed a hundred times smaller holds no course. */
export const isBomb = (inflated: number, packed: number): boolean => inflated > 1024 * 1024 && inflated > packed * 100;

/** Why a path may not be in an archive; undefined when it may. */
export function badPath(path: string): string | undefined {
  const shown = JSON.stringify(path.slice(0, 100));
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return `the archive has an absolute path: ${shown}`;
  if (path.includes('\\') || path.includes('\0')) return `the archive has a path that is none: ${shown}`;
  if (path.split('/').includes('..')) return `the archive has a path that leaves it: ${shown}`;
  return undefined;
}

/** Why an archive is not read. */
export class Refusal extends Error {
  readonly isTooLarge: boolean;
  constructor(message: string, isTooLarge = false) {
    super(message);
    this.isTooLarge = isTooLarge;
  }
}

/** Reads exactly so many bytes at a time from a stream; whole blocks are passed by without being kept. */
function byteReader(stream: ReadableStream<Uint8Array>, packed: number) {
  const reader = stream.getReader();
  let chunk: Uint8Array = new Uint8Array();
  let inflated = 0;
  async function more(): Promise<boolean> {
    const { value, done } = await reader.read();
    if (done) return false;
    chunk = value;
    inflated += value.byteLength;
    if (inflated > MOST_INFLATED) throw new Refusal(`the archive unpacks to more than ${MOST_INFLATED} bytes`, true);
    if (isBomb(inflated, packed)) throw new Refusal('the archive unpacks to more than a hundred times its size', true);
    return true;
  }
  /** Fewer only at the end of the stream. */
  async function take(count: number, isKept: boolean): Promise<{ bytes: Uint8Array; found: number }> {
    const bytes = new Uint8Array(isKept ? count : 0);
    let found = 0;
    while (found < count) {
      if (chunk.byteLength === 0 && !(await more())) break;
      const part = chunk.subarray(0, count - found);
      if (isKept) bytes.set(part, found);
      found += part.byteLength;
      chunk = chunk.subarray(part.byteLength);
    }
    return { bytes, found };
  }
  return { take, cancel: () => reader.cancel().catch(() => undefined) };
}

const BLOCK = 512;
const decoder = new TextDecoder();

const textIn = (block: Uint8Array, from: number, length: number): string => {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
};

function octalIn(block: Uint8Array, from: number, length: number): number {
  const text = textIn(block, from, length).trim();
  if (!/^[0-7]*$/.test(text)) throw new Refusal('the archive is not a tar archive: a number in it is none');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function checkSum(block: Uint8Array): void {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  if (octalIn(block, 148, 8) !== sum) throw new Refusal('the archive is not a tar archive: a checksum is wrong');
}

/** `27 path=course/x.xml\n`, any number of them. */
function paxFields(bytes: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of decoder.decode(bytes).split('\n')) {
    const match = /^\d+ ([^=]+)=(.*)$/s.exec(line);
    if (match?.[1] !== undefined) fields.set(match[1], match[2] ?? '');
  }
  return fields;
}

const MOST_NAME = 64 * 1024;

async function readEntries(take: ReturnType<typeof byteReader>['take']): Promise<Files> {
  const files: Files = new Map();
  let kept = 0;
  let entries = 0;
  let longName: string | undefined;
  let longSize: number | undefined;
  for (;;) {
    const { bytes: block, found } = await take(BLOCK, true);
    if (found === 0 || block.every((byte) => byte === 0)) break;
    if (found < BLOCK) throw new Refusal('the archive ends too early');
    checkSum(block);
    entries += 1;
    if (entries > MOST_ENTRIES) throw new Refusal(`the archive has more than ${MOST_ENTRIES} entries`, true);

    const type = String.fromCharCode(block[156] ?? 0);
    const isUstar = textIn(block, 257, 5) === 'ustar';
    const prefix = isUstar ? textIn(block, 345, 155) : '';
    const path = longName ?? (prefix === '' ? '' : `${prefix}/`) + textIn(block, 0, 100);
    const size = longSize ?? octalIn(block, 124, 12);
    const body = async (isKept: boolean) => {
      const { bytes, found } = await take(size, isKept);
      const padding = (BLOCK - (size % BLOCK)) % BLOCK;
      if (found < size || (await take(padding, false)).found < padding) throw new Refusal('the archive ends too early');
      return bytes;
    };

    if (type === 'x' || type === 'L') {
      if (size > MOST_NAME) throw new Refusal('the archive has a name that is too long');
      const bytes = await body(true);
      if (type === 'L') longName = textIn(bytes, 0, bytes.byteLength);
      else {
        const fields = paxFields(bytes);
        longName = fields.get('path') ?? longName;
        const given = fields.get('size');
        if (given !== undefined && !/^\d{1,12}$/.test(given)) throw new Refusal('the archive has a size that is none');
        longSize = given === undefined ? longSize : Number(given);
      }
      continue;
    }
    [longName, longSize] = [undefined, undefined];
    if (type === 'g') {
      await body(false);
      continue;
    }
    const bad = badPath(path);
    if (bad !== undefined) throw new Refusal(bad);
    if (type === '5') {
      await body(false);
      continue;
    }
    if (type !== '0' && type !== '\0' && type !== '7') {
      const what = type === '1' || type === '2' ? 'a link' : 'neither a file nor a directory';
      throw new Refusal(`the archive has ${what}: ${JSON.stringify(path.slice(0, 100))}`);
    }
    const isKept = size <= keepUpTo(path);
    if (isKept) kept += size;
    if (kept > MOST_KEPT)
      throw new Refusal(`the archive has more than ${MOST_KEPT} bytes of problems and images`, true);
    const bytes = await body(isKept);
    files.set(path.replace(/^(?:\.\/)+/, ''), isKept ? bytes : droppedFor(path, size));
  }
  return files;
}

/**
 * The files of a `.tar.gz` that an import could want, read as a stream and stopped at the first thing that is wrong: a link, a
 * device, a path out of the archive, too many entries, too many bytes. Never throws.
 */
export async function readTarGz(bytes: Uint8Array): Promise<ReadArchive> {
  const stream = new Blob([bytes]).stream().pipeThrough<Uint8Array>(new DecompressionStream('gzip'));
  const { take, cancel } = byteReader(stream, bytes.byteLength);
  try {
    return { files: await readEntries(take) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message, ...(error.isTooLarge && { isTooLarge: true }) };
    return { refusal: 'the archive is not gzip, or is damaged' };
  } finally {
    await cancel();
  }
}
