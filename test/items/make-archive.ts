import { gzipSync, strToU8 } from 'fflate';

const BLOCK = 512;

function header(path: string, size: number, type: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string) => block.set(strToU8(text), at);
  put(0, path);
  put(100, '0000644\0');
  put(124, `${size.toString(8).padStart(11, '0')}\0`);
  put(148, '        ');
  put(156, type);
  put(257, 'ustar\x0000');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** A tar archive; `type` as in its header, '0' for a file. */
export const tar = (entries: readonly { path: string; content: Uint8Array; type?: string }[]): Uint8Array =>
  join([
    ...entries.flatMap(({ path, content, type = '0' }) => [
      header(path, content.byteLength, type),
      content,
      new Uint8Array((BLOCK - (content.byteLength % BLOCK)) % BLOCK),
    ]),
    new Uint8Array(2 * BLOCK),
  ]);

export const tarGz = (files: Record<string, string | Uint8Array>): Uint8Array =>
  gzipSync(
    tar(
      Object.entries(files).map(([path, content]) => ({
        path,
        content: typeof content === 'string' ? strToU8(content) : content,
      })),
    ),
  );

/** The first bytes of a PNG image, and no more of one. */
export const aPng = (): Uint8Array => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
