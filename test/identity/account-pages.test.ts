import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { newLink } from '../../src/identity/index.ts';
import { hashPassword } from '../../src/identity/password.ts';
import { refreshFamily, secondFactor, session, user } from '../../src/identity/schema.ts';
import { hmac, newSecret } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { aBrowser, hiddenIn, said } from '../assessments/a-browser.ts';
import { aUser, db, theApp } from '../factories.ts';
import { makeBrowser } from './make-browser.ts';

/* The pages of one's own account, without script. */

const password = 'mvula ikugwa lero';
const passwordHash = await hashPassword(password, env.PASSWORD_PEPPER);
const address = () => `${newId('user')}@school.test`;
const rowOf = async (id: string) => (await db.select().from(user).where(eq(user.id, id)))[0];

async function linkTo(id: string, email: string) {
  const { token, statement } = await newLink({ db, now: Date.now() }, { userId: id, purpose: 'email', email });
  await statement;
  return `/verify-email/${token}`;
}

/** A fresh browser on a page with a form. */
async function makeBrowserAt(path: string) {
  const browser = makeBrowser();
  const { csrf } = await browser.open(path);
  return { send: (fields: Record<string, string>) => browser.send(path, { ...fields, csrf }) };
}

describe('/register', () => {
  it('makes an account in the language that was chosen, and goes on signed in', async () => {
    const browser = makeBrowser();
    browser.cookies.set('ve_lang', 'ny');
    const email = address();
    expect((await browser.open('/sign-in?next=%2Fcourses')).text).toContain('href="/register?next=%2Fcourses"');
    const { csrf, text } = await browser.open('/register?next=%2Fcourses');
    expect(text).toContain('autocomplete="new-password"');
    expect(text).not.toContain('maxlength="256"');
    const done = await browser.send('/register?next=%2Fcourses', { csrf, email, name: 'Thoko', password });
    expect([done.status, done.to, done.d1]).toEqual([303, '/courses', 3]);
    const [made] = await db.select().from(user).where(eq(user.email, email));
    expect(made).toMatchObject({ role: 'student', locale: 'ny', name: 'Thoko' });
    expect((await browser.open('/register')).to).toBe('/');
    expect((await browser.open('/profile')).status).toBe(200);
  });

  it('sent twice goes on signed in both times, and makes one account', async () => {
    const browser = makeBrowser();
    const email = address();
    const { csrf } = await browser.open('/register?next=%2Fcourses');
    const given = { csrf, email, name: 'Thoko', password };
    const send = () => browser.send('/register?next=%2Fcourses', given);
    for (const done of await Promise.all([send(), send()])) expect([done.status, done.to]).toEqual([303, '/courses']);
    const later = await send();
    expect([later.status, later.to]).toEqual([303, '/courses']);
    expect((await browser.open('/profile')).status).toBe(200);
    expect(await db.select().from(user).where(eq(user.email, email))).toHaveLength(1);
    const guessed = await makeBrowserAt('/register').then(({ send }) =>
      send({ ...given, password: 'mvula ikugwa dzulo' }),
    );
    expect([guessed.status, guessed.text.includes('has an account already')]).toEqual([400, true]);
    expect(guessed.headers.getSetCookie().join()).not.toContain('ve_session');
  });

  it('lets nobody in who is blocked, who was guessed at too often, or has yet to give a code', async () => {
    const send = async (email: string, given: object = {}) => {
      const { send } = await makeBrowserAt('/register');
      return await send({ email, name: 'Thoko', password, ...given });
    };
    const emails = [address(), address(), address()] as const;
    const [, guarded] = [
      await aUser('student', { email: emails[0], passwordHash, blockedAt: 1 }),
      await aUser('student', { email: emails[1], passwordHash }),
      await aUser('student', { email: emails[2], passwordHash }),
    ];
    expect((await send(emails[0])).text).toContain('has an account already');
    const now = Date.now();
    await db.insert(secondFactor).values({ userId: guarded.id, secret: 'x', createdAt: now, confirmedAt: now });
    const halfway = await send(emails[1]);
    expect([halfway.status, halfway.to]).toEqual([303, '/sign-in/code']);
    expect(halfway.headers.getSetCookie().join()).not.toContain('ve_session');
    const secret = newSecret();
    const limiter = (success: boolean) => ({ limit: async () => ({ success }) });
    const right = (mayGuess: boolean) =>
      theApp.send('POST', '/register', {
        body: new URLSearchParams({ csrf, email: emails[2], name: 'Thoko', password }),
        headers: { cookie: `__Host-ve_anon=${secret}` },
        bindings: {
          ...{ VE_RATE_LIMITS: 'on', SIGN_IN_BY_ADDRESS: limiter(true), SIGN_IN_BY_ACCOUNT: limiter(mayGuess) },
        },
      });
    const csrf = await hmac(secret, 'csrf');
    const limited = await right(false);
    expect([limited.status, await limited.text()]).toEqual([400, expect.stringContaining('has an account already')]);
    expect((await right(true)).status).toBe(303);
  });

  it('says at each field what is wrong, and keeps what was typed but the password', async () => {
    const browser = makeBrowser();
    const taken = await aUser('student', { email: address() });
    const { csrf } = await browser.open('/register');
    for (const [fields, message] of [
      [{ name: '' }, 'Write your name'],
      [{ email: 'thoko' }, 'Write a whole e-mail address'],
      [{ password: 'iloveyou' }, 'no password that many people use'],
      [{ password: 'Thoko Phiri' }, 'not your name'],
      [{ email: (await rowOf(taken.id))?.email ?? '' }, 'has an account already'],
    ] as const) {
      const given = { email: address(), name: 'Thoko "Phiri"', password, csrf, ...fields };
      const refused = await browser.send('/register', { ...given });
      expect([refused.status, message, refused.text.includes(message)]).toEqual([400, message, true]);
      expect(refused.text).toContain(`value="${given.email}"`);
      if (given.name !== '') expect(refused.text).toContain('value="Thoko &quot;Phiri&quot;"');
      expect(refused.text).not.toContain(given.password);
    }
    expect((await browser.send('/register', { email: address(), name: 'x', password })).status).toBe(400);
  });
});

describe('/forgot', () => {
  it('says the same whether or not somebody has the address', async () => {
    const browser = makeBrowser();
    const who = await aUser('student', { email: address() });
    const { csrf } = await browser.open('/forgot');
    const texts = [];
    for (const email of [(await rowOf(who.id))?.email ?? '', address()]) {
      const sent = await browser.send('/forgot', { csrf, email });
      expect([sent.status, sent.to, sent.d1]).toEqual([303, '/forgot?sent', 1]);
      texts.push(said((await browser.open(sent.to ?? '')).text));
    }
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('a mail is on its way');
    expect((await browser.send('/forgot', { csrf, email: '' })).status).toBe(400);
  });
});

describe('/verify-email/{token}', () => {
  it('asks first, so that who only looks uses nothing up, and takes a yes once, from anybody with the mail', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const path = await linkTo(who.id, email);
    const browser = makeBrowser();
    for (let visit = 0; visit < 3; visit++) expect((await browser.open(path)).text).toContain(email);
    expect((await rowOf(who.id))?.emailVerifiedAt).toBeNull();
    const { csrf, headers } = await browser.open(path);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect((await browser.send(path, {})).status).toBe(400);
    expect((await browser.send(path, { csrf })).text).toContain('We know now');
    expect((await rowOf(who.id))?.emailVerifiedAt).not.toBeNull();
    expect((await browser.send(path, { csrf })).text).toContain('used already');
    expect((await browser.open(path)).status).toBe(400);
  });

  it('says so when somebody else has the address now', async () => {
    const [email, wanted] = [address(), address()];
    const who = await aUser('student', { email, pendingEmail: wanted });
    await aUser('student', { email: wanted });
    const path = await linkTo(who.id, wanted);
    const browser = makeBrowser();
    const { csrf } = await browser.open(path);
    const refused = await browser.send(path, { csrf });
    expect([refused.status, refused.text.includes('Somebody else has an account')]).toEqual([409, true]);
    expect(await rowOf(who.id)).toMatchObject({ email, pendingEmail: wanted });
  });
});

describe('/profile', () => {
  it('changes name and language', async () => {
    const who = await aUser('student', { email: address() });
    const browser = await aBrowser(who);
    const { text } = await browser.open('/profile');
    for (const path of ['password', 'second-factor', 'identities', 'sessions', 'keys', 'data'])
      expect(text).toContain(`href="/profile/${path}"`);
    expect(said(text)).toContain('You have not shown yet');
    const email = (await rowOf(who.id))?.email ?? '';
    const done = await browser.post('/profile', { name: 'Thoko <b>', locale: 'ny', email });
    expect([done.status, done.to]).toEqual([303, '/profile?notice=saved']);
    expect(await rowOf(who.id)).toMatchObject({ name: 'Thoko <b>', locale: 'ny', pendingEmail: null });
    expect((await browser.open(done.to)).text).toContain('Saved.');
    const refused = await browser.post('/profile', { name: ' ', locale: '', email });
    expect([refused.status, refused.text.includes('Write your name')]).toEqual([400, true]);
    expect((await browser.send('/profile', { name: 'x' })).status).toBe(400);
  });

  it('asks who one is before another address, keeps what was typed, and then tells what is missing', async () => {
    const who = await aUser('student', { email: address(), emailVerifiedAt: 1 });
    const browser = await aBrowser(who);
    const wanted = address();
    await db.update(session).set({ confirmedAt: null }).where(eq(session.userId, who.id));
    await db.update(user).set({ passwordHash }).where(eq(user.id, who.id));
    const first = await browser.post('/profile', { name: 'Thoko "x" <b>', email: wanted, locale: 'ny' });
    expect([first.status, first.text]).toEqual([401, expect.stringContaining('Nothing is saved yet')]);
    const confirm = '/confirm?next=%2Fprofile';
    const wrong = await browser.send(confirm, { ...hiddenIn(first.text, confirm), password: 'not it' });
    expect(wrong.text).toContain('This is not your password');
    const proven = await browser.send(confirm, { ...hiddenIn(wrong.text, confirm), password });
    expect(proven.text).toContain('Send it now');
    expect(await rowOf(who.id)).toMatchObject({ name: 'A student', pendingEmail: null });
    expect((await browser.send('/profile', hiddenIn(proven.text, '/profile'))).to).toBe('/profile?notice=saved');
    expect(await rowOf(who.id)).toMatchObject({ name: 'Thoko "x" <b>', locale: 'ny', pendingEmail: wanted });
    const { text } = await browser.open('/profile');
    expect(said(text)).toContain(`Your address becomes ${wanted}`);
    // Saving the page again as it stands takes nothing back.
    await browser.post('/profile', { name: 'Thoko', email: wanted, locale: '' });
    expect((await rowOf(who.id))?.pendingEmail).toBe(wanted);
    expect((await browser.post('/profile/verify-email')).to).toBe('/profile?notice=sent');
  });
});

describe('/profile, open in two tabs,', () => {
  it('changes only what was typed in each, and says that an address cannot be taken away', async () => {
    const email = address();
    const who = await aUser('student', { name: 'Thoko', email });
    const browser = await aBrowser(who);
    const { was = '' } = hiddenIn((await browser.open('/profile')).text, '/profile');
    expect(JSON.parse(was)).toEqual({ name: 'Thoko', email });
    const shown = { was, name: 'Thoko', email, locale: '' };
    expect((await browser.post('/profile', { ...shown, name: 'Thokozani' })).status).toBe(303);
    expect((await browser.post('/profile', { ...shown, locale: 'ny' })).status).toBe(303);
    expect(await rowOf(who.id)).toMatchObject({ name: 'Thokozani', locale: 'ny', email, pendingEmail: null });
    const emptied = await browser.post('/profile', { ...shown, email: ' ' });
    expect([emptied.status, said(emptied.text)]).toEqual([400, expect.stringContaining('not taken away')]);
    expect(hiddenIn(emptied.text, '/profile').was).toBe(was);
    const nameless = await aUser('student', { username: newId('user') });
    const without = await (await aBrowser(nameless)).post('/profile', {
      was: '{"name":"A student"}',
      email: '',
      name: 'X',
    });
    expect([without.status, (await rowOf(nameless.id))?.name]).toEqual([303, 'X']);
  });
});

describe('a form whose sign-in has ended', () => {
  const here = { headers: { 'sec-fetch-site': 'same-origin' } };
  const typed = { name: 'Thoko "x" <b>', locale: 'ny', more: "'&amp;\nBanda" };

  it('comes back with what was typed, to be sent by hand in the name of who is signed in now', async () => {
    const who = await aUser('student', { name: 'Thoko Banda' });
    const browser = await aBrowser(who);
    const stale = await browser.send(
      '/profile',
      { csrf: await hmac(newSecret(), 'csrf'), ...typed, some: ['a', 'b'] },
      here,
    );
    expect(stale.status).toBe(400);
    expect(said(stale.text)).toMatch(/This page was open too long.*Send it now, as Thoko Banda\?/);
    expect(stale.text).not.toContain('<b>');
    expect((await rowOf(who.id))?.name).toBe('Thoko Banda');
    const fields = hiddenIn(stale.text, '/profile');
    expect(fields).toEqual({ ...typed, some: 'b', csrf: expect.any(String) });
    expect(stale.text).toContain('name="some" value="a"');
    expect((await browser.send('/profile', fields, here)).to).toBe('/profile?notice=saved');
    expect((await rowOf(who.id))?.name).toBe('Thoko "x" <b>');

    // Before they sign in again it waits on the page that asks them to, which has no token.
    const out = await (await aBrowser()).send('/profile', typed, {
      headers: { ...here.headers, referer: 'http://ve.test/profile?a=b' },
    });
    expect([out.status, out.text]).toEqual([401, expect.stringContaining('href="/sign-in?next=%2Fprofile%3Fa%3Db"')]);
    const waiting = hiddenIn(out.text, '/profile');
    expect(waiting).toEqual({ ...typed, csrf: '' });
    expect((await browser.send('/profile', waiting, here)).text).toContain('Send it now');
  });

  it('keeps the words of a page with a file, and says that the file is not sent', async () => {
    const browser = await aBrowser(await aUser());
    const form = new FormData();
    form.append('name', 'Thoko');
    form.append('file', new File(['x'], 'x.txt'));
    const { text } = await browser.go('POST', '/profile', { body: form, ...here });
    expect([hiddenIn(text, '/profile').name, text]).toEqual(['Thoko', expect.stringContaining('choose it again')]);
  });

  it.each<[string, string, Record<string, string>, Record<string, string>]>([
    ['of another site', '/profile', { name: 'x' }, { 'sec-fetch-site': 'cross-site' }],
    ['of a neighbouring site', '/profile', { name: 'x' }, { 'sec-fetch-site': 'same-site' }],
    ['of no site', '/profile', { name: 'x' }, { 'sec-fetch-site': 'none' }],
    ['of nobody knows where', '/profile', { name: 'x' }, {}],
    ['of another origin, from an old browser', '/profile', { name: 'x' }, { origin: 'https://evil.test' }],
    ['of no origin', '/profile', { name: 'x' }, { origin: 'null' }],
    ['in a frame', '/profile', { name: 'x' }, { ...here.headers, 'sec-fetch-dest': 'iframe' }],
    ['with a password', '/profile/password', { currentPassword: 'x', name: 'x' }, here.headers],
    ['into which nothing was typed', '/profile/verify-email', { once: 'x' }, here.headers],
  ])('%s gives nothing back, signed in or not', async (_where, path, fields, headers) => {
    for (const browser of [await aBrowser(await aUser()), await aBrowser()]) {
      const { status, text } = await browser.send(path, { csrf: 'x', ...fields }, { headers });
      expect([400, 401]).toContain(status);
      expect(text).not.toMatch(/Send it now|I have signed in/);
      expect(hiddenIn(text, path)).toEqual({});
      if (status === 401 && !headers['sec-fetch-dest']) expect(text).toContain('href="/sign-in?next=%2F"');
    }
  });

  it('is believed of an old browser by its origin', async () => {
    const browser = await aBrowser(await aUser());
    const headers = { origin: 'http://ve.test' };
    expect((await browser.send('/profile', { csrf: 'x', name: 'x' }, { headers })).text).toContain('Send it now');
  });
});

describe('/profile/password', () => {
  it('comes before everything else for whom staff gave a password, until they have their own', async () => {
    const username = newId('user');
    const who = await aUser('student', { username, passwordHash, mustChangePassword: true });
    const browser = makeBrowser();
    const form = await browser.open('/sign-in?next=%2Fcourses');
    const signIn = { csrf: form.csrf, email: username.toUpperCase(), password, next: '/courses' };
    expect((await browser.send('/sign-in', signIn)).to).toBe('/courses');
    for (const path of ['/', '/courses', '/profile', '/profile/sessions', '/profile/keys'])
      expect((await browser.open(path)).to).toBe(`/profile/password?next=${encodeURIComponent(path)}`);
    const asked = await browser.open('/profile/password?next=%2Fcourses');
    expect(asked.text).toContain('only for the first time');
    expect((await browser.send('/profile', { csrf: asked.csrf, name: 'x' })).to).toBe('/profile/password?next=%2F');

    const given = {
      csrf: asked.csrf,
      currentPassword: password,
      newPassword: 'dzuwa likuwala',
      repeat: 'dzuwa likuwala',
    };
    for (const [fields, message] of [
      [{ repeat: 'dzuwa' }, 'not the same'],
      [{ newPassword: 'password1', repeat: 'password1' }, 'many people use'],
      [{ newPassword: password, repeat: password }, 'the password you have'],
    ] as const) {
      const refused = await browser.send('/profile/password?next=%2Fcourses', { ...given, ...fields });
      expect([refused.status, message, refused.text.includes(message)]).toEqual([400, message, true]);
      expect(refused.text).not.toContain(password);
    }
    const done = await browser.send('/profile/password?next=%2Fcourses', given);
    expect([done.status, done.to]).toEqual([303, '/courses']);
    expect(await rowOf(who.id)).toMatchObject({ mustChangePassword: false });
    expect((await browser.open('/profile')).status).toBe(200);
  });

  it('is not asked for of who came by a launch, and shows no form to who has no password', async () => {
    const who = await aUser('student', { mustChangePassword: true });
    const browser = await aBrowser(who);
    await db.update(session).set({ role: 'student' }).where(eq(session.userId, who.id));
    expect((await browser.open('/profile')).status).toBe(200);
    const { text } = await browser.open('/profile/password');
    expect(text).toContain('without a password of ours');
    expect(text).not.toContain('name="currentPassword"');
  });
});

describe('/profile/sessions', () => {
  it('lists them, ends one or all, and none of anybody else', async () => {
    const [who, other] = [await aUser(), await aUser()];
    const [browser, phone] = [await aBrowser(who), await aBrowser(who)];
    const { text, d1 } = await browser.open('/profile/sessions');
    expect(d1).toBe(2);
    expect(said(text).match(/Sign out there/g)).toHaveLength(2 - 1);
    expect(said(text)).toContain('This is where you are now.');
    const phoneId = /name="id" value="(ses_[^"]+)"/.exec(text)?.[1] ?? '';
    expect((await browser.post('/profile/sessions/end', { id: phoneId })).to).toBe('/profile/sessions?notice=ended');
    expect((await phone.open('/profile')).to).toContain('/sign-in');
    await browser.post('/profile/sessions/end', { id: other.actor.sessionId });
    expect((await other.ask('GET', '/auth/sessions')).json.count).toBe(1);

    expect((await browser.post('/profile/sessions/end-all')).to).toBe('/sign-in?notice=signed-out');
    expect((await browser.open('/profile')).to).toContain('/sign-in');
    const [family] = await db.select().from(refreshFamily).where(eq(refreshFamily.userId, who.id));
    expect(family?.endedAt).not.toBeNull();
  });
});
