/** Hex digits that are always the same for one text (FNV-1a, with a salt for every eight digits). */
export function steadyHex(text: string, length: number): string {
  let digits = '';
  for (let salt = 1; digits.length < length; salt += 1) {
    let hash = 0x811c9dc5 ^ salt;
    for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    digits += hash.toString(16).padStart(8, '0');
  }
  return digits.slice(0, length);
}

/** A UUID of version 4 by its form, always the same for one text. */
export function steadyUuid(text: string): string {
  const digits = steadyHex(text, 32);
  const parts = [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`];
  return [...parts, digits.slice(20)].join('-');
}
