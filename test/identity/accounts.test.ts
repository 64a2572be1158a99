import { env } from 'cloudflare:workers';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { event } from '../../src/events/schema.ts';
import { newLink } from '../../src/identity/index.ts';
import { hashPassword } from '../../src/identity/password.ts';
import { audit, oneTimeLink, refreshFamily, refreshToken, session, user } from '../../src/identity/schema.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, bearer, type Somebody, theApp } from '../factories.ts';
import { db } from './make.ts';

const password = 'mvula ikugwa lero';
const address = () => `${newId('user')}@school.test`;
const hashed = await hashPassword(password, env.PASSWORD_PEPPER);

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  theApp.ask('POST', path, { body, headers });
const logIn = (email: string, given = password) => post('/auth/login', { email, password: given });

const eventsOf = async (userId: string) =>
  (await db.select({ type: event.type, payload: event.payload }).from(event)).filter(
    ({ payload }) => (payload as { userId?: string }).userId === userId,
  );
const auditOf = async (userId: string) =>
  await db
    .select({ action: audit.action, actorId: audit.actorId, detail: audit.detail, address: audit.address })
    .from(audit)
    .where(eq(audit.subject, userId))
    .orderBy(audit.at, audit.id);
const rowOf = async (id: string) => (await db.select().from(user).where(eq(user.id, id)))[0];

/** Another sign-in of somebody, to the API and to the pages. */
async function signedInElsewhere({ id }: Somebody) {
  const now = Date.now();
  const [family, page] = [newId('refreshToken'), newId('session')];
  const more = { userId: id, createdAt: now, expiresAt: now + 3_600_000 };
  await db.batch([
    db.insert(refreshFamily).values({ id: family, ...more }),
    db.insert(refreshToken).values({ tokenHash: family, familyId: family, expiresAt: now + 3_600_000 }),
    db.insert(session).values({ id: page, secretHash: page, ...more, device: 'Chrome on Android' }),
  ]);
  return { family, page };
}
async function stillSignedIn(...ids: string[]) {
  const families = await db.select().from(refreshFamily).where(inArray(refreshFamily.id, ids));
  const pages = await db.select({ id: session.id }).from(session).where(inArray(session.id, ids));
  return [...families.filter(({ endedAt }) => endedAt === null), ...pages].map(({ id }) => id).sort();
}

async function linkFor(
  who: { id: string },
  purpose: 'password' | 'email',
  email: string | null = null,
  now = Date.now(),
) {
  const { token, statement } = await newLink({ db, now }, { userId: who.id, purpose, email });
  await statement;
  return token;
}

describe('registering', () => {
  it('makes a student, signs them in, and has them welcomed, in three round trips', async () => {
    const email = address();
    const made = await post(
      '/auth/register',
      { email: ` ${email.toUpperCase()} `, password, name: '  Thoko Phiri ' },
      {
        'user-agent': 'curl/8',
        'cf-connecting-ip': '203.0.113.9',
      },
    );
    expect(made.status).toBe(201);
    expect(made.line.d1).toBe(3);
    const {
      user: told,
      access,
      refresh,
    } = made.json as unknown as { user: { id: string }; access: string; refresh: string };
    expect(told).toEqual({
      ...{ id: expect.stringMatching(/^usr_/), email, username: null, name: 'Thoko Phiri', role: 'student' },
      emailVerified: false,
    });
    const me = await theApp.ask('GET', '/auth/me', { headers: { authorization: `Bearer ${access}` } });
    expect(me.json).toEqual(told);
    expect((await post('/auth/refresh', { refresh })).status).toBe(200);
    expect(await eventsOf(told.id)).toEqual([{ type: 'user.registered', payload: { userId: told.id } }]);
    const audits = (await auditOf(told.id)).sort((one, other) => one.action.localeCompare(other.action));
    expect(audits).toEqual([
      expect.objectContaining({ action: 'user.registered', actorId: told.id, address: '203.0.113.9' }),
      expect.objectContaining({
        action: 'user.signed_in',
        detail: { to: 'api', by: 'password', device: 'A program' },
      }),
    ]);
    const row = await rowOf(told.id);
    expect(row?.passwordHash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(JSON.stringify(await auditOf(told.id))).not.toContain(password);
  });

  it('knows an address however a keyboard composes it', async () => {
    const [local, rest] = [newId('user'), 'café.test'];
    const email = `${local}é@${rest}`;
    const body = { password, name: 'René' };
    expect((await post('/auth/register', { ...body, email: email.normalize('NFD') })).status).toBe(201);
    expect(
      await db
        .select()
        .from(user)
        .where(eq(user.email, email.normalize('NFC'))),
    ).toHaveLength(1);
    const again = await post('/auth/register', {
      ...body,
      email: email.replace(local, (it) => `\uff55${it.slice(1)}`),
    });
    expect(again.json.code).toBe('email_taken');
  });

  it('gives fifty who want one address at once one winner, and the others do no work', async () => {
    const email = address();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        post('/auth/register', { email: index % 2 ? email : email.toUpperCase(), password, name: `Number ${index}` }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status, json }) => status === 409 && json.code === 'email_taken')).toHaveLength(49);
    expect(await db.select().from(user).where(eq(user.email, email))).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['a role', { role: 'admin' }, '/role'],
    ['a verified address', { emailVerified: true }, '/emailVerified'],
    ['an id', { id: 'usr_1' }, '/id'],
    ['a short password', { password: 'seven77' }, '/password'],
    ['a common password', { password: 'Football' }, '/password'],
    ['their name for a password', { password: 'thoko-phiri' }, '/password'],
    ['no address', { email: 'thoko' }, '/email'],
    ['two lines of address', { email: 'a@b.test\r\nBcc: c@d.test' }, '/email'],
    ['two addresses', { email: 'a@b.test,c@d.test' }, '/email'],
    ['a blank name', { name: ' \n ' }, '/name'],
    ['a name of two lines', { name: 'a\nb' }, '/name'],
  ])('refuses %s', async (_, given, pointer) => {
    const email = address();
    const refused = await post('/auth/register', { email, password, name: 'Thoko Phiri', ...given });
    expect([refused.status, refused.json.errors.map((one) => one.pointer)]).toEqual([400, [pointer]]);
    expect(await db.select().from(user).where(eq(user.email, email))).toEqual([]);
  });
});

describe('signing in', () => {
  it('goes by user name too, in any case, and an address is no user name', async () => {
    const username = newId('user');
    const who = await aUser('student', { username, passwordHash: hashed });
    const done = await logIn(` ${username.toUpperCase()} `);
    expect(done.json.user).toMatchObject({ id: who.id, email: null, username });
    const odd = await aUser('student', { username: `${username}@x`, passwordHash: hashed });
    expect(odd.id).not.toBe('');
    expect((await logIn(`${username}@x`)).status).toBe(401);
  });

  it('hashes a password again that was hashed at another cost, and keeps it', async () => {
    const { createHmac, scryptSync } = await import('node:crypto');
    const { Buffer } = await import('node:buffer');
    const given = createHmac('sha256', env.PASSWORD_PEPPER).update(password).digest();
    const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
    const salt = Buffer.from('sixteen bytes it');
    const old = `$scrypt$ln=4,r=8,p=1$${unpadded(salt)}$${unpadded(scryptSync(given, salt, 32, { N: 16, r: 8, p: 1 }))}`;
    const email = address();
    const who = await aUser('student', { email, passwordHash: old });
    expect((await logIn(email, 'something else')).status).toBe(401);
    expect((await rowOf(who.id))?.passwordHash).toBe(old);
    expect((await logIn(email)).status).toBe(200);
    const { passwordHash } = (await rowOf(who.id)) ?? {};
    expect(passwordHash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect((await logIn(email)).status).toBe(200);
    expect((await rowOf(who.id))?.passwordHash).toBe(passwordHash);
  });
});

describe('asking for a new password', () => {
  it('answers and works alike whether or not somebody has the address, and sends the same message', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const blocked = await aUser('student', { email: address(), blockedAt: 1 });
    const asked = async (given: string) => {
      const sent: unknown[] = [];
      const JOBS = { send: async (message: unknown) => void sent.push(message) } as never;
      const reply = await theApp.ask('POST', '/auth/password/reset', { body: { email: given }, bindings: { JOBS } });
      return { status: reply.status, text: reply.text, d1: reply.line.d1, sent };
    };
    const answers: Awaited<ReturnType<typeof asked>>[] = [];
    for (const given of [
      email,
      ` ${email.toUpperCase()}`,
      address(),
      String((await rowOf(blocked.id))?.email),
      'nobody',
    ])
      answers.push(await asked(given));
    for (const answer of answers)
      expect(answer).toEqual({
        ...{ status: 202, text: '', d1: 1 },
        sent: [{ job: 'react', eventId: expect.stringMatching(/^evt_/) }],
      });
    expect(await eventsOf(who.id)).toEqual(
      Array.from({ length: 2 }, () => ({ type: 'user.password.reset.asked', payload: { userId: who.id } })),
    );
    expect(await eventsOf(blocked.id)).toEqual([]);
    const eventIdOf = (at: number) => (answers[at]?.sent[0] as { eventId: string } | undefined)?.eventId ?? '';
    expect(
      await db
        .select()
        .from(event)
        .where(eq(event.id, eventIdOf(0))),
    ).toHaveLength(1);
    expect(
      await db
        .select()
        .from(event)
        .where(eq(event.id, eventIdOf(2))),
    ).toEqual([]);
  });
});

describe('a link to set a password', () => {
  const redeem = (token: string, given = 'dzuwa likuwala') =>
    post('/auth/password/reset/confirm', { token, password: given });

  it('works for one of ten who redeem it at once, and ends every sign-in and key', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const { family, page } = await signedInElsewhere(who);
    const made = await who.ask('POST', '/auth/api-keys', { name: 'A robot', scopes: ['profile:read'] });
    const asKey = () => theApp.ask('GET', '/auth/me', { headers: { authorization: `Bearer ${made.json.key}` } });
    expect((await asKey()).status).toBe(200);
    await db.update(user).set({ mustChangePassword: true }).where(eq(user.id, who.id));
    const [token, second] = [await linkFor(who, 'password', email), await linkFor(who, 'password')];
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => redeem(token, `dzuwa likuwala ${at}`)));
    const won = answers.findIndex(({ status }) => status === 204);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status, json }) => status === 400 && json.code === 'bad_token')).toHaveLength(9);
    expect(await stillSignedIn(family, page, who.actor.sessionId)).toEqual([]);
    expect((await asKey()).status).toBe(401);
    expect((await redeem(second)).json.code).toBe('bad_token');
    expect((await logIn(email, `dzuwa likuwala ${won}`)).json.user).toMatchObject({ emailVerified: true });
    expect(await rowOf(who.id)).toMatchObject({ mustChangePassword: false });
    expect(await eventsOf(who.id)).toEqual([
      { type: 'user.credentials.changed', payload: { userId: who.id, what: 'password' } },
    ]);
    expect((await auditOf(who.id)).map(({ action }) => action)).toEqual([
      'user.password_set_by_link',
      'user.signed_in',
    ]);
  });

  it('is of no use when it is too old, for something else, or was sent to an address they have no more', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const tokens = [
      await linkFor(who, 'password', email, Date.now() - 24 * 3_600_000),
      await linkFor(who, 'email', email),
      await linkFor(who, 'password', address()),
      'x'.repeat(43),
    ];
    for (const token of tokens) expect((await redeem(token)).json).toMatchObject({ status: 400, code: 'bad_token' });
    expect((await rowOf(who.id))?.passwordHash).toBeNull();
  });

  it('is not used up by a password they may not have', async () => {
    const who = await aUser('student', { email: address(), name: 'Thokozani Phiri' });
    const token = await linkFor(who, 'password');
    for (const given of ['short', 'iloveyou', 'Thokozani Phiri'])
      expect((await redeem(token, given)).json.errors).toEqual([expect.objectContaining({ pointer: '/password' })]);
    const [link] = await db
      .select()
      .from(oneTimeLink)
      .where(eq(oneTimeLink.tokenHash, await sha256(token)));
    expect(link?.usedAt).toBeNull();
  });
});

describe('changing the password', () => {
  const change = (who: Somebody, body: object) =>
    who.ask('POST', '/auth/password/change', { currentPassword: password, newPassword: 'dzuwa likuwala', ...body });

  it('ends every other sign-in and link, and keeps the own', async () => {
    const email = address();
    const who = await aUser('instructor', { email, passwordHash: hashed });
    const other = await aUser('student', { passwordHash: hashed });
    const { family, page } = await signedInElsewhere(who);
    const token = await linkFor(who, 'password', email);
    const stolen = await bearer({ ...who.actor, sessionId: family });
    const makeBank = () => theApp.ask('POST', '/banks', { body: { title: 'Numbers' }, headers: stolen });
    expect((await makeBank()).status).toBe(201);
    const done = await change(who, {});
    expect((await makeBank()).json).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect([done.status, done.text]).toEqual([204, '']);
    expect(Number(done.line.d1)).toBeLessThanOrEqual(5);
    expect(await stillSignedIn(family, page, who.actor.sessionId, other.actor.sessionId)).toEqual(
      [who.actor.sessionId, other.actor.sessionId].sort(),
    );
    expect((await post('/auth/password/reset/confirm', { token, password: 'a third password' })).status).toBe(400);
    expect((await logIn(email)).status).toBe(401);
    expect((await logIn(email, 'dzuwa likuwala')).status).toBe(200);
    expect(await eventsOf(who.id)).toEqual([
      { type: 'user.credentials.changed', payload: { userId: who.id, what: 'password' } },
    ]);
  });

  it('refuses a wrong present password, the same again, and whoever has none, and says where', async () => {
    const who = await aUser('student', { passwordHash: hashed });
    const { family } = await signedInElsewhere(who);
    const none = await aUser();
    for (const [asker, body, pointer] of [
      [who, { currentPassword: 'not it at all' }, '/currentPassword'],
      [who, { newPassword: password }, '/newPassword'],
      [none, {}, '/currentPassword'],
    ] as const) {
      const refused = await change(asker, body);
      expect([refused.status, refused.json.errors.map((one) => one.pointer)]).toEqual([400, [pointer]]);
    }
    expect((await rowOf(who.id))?.passwordHash).toBe(hashed);
    expect(await stillSignedIn(family)).toEqual([family]);
  });
});

describe('a link to an address', () => {
  const follow = (token: string) => theApp.ask('GET', `/auth/verify-email/${token}`);

  it('shows it to be theirs, once', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const token = await linkFor(who, 'email', email);
    const first = await follow(token);
    expect([first.status, first.json, first.line.d1]).toEqual([200, { verified: true }, 2]);
    expect((await who.ask('GET', '/auth/me')).json.emailVerified).toBe(true);
    expect((await follow(token)).json).toMatchObject({ status: 400, code: 'bad_token' });
    expect((await auditOf(who.id)).map(({ action }) => action)).toEqual(['user.email_verified']);
    expect(await eventsOf(who.id)).toEqual([]);
  });

  it('is not used up by asking for its head', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const token = await linkFor(who, 'email', email);
    expect((await theApp.ask('HEAD', `/auth/verify-email/${token}`)).status).toBe(200);
    expect(await rowOf(who.id)).toMatchObject({ emailVerifiedAt: null });
    expect((await follow(token)).status).toBe(200);
  });

  it.each<[string, (who: Somebody) => Promise<unknown>]>([
    ['they sign out everywhere', (who) => who.ask('POST', '/auth/logout-all')],
    [
      'they redeem a link to set a password',
      async (who) => {
        const body = { token: await linkFor(who, 'password'), password: 'dzuwa likuwala 1' };
        expect((await theApp.ask('POST', '/auth/password/reset/confirm', { body })).status).toBe(204);
      },
    ],
    ['staff give them a password', async ({ id }) => (await aUser('admin')).ask('POST', `/users/${id}/password`)],
    ['they are blocked', async ({ id }) => (await aUser('admin')).ask('POST', `/users/${id}/block`)],
  ])('to an address somebody wanted is of no use once %s', async (_what, act) => {
    const [before, wanted] = [address(), address()];
    const who = await aUser('student', { email: before, emailVerifiedAt: 1 });
    expect((await who.ask('PATCH', '/users/me', { email: wanted })).status).toBe(200);
    const token = await linkFor(who, 'email', wanted);
    await act(who);
    expect(await rowOf(who.id)).toMatchObject({ email: before, pendingEmail: null });
    expect((await follow(token)).json.code).toBe('bad_token');
  });

  it('puts the address they want in the place of the one they had, and tells the one they had', async () => {
    const [before, after] = [address(), address()];
    const who = await aUser('student', { email: before, emailVerifiedAt: 1 });
    const old = await linkFor(who, 'email', before);
    const reset = await linkFor(who, 'password', before);
    const asked = await who.ask('PATCH', '/users/me', { email: after.toUpperCase() });
    expect(asked.status).toBe(200);
    expect(await rowOf(who.id)).toMatchObject({ email: before, pendingEmail: after });
    const token = await linkFor(who, 'email', after);
    expect((await follow(token)).status).toBe(200);
    const row = await rowOf(who.id);
    expect(row).toMatchObject({ email: after, pendingEmail: null, emailVerifiedAt: expect.any(Number) });
    expect(await eventsOf(who.id)).toEqual([
      { type: 'user.email.change.asked', payload: { userId: who.id } },
      { type: 'user.credentials.changed', payload: { userId: who.id, what: 'email', was: before } },
    ]);
    expect((await follow(old)).status).toBe(400);
    expect((await post('/auth/password/reset/confirm', { token: reset, password })).status).toBe(400);
  });

  it('is of no use once they want another address, and says so when somebody else has it meanwhile', async () => {
    const [before, wanted] = [address(), address()];
    const who = await aUser('student', { email: before, pendingEmail: wanted });
    const token = await linkFor(who, 'email', wanted);
    const other = await aUser('student', { email: wanted });
    expect((await follow(token)).json).toMatchObject({ status: 409, code: 'email_taken' });
    expect(await rowOf(who.id)).toMatchObject({ email: before, pendingEmail: wanted, emailVerifiedAt: null });
    await db.update(user).set({ email: null }).where(eq(user.id, other.id));
    await db.update(user).set({ pendingEmail: address() }).where(eq(user.id, who.id));
    expect((await follow(token)).json.code).toBe('bad_token');
  });

  it('is used up by one of several at once', async () => {
    const email = address();
    const who = await aUser('student', { email });
    const token = await linkFor(who, 'email', email);
    const answers = await Promise.all(Array.from({ length: 5 }, () => follow(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  it('is asked for again by who has not shown their address, and by who wants another', async () => {
    const shown = await aUser('student', { email: address(), emailVerifiedAt: 1 });
    const not = await aUser('student', { email: address() });
    const wants = await aUser('student', { email: address(), emailVerifiedAt: 1, pendingEmail: address() });
    const without = await aUser('student', { username: newId('user') });
    for (const [who, types] of [
      [shown, []],
      [not, ['user.verification.asked']],
      [wants, ['user.email.change.asked']],
      [without, []],
    ] as const) {
      const asked = await who.ask('POST', '/auth/verify-email', {});
      expect([asked.status, asked.line.d1]).toEqual([202, 2]);
      expect((await eventsOf(who.id)).map(({ type }) => type)).toEqual(types);
    }
  });
});

describe('the own profile', () => {
  it('wants a fresh proof before another address, and none for a name', async () => {
    const who = await aUser('student', { email: address() });
    await db.update(refreshFamily).set({ confirmedAt: 1 }).where(eq(refreshFamily.userId, who.id));
    const refused = await who.ask('PATCH', '/users/me', { email: address(), name: 'Another Name' });
    expect(refused.json).toMatchObject({ status: 401, code: 'confirm_first' });
    expect(await rowOf(who.id)).toMatchObject({ name: 'A student', pendingEmail: null });
    expect((await who.ask('PATCH', '/users/me', { name: 'Another Name', locale: 'ny' })).status).toBe(200);
    expect(await rowOf(who.id)).toMatchObject({ name: 'Another Name', locale: 'ny' });
    expect((await auditOf(who.id)).map(({ detail }) => detail)).toEqual([
      { before: { name: 'A student', locale: null }, after: { name: 'Another Name', locale: 'ny' } },
    ]);
  });

  it('refuses an address that somebody has, and takes a wish back with their own', async () => {
    const [mine, theirs] = [address(), address()];
    const who = await aUser('student', { email: mine });
    await aUser('student', { email: theirs });
    expect((await who.ask('PATCH', '/users/me', { email: theirs })).json.code).toBe('email_taken');
    await who.ask('PATCH', '/users/me', { email: address() });
    expect((await rowOf(who.id))?.pendingEmail).not.toBeNull();
    await who.ask('PATCH', '/users/me', { email: mine });
    expect((await rowOf(who.id))?.pendingEmail).toBeNull();
  });
});

describe('where one is signed in', () => {
  const list = async (who: Somebody, query = '') => (await who.ask('GET', `/auth/sessions${query}`)).json;

  it('is listed with the device and what is current, and nothing that is over or another’s', async () => {
    const [who, other] = [await aUser(), await aUser()];
    const { family, page } = await signedInElsewhere(who);
    await signedInElsewhere(other);
    const now = Date.now();
    const over = newId('session');
    await db.insert(session).values({ id: over, secretHash: over, userId: who.id, createdAt: 1, expiresAt: now - 1 });
    await db.insert(refreshFamily).values({ id: over, userId: who.id, createdAt: 1, expiresAt: now + 9_999_999 });
    const { count, results } = await list(who);
    expect(count).toBe(3);
    const byId = Object.fromEntries(results.map((one) => [one.id, one]));
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(byId[page]).toEqual({
      ...{ id: page, kind: 'page', device: 'Chrome on Android', createdAt: at, lastUsedAt: null, isCurrent: false },
    });
    expect(byId[family]).toMatchObject({ kind: 'api', device: null, lastUsedAt: at, isCurrent: false });
    expect(byId[who.actor.sessionId]).toMatchObject({ kind: 'api', isCurrent: true });
    const second = await list(who, '?page=2&pageSize=2');
    expect([second.results.length, second.next, second.previous]).toEqual([1, null, expect.stringContaining('page=1')]);
  });

  it('ends by its id at once, the present one too, and another’s is as if it were not there', async () => {
    const [who, other] = [await aUser(), await aUser()];
    const [mine, theirs] = [await signedInElsewhere(who), await signedInElsewhere(other)];
    const end = (id: string) => who.ask('DELETE', `/auth/sessions/${id}`);
    const refusals = [await end(theirs.page), await end(theirs.family), await end('ses_none')];
    expect(new Set(refusals.map(({ json }) => JSON.stringify({ ...json, requestId: '' }))).size).toBe(1);
    expect(refusals[0]?.json).toMatchObject({ status: 404, code: 'not_found' });
    for (const id of [mine.page, mine.family]) {
      expect((await end(id)).status).toBe(204);
      expect((await end(id)).status).toBe(404);
    }
    expect(await stillSignedIn(mine.page, mine.family, theirs.page, theirs.family)).toEqual(
      [theirs.page, theirs.family].sort(),
    );
    expect((await end(who.actor.sessionId)).status).toBe(204);
    expect((await end(mine.page)).status).toBe(401);
    const [last] = await db
      .select()
      .from(audit)
      .where(and(eq(audit.subject, who.id), eq(audit.action, 'user.signed_out')))
      .orderBy(desc(audit.id));
    expect(last?.detail).toEqual({ id: who.actor.sessionId });
  });
});
