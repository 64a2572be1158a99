import { sha256 } from '../lib/crypto.ts';

/** The `ETag` of what is made of `parts` alone. Weak: what compresses answers on the way may keep it (RFC 9110 §8.8.1). */
export const etagOf = async (parts: readonly unknown[]): Promise<string> =>
  `W/"${(await sha256(JSON.stringify(parts))).slice(0, 22)}"`;

const opaque = (tag: string) => tag.trim().replace(/^W\//, '');

/** Whether the asker has it already: `If-None-Match` by weak comparison (RFC 9110 §13.1.2). */
export function isUnchanged(headers: Headers, etag: string): boolean {
  const given = headers.get('if-none-match');
  return given !== null && given.split(',').some((one) => opaque(one) === opaque(etag) || one.trim() === '*');
}

/** What is answered to a token is never public; a browser keeps it, and asks each time whether it still holds. */
export const revalidated = (etag: string) => ({ 'cache-control': 'private, max-age=0, must-revalidate', etag });
