import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { networkOf, readSettings, SiteSettings } from '../../src/http/index.ts';
import { rateLimitHeaders } from '../../src/http/rate-limit-headers.ts';
import { siteSetting } from '../../src/http/schema.ts';
import { limitSignIn } from '../../src/identity/limit-sign-in.ts';
import { apiKey, audit, user } from '../../src/identity/schema.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { newId } from '../../src/lib/ids.ts';
import { aBrowser, hidden } from '../assessments/a-browser.ts';
import { anAssessment, aSittingStudent, aUser, away, bearer, db, type Somebody, set, testApp } from '../factories.ts';
import { makeUser, PASSWORD } from '../identity/make.ts';

/* Limits by the hour, with the switch for tests off: everywhere else they are lifted. */

const on = { VE_RATE_LIMITS: '' } as const;
const app = testApp();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let network = 0;
/** An address nobody has come from. */
const anAddress = () => `198.51.${Math.floor(++network / 250)}.${network % 250}`;

type Ask = { as?: Somebody; from?: string; body?: unknown; headers?: Record<string, string>; bindings?: Partial<Env> };
const ask = async (method: string, path: string, { as, from = anAddress(), body, headers, bindings }: Ask = {}) =>
  await app.ask(method, path, {
    ...(body !== undefined && { body }),
    headers: { ...(as && (await bearer(as.actor))), 'cf-connecting-ip': from, ...headers },
    bindings: { ...on, ...bindings },
  });

const many = async (count: number, one: (i: number) => Promise<{ status: number }>) =>
  (await Promise.all(Array.from({ length: count }, (_, i) => one(i)))).map(({ status }) => status);
const countOf = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;

const settle = async (settings: Partial<SiteSettings>) => {
  const reply = await (await aUser('admin')).ask('PATCH', '/settings', settings);
  expect(reply.status, reply.text).toBe(200);
};
const usual = SiteSettings.parse({});
/** Small enough to use up. */
const small = {
  anonymousApiPerHour: 4,
  userApiPerHour: 6,
  pagesPerHour: 8,
  signInsPer15Minutes: 3,
  resetsPerHour: 3,
  resetsPerHourFromAddress: 5,
  registrationsPerHour: 1,
  keysPerHour: 2,
};

beforeAll(() => settle(small));
// What this isolate remembers would hold for other files.
afterAll(() => settle(usual));
afterEach(() => vi.useRealTimers());

describe('a network', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['', ''],
    ['no address', 'no address'],
    ['1::2::3', '1::2::3'],
    ['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8:9'],
    ['12345::', '12345::'],
  ])('of %j is %j', (address, expected) => {
    expect(networkOf(address)).toBe(expected);
  });
});

test('the headers are structured fields with an item for each policy', () => {
  const one = {
    policy: 'user',
    limit: 1000,
    windowSeconds: 3600,
    isAllowed: true,
    remaining: 7,
    waitSeconds: 30,
  } as const;
  expect(rateLimitHeaders([one, { ...one, policy: 'sign-in', limit: 10, windowSeconds: 900 }])).toEqual({
    'ratelimit-policy': '"user";q=1000;w=3600, "sign-in";q=10;w=900',
    ratelimit: '"user";r=7;t=30, "sign-in";r=7;t=30',
  });
  expect(rateLimitHeaders([])).toEqual({});
});

describe('API requests', () => {
  it('without a sign-in are counted by the address, a /64 for IPv6, before anything else is looked at', async () => {
    const from = (i: number) => `2001:db8:aa:1::${i}`;
    const statuses = await many(7, (i) => ask('GET', '/banks', { from: from(i) }));
    expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([4, 3]);
    expect((await ask('GET', '/banks', { from: '2001:db8:aa:2::1' })).status).toBe(401);
    const forged = { authorization: 'Bearer not.a.token' };
    expect((await ask('POST', '/banks', { from: from(9), headers: forged, body: 'x' })).status).toBe(429);
  });

  it('of a user are counted for the user, from wherever they come, and tell how many are left', async () => {
    const teacher = await aUser('instructor');
    const replies = [];
    for (let i = 0; i < 7; i++) replies.push(await ask('GET', '/banks', { as: teacher }));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 429]);
    expect(replies.map(({ headers }) => /r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])).toEqual([
      '5',
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ]);
    for (const { headers } of replies) expect(headers.get('ratelimit-policy')).toBe('"user";q=6;w=3600');
    const refused = replies.at(-1);
    expect(refused?.json).toMatchObject({ code: 'too_many_requests', status: 429 });
    expect(refused?.json).not.toHaveProperty('standing');
    const wait = Number(refused?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(HOUR / 1000 - 5);
    expect(wait).toBeLessThanOrEqual((HOUR * 1.02) / 1000);
    expect(refused?.headers.get('ratelimit')).toBe(`"user";r=0;t=${wait}`);
    // Somebody else in the same school goes on.
    expect((await ask('GET', '/banks', { as: await aUser('instructor') })).status).toBe(200);
  });

  it('are let in again after as long as was said, and not a minute before a slot earlier', async () => {
    const teacher = await aUser('instructor');
    for (let i = 0; i < 6; i++) await ask('GET', '/banks', { as: teacher });
    const refused = await ask('GET', '/banks', { as: teacher });
    const wait = Number(refused.headers.get('retry-after')) * 1000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wait - 2 * MINUTE });
    expect((await ask('GET', '/auth/me', { as: teacher })).status).toBe(429);
    vi.setSystemTime(Date.now() + 2 * MINUTE);
    expect((await ask('GET', '/auth/me', { as: teacher })).status).toBe(200);
  });

  it('of many at once are counted exactly', async () => {
    const teacher = await aUser('instructor');
    const statuses = await many(20, () => ask('GET', '/banks', { as: teacher }));
    expect([countOf(statuses, 200), countOf(statuses, 429)]).toEqual([6, 14]);
  });

  it('by a key count for its user', async () => {
    const teacher = await aUser('instructor');
    const key = `vek_${'k'.repeat(23)}${newId('apiKey').slice(-20)}`;
    await db.insert(apiKey).values({
      ...{ id: newId('apiKey'), userId: teacher.id, name: 'A machine', scopes: ['items:read'] },
      ...{ secretHash: await sha256(key), createdAt: 0, expiresAt: Date.now() + HOUR, lastUsedAt: Date.now() },
    });
    const byKey = () => ask('GET', '/banks', { headers: { authorization: `Bearer ${key}` } });
    for (let i = 0; i < 5; i++) await ask('GET', '/banks', { as: teacher });
    const first = await byKey();
    expect([first.status, first.headers.get('ratelimit')?.split(';')[0], first.line.d1]).toEqual([200, '"user"', 2]);
    expect((await byKey()).status).toBe(429);
  });

  it('do nothing when they are refused', async () => {
    const teacher = await aUser('instructor');
    const make = () => ask('POST', '/banks', { as: teacher, body: { title: 'x' } });
    const statuses = await many(9, make);
    expect(countOf(statuses, 201)).toBe(6);
    expect((await teacher.ask('GET', '/banks')).json.count).toBe(6);
  });

  it('to sign-in routes are counted with the pages, which have room for a school', async () => {
    const from = anAddress();
    const refresh = () => ask('POST', '/auth/refresh', { from, body: { refresh: 'x'.repeat(43) } });
    const statuses = await many(10, refresh);
    expect([countOf(statuses, 401), countOf(statuses, 429)]).toEqual([8, 2]);
    expect((await ask('GET', '/api/schema', { from })).status).toBe(429);
    expect((await ask('GET', '/courses', { from })).status).toBe(401);
  });

  it('that are health checks are not counted', async () => {
    const from = anAddress();
    for (const path of ['/health/live', '/health/ready']) {
      const replies = await Promise.all(Array.from({ length: 12 }, () => ask('GET', path, { from })));
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      expect(replies[0]?.headers.has('ratelimit')).toBe(false);
    }
  });

  it('by a platform are never refused while its secret is right; wrong ones are, after a while', async () => {
    const admin = await aUser('admin');
    const site = { name: 'x', lmsUrl: 'https://lms.example.mw', clientId: 'a', clientSecret: 'b' };
    const { json } = await admin.ask('POST', '/openedx/connections', site);
    const [secret] = json.webhookSecrets as string[];
    const from = anAddress();
    const body = { course: { course_key: 'course-v1:A+B+C' }, event_metadata: { event_type: 'course_published' } };
    const send = (to: string) => ask('POST', `/webhooks/openedx/${to}`, { from, body });
    const wrong = await many(6, () => send('x'.repeat(43)));
    expect([countOf(wrong, 401), countOf(wrong, 429)]).toEqual([4, 2]);
    const right = await many(8, () => send(secret ?? ''));
    expect(new Set(right)).toEqual(new Set([202]));
  });

  it('go through where the counter cannot be reached, and it is told once', async () => {
    const teacher = await aUser('instructor');
    const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
    const statuses = await many(9, () => ask('GET', '/banks', { as: teacher, bindings: { LIMITS: away } }));
    const told = spy.mock.calls.flat().filter((line) => String(line).includes('rate limit'));
    spy.mockRestore();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(told).toHaveLength(1);
  });

  it('are not counted where limits are lifted', async () => {
    const teacher = await aUser('instructor');
    const reply = await teacher.ask('GET', '/banks');
    expect(reply.headers.has('ratelimit')).toBe(false);
  });
});

describe('the answer path', () => {
  it('has no limit by the hour, and asks neither counter nor database', async () => {
    const { student, path } = await aSittingStudent(await aUser('instructor'));
    const from = anAddress();
    const bindings = { LIMITS: away, DB: away };
    for (let i = 0; i < 9; i++) {
      const { status, headers, line } = await ask('GET', path, { as: student, from, bindings });
      expect([status, headers.has('ratelimit'), line.d1]).toEqual([200, false, 0]);
    }
  });

  it('takes ten requests a second, refuses the rest with 429 for a second, and loses no answer', async () => {
    const { student, path, itemIds } = await aSittingStudent(await aUser('instructor'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const save = (seq: number) =>
      ask('POST', `${path}/ops`, { as: student, body: { epoch: 1, ops: [set(seq, itemIds[0])] } });
    const replies = await Promise.all(Array.from({ length: 14 }, (_, i) => save(i + 1)));
    expect(
      countOf(
        replies.map(({ status }) => status),
        200,
      ),
    ).toBe(10);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.json.code).toBe('too_many_requests');
    expect(refused?.headers.get('retry-after')).toBe('1');
    for (const suffix of ['/takeover', '/submit'])
      expect(
        (await ask('POST', path + suffix, { as: student, body: suffix === '/submit' ? { epoch: 1 } : {} })).status,
      ).toBe(429);
    expect((await ask('GET', path, { as: student })).status).toBe(429);
    // A stranger learns nothing by it, and uses nothing up.
    expect((await ask('GET', path, { as: await aUser() })).status).toBe(404);
    vi.setSystemTime(Date.now() + 1000);
    const again = await save(14);
    expect(again).toMatchObject({ status: 200, json: { upTo: expect.any(Number) } });
    for (let seq = 1; seq < 9; seq++) expect((await save(seq)).status).toBe(200);
    vi.setSystemTime(Date.now() + 1000);
    for (let seq = 9; seq <= 14; seq++) expect((await save(seq)).json.refused).toEqual([]);
    expect((await save(14)).json).toMatchObject({ upTo: 14, missing: [] });
  });

  it('counts a form of the paper once, however often the object is asked for it', async () => {
    const { student, view } = await aSittingStudent(await aUser('instructor'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const body = new URLSearchParams({ token: view.token, epoch: '1', page: '1' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const post = () => app.send('POST', `/attempts/${view.attempt.id}/save`, { body, headers, bindings: on });
    const statuses = await many(11, post);
    expect([countOf(statuses, 200), countOf(statuses, 429)]).toEqual([10, 1]);
    expect(student.id).toBeTruthy();
  });
});

describe('pages', () => {
  const open = (from: string, path = '/sign-in', init: Parameters<typeof app.send>[2] = {}) =>
    app.send('GET', path, { ...init, headers: { 'cf-connecting-ip': from }, bindings: on });

  it('are counted by the address, together with sign-ins; too many get a page in plain words', async () => {
    const from = anAddress();
    const statuses = await many(10, (i) => open(from, i % 2 ? '/sign-in' : '/'));
    expect(countOf(statuses, 429)).toBe(2);
    const refused = await open(from);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit-policy')).toBe('"pages";q=8;w=3600');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect(refused.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await refused.text()).toMatch(/Too many at once.*Wait 6\d minutes/s);
    const login = await ask('POST', '/auth/login', { from, body: { email: 'a@b.mw', password: 'x' } });
    expect(login.status).toBe(429);
    expect((await open(anAddress())).status).toBe(200);
  });

  it('that write are counted before they do anything', async () => {
    const from = anAddress();
    await many(8, () => open(from));
    const form = await signInForm(from, 'a@b.mw', 'x');
    const reply = await app.send('POST', '/sign-in', { ...form, bindings: on });
    expect(reply.status).toBe(429);
  });

  it('of a sitting and of platforms are not counted', async () => {
    const from = anAddress();
    await many(9, () => open(from));
    const assessment = await anAssessment(await aUser('instructor'));
    expect((await open(from, `/attempts/${assessment.id}`)).status).toBe(303);
    expect((await open(from, '/lti/login')).status).toBe(400);
    expect((await open(from)).status).toBe(429);
  });
});

/** The sign-in page's form, filled in, as a browser that came for it would send it. */
async function signInForm(from: string, email: string, password: string) {
  const page = await app.send('GET', '/sign-in');
  const cookie = page.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const csrf = hidden(await page.text(), 'csrf');
  return {
    headers: { 'cf-connecting-ip': from, cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrf, email, password }).toString(),
  };
}

describe('signing in', () => {
  // The flood gates have their own minute; here they stand open.
  const open = { limit: async () => ({ success: true }) };
  const gates = { SIGN_IN_BY_ADDRESS: open, SIGN_IN_BY_ACCOUNT: open };
  const login = (email: string, password: string, bindings: object = gates) =>
    ask('POST', '/auth/login', { body: { email, password }, bindings: bindings });

  it('takes ten tries a quarter of an hour unless it is set otherwise', () => {
    expect(usual).toMatchObject({ signInsPer15Minutes: 10, anonymousApiPerHour: 100, userApiPerHour: 1000 });
    expect(usual).toMatchObject({ pagesPerHour: 5000, attemptRequestsPerSecond: 10 });
  });

  it('is refused after as many wrong tries, with the right password too, from anywhere, until as long is over as was said', async () => {
    const [{ email }, other] = [await makeUser(), await makeUser()];
    const wrong = await many(5, (i) => login(i % 2 ? email : ` ${email.toUpperCase()}`, `wrong ${i}`));
    expect([countOf(wrong, 401), countOf(wrong, 429)]).toEqual([3, 2]);
    const right = await login(email, PASSWORD);
    expect([right.status, right.json.code]).toEqual([429, 'too_many_requests']);
    const wait = Number(right.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(14 * 60);
    expect(wait).toBeLessThanOrEqual(15 * 60 * 1.02);
    expect(right.headers.get('ratelimit-policy')).toBe('"sign-in";q=3;w=900');

    const form = await signInForm(anAddress(), email, PASSWORD);
    const page = await app.send('POST', '/sign-in', {
      ...form,
      bindings: { ...on, ...gates },
    });
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^(9|8)\d\d$/)]);
    expect(await page.text()).toMatch(/Too many tries\. Try again in 1[56] minutes\./);

    expect((await login(other.email, PASSWORD)).status).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + wait * 1000 });
    expect((await login(email, PASSWORD)).status).toBe(200);
  });

  it('is counted for the account, whichever of its names is tried', async () => {
    const [username, { id, email }] = [newId('user'), await makeUser()];
    await db.update(user).set({ username }).where(eq(user.id, id));
    const wrong = [email, username, email].map((name) => login(name, 'wrong'));
    expect((await Promise.all(wrong)).map(({ status }) => status)).toEqual([401, 401, 401]);
    expect((await login(username, PASSWORD)).status).toBe(429);
    expect((await login(email, PASSWORD)).status).toBe(429);
  });

  it('rightly does not count, so nobody locks themselves out, and forgives no wrong try; a missing second factor is no wrong one', async () => {
    // Without the work of a password: an account need not exist.
    const email = `${newId('user')}@nowhere.mw`;
    const asked = () => ({
      ...{ env: { ...env, ...on, ...gates }, settings: readSettings({ ...env, ...on }) },
      ...{ address: anAddress(), now: Date.now() },
    });
    const sign = async (outcome: 'in' | 'wrong_credentials' | 'second_factor_required') =>
      await limitSignIn(asked(), email, async () => {
        if (outcome !== 'in') throw new DomainError(outcome);
        return outcome;
      }).catch(({ code }: DomainError) => code);
    for (let i = 0; i < 4; i++) {
      expect(await sign('in')).toBe('in');
      expect(await sign('second_factor_required')).toBe('second_factor_required');
    }
    for (const outcome of ['wrong_credentials', 'wrong_credentials', 'in', 'wrong_credentials'] as const)
      expect(await sign(outcome)).toBe(outcome);
    expect(await sign('in')).toBe('too_many_requests');
  });

  it('goes on where the counter cannot be reached, behind the flood gate', async () => {
    const { email } = await makeUser();
    const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
    const shut = { limit: async () => ({ success: false }) };
    expect((await login(email, PASSWORD, { ...gates, LIMITS: away })).status).toBe(200);
    expect((await login(email, PASSWORD, { ...gates, LIMITS: away, SIGN_IN_BY_ACCOUNT: shut })).status).toBe(429);
    spy.mockRestore();
  });
});

describe('asking for mails, accounts and keys', () => {
  it('resets are counted per account, known or not, and per network', async () => {
    const reset = (email: string, from = anAddress()) => ask('POST', '/auth/password/reset', { from, body: { email } });
    const email = `${newId('user')}@school.mw`;
    const statuses = await many(5, () => reset(email));
    expect([countOf(statuses, 202), countOf(statuses, 429)]).toEqual([3, 2]);
    const from = anAddress();
    const others = await many(7, (i) => reset(`${i}${email}`, from));
    expect([countOf(others, 202), countOf(others, 429)]).toEqual([5, 2]);
  });

  it('registrations are counted per network, and nothing is made of those refused', async () => {
    const from = anAddress();
    const marker = newId('user');
    const register = (i: number) =>
      ask('POST', '/auth/register', {
        from,
        body: { email: `${i}${marker}@school.mw`, password: 'a quite long password', name: 'Grace' },
      });
    const statuses = await many(3, register);
    expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([1, 2]);
  });

  it('keys are counted per user', async () => {
    const teacher = await aUser('instructor');
    const make = () => ask('POST', '/auth/api-keys', { as: teacher, body: { name: 'x', scopes: ['items:read'] } });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await make()).status);
    expect(statuses).toEqual([201, 201, 429]);
  });
});

describe('settings', () => {
  it('are read and changed by admins: some at a time, strictly, and told in the audit log', async () => {
    const admin = await aUser('admin');
    expect((await admin.ask('GET', '/settings')).json).toMatchObject({ ...usual, ...small });
    const changed = await admin.ask('PATCH', '/settings', {
      studentsPerInstructor: 30,
      keysPerHour: small.keysPerHour,
    });
    expect(changed).toMatchObject({ status: 200, json: { studentsPerInstructor: 30, userApiPerHour: 6 } });
    const rows = await db.select().from(audit).where(eq(audit.actorId, admin.id));
    expect(rows).toMatchObject([
      {
        action: 'settings.changed',
        subject: 'settings',
        detail: { before: { studentsPerInstructor: 20 }, after: { studentsPerInstructor: 30 } },
      },
    ]);
    expect((await admin.ask('PATCH', '/settings', { studentsPerInstructor: 30 })).status).toBe(200);
    expect((await admin.ask('PATCH', '/settings', {})).status).toBe(200);
    expect(await db.select().from(audit).where(eq(audit.actorId, admin.id))).toHaveLength(1);
    await settle({ studentsPerInstructor: 20 });
  });

  test.each([
    [{ studentsPerInstructor: 0 }, '/studentsPerInstructor'],
    [{ userApiPerHour: 1.5 }, '/userApiPerHour'],
    [{ userApiPerHour: null }, '/userApiPerHour'],
    [{ corsOrigins: 'https://a.mw' }, '/corsOrigins'],
    [{ corsOrigins: ['*'] }, '/corsOrigins/0'],
    [{ corsOrigins: ['javascript:alert(1)'] }, '/corsOrigins/0'],
    [{ corsOrigins: Array(21).fill('https://a.mw') }, '/corsOrigins'],
    [{ surprise: 1 }, '/surprise'],
  ])('refuse %j and point at it', async (body, pointer) => {
    const reply = await (await aUser('admin')).ask('PATCH', '/settings', body);
    expect([reply.status, reply.json.errors[0]?.pointer]).toEqual([400, pointer]);
  });

  it('written elsewhere hold here within a minute', async () => {
    const teacher = await aUser('instructor');
    await settle({ userApiPerHour: 2 });
    await db.update(siteSetting).set({ value: 3 }).where(eq(siteSetting.name, 'userApiPerHour'));
    const left = async () => (await ask('GET', '/banks', { as: teacher })).headers.get('ratelimit-policy');
    expect(await left()).toBe('"user";q=2;w=3600');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + MINUTE });
    expect(await left()).toBe('"user";q=3;w=3600');
    vi.useRealTimers();
    await settle({ userApiPerHour: 6 });
  });

  it('can be mended by whoever set a limit too low', async () => {
    const admin = await aUser('admin');
    await many(small.userApiPerHour, () => ask('GET', '/auth/me', { as: admin }));
    expect((await ask('GET', '/auth/me', { as: admin })).status).toBe(429);
    expect((await ask('PATCH', '/settings', { as: admin, body: {} })).status).not.toBe(429);
  });

  it('stay as they were known while the database is away', async () => {
    const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * MINUTE });
    const { status, headers } = await ask('GET', '/banks', { bindings: { DB: away } });
    expect([status, headers.get('ratelimit-policy')]).toEqual([401, '"anonymous";q=4;w=3600']);
    spy.mockRestore();
  });

  it('have a page that says what is wrong and keeps what was typed', async () => {
    const [admin, teacher] = [await aUser('admin'), await aUser('instructor')];
    const browser = await aBrowser(admin);
    expect((await browser.open('/staff/settings')).text).toContain('Usually 20.');
    const fields = { studentsPerInstructor: '0', corsOrigins: 'nonsense', keysPerHour: '2' };
    const refused = await browser.post('/staff/settings', fields);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Give a whole number from 1 to 10000.');
    expect(refused.text).toContain('Students assigned to one instructor: Give a whole number from 1 to 10000.');
    expect(refused.text).toContain('Give at most 20 addresses');
    expect(refused.text).toContain('nonsense</textarea>');
    const corsOrigins = 'https://a.mw/x\n\nhttps://b.mw';
    const saved = await browser.post('/staff/settings', { ...fields, studentsPerInstructor: '21', corsOrigins });
    expect([saved.status, saved.to]).toEqual([303, '/staff/settings?saved=yes']);
    expect((await admin.ask('GET', '/settings')).json).toMatchObject({
      studentsPerInstructor: 21,
      corsOrigins: ['https://a.mw', 'https://b.mw'],
    });
    const form = (await browser.open('/staff/settings')).text;
    expect(form).toContain('Usually 365 days.');
    const was = hidden(form, 'was').replaceAll('&quot;', '"');
    const shown = { ...(JSON.parse(was) as Record<string, string>), was };
    await browser.post('/staff/settings', { ...shown, studentsPerInstructor: '22' });
    await browser.post('/staff/settings', { ...shown, corsOrigins: '', keysPerHour: '3' });
    expect((await admin.ask('GET', '/settings')).json).toMatchObject({
      studentsPerInstructor: 22,
      corsOrigins: [],
      keysPerHour: 3,
    });
    await settle({ studentsPerInstructor: 20, corsOrigins: [], keysPerHour: 2 });
    expect((await (await aBrowser(teacher)).open('/staff/settings')).status).toBe(403);
  });
});
