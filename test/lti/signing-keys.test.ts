import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { createLocalJWKSet, type JWK, jwtVerify, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { newSecret } from '../../src/lib/crypto.ts';
import { randomFrom } from '../../src/lib/random.ts';
import { signingKey } from '../../src/lti/schema.ts';
import { activeSigningKey, publishedKeys, rotateKeys } from '../../src/lti/signing-keys.ts';
import { db } from '../factories.ts';

const [HOUR, DAY] = [3_600_000, 24 * 3_600_000];
const START = Date.UTC(2026, 10, 21);
const secret = env.SECRETS_KEY;
const at = (now: number) => ({ db, now });

const active = (now: number) => activeSigningKey(at(now), secret);
const published = (now: number) => publishedKeys(at(now), secret);
const rotate = (now: number) => rotateKeys(at(now), secret);
const states = async () => (await db.select().from(signingKey)).map(({ state }) => state).sort();
const kids = (keys: JWK[]) => keys.map(({ kid }) => kid);

beforeEach(async () => {
  await db.delete(signingKey);
});

describe('the first key', () => {
  it('is made when it is first asked for, signs RS256, and is sealed', async () => {
    const { kid, privateKey } = await active(START);
    expect(kid).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const [row] = await db.select().from(signingKey);
    expect(row).toMatchObject({ kid, state: 'active', activeFrom: START, createdAt: START, retiredAt: null });
    expect(row?.privateKey).toMatch(/^v1\./);
    const token = await new SignJWT({ a: 1 }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
    const set = createLocalJWKSet({ keys: await published(START) });
    expect((await jwtVerify(token, set, { algorithms: ['RS256'] })).payload).toEqual({ a: 1 });
    expect(await active(START + HOUR)).toEqual({ kid, privateKey });
  });

  it('is one, however many ask at once', async () => {
    const made = await Promise.all([active(START), active(START), published(START), published(START)]);
    const { kid } = made[0];
    expect(made[1].kid).toBe(kid);
    expect([kids(made[2]), kids(made[3])]).toEqual([[kid], [kid]]);
    expect(await states()).toEqual(['active']);
  });

  it('is there before anybody can keep an empty set, with public members only', async () => {
    const [key, ...more] = await published(START);
    expect(more).toEqual([]);
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(key).toMatchObject({ alg: 'RS256', use: 'sig', kty: 'RSA', e: 'AQAB' });
    expect(key?.n, '2048 bits').toMatch(/^[\w-]{342}$/);
    expect((await active(START)).kid).toBe(key?.kid);
  });

  it('is not made by the sweep: who never launches has none', async () => {
    await rotate(START);
    expect(await states()).toEqual([]);
  });

  it('gives way at once where it was sealed under another secret, and stays published for what it signed', async () => {
    const [before, other] = [await active(START), newSecret()];
    const both = await Promise.all([1, 2].map(() => activeSigningKey(at(START + HOUR), other)));
    expect(both[0]?.kid).toBe(both[1]?.kid);
    expect(both[0]?.kid).not.toBe(before.kid);
    expect(await states()).toEqual(['active', 'retiring']);
    expect(kids(await publishedKeys(at(START + HOUR), other))).toEqual([both[0]?.kid, before.kid]);
  });
});

describe('a rotation', () => {
  it('goes next, active, retiring, gone: a day, 90 days, a day', async () => {
    const first = await active(START);
    const turn = START + 90 * DAY;
    for (const now of [START + DAY, turn - DAY - 1]) await rotate(now);
    expect(await states()).toEqual(['active']);

    await rotate(turn - DAY);
    expect(await states()).toEqual(['active', 'next']);
    expect((await active(turn - DAY)).kid).toBe(first.kid);
    await rotate(turn - 1);
    expect((await active(turn - 1)).kid).toBe(first.kid);
    const [, next] = kids(await published(turn - 1));

    await rotate(turn);
    expect((await active(turn)).kid).toBe(next);
    expect(await states()).toEqual(['active', 'retiring']);
    await rotate(turn + DAY - 1);
    expect(kids(await published(turn + DAY))).toEqual([next, first.kid]);
    await rotate(turn + DAY);
    expect(kids(await published(turn + DAY))).toEqual([next]);
    expect(await db.select().from(signingKey).where(eq(signingKey.kid, first.kid)), 'its private part').toEqual([]);
  });

  it('is the same when two sweeps run at once', async () => {
    await active(START);
    for (const now of [START + 89 * DAY, START + 90 * DAY, START + 91 * DAY])
      await Promise.all([rotate(now), rotate(now), rotate(now)]);
    expect(await states()).toEqual(['active']);
    await Promise.all([rotate(START + 180 * DAY), rotate(START + 180 * DAY)]);
    expect(await states()).toEqual(['active', 'next']);
  });

  it('leaves room for one active key and one that is next, whoever writes', async () => {
    await active(START);
    await rotate(START + 89 * DAY);
    for (const row of await db.select().from(signingKey))
      await expect(
        (async () => await db.insert(signingKey).values({ ...row, kid: `${row.kid}2` }))(),
        row.state,
      ).rejects.toThrow();
  });
});

/** Hours from the start at which the sweep runs. */
const rhythms: Record<string, (hour: number, random: () => number, sweeps: number) => number> = {
  'every eight hours about a change': (hour) => (hour % (90 * 24) > 88 * 24 || hour % (90 * 24) < 60 ? 8 : 20 * 24),
  'once in 11 days': () => 11 * 24,
  'once in 120 days': () => 120 * 24,
  'in bursts of four, 20 minutes apart': (_, random, sweeps) => (sweeps % 4 > 0 ? 0.3 : random() * 40 * 24),
};

describe('whatever the rhythm of the sweep', () => {
  for (const [name, gap] of Object.entries(rhythms)) {
    it(`what is signed can be verified with a set of that hour, of one before and of one after: ${name}`, async () => {
      const random = randomFrom(name);
      /** What was published from an instant on, and who signs. A sweep is the only thing that changes it. */
      const told: { from: number; shown: string[]; signer: string }[] = [];
      const look = async (from: number) => {
        const [keys, rows] = [await published(from), await db.select().from(signingKey)];
        const signers = rows.filter(({ state }) => state === 'active').map(({ kid }) => kid);
        expect(signers).toHaveLength(1);
        told.push({ from, shown: kids(keys) as string[], signer: signers[0] ?? '' });
      };
      await look(START);
      let sweeps = 0;
      for (let hour = gap(0, random, 0); hour < 280 * 24; hour += gap(hour, random, sweeps)) {
        sweeps += 1;
        const now = START + Math.round(hour * HOUR);
        await rotate(now);
        if (random() < 0.2) await rotate(now);
        await look(now);
      }
      const shownAt = (now: number) => told.findLast(({ from }) => from <= now)?.shown ?? told[0]?.shown ?? [];
      const signers = new Set(told.map(({ signer }) => signer));
      expect(signers.size).toBeGreaterThan(1);
      told.forEach(({ from, signer }, index) => {
        const until = (told[index + 1]?.from ?? from + 1) - 1;
        for (const signedAt of [from, until])
          for (const looked of [signedAt - HOUR, signedAt, signedAt + HOUR])
            expect(shownAt(looked), `${signedAt - START} ${looked - signedAt}`).toContain(signer);
      });
    });
  }
});
