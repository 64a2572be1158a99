import { base64url } from 'jose';
import { describe, expect, it } from 'vitest';
import { hasKid, kidOf, parseKeySet } from '../../src/lti/key-set.ts';
import { encodePart, keySetOf } from './a-launch.ts';

/** A number of so many bytes, beginning with these. */
const number = (length: number, ...first: number[]) =>
  base64url.encode(new Uint8Array(length).fill(1).with(0, first[0] ?? 1));

/** Looks like a key of 2048 bits; what it can check is not asked here. */
const good = { kty: 'RSA', n: number(256, 0x80), e: 'AQAB', kid: 'key-1', use: 'sig', alg: 'RS256' };

function kidsOf(...members: unknown[]) {
  const set = parseKeySet(JSON.stringify({ keys: members }));
  return set && [...set.keys()];
}

describe('a key set', () => {
  it.each([
    '',
    'null',
    '[]',
    '"keys"',
    '1',
    '{',
    '{}',
    '{"keys":null}',
    '{"keys":{}}',
    '{"keys":"a"}',
    '<html></html>',
    '[{"keys":[]}]',
  ])('is not %s', (text) => {
    expect(parseKeySet(text)).toBeUndefined();
  });

  it('may be empty', () => {
    expect(kidsOf()).toEqual([]);
  });

  it.each<[string, object]>([
    ['as it should be', {}],
    ['that says nothing of its use', { use: undefined, alg: undefined }],
    ['that says in another way what it is for', { use: undefined, key_ops: ['verify'] }],
    ['with operations that are no list', { key_ops: 'verify' }],
    ['beside other members', { x5c: ['MIIB'], x5t: 'a', vendor: { a: 1 } }],
    ['with zeros before its number', { n: `AAAA${good.n}` }],
    ['with padding, as the example of security-v1p0 §6.3 has it', { n: `${number(256, 0x80)}==` }],
    ['of 8192 bits', { n: number(1024, 0xff) }],
    ['with a small exponent', { e: 'Aw' }],
  ])('keeps a key %s', (_what, changes) => {
    expect(kidsOf({ ...good, ...changes })).toEqual(['key-1']);
  });

  it.each<[string, object]>([
    ['without kid', { kid: undefined }],
    ['with an empty kid', { kid: '' }],
    ['with a number as kid', { kid: 1 }],
    ['of elliptic curves', { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['that is a secret', { kty: 'oct', k: 'AAAA' }],
    ['without type', { kty: undefined }],
    ['for encryption', { use: 'enc' }],
    ['for null', { use: null }],
    ['for RS512', { alg: 'RS512' }],
    ['for PS256', { alg: 'PS256' }],
    ['for RSA-OAEP', { alg: 'RSA-OAEP' }],
    ['for HS256', { alg: 'HS256' }],
    ['for the algorithm null', { alg: null }],
    ['for encrypting', { use: undefined, key_ops: ['encrypt'] }],
    ['for nothing', { key_ops: [] }],
    ['without modulus', { n: undefined }],
    ['with an empty modulus', { n: '' }],
    ['with a number as modulus', { n: 1 }],
    ['with a modulus that is no base64url', { n: `${good.n.slice(0, -2)}+/` }],
    ['with nothing but zeros', { n: 'A'.repeat(342) }],
    ['of 2047 bits', { n: number(256, 0x7f) }],
    ['of 2040 bits', { n: number(255, 0xff) }],
    ['of 2040 bits behind zeros', { n: `AAAA${number(255, 0xff)}` }],
    ['of 8193 bits', { n: number(1025, 0x01) }],
    ['without exponent', { e: undefined }],
    ['with an empty exponent', { e: '' }],
    ['with the exponent 0', { e: 'AA' }],
    ['with the exponent 1', { e: 'AQ' }],
    ['with the exponent 1 behind zeros', { e: 'AAAAAQ' }],
    ['with an exponent of 5 bytes', { e: number(5, 0x01) }],
  ])('passes over a key %s', (_what, changes) => {
    expect(kidsOf({ ...good, ...changes })).toEqual([]);
    expect(kidsOf({ ...good, ...changes }, { ...good, kid: 'key-2' })).toEqual(['key-2']);
  });

  it('passes over members that are no keys at all', () => {
    expect(kidsOf(null, 1, 'key', [], [good], {}, good)).toEqual(['key-1']);
  });

  it('is looked at for a hundred members, and four keys of one name', () => {
    const others = (count: number) => Array.from({ length: count }, () => ({ kty: 'EC', kid: 'key-1' }));
    expect(kidsOf(...others(99), good)).toEqual(['key-1']);
    expect(kidsOf(...others(100), good)).toEqual([]);
    const many = parseKeySet(keySetOf(...Array.from({ length: 7 }, () => good)));
    expect(many?.get('key-1')).toHaveLength(4);
  });

  it('keeps nothing of a key but its public numbers', () => {
    const set = parseKeySet(keySetOf({ ...good, d: 'secret', x5u: 'https://evil.example', n: `${good.n}==` }));
    expect(set?.get('key-1')).toEqual([{ n: good.n, e: 'AQAB' }]);
  });

  it('has the kids that stand in it, and no other names', () => {
    const set = parseKeySet(keySetOf(good, { ...good, kid: '__proto__' })) ?? new Map();
    for (const kid of ['key-1', '__proto__']) expect(hasKid(set, kid)).toBe(true);
    for (const kid of ['key-2', '', 'constructor', 'size']) expect(hasKid(set, kid)).toBe(false);
  });
});

describe('the kid a token names', () => {
  const tokenOf = (header: unknown) => `${encodePart(header)}.e30.AAAA`;

  it('is read without verifying anything', () => {
    expect(kidOf(tokenOf({ alg: 'RS256', kid: 'a' }))).toBe('a');
    expect(kidOf(`${encodePart({ alg: 'RS256', kid: 'b', jku: 1 })}.e30.`)).toBe('b');
  });

  it('is null where the token will be refused before a key is looked for', () => {
    const heads = [{}, { alg: 'RS256' }, { alg: 'RS256', kid: '' }, { alg: 'RS256', kid: 1 }, [], null, 'x', '{'];
    const others = ['none', 'HS256', 'PS256', undefined, ['RS256']].map((alg) => ({ alg, kid: 'a' }));
    for (const header of [...heads, ...others]) expect(kidOf(tokenOf(header)), JSON.stringify(header)).toBeNull();
    const token = tokenOf({ alg: 'RS256', kid: 'a' });
    for (const other of ['', 'a', 'a.b', `${token}.c`, ` ${token}`, token.padEnd(65_537, 'A')])
      expect(kidOf(other)).toBeNull();
    expect(kidOf(token.padEnd(65_536, 'A'))).toBe('a');
  });
});
