import { env } from 'cloudflare:workers';
import { and, eq, isNull } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { event } from '../../src/events/schema.ts';
import { sealHalfway } from '../../src/identity/factor/halfway.ts';
import { newRecoveryCodes, recoveryHash } from '../../src/identity/factor/recovery-codes.ts';
import { fromBase32, hotp, otpauthUri, stepAt, stepOf, toBase32 } from '../../src/identity/factor/totp.ts';
import { signInByLaunch } from '../../src/identity/launch-sign-in.ts';
import { audit, recoveryCode, refreshFamily, secondFactor, session, user } from '../../src/identity/schema.ts';
import { signInVouchedFor } from '../../src/identity/sign-in.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, bearer, db, type Somebody, theApp } from '../factories.ts';
import { aBrowser, aBrowserOf, type Browser } from '../openedx/a-browser.ts';
import { giveFactor } from './a-factor.ts';
import { makeUser, PASSWORD } from './make.ts';

const SESSION = '__Host-ve_session';
const HALFWAY = '__Host-ve_halfway';
const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

const ascii = (text: string) => new TextEncoder().encode(text);

describe('a code of an authenticator', () => {
  const key = ascii('12345678901234567890');

  it('is that of RFC 4226, appendix D', async () => {
    const codes = await Promise.all(Array.from({ length: 10 }, (_, counter) => hotp(key, counter)));
    expect(codes).toEqual('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '));
  });

  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('is that of RFC 6238, appendix B, at %i s: eight digits, and the last six of them', async (seconds, code) => {
    expect(await hotp(key, stepAt(seconds * 1000), 8)).toBe(code);
    expect(await hotp(key, stepAt(seconds * 1000))).toBe(code.slice(2));
    expect(await stepOf(key, code.slice(2), { now: seconds * 1000, after: 0 })).toBe(stepAt(seconds * 1000));
  });

  it('is good one step either way, and never once a newer one was taken', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.integer({ min: 5, max: 2 ** 30 }),
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -3, max: 3 }),
        async (secret, step, away, taken) => {
          const found = await stepOf(secret, await hotp(secret, step + away), {
            now: step * 30_000 + 29_999,
            after: step + taken,
          });
          // Two steps of a key may share a code: one in a million.
          expect(found).toBe(Math.abs(away) <= 1 && away > taken ? step + away : undefined);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });

  it('is made of a secret in base32 that reads back', () => {
    expect(toBase32(ascii('foobar'))).toBe('MZXW6YTBOI');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(fromBase32(toBase32(bytes))).toEqual(bytes);
      }),
    );
  });

  it('comes of an address an app can read, whatever the account is called', () => {
    const uri = new URL(otpauthUri({ secret: 'ABC', issuer: 'VE-EDU-VAULT', account: 'a&secret=X@b.test?' }));
    expect(uri.searchParams.getAll('secret')).toEqual(['ABC']);
    expect(decodeURIComponent(uri.pathname)).toContain('VE-EDU-VAULT:a&secret=X@b.test?');
    expect(uri.searchParams.get('issuer')).toBe('VE-EDU-VAULT');
  });
});

describe('recovery codes', () => {
  it('are ten of 120 bits, of signs nobody mistakes, and are read however they are written', async () => {
    const { codes, hashes } = await newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/);
    const sloppy = ` ${codes[3]?.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `;
    expect(await recoveryHash(sloppy)).toBe(hashes[3]);
    expect(await recoveryHash('123456')).toBeUndefined();
  });
});

const factorRow = async (userId: string) =>
  (await db.select().from(secondFactor).where(eq(secondFactor.userId, userId)))[0];
const actionsOf = async (userId: string) =>
  (await db.select({ action: audit.action }).from(audit).where(eq(audit.subject, userId))).map(({ action }) => action);
const changesOf = async (userId: string) =>
  (await db.select({ type: event.type, payload: event.payload }).from(event)).filter(
    ({ payload }) => (payload as { userId?: string }).userId === userId,
  );

/** Another sign-in of each kind. */
async function signInElsewhere({ id }: { id: string }) {
  const family = newId('refreshToken');
  const [now, expiresAt] = [Date.now(), Date.now() + MINUTE];
  await db.batch([
    db.insert(refreshFamily).values({ id: family, userId: id, createdAt: now, expiresAt }),
    db.insert(session).values({ secretHash: family, id: newId('session'), userId: id, createdAt: now, expiresAt }),
  ]);
}
const standing = async ({ id }: { id: string }) => ({
  families: (
    await db
      .select({ id: refreshFamily.id })
      .from(refreshFamily)
      .where(and(eq(refreshFamily.userId, id), isNull(refreshFamily.endedAt)))
  ).map((one) => one.id),
  sessions: (await db.select().from(session).where(eq(session.userId, id))).length,
});

describe('turning it on', () => {
  it('takes a code of the new secret, shows ten codes once, and signs out everywhere else', async () => {
    const who = await aUser('student', { email: `${newId('user')}@school.test` });
    await signInElsewhere(who);
    const begun = await who.ask('POST', '/auth/second-factor', {});
    expect(begun).toMatchObject({ status: 200, line: { d1: 3 } });
    const { secret, uri } = begun.json as unknown as { secret: string; uri: string };
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    expect((await who.ask('GET', '/auth/second-factor')).json).toEqual({
      isOn: false,
      confirmedAt: null,
      recoveryCodesLeft: 0,
    });
    expect(JSON.stringify(await factorRow(who.id))).not.toContain(secret);

    const key = fromBase32(secret);
    const wrong = await who.ask('POST', '/auth/second-factor/confirm', {
      code: await hotp(key, stepAt(Date.now()) + 9),
    });
    expect(wrong).toMatchObject({ status: 400, json: { errors: [{ pointer: '/code' }] } });
    const code = await hotp(key, stepAt(Date.now()));
    const done = await who.ask('POST', '/auth/second-factor/confirm', { code });
    expect(done).toMatchObject({ status: 200, line: { d1: 3 } });
    const codes = (done.json as unknown as { recoveryCodes: string[] }).recoveryCodes;
    expect(codes).toHaveLength(10);

    expect((await who.ask('GET', '/auth/second-factor')).json).toMatchObject({ isOn: true, recoveryCodesLeft: 10 });
    const kept = JSON.stringify(await db.select().from(recoveryCode).where(eq(recoveryCode.userId, who.id)));
    for (const one of codes) expect(kept).not.toContain(one.replaceAll('-', ''));
    expect(await standing(who)).toEqual({ families: [who.actor.sessionId], sessions: 0 });
    expect(await actionsOf(who.id)).toEqual(['user.second_factor_on']);
    expect(await changesOf(who.id)).toEqual([
      { type: 'user.credentials.changed', payload: { userId: who.id, what: 'factor' } },
    ]);
    expect(await who.ask('POST', '/auth/second-factor', {})).toMatchObject({
      status: 409,
      json: { code: 'second_factor_on' },
    });
    expect((await factorRow(who.id))?.confirmedAt).not.toBeNull();
  });

  it('gives the codes to one of ten that send the same first code at once', async () => {
    const who = await aUser();
    const { codeNow } = await giveFactor(who.id, { isOn: false });
    const code = await codeNow();
    const done = await Promise.all(
      Array.from({ length: 10 }, () => who.ask('POST', '/auth/second-factor/confirm', { code })),
    );
    expect(done.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await db.select().from(recoveryCode).where(eq(recoveryCode.userId, who.id))).length).toBe(10);
  });

  it('gives up a secret that waited for half an hour', async () => {
    const who = await aUser();
    const { codeNow } = await giveFactor(who.id, { isOn: false });
    await db
      .update(secondFactor)
      .set({ createdAt: Date.now() - 31 * MINUTE })
      .where(eq(secondFactor.userId, who.id));
    expect(await who.ask('POST', '/auth/second-factor/confirm', { code: await codeNow() })).toMatchObject({
      status: 409,
      json: { code: 'second_factor_off' },
    });
  });

  it.each(['POST /auth/second-factor', 'DELETE /auth/second-factor', 'POST /auth/second-factor/recovery-codes'])(
    '%s wants a fresh proof first',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const who = await aUser();
      if (method === 'DELETE' || path.endsWith('codes')) await giveFactor(who.id);
      for (const confirmedAt of [null, Date.now() - 15 * MINUTE]) {
        await db.update(refreshFamily).set({ confirmedAt }).where(eq(refreshFamily.id, who.actor.sessionId));
        const { status, json, headers } = await who.ask(method, path, method === 'POST' ? {} : undefined);
        expect({ status, code: json.code }).toEqual({ status: 401, code: 'confirm_first' });
        expect(headers.get('www-authenticate')).toContain('insufficient_user_authentication');
      }
      expect(await actionsOf(who.id)).toEqual([]);
    },
  );
});

describe('turning it off, and new recovery codes', () => {
  it('signs out everywhere else and leaves nothing of it', async () => {
    const who = await aUser();
    await giveFactor(who.id);
    await signInElsewhere(who);
    expect(await who.ask('DELETE', '/auth/second-factor')).toMatchObject({ status: 204, line: { d1: 3 } });
    expect(await standing(who)).toEqual({ families: [who.actor.sessionId], sessions: 0 });
    expect(await factorRow(who.id)).toBeUndefined();
    expect(await db.select().from(recoveryCode).where(eq(recoveryCode.userId, who.id))).toEqual([]);
    expect(await actionsOf(who.id)).toEqual(['user.second_factor_off']);

    await signInElsewhere(who);
    expect((await who.ask('DELETE', '/auth/second-factor')).json.code).toBe('second_factor_off');
    expect((await who.ask('POST', '/auth/second-factor/recovery-codes', {})).json.code).toBe('second_factor_off');
    expect((await standing(who)).families).toHaveLength(2);
  });

  it('replaces all codes at once, also when asked twice at once', async () => {
    const who = await aUser();
    const { codes } = await giveFactor(who.id);
    const renewed = await Promise.all([1, 2].map(() => who.ask('POST', '/auth/second-factor/recovery-codes', {})));
    const all = renewed.map(({ json }) => json.recoveryCodes as string[]);
    const kept = (await db.select().from(recoveryCode).where(eq(recoveryCode.userId, who.id))).map(
      (one) => one.codeHash,
    );
    expect(kept).toHaveLength(10);
    const hashes = await Promise.all(all.map(async (some) => await Promise.all(some.map((one) => recoveryHash(one)))));
    expect(hashes.filter((some) => some.every((hash) => hash && kept.includes(hash)))).toHaveLength(1);
    expect(kept).not.toContain(await recoveryHash(codes[0] ?? ''));
  });
});

const logIn = (email: string, more: object = {}) =>
  theApp.ask('POST', '/auth/login', { body: { email, password: PASSWORD, ...more } });

describe('signing in to the API with a second factor', () => {
  it('asks for a code after the right password only, and takes each once', async () => {
    const { id, email } = await makeUser();
    const { codeNow } = await giveFactor(id);
    const code = await codeNow();
    expect(await logIn(email)).toMatchObject({ status: 401, json: { code: 'second_factor_required' } });
    for (const more of [{ password: 'wrong', code }, { code: '000000' }])
      expect(await logIn(email, more)).toMatchObject({ status: 401, json: { code: 'wrong_credentials' } });
    const done = await logIn(email, { code });
    expect(done).toMatchObject({ status: 200, json: { user: { id } }, line: { d1: 3 } });
    expect((await logIn(email, { code })).json.code).toBe('wrong_credentials');
    expect((await standing({ id })).families).toHaveLength(1);
  });

  it('lets one of ten in that bring the same code at once, and of ten with the same recovery code', async () => {
    const who = await aUser();
    const { codeNow, codes } = await giveFactor(who.id);
    for (const code of [await codeNow(), codes[0]]) {
      const done = await Promise.all(Array.from({ length: 10 }, () => who.ask('POST', '/auth/confirm', { code })));
      expect(done.map(({ status }) => status).filter((status) => status === 204)).toHaveLength(1);
    }
    expect((await who.ask('GET', '/auth/second-factor')).json.recoveryCodesLeft).toBe(9);
    expect(await actionsOf(who.id)).toEqual(['user.recovery_code_used']);
  });

  it('takes no older code once a newer one was used, and no code of somebody else', async () => {
    const [who, other] = [await aUser(), await aUser()];
    const [{ codeNow }, theirs] = [await giveFactor(who.id), await giveFactor(other.id)];
    const confirm = async (code: string | undefined) => (await who.ask('POST', '/auth/confirm', { code })).status;
    expect(await confirm(theirs.codes[0])).toBe(401);
    expect(await confirm(await theirs.codeNow())).toBe(401);
    expect(await confirm(await codeNow(1))).toBe(204);
    expect(await confirm(await codeNow(0))).toBe(401);
  });

  it('opens no secret that was copied from another row', async () => {
    const [who, other] = [await aUser(), await aUser()];
    const { codeNow } = await giveFactor(who.id);
    await giveFactor(other.id);
    const { secret } = (await factorRow(who.id)) ?? { secret: '' };
    await db.update(secondFactor).set({ secret }).where(eq(secondFactor.userId, other.id));
    expect((await other.ask('POST', '/auth/confirm', { code: await codeNow() })).status).toBe(401);
  });
});

/** As far as the password, without the work of one. */
async function aBrowserHalfway() {
  const who = { ...(await aUser()), passwordHash: null };
  const factor = await giveFactor(who.id);
  const browser = aBrowser();
  await browser.open('/sign-in');
  browser.cookies.set(HALFWAY, await sealHalfway(env.SECRETS_KEY, { who, next: '/language', now: Date.now() }));
  return { who, factor, browser };
}

/** As far as the password. */
async function comeHalfway(next: string) {
  const who = await makeUser();
  const factor = await giveFactor(who.id);
  const browser = aBrowser();
  await browser.open('/sign-in');
  const answer = await browser.send('/sign-in', { email: who.email, password: PASSWORD, next });
  return { who, factor, browser, answer };
}
const isSignedIn = async (browser: Browser) => (await browser.open('/profile/second-factor')).status === 200;

describe('signing in to the pages with a second factor', () => {
  it('leads by way of the code to where one wanted to go', async () => {
    const { browser, answer, factor } = await comeHalfway('/profile/second-factor?a=1');
    expect(answer).toMatchObject({ status: 303, to: '/sign-in/code' });
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await isSignedIn(browser)).toBe(false);
    const form = await browser.open('/sign-in/code');
    expect(form.text).toContain('autocomplete="one-time-code"');
    const wrong = await browser.send('/sign-in/code', { code: '000000' });
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('This code is not right');
    const done = await browser.send('/sign-in/code', { code: await factor.codeNow() });
    expect(done).toMatchObject({ status: 303, to: '/profile/second-factor?a=1' });
    expect(browser.cookies.has(HALFWAY)).toBe(false);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('keeps halfway nothing that opens anything without a code', async () => {
    const { who, browser } = await aBrowserHalfway();
    const halfway = browser.cookies.get(HALFWAY) ?? '';
    expect(halfway).not.toContain(who.id);
    browser.cookies.set(SESSION, halfway);
    browser.cookies.set('__Host-ve_linking', halfway);
    expect(await isSignedIn(browser)).toBe(false);
    expect((await browser.open('/sign-in/link')).to).toBe('/sign-in');
    const asBearer = await theApp.ask('GET', '/auth/me', { headers: { authorization: `Bearer ${halfway}` } });
    expect(asBearer.status).toBe(401);
    await browser.open('/sign-in/code');
    for (const code of ['', '      ']) expect((await browser.send('/sign-in/code', { code })).status).toBe(401);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['another password', (id) => db.update(user).set({ passwordHash: 'another' }).where(eq(user.id, id))],
    ['a block', (id) => db.update(user).set({ blockedAt: 1 }).where(eq(user.id, id))],
    ['five minutes', async () => vi.setSystemTime(Date.now() + 5 * MINUTE + 1)],
    ['turning it off', (id) => db.delete(secondFactor).where(eq(secondFactor.userId, id))],
  ])('does not survive %s', async (_, happen) => {
    const { who, browser, factor } = await aBrowserHalfway();
    await browser.open('/sign-in/code');
    vi.useFakeTimers({ toFake: ['Date'] });
    await happen(who.id);
    const answer = await browser.send('/sign-in/code', { code: await factor.codeNow() });
    expect(answer.to).toMatch(/^\/sign-in\?.*notice=begin-again/);
    expect(browser.cookies.has(SESSION)).toBe(false);
  });

  it('takes a recovery code instead, once', async () => {
    const { who, browser, factor } = await aBrowserHalfway();
    const form = await browser.open('/sign-in/code?with=recovery');
    expect(form.text).toContain('action="/sign-in/code?with=recovery"');
    const code = factor.codes[0] ?? '';
    expect((await browser.send('/sign-in/code?with=recovery', { code })).status).toBe(303);
    expect(await isSignedIn(browser)).toBe(true);
    expect(await actionsOf(who.id)).toContain('user.recovery_code_used');
  });

  it('asks whom another site vouches for too, and not who comes by a launch', async () => {
    const who = await aUser();
    const call = who.call();
    const before = await signInVouchedFor(call, who.id, undefined);
    expect(before?.kind).toBe('signed-in');
    await giveFactor(who.id);
    expect(await signInVouchedFor(call, who.id, undefined)).toMatchObject({
      kind: 'code-needed',
      user: { id: who.id },
    });
    const launch = {
      registrationId: 'reg',
      deploymentId: '1',
      contextId: null,
      resourceLinkId: null,
      role: 'student',
    } as const;
    const held = await signInByLaunch(call, who.id, launch, env.ACCESS_TOKEN_KEY);
    const asked = await theApp.ask('POST', '/auth/confirm', {
      body: { code: '123456' },
      headers: { authorization: `Bearer ${held?.access}` },
    });
    expect(asked).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  });
});

const confirmedAtOf = async ({ actor }: Somebody) =>
  (await db.select().from(refreshFamily).where(eq(refreshFamily.id, actor.sessionId)))[0]?.confirmedAt;

describe('confirming that it is you', () => {
  it('takes the password of who has no second factor, and counts for this sign-in only', async () => {
    const { id } = await makeUser();
    const actor = { userId: id, role: 'student' as const, sessionId: newId('refreshToken') };
    await signInElsewhere({ id });
    const now = Date.now();
    await db.insert(refreshFamily).values({ id: actor.sessionId, userId: id, createdAt: now, expiresAt: now + MINUTE });
    const confirm = async (body: object) =>
      await theApp.ask('POST', '/auth/confirm', { body, headers: await bearer(actor) });
    expect((await confirm({ password: 'wrong' })).json.code).toBe('wrong_credentials');
    expect((await confirm({ code: '123456' })).json.code).toBe('wrong_credentials');
    expect((await confirm({})).status).toBe(400);
    expect((await confirm({ password: PASSWORD, code: '123456' })).status).toBe(400);
    expect(await confirm({ password: PASSWORD })).toMatchObject({ status: 204, line: { d1: 3 } });
    const families = await db.select().from(refreshFamily).where(eq(refreshFamily.userId, id));
    expect(families.filter(({ confirmedAt }) => confirmedAt !== null).map((one) => one.id)).toEqual([actor.sessionId]);
  });

  it('wants a code of who has a second factor, and a password to be set of who has neither', async () => {
    const who = await aUser();
    await db.update(refreshFamily).set({ confirmedAt: null }).where(eq(refreshFamily.id, who.actor.sessionId));
    expect((await who.ask('POST', '/auth/confirm', { password: PASSWORD })).json).toMatchObject({
      status: 409,
      code: 'no_password',
    });
    const { codeNow } = await giveFactor(who.id);
    expect((await who.ask('POST', '/auth/confirm', { password: PASSWORD })).json.code).toBe('second_factor_required');
    expect(await confirmedAtOf(who)).toBeNull();
    expect((await who.ask('POST', '/auth/confirm', { code: await codeNow() })).status).toBe(204);
    expect(await confirmedAtOf(who)).not.toBeNull();
  });

  it('is limited as sign-ins are, the right code too', async () => {
    const who = await aUser();
    const { codeNow } = await giveFactor(who.id);
    const confirm = async (code: string) =>
      await theApp.ask('POST', '/auth/confirm', {
        body: { code },
        headers: await bearer(who.actor),
        bindings: { VE_RATE_LIMITS: 'on' },
      });
    const tries = [];
    for (let i = 0; i < 10; i++) tries.push((await confirm('000000')).status);
    expect(new Set(tries)).toEqual(new Set([401]));
    const { status, headers } = await confirm(await codeNow());
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the pages', () => {
  it('lead by way of a confirmation back to the page with the form, and nowhere else', async () => {
    const who = await aUser();
    const { codeNow } = await giveFactor(who.id);
    const browser = await aBrowserOf(who);
    await browser.open('/profile/second-factor');
    const from = (referer?: string) =>
      theApp.send('POST', '/profile/second-factor/recovery-codes', {
        headers: {
          cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
          ...(referer && { referer }),
        },
        body: new URLSearchParams({ csrf: browser.csrf() }),
      });
    const to = async (referer?: string) => (await from(referer)).headers.get('location');
    expect(await to('http://ve.test/profile/second-factor')).toBe('/confirm?next=%2Fprofile%2Fsecond-factor');
    for (const elsewhere of [undefined, 'https://evil.test/courses', 'nonsense'])
      expect(await to(elsewhere)).toBe('/confirm?next=%2Fprofile');
    expect(await to('http://ve.test//evil.test/')).toBe('/confirm?next=%2F');

    const form = await browser.open('/confirm?next=%2Fprofile%2Fsecond-factor');
    expect(form.text).toContain('autocomplete="one-time-code"');
    expect((await browser.send('/confirm?next=%2Fx', { password: PASSWORD })).status).toBe(401);
    const done = await browser.send('/confirm?next=%2Fprofile%2Fsecond-factor', { code: await codeNow() });
    expect(done).toMatchObject({ status: 303, to: '/profile/second-factor' });
    expect((await browser.send('/profile/second-factor/recovery-codes')).text).toMatch(/(<li><code>.*?<\/li>){10}/);
    const away = await browser.send('/confirm?next=%2F%2Fevil.test', { code: await codeNow(1) });
    expect(away.to).toBe('/');
  });

  it('turn it on and off without script: a picture, the key as text, the codes to print', async () => {
    const who = await aUser('student', { name: 'Thoko "x" <b>' });
    const browser = await aBrowserOf(who);
    await db.update(session).set({ confirmedAt: Date.now() }).where(eq(session.userId, who.id));
    expect((await browser.open('/profile/second-factor')).text).toContain('It is off.');
    expect((await browser.send('/profile/second-factor/begin')).to).toBe('/profile/second-factor/new');
    const set = await browser.open('/profile/second-factor/new');
    expect(set.text).toContain('<svg');
    expect(set.text).not.toMatch(/ style=|<script/);
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(set.text)?.[1]?.replaceAll(' ', '') ?? '';
    const wrong = await browser.send('/profile/second-factor/new', { code: '000000' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain(/<code>([A-Z2-7 ]+)<\/code>/.exec(set.text)?.[1] ?? 'none');
    const on = await browser.send('/profile/second-factor/new', {
      code: await hotp(fromBase32(secret), stepAt(Date.now())),
    });
    expect(on.text).toMatch(/(<li><code>.*?<\/li>){10}/);
    expect(on.headers.get('cache-control')).toBe('private, no-store');
    expect((await browser.open('/profile/second-factor/new')).to).toBe('/profile/second-factor');
    expect((await browser.open('/profile/second-factor')).text).toContain('Recovery codes left: 10');
    await browser.open('/profile/second-factor/off');
    expect((await browser.send('/profile/second-factor/off')).to).toBe('/profile/second-factor');
    expect((await browser.open('/profile/second-factor')).text).toContain('It is off.');
  });

  it('change nothing for a form that is not ours', async () => {
    const who = await aUser();
    await giveFactor(who.id);
    const browser = await aBrowserOf(who);
    await db.update(session).set({ confirmedAt: Date.now() }).where(eq(session.userId, who.id));
    for (const path of ['/profile/second-factor/off', '/profile/second-factor/recovery-codes', '/confirm'])
      expect((await browser.send(path, { csrf: await sha256('x') })).status).toBe(400);
    expect((await factorRow(who.id))?.confirmedAt).not.toBeNull();
  });
});
