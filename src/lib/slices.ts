/** A bound value may hold 2 MB, and its characters up to 4 bytes each. */
const MAX_BYTES = 1_000_000;

const encoder = new TextEncoder();

/** A list as JSON texts of at most 1 MB each, for `json_each(?)`; none of an empty list. */
export function slices(list: readonly unknown[]): string[] {
  const texts: string[] = [];
  let parts: string[] = [];
  let size = 0;
  for (const one of list) {
    const text = JSON.stringify(one);
    const bytes = encoder.encode(text).byteLength + 1;
    if (size + bytes > MAX_BYTES && parts.length > 0) {
      texts.push(`[${parts.join(',')}]`);
      parts = [];
      size = 0;
    }
    parts.push(text);
    size += bytes;
  }
  if (parts.length > 0) texts.push(`[${parts.join(',')}]`);
  return texts;
}
