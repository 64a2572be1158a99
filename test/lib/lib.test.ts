import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { equalInConstantTime, hmac, newSecret, sha256, toBase64Url } from '../../src/lib/crypto.ts';
import { DomainError, errorCodes, invalidFields, statusOf, titleOf } from '../../src/lib/errors.ts';
import { newId } from '../../src/lib/ids.ts';
import { iso } from '../../src/lib/instant.ts';
import { errorLine } from '../../src/lib/log.ts';
import { offsetOf, PageQuery, pageAnswer } from '../../src/lib/paging.ts';
import { randomFrom, shuffled } from '../../src/lib/random.ts';

describe('an id', () => {
  it('says what it is of, and sorts by time', () => {
    const times = [0, 1, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
    const ids = times.map((now) => newId('attempt', now));
    expect(ids.toSorted()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^att_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId('item', 0))).size).toBe(10_000);
  });
});

describe('secrets', () => {
  it('have 256 random bits, as base64url', () => {
    expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(newSecret()).not.toBe(newSecret());
    expect(toBase64Url(new Uint8Array([251, 255, 254]))).toBe('-__-');
  });

  it('are hashed by SHA-256 and HMAC-SHA-256 (RFC 4231, case 2)', async () => {
    expect(await sha256('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(await hmac('Jefe', 'what do ya want for nothing?')).toBe('W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM');
  });

  test.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['abcabc', 'abc', false],
    ['', '', true],
    ['', 'a', false],
    ['a', '', false],
    ['é', 'e', false],
  ])('%j and %j compare as %s', (a, b, same) => {
    expect(equalInConstantTime(a, b)).toBe(same);
  });
});

const ascending = (a: number, b: number) => a - b;

describe('chance from a seed', () => {
  it('is the same for the same seed, and lies in [0, 1)', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const [a, b] = [randomFrom(seed), randomFrom(seed)];
        for (let i = 0; i < 20; i++) {
          const value = a();
          expect(value).toBe(b());
          expect(value >= 0 && value < 1).toBe(true);
        }
      }),
    );
  });

  it('differs between seeds that are nearly the same', () => {
    const firsts = Array.from({ length: 1000 }, (_, i) => randomFrom(`seed${i}`)());
    expect(new Set(firsts).size).toBe(1000);
    expect(Math.abs(firsts.reduce((a, b) => a + b, 0) / 1000 - 0.5)).toBeLessThan(0.05);
  });

  it('shuffles without losing, doubling or changing the list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (list, seed) => {
        const before = [...list];
        expect(shuffled(list, randomFrom(seed)).toSorted(ascending)).toEqual(list.toSorted(ascending));
        expect(list).toEqual(before);
      }),
    );
  });

  it('puts every one in every place about equally often', () => {
    const places = new Map<string, number>();
    for (let seed = 0; seed < 6000; seed++) {
      const order = shuffled(['a', 'b', 'c'], randomFrom(String(seed))).join('');
      places.set(order, (places.get(order) ?? 0) + 1);
    }
    expect(places.size).toBe(6);
    for (const times of places.values()) expect(Math.abs(times - 1000)).toBeLessThan(150);
  });
});

describe('pages', () => {
  const url = new URL('http://ve.test/api/v1/banks?search=x&page=2&pageSize=10');
  test.each([
    [25, 'page=3', 'page=1'],
    [21, 'page=3', 'page=1'],
    [20, null, 'page=1'],
    [0, null, 'page=1'],
  ])('of %d in all link to the next (%s) and the previous (%s)', (count, next, previous) => {
    const answer = pageAnswer(url, { page: 2, pageSize: 10 }, { count, results: [] });
    if (next) expect(answer.next).toContain(next);
    else expect(answer.next).toBeNull();
    expect(answer.previous).toContain(previous);
    expect(answer.previous).toContain('search=x');
  });

  it('begin at 1 with 20, and start where the one before ended', () => {
    expect(PageQuery.parse({})).toEqual({ page: 1, pageSize: 20 });
    expect(offsetOf({ page: 3, pageSize: 20 })).toBe(40);
  });
});

describe('refusals', () => {
  it('all have a status of the 4xx or 5xx and a title', () => {
    for (const code of errorCodes) {
      expect(statusOf(code)).toBeGreaterThanOrEqual(400);
      expect(statusOf(code)).toBeLessThan(600);
      expect(new DomainError(code).message).toBe(titleOf(code));
    }
  });

  it('of fields tell the first 50 and a detail of bounded length', () => {
    const refusal = invalidFields(
      Array.from({ length: 80 }, (_, i) => ({ pointer: `/items/${i}`, message: 'x'.repeat(100) })),
    );
    expect(refusal.more.errors).toHaveLength(50);
    expect(refusal.message.length).toBeLessThanOrEqual(500);
  });
});

test('an instant is written in UTC with milliseconds, and none is null', () => {
  expect(iso(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(iso(null)).toBeNull();
});

test('whatever is thrown becomes a log line', () => {
  expect(errorLine({ where: 'x' }, new TypeError('no'))).toMatchObject({ where: 'x', name: 'TypeError', error: 'no' });
  for (const odd of ['text', null, undefined, { a: 1 }]) expect(errorLine({}, odd)).toMatchObject({ message: 'error' });
});
