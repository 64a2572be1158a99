import { readImage } from './media.ts';

/** In bytes. Over 2G a larger one takes more than three seconds. */
const HEAVY = 15 * 1024;

type Kept = { path: string; bytes: number; warning?: string };

/** Keeps an image under the name of its content and says the path to show it by, or why it is not kept. One round trip to R2. */
export async function keepImage(
  bytes: Uint8Array,
  { media }: { media: R2Bucket },
): Promise<Kept | { refusal: string }> {
  const read = await readImage(bytes);
  if ('refusal' in read) return read;
  await media.put(read.path.slice('/media/'.length), bytes, { httpMetadata: { contentType: read.type } });
  const size = bytes.byteLength;
  const warning = `The image has ${Math.ceil(size / 1024)} KB: over a slow line it takes long. Make it smaller, up to ${HEAVY / 1024} KB`;
  return { path: read.path, bytes: size, ...(size > HEAVY && { warning }) };
}
