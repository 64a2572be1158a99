import type { UploadKind } from './read-upload.ts';

const kinds: Record<string, UploadKind> = {
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/gzip': 'gzip',
  'application/x-gzip': 'gzip',
  'application/zip': 'zip',
  'application/x-zip-compressed': 'zip',
};

/** What may be uploaded, and how many bytes of it: an export with its images is larger than a request of JSON. */
export const uploads = {
  types: Object.keys(kinds),
  limit: 20 * 1024 * 1024,
  /** By the media type, which has been checked. */
  kindOf: (contentType: string | null): UploadKind =>
    kinds[contentType?.split(';')[0]?.trim().toLowerCase() ?? ''] ?? 'xml',
  /** By the first bytes, where a browser says nothing reliable. */
  kindIn: (bytes: Uint8Array): UploadKind => {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
    return bytes[0] === 0x50 && bytes[1] === 0x4b ? 'zip' : 'xml';
  },
};
