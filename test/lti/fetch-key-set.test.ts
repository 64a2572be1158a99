import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { claimFetch, keepFetched } from '../../src/lti/fetch-key-set.ts';
import { registration } from '../../src/lti/schema.ts';
import { db } from '../factories.ts';

const T = Date.parse('2026-11-21T08:00:00Z');
const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** A registration without keys; `may` asks for the fetch at an instant, `kept` is a fetch that ended then. */
async function aRegistration() {
  const id = newId('registration');
  const url = 'https://lms.example.org/x';
  await db.insert(registration).values({
    ...{ id, name: id, issuer: id, clientId: id, authLoginUrl: url, authTokenUrl: url, keySetUrl: url },
    ...{ frameOrigins: [], createdAt: T },
  });
  const may = async (at: number, kid: string | null = null) =>
    (await claimFetch({ db, now: at }, eq(registration.id, id), kid)).length === 1;
  const kept = (at: number, ...kids: string[]) =>
    keepFetched({ db, now: at }, id, {
      kind: 'fetched',
      text: JSON.stringify({ keys: kids.map((kid) => ({ kty: 'RSA', kid })) }),
    });
  return { may, kept };
}

describe('the fetch of a key set', () => {
  it("is one caller's at a time while there is none, and again after five seconds", async () => {
    const { may } = await aRegistration();
    expect(await Promise.all([may(T), may(T), may(T, 'a')])).toEqual([true, false, false]);
    expect([await may(T + 5 * SECOND - 1), await may(T + 5 * SECOND)]).toEqual([false, true]);
  });

  it('is not due for a key that is kept, until the set is an hour old', async () => {
    const { may, kept } = await aRegistration();
    await may(T);
    await kept(T, 'a', 'b');
    expect([await may(T + 10 * SECOND, 'b'), await may(T + HOUR - 1, 'a')]).toEqual([false, false]);
    expect(await may(T + HOUR, 'a')).toBe(true);
  });

  it('is due at once for a key that came after the last one, and then rests for five seconds, whatever keys are named', async () => {
    const { may, kept } = await aRegistration();
    await may(T);
    await kept(T, 'a');
    expect(await may(T + 1, 'new')).toBe(true);
    await kept(T + 1, 'a', 'new');
    const hostile = await Promise.all(Array.from({ length: 20 }, (_, i) => may(T + 2 + i, `no-${i}`)));
    expect(hostile.filter(Boolean)).toEqual([]);
    expect([await may(T + 1 + 5 * SECOND, 'x'), await may(T + 2 + 5 * SECOND, 'y')]).toEqual([true, false]);
  });

  it('is not due for a token that names no key', async () => {
    const { may, kept } = await aRegistration();
    await may(T);
    await kept(T, 'a');
    expect(await may(T + 60 * SECOND, null)).toBe(false);
  });
});
