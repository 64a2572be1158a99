import { imageTypeOf } from '../../content/index.ts';

const OFFICE = 'application/vnd.openxmlformats-officedocument';

const latin = new TextDecoder('latin1');
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

const begins = (bytes: Uint8Array, text: string) => latin.decode(bytes.subarray(0, text.length)) === text;

/** A zip with the parts that Office keeps under `folder`, and without macros. */
const isOffice = (folder: string) => (bytes: Uint8Array) => {
  if (!begins(bytes, 'PK\x03\x04')) return false;
  const text = latin.decode(bytes);
  return text.includes('[Content_Types].xml') && text.includes(`${folder}/`) && !/vbaProject\.bin/i.test(text);
};

const isImage = (type: string) => (bytes: Uint8Array) => imageTypeOf(bytes) === type;

/** Text as people write it: UTF-8, without the characters that only programs use. */
function isText(bytes: Uint8Array): boolean {
  try {
    return !/(?![\t\n\f\r])\p{Cc}/u.test(utf8.decode(bytes));
  } catch {
    return false;
  }
}

/** What may go with a lesson: how its name ends, and how its content is told. Nothing a browser would run. */
const kinds: Record<string, { extension: string; also?: string; fits: (bytes: Uint8Array) => boolean }> = {
  'application/pdf': { extension: 'pdf', fits: (bytes) => begins(bytes, '%PDF-') },
  'image/png': { extension: 'png', fits: isImage('image/png') },
  'image/jpeg': { extension: 'jpg', also: 'jpeg', fits: isImage('image/jpeg') },
  'image/webp': { extension: 'webp', fits: isImage('image/webp') },
  'text/csv': { extension: 'csv', fits: isText },
  [`${OFFICE}.wordprocessingml.document`]: { extension: 'docx', fits: isOffice('word') },
  [`${OFFICE}.spreadsheetml.sheet`]: { extension: 'xlsx', fits: isOffice('xl') },
  [`${OFFICE}.presentationml.presentation`]: { extension: 'pptx', fits: isOffice('ppt') },
};

export const attachments = {
  types: Object.keys(kinds),
  endings: Object.values(kinds).flatMap(({ extension, also }) => (also ? [extension, also] : [extension])),
  /** In bytes. */
  limit: 2 * 1024 * 1024,
  /** Most files of one lesson. */
  most: 20,
  /** Whether the content is of the type it is said to be. */
  fits: (mediaType: string, bytes: Uint8Array): boolean => kinds[mediaType]?.fits(bytes) ?? false,
  /** The type a name stands for, where a browser says nothing reliable; undefined where it is none of ours. */
  typeOf: (name: string): string | undefined => {
    const ending = name.toLowerCase().split('.').at(-1) ?? '';
    return Object.keys(kinds).find((type) => kinds[type]?.extension === ending || kinds[type]?.also === ending);
  },
};

const LONGEST_NAME = 100;

/** A name that any phone can keep a file under: without folders, control and direction characters, with the ending of its type. */
export function fileNameOf(given: string, mediaType: string): string {
  const { extension = 'bin', also } = kinds[mediaType] ?? {};
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029<>:"|?*]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .trim();
  const ending = [extension, also].find((one) => one !== undefined && plain.toLowerCase().endsWith(`.${one}`));
  const stem = ending === undefined ? plain : plain.slice(0, -ending.length - 1);
  return `${Array.from(stem).slice(0, LONGEST_NAME).join('').trim() || 'file'}.${extension}`;
}

/** RFC 6266 and 8187: an ASCII name for old readers, the real one for all others. */
export function contentDisposition(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*!]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
