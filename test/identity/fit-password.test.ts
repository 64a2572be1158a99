import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPasswords } from '../../src/identity/passwords/common-passwords.ts';
import { findUnfit } from '../../src/identity/passwords/fit-password.ts';
import { deviceOf } from '../../src/identity/sessions/device.ts';

const common = commonPasswords.trim().split(/\s+/);

describe('a password somebody chooses', () => {
  it('has 8 to 256 characters, whatever they are, and a character outside the BMP is one', () => {
    const lengths = [7, 8, 256, 257];
    for (const letter of ['q', '🦉', ' '])
      expect(lengths.map((length) => findUnfit(letter.repeat(length), {}))).toEqual([
        'length',
        letter === 'q' ? 'common' : undefined,
        undefined,
        'length',
      ]);
  });

  it('is none of the commonest, in any case, of which there are 3,000 and more', () => {
    expect(common.length).toBeGreaterThan(3_000);
    expect(new Set(common).size).toBe(common.length);
    expect(common.filter((word) => [...word].length < 8 || word !== word.toLowerCase())).toEqual([]);
    for (const word of [
      'password',
      'Password1',
      'QWERTYUIOP',
      'iloveyou',
      '12345678',
      '1q2w3e4r',
      'princess1',
      'ｐａｓｓｗｏｒｄ',
    ])
      expect([word, findUnfit(word, {})]).toEqual([word, 'common']);
    fc.assert(fc.property(fc.constantFrom(...common), (word) => findUnfit(word.toUpperCase(), {}) === 'common'));
  });

  it('is no name or address of theirs, however it is written, and none of ours', () => {
    const owner = { email: 'thoko.phiri@school.mw', username: 'thoko-2011', name: 'Thokozani Phiri' };
    for (const own of [
      'thoko.phiri@school.mw',
      'ThokoPhiri',
      'THOKO2011',
      'thokozani phiri',
      'thokozaniphiri',
      'VE-edu-vault',
    ])
      expect([own, findUnfit(own, owner)]).toEqual([own, 'own']);
    expect(findUnfit('thokozani phiri goes home', owner)).toBeUndefined();
    expect(findUnfit('thokozani phiri', {})).toBeUndefined();
  });

  it('needs no capital, digit or sign', () => {
    expect(findUnfit('mvula ikugwa lero', {})).toBeUndefined();
    expect(findUnfit('--------', {})).toBeUndefined();
  });
});

describe('what is kept of a device', () => {
  it.each([
    [
      'Chrome on Android',
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
    ],
    ['Opera on Android', 'Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16'],
    [
      'Edge on Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
    ],
    [
      'Safari on iPhone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    ],
    ['Firefox on KaiOS', 'Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5'],
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ['A program', 'curl/8.5.0'],
    [null, 'something else <script>'],
    [null, ''],
  ])('is %s', (device, userAgent) => {
    expect(deviceOf(new Headers({ 'user-agent': userAgent }))).toBe(device);
  });

  it('is a few words of ours, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'Chrome/Android Windows <>"'), maxLength: 2000 }), (text) => {
        expect(deviceOf(new Headers({ 'user-agent': text.trim() })) ?? '').toMatch(/^[A-Za-z ]{0,40}$/);
      }),
    );
  });
});
