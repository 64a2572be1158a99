import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, newSecret, toBase64Url } from '../../src/lib/crypto.ts';
import { openSealed, seal } from '../../src/lib/seal.ts';

const key = newSecret();

describe('a sealed text', () => {
  it('opens with the key and for what it belongs to, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (text, belongsTo) => {
        expect(await openSealed(key, await seal(key, text, belongsTo), belongsTo)).toBe(text);
      }),
    );
  });

  it('says its version, and is another each time', async () => {
    const [one, two] = [await seal(key, 'secret', 'row 1'), await seal(key, 'secret', 'row 1')];
    expect(one).toMatch(/^v1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{30}$/);
    expect(one).not.toBe(two);
    expect(one.split('.')[1]).not.toBe(two.split('.')[1]);
  });

  it('does not open with another key, for another row, or after any change', async () => {
    const sealed = await seal(key, 'secret', 'row 1');
    expect(await openSealed(newSecret(), sealed, 'row 1')).toBeUndefined();
    expect(await openSealed(key, sealed, 'row 2')).toBeUndefined();
    const [version, iv = '', text = ''] = sealed.split('.');
    const flip = (part: string, at: number) => {
      const bytes = fromBase64Url(part) ?? new Uint8Array();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return toBase64Url(bytes);
    };
    for (const changed of [
      `v2.${iv}.${text}`,
      `${version}.${flip(iv, 0)}.${text}`,
      `${version}.${iv}.${flip(text, 0)}`,
      `${version}.${iv}.${flip(text, 21)}`,
      `${version}.${iv}.${text.slice(0, -4)}`,
      `${version}.${iv}`,
      `${sealed}.more`,
      `${version}.${iv.slice(4)}.${text}`,
      `${version}.${iv}.%%%`,
      '',
    ])
      expect(await openSealed(key, changed, 'row 1')).toBeUndefined();
  });

  it('wants a key of 256 bits', async () => {
    for (const short of ['', 'password', newSecret().slice(0, 22), `${newSecret()}AAAA`])
      await expect(seal(short, 'secret', 'row 1')).rejects.toThrow('SECRETS_KEY must be 32 bytes');
  });
});

describe('base64url', () => {
  it('reads what it wrote, with padding or without, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
    expect(fromBase64Url('AA==')).toEqual(new Uint8Array([0]));
    for (const text of ['A', 'A+B/', 'AA=A', 'ÄÄ', ' AA', 'AA\n']) expect(fromBase64Url(text)).toBeUndefined();
  });
});
