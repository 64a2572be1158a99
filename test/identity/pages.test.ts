import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { type AppEnv, readSettings } from '../../src/http/index.ts';
import { newPasswordLink } from '../../src/identity/create-user.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../../src/identity/index.ts';
import { localPath } from '../../src/identity/local-path.ts';
import { audit, oneTimeLink, refreshFamily, session, user } from '../../src/identity/schema.ts';
import { DomainError, statusOf } from '../../src/lib/errors.ts';
import { ask, db, logIn, makeUser, PASSWORD, post } from './make.ts';
import { makeBrowser } from './make-browser.ts';

const SESSION = '__Host-ve_session';

describe('signing in on the page', () => {
  it('leads through the form to where one wanted to go, with a cookie only the browser can read', async () => {
    const browser = makeBrowser();
    const who = await makeUser();
    const form = await browser.open('/sign-in?next=%2Fassessments%2Fasm_1%3Ftab%3D2');
    expect(form).toMatchObject({ status: 200, d1: 1 });
    expect(form.headers.get('cache-control')).toBe('private, no-store');
    expect(form.text).toContain('autocomplete="username"');
    expect(form.text).toContain('autocomplete="current-password"');
    const next = /name="next" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    const done = await browser.send('/sign-in', {
      csrf: form.csrf,
      next,
      email: who.email.toUpperCase(),
      password: PASSWORD,
    });
    expect(done).toMatchObject({ status: 303, to: '/assessments/asm_1?tab=2', d1: 2 });
    const [line = ''] = done.headers.getSetCookie();
    expect(line).toMatch(new RegExp(`^${SESSION}=[A-Za-z0-9_-]{43};`));
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=1209600'])
      expect(line).toContain(attribute);
    expect(line).not.toMatch(/domain/i);
    expect(
      await db
        .select()
        .from(session)
        .where(eq(session.secretHash, browser.cookies.get(SESSION) ?? '')),
    ).toEqual([]);
  });

  it('says what was wrong, keeps the address, and points the fields at the message', async () => {
    const browser = makeBrowser();
    const who = await makeUser();
    const refused = await browser.signIn(who, { password: 'wrong', next: '/banks' });
    expect(refused.status).toBe(401);
    expect(refused.text).toMatch(/<p role="alert" id="problem"/);
    expect(refused.text.match(/aria-describedby="problem"/g)).toHaveLength(2);
    expect(refused.text).toContain(`value="${who.email}"`);
    expect(refused.text).toContain('name="next" value="/banks"');
    expect(refused.text).not.toContain('wrong"');
    expect(browser.cookies.has(SESSION)).toBe(false);
    const again = await browser.send('/sign-in', {
      csrf: refused.csrf,
      email: who.email,
      password: PASSWORD,
      next: '/banks',
    });
    expect(again).toMatchObject({ status: 303, to: '/banks' });
  });

  it('answers blocked, unknown, empty and endless input alike', async () => {
    const browser = makeBrowser();
    const blocked = await makeUser('student', { blockedAt: 1 });
    for (const fields of [
      { email: blocked.email },
      { email: 'nobody@school.test' },
      { email: '' },
      { password: 'x'.repeat(300) },
      { email: `${'x'.repeat(300)}@school.test` },
    ]) {
      expect((await browser.signIn(blocked, fields)).status).toBe(401);
    }
    expect(browser.cookies.has(SESSION)).toBe(false);
  });

  it('writes what was typed as text, never as markup', async () => {
    const refused = await makeBrowser().signIn({ email: '"><script>alert(1)</script>' }, { next: '/"><b>' });
    expect(refused.text).not.toContain('<script>alert');
    expect(refused.text).not.toContain('"><b>');
  });

  it('gives a new secret at every sign-in and ends the one the browser came with', async () => {
    const browser = makeBrowser();
    const who = await makeUser();
    const form = await browser.open('/sign-in');
    await browser.signIn(who);
    const first = browser.cookies.get(SESSION);
    await browser.send('/sign-in', { csrf: form.csrf, email: who.email, password: PASSWORD });
    expect(browser.cookies.get(SESSION)).not.toBe(first);
    expect(await db.select().from(session).where(eq(session.userId, who.id))).toHaveLength(1);

    const planted = makeBrowser();
    planted.cookies.set(SESSION, 'A'.repeat(43));
    await planted.signIn(who);
    expect(planted.cookies.get(SESSION)).not.toBe('A'.repeat(43));
  });

  it('sends whom it knows on, and clears a cookie it does not', async () => {
    const browser = makeBrowser();
    await browser.signIn(await makeUser());
    expect(await browser.open('/sign-in?next=/banks')).toMatchObject({ status: 303, to: '/banks', d1: 1 });
    expect(await browser.open('/sign-in?next=//elsewhere.test')).toMatchObject({ status: 303, to: '/' });
    const stranger = makeBrowser();
    stranger.cookies.set(SESSION, 'A'.repeat(43));
    expect((await stranger.open('/sign-in')).status).toBe(200);
    expect(stranger.cookies.has(SESSION)).toBe(false);
  });

  it('slows guessing down', async () => {
    const browser = makeBrowser();
    const { csrf } = await browser.open('/sign-in');
    const no = { limit: async () => ({ success: false }) };
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(
      '/sign-in',
      {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ csrf, email: 'a@school.test', password: 'x' }).toString(),
      },
      { VE_RATE_LIMITS: 'on', SIGN_IN_BY_ADDRESS: no },
    );
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(answer.text).toContain('Wait a minute');
  });
});

describe('a form', () => {
  it('is refused without its token, with another browser’s, and when it comes from another site', async () => {
    const who = await makeUser();
    const [browser, other] = [makeBrowser(), makeBrowser()];
    const { csrf } = await browser.open('/sign-in');
    const theirs = (await other.open('/sign-in')).csrf;
    const fields = { email: who.email, password: PASSWORD };
    for (const [given, headers] of [
      [{}, {}],
      [{ csrf: '' }, {}],
      [{ csrf: theirs }, {}],
      [{ csrf: csrf.slice(1) }, {}],
      [{ csrf }, { 'sec-fetch-site': 'cross-site' }],
      [{ csrf }, { 'sec-fetch-site': 'same-site' }],
    ] as [Record<string, string>, Record<string, string>][]) {
      const refused = await browser.send('/sign-in', { ...fields, ...given }, headers);
      expect(refused.status).toBe(400);
      expect(refused.text).toContain('This page was open too long');
      expect(browser.cookies.has(SESSION)).toBe(false);
    }
    expect((await browser.send('/sign-in', { ...fields, csrf }, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });

  it('is refused over 1 MiB with 413, in another media type with 415, and comes in either of the two of forms', async () => {
    const browser = makeBrowser();
    const { csrf } = await browser.open('/sign-in');
    expect((await browser.send('/sign-in', { csrf, email: 'x'.repeat(1024 * 1024) })).status).toBe(413);
    const json = await browser.open('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ csrf }),
    });
    expect(json.status).toBe(415);
    expect(json.headers.get('content-type')).toContain('text/html');
    const broken = await browser.open('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: 'not a form',
    });
    expect(broken.status).toBe(400);

    const who = await makeUser();
    const form = new FormData();
    for (const [name, value] of Object.entries({ csrf, email: who.email, password: PASSWORD }))
      form.append(name, value);
    const request = new Request('http://ve.test/', { method: 'POST', body: form });
    const multipart = await browser.open('/sign-in', {
      method: 'POST',
      headers: { 'content-type': request.headers.get('content-type') ?? '' },
      body: await request.arrayBuffer(),
    });
    expect(multipart.status).toBe(303);
  });
});

describe('signing out on the page', () => {
  it('ends the session, clears the cookie, and leaves everything else on the phone', async () => {
    const browser = makeBrowser();
    const who = await makeUser();
    await browser.signIn(who);
    const secret = browser.cookies.get(SESSION) ?? '';
    const { csrf } = await signedInPage(browser);
    const done = await browser.send('/sign-out', { csrf });
    expect(done).toMatchObject({ status: 303, to: '/sign-in?notice=signed-out', d1: 1 });
    expect(done.headers.get('clear-site-data')).toBeNull();
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await db.select().from(session).where(eq(session.userId, who.id))).toEqual([]);
    const told = await db.select().from(audit).where(eq(audit.subject, who.id));
    expect(told.filter(({ action }) => action === 'user.signed_out')).toMatchObject([{ actorId: who.id }]);
    expect((await browser.open('/sign-in?notice=signed-out')).text).toContain('You are signed out.');
    browser.cookies.set(SESSION, secret);
    expect((await signedInPage(browser)).status).toBe(303);
  });

  it('is refused without the token of this sign-in', async () => {
    const browser = makeBrowser();
    const who = await makeUser();
    await browser.signIn(who);
    expect((await browser.send('/sign-out', { csrf: 'x' })).status).toBe(400);
    expect((await browser.open('/sign-out', { method: 'POST' })).status).toBe(415);
    expect(await db.select().from(session).where(eq(session.userId, who.id))).toHaveLength(1);
  });

  it('is nothing to refuse for whom it does not know', async () => {
    expect(await makeBrowser().send('/sign-out', {})).toMatchObject({ status: 303, to: '/sign-in?notice=signed-out' });
  });
});

/** A room's pages as another room would write them, on the plumbing of this one. */
const room = new Hono<AppEnv>();
room.use(async (c, next) => {
  c.set('requestId', 'req_1');
  c.set('now', Date.now());
  c.set('trips', { d1: 0, kv: 0 });
  c.set('settings', readSettings(c.env));
  await next();
  c.res.headers.set('d1', String(c.var.trips.d1));
});
room.onError((error, c) =>
  c.text(error.message, statusOf(error instanceof DomainError ? error.code : 'internal') as 400),
);
room.use('/page', pageGuard);
room.get('/page', (c) => c.json({ viewer: c.var.viewer, actor: pageCall(c).actor, requestId: pageCall(c).requestId }));
room.post('/page', async (c) => c.json({ chosen: (await readForm(c)).getAll('choice') }));
room.get('/staff', pageGuard, staffOnly, (c) => c.text('staff'));

type Browser = ReturnType<typeof makeBrowser>;
const inRoom = (browser: Browser, path: string, init: RequestInit = {}) =>
  room.request(
    path,
    {
      ...init,
      headers: {
        ...(init.headers as Record<string, string>),
        cookie: `${SESSION}=${browser.cookies.get(SESSION) ?? ''}`,
      },
    },
    env,
  );

async function signedInPage(browser: Browser) {
  const answer = await inRoom(browser, '/page');
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    csrf: (/"csrf":"([^"]+)"/.exec(text) ?? [])[1] ?? '',
    json: () => JSON.parse(text),
  };
}

describe('pages of somebody signed in', () => {
  it('know who asks, in one round trip', async () => {
    const browser = makeBrowser();
    const who = await makeUser('instructor');
    await browser.signIn(who);
    const answer = await signedInPage(browser);
    expect(answer.json()).toEqual({
      viewer: { name: who.name, isStaff: true, csrf: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) },
      actor: { userId: who.id, role: 'instructor', sessionId: expect.stringMatching(/^ses_/) },
      requestId: 'req_1',
    });
    expect(answer.headers.get('d1')).toBe('1');
  });

  it('lead a stranger to the sign-in page and back, but refuse what a stranger sends', async () => {
    const browser = makeBrowser();
    const read = await inRoom(browser, '/page?tab=2&q=a%20b');
    expect([read.status, read.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fpage%3Ftab%3D2%26q%3Da%2520b']);
    const written = await inRoom(browser, '/page', { method: 'POST', body: new URLSearchParams({ choice: 'a' }) });
    expect(written.status).toBe(401);
  });

  it('take a role or a block at once, and clear the cookie of a sign-in that has ended', async () => {
    const browser = makeBrowser();
    const who = await makeUser('instructor');
    await browser.signIn(who);
    expect((await inRoom(browser, '/staff')).status).toBe(200);
    await db.update(user).set({ role: 'student' }).where(eq(user.id, who.id));
    expect((await inRoom(browser, '/staff')).status).toBe(403);
    expect((await signedInPage(browser)).json()).toMatchObject({
      viewer: { isStaff: false },
      actor: { role: 'student' },
    });
    await db.update(user).set({ blockedAt: 1 }).where(eq(user.id, who.id));
    const refused = await signedInPage(browser);
    expect(refused.status).toBe(303);
    expect(refused.headers.get('set-cookie')).toMatch(/^__Host-ve_session=;.*Max-Age=0/);
    await db.update(user).set({ blockedAt: null }).where(eq(user.id, who.id));
    expect((await signedInPage(browser)).status).toBe(200);
    await db.update(session).set({ expiresAt: 1 }).where(eq(session.userId, who.id));
    expect((await signedInPage(browser)).status).toBe(303);
  });

  it('read a form with every value of a name, and only with their token', async () => {
    const browser = makeBrowser();
    await browser.signIn(await makeUser());
    const { csrf } = await signedInPage(browser);
    const send = (body: [string, string][]) =>
      inRoom(browser, '/page', { method: 'POST', body: new URLSearchParams(body) });
    const choices: [string, string][] = [
      ['choice', 'a'],
      ['choice', 'b'],
    ];
    expect(await (await send([['csrf', csrf], ...choices])).json()).toEqual({ chosen: ['a', 'b'] });
    expect((await send(choices)).status).toBe(400);
  });

  it('have an API of their own: no bearer opens a page, and no cookie opens the API', async () => {
    const browser = makeBrowser();
    const who = await makeUser();
    await browser.signIn(who);
    expect((await browser.open('/api/v1/auth/me')).status).toBe(401);
    const { access } = (await logIn(who)).json;
    expect((await room.request('/page', { headers: { authorization: `Bearer ${access}` } }, env)).status).toBe(303);
  });
});

describe('a one-time link', () => {
  const makeLink = async (now = Date.now()) => {
    const who = await makeUser('superadmin', { passwordHash: null });
    const { token, row } = await newPasswordLink(who.id, now);
    await db.insert(oneTimeLink).values(row);
    return { who, path: `/password/${token}` };
  };
  const fresh = { password: 'brand new words', repeat: 'brand new words' };

  it('sets the password once, ends other sign-ins, and leads to the sign-in page', async () => {
    const { who, path } = await makeLink();
    await db.insert(refreshFamily).values({ id: who.id, userId: who.id, createdAt: 0, expiresAt: Date.now() + 1000 });
    const browser = makeBrowser();
    const form = await browser.open(path);
    expect(form).toMatchObject({ status: 200, d1: 1 });
    expect(form.headers.get('referrer-policy')).toBe('no-referrer');
    expect(form.text).toContain(who.email);
    expect(form.text.match(/autocomplete="new-password"/g)).toHaveLength(2);
    const done = await browser.send(path, { csrf: form.csrf, ...fresh });
    expect(done).toMatchObject({ status: 303, to: '/sign-in?notice=password-set', d1: 3 });
    expect((await browser.open('/sign-in?notice=password-set')).text).toContain('Your password is set');
    expect((await browser.signIn(who, { password: fresh.password })).status).toBe(303);
    const [family] = await db.select().from(refreshFamily).where(eq(refreshFamily.userId, who.id));
    expect(family?.endedAt).not.toBeNull();

    expect((await browser.open(path)).status).toBe(400);
    const again = await browser.send(path, { csrf: form.csrf, password: 'another one', repeat: 'another one' });
    expect(again.status).toBe(400);
    expect(again.text).toContain('used already');
    expect((await logIn(who, fresh.password)).status).toBe(200);
  });

  it('works for one of several who use it at the same moment', async () => {
    const { who, path } = await makeLink();
    const browser = makeBrowser();
    const { csrf } = await browser.open(path);
    const words = ['the first of three', 'the second of three', 'the third of three'];
    const answers = await Promise.all(words.map((word) => browser.send(path, { csrf, password: word, repeat: word })));
    const won = answers.findIndex(({ status }) => status === 303);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(2);
    for (const [index, word] of words.entries())
      expect((await logIn(who, word)).status).toBe(index === won ? 200 : 401);
  });

  it('lives for 24 hours', async () => {
    const { path } = await makeLink(Date.now() - 24 * 3600 * 1000);
    const old = await makeBrowser().open(path);
    expect(old.status).toBe(400);
    expect(old.text).toContain('too old');
    expect(old.text).toContain('href="/forgot"');
    expect((await makeBrowser().open('/password/unknown')).status).toBe(400);
  });

  it('is not used up by a password that does not fit, which the page says', async () => {
    const { who, path } = await makeLink();
    const browser = makeBrowser();
    const { csrf } = await browser.open(path);
    for (const [fields, said] of [
      [{ password: 'short', repeat: 'short' }, '8 to 256'],
      [{ password: 'x'.repeat(257), repeat: 'x'.repeat(257) }, '8 to 256'],
      [{ password: 'long enough', repeat: 'not the same' }, 'not the same'],
      [{}, '8 to 256'],
    ] as const) {
      const refused = await browser.send(path, { csrf, ...fields });
      expect(refused.status).toBe(400);
      expect(refused.text).toMatch(new RegExp(`role="alert"[^>]*>[^<]*${said}`));
    }
    expect((await browser.send(path, fresh)).status).toBe(400);
    expect((await browser.send(path, { csrf, ...fresh })).status).toBe(303);
    expect((await post('/api/v1/auth/login', { email: who.email, password: fresh.password })).status).toBe(200);
  });
});

describe('where to go next', () => {
  it.each([
    ['/', '/'],
    ['/assessments/asm_1?page=2', '/assessments/asm_1?page=2'],
    ['/a/../b', '/b'],
    ['/Malaŵi', '/Mala%C5%B5i'],
    ['/sign-in#top', '/sign-in'],
  ])('%s is %s', (given, expected) => expect(localPath(given)).toBe(expected));

  it.each([
    '//elsewhere.test',
    '///elsewhere.test',
    '/\\elsewhere.test',
    '\\\\elsewhere.test',
    '/\t/elsewhere.test',
    '/\n/elsewhere.test',
    '/\r\nset-cookie: a=b',
    '/.//elsewhere.test',
    '/a/..//elsewhere.test',
    '/%2e//elsewhere.test',
    'https://elsewhere.test',
    'javascript:alert(1)',
    'elsewhere.test',
    '',
    `/${'x'.repeat(3000)}`,
    undefined,
    null,
    7,
  ])('%j is the home page', (given) => expect(localPath(given)).toBe('/'));
});
