/** Where an image of an item is read: named by its content, so it never changes. */
export const MEDIA_PATH = /^\/media\/[0-9a-f]{64}\.(?:png|jpg|gif|webp)$/;

/** In bytes. */
export const LARGEST_IMAGE = 100 * 1024;

type Kind = { extension: string; type: string; starts: readonly number[]; later?: readonly [at: number, text: string] };

const ascii = (text: string) => Array.from(text, (one) => one.charCodeAt(0));

/** Images by what they begin with. No SVG: it is a document with scripts. */
const kinds: readonly Kind[] = [
  { extension: 'png', type: 'image/png', starts: [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a] },
  { extension: 'jpg', type: 'image/jpeg', starts: [0xff, 0xd8, 0xff] },
  { extension: 'gif', type: 'image/gif', starts: ascii('GIF8') },
  { extension: 'webp', type: 'image/webp', starts: ascii('RIFF'), later: [8, 'WEBP'] },
];

const holds = (bytes: Uint8Array, at: number, wanted: readonly number[]) =>
  wanted.every((byte, index) => bytes[at + index] === byte);

const kindOf = (bytes: Uint8Array): Kind | undefined =>
  kinds.find(({ starts, later }) => holds(bytes, 0, starts) && (!later || holds(bytes, later[0], ascii(later[1]))));

export const imageTypes = kinds.map(({ type }) => type);

/** The media type of an image by what it begins with; undefined where it is none of ours. */
export const imageTypeOf = (bytes: Uint8Array): string | undefined => kindOf(bytes)?.type;

/** The media type an extension stands for. */
export const mediaTypeOf = (name: string): string | undefined =>
  kinds.find(({ extension }) => name.endsWith(`.${extension}`))?.type;

/** An image as it will be kept: its path and type. Or why it is not. */
export async function readImage(bytes: Uint8Array): Promise<{ path: string; type: string } | { refusal: string }> {
  if (bytes.byteLength > LARGEST_IMAGE) return { refusal: `is larger than ${LARGEST_IMAGE / 1024} KB` };
  const kind = kindOf(bytes);
  if (!kind) return { refusal: 'is not a PNG, JPEG, GIF or WebP image' };
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const name = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { path: `/media/${name}.${kind.extension}`, type: kind.type };
}
