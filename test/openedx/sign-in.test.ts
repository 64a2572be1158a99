import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPlatform } from '../../scripts/lms/platform.ts';
import { MATHEMATICS } from '../../scripts/lms/seed.ts';
import { assignStaff } from '../../src/courses/index.ts';
import { courseStaff } from '../../src/courses/schema.ts';
import { audit, session, user } from '../../src/identity/schema.ts';
import type { Role } from '../../src/lib/call.ts';
import { sha256, toBase64Url } from '../../src/lib/crypto.ts';
import { forgetSignIns } from '../../src/openedx/begin-sign-in.ts';
import { sealSecret } from '../../src/openedx/connection-secrets.ts';
import { readIdClaims } from '../../src/openedx/id-claims.ts';
import { connection, followedCourse, openedxStaff, openedxUser, signInState } from '../../src/openedx/schema.ts';
import { aUser, db } from '../factories.ts';
import decoded from '../fixtures/openedx/oauth/jwt-decoded-authorization-code.json';
import exchange from '../fixtures/openedx/oauth/token-authorization-code.json';
import { giveFactor } from '../identity/a-factor.ts';
import { makeCourse } from '../items/make.ts';
import { aBrowser, aBrowserOf, type Browser, ORIGIN } from './a-browser.ts';
import { aConnection, CLIENT_SECRET, LMS, readForm } from './a-connection.ts';

const CALLBACK = `${ORIGIN}/sign-in/openedx/callback`;
const SESSION = '__Host-ve_session';
const BINDING = '__Host-ve_openedx';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const jwt = (payload: object) =>
  ['{"alg":"HS256"}', JSON.stringify(payload), 'signature']
    .map((part) => toBase64Url(new TextEncoder().encode(part)))
    .join('.');

let nextId = 20_000;
/** What the platform says of somebody new. */
function claimsOf(more: object = {}) {
  nextId += 1;
  const username = `chisomo_${nextId}`;
  const now = Math.floor(Date.now() / 1000);
  return {
    ...decoded.payload,
    iat: now,
    exp: now + 3600,
    user_id: nextId,
    preferred_username: username,
    email: `${username}@school.test`,
    ...more,
  };
}
type Claims = ReturnType<typeof claimsOf>;

type Lms = {
  claims?: object;
  roles?: { roles: object[]; is_staff?: boolean };
  answers?: { token?: () => Response; roles?: () => Response };
};

/** The platform as the Worker's own fetch finds it. Lists what was asked. */
function stubLms({ claims = {}, roles = { roles: [] }, answers = {} }: Lms) {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.clone());
    const { pathname } = new URL(request.url);
    if (pathname === '/oauth2/access_token')
      return answers.token?.() ?? Response.json({ ...exchange.response.body, access_token: jwt(claims) });
    if (pathname === '/api/enrollment/v1/roles/') return answers.roles?.() ?? Response.json(roles);
    return new Response('', { status: 404 });
  });
  return asked;
}

async function begin(browser: Browser, connectionId: string, next = '/assessments/asm_1?tab=2') {
  const { status, to, headers } = await browser.open(
    `/sign-in/openedx?${new URLSearchParams({ next, connection: connectionId })}`,
  );
  const url = new URL(to || 'https://none.test');
  return { status, url, headers, state: url.searchParams.get('state') ?? '' };
}
const comeBack = (browser: Browser, query: Record<string, string>) =>
  browser.open(`/sign-in/openedx/callback?${new URLSearchParams(query)}`);

/** A whole sign-in, in a browser of its own unless one is given. */
async function signIn(connectionId: string, lms: Lms, browser = aBrowser()) {
  const asked = stubLms(lms);
  const { state } = await begin(browser, connectionId);
  return { browser, asked, ...(await comeBack(browser, { code: 'the-code', state })) };
}

async function userOf(connectionId: string, { user_id }: { user_id: number }) {
  const [found] = await db
    .select({ id: user.id, name: user.name, email: user.email, role: user.role })
    .from(openedxUser)
    .innerJoin(user, eq(user.id, openedxUser.userId))
    .where(and(eq(openedxUser.connectionId, connectionId), eq(openedxUser.lmsUserId, user_id)));
  return found;
}

describe('beginning', () => {
  it('leads to the platform with a challenge and a state that only this browser can come back with', async () => {
    const browser = aBrowser();
    const { id } = await aConnection();
    const { status, url, state, headers } = await begin(browser, id);
    expect(status).toBe(303);
    expect(url.origin + url.pathname).toBe(`${LMS}/oauth2/authorize/`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'vault-backend',
      redirect_uri: CALLBACK,
      scope: 'user_id profile email',
      state,
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      code_challenge_method: 'S256',
    });
    const line = headers.getSetCookie().find((one) => one.startsWith(BINDING)) ?? '';
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=600'])
      expect(line).toContain(attribute);
    const [row] = await db
      .select()
      .from(signInState)
      .where(eq(signInState.stateHash, await sha256(state)));
    expect(row).toMatchObject({ connectionId: id, browserHash: await sha256(browser.cookies.get(BINDING) ?? '') });
    expect(await sha256(row?.verifier ?? '')).toBe(url.searchParams.get('code_challenge'));
    expect(JSON.stringify(row)).not.toContain(state);
  });

  it('uses the client for signing in where there is one', async () => {
    const { id } = await aConnection({ signInClientId: 'vault-sso', signInClientSecret: 'sealed' });
    expect((await begin(aBrowser(), id)).url.searchParams.get('client_id')).toBe('vault-sso');
  });

  it('is offered by nobody who is removed, unknown, closed to sign-ins, or at an address that is', async () => {
    const away = [
      await aConnection({ allowSignIn: false }),
      await aConnection({ deletedAt: 1 }),
      await aConnection({ lmsUrl: 'http://127.0.0.1:8000' }),
      { id: 'con_none' },
    ];
    for (const { id } of away) expect((await begin(aBrowser(), id)).status).toBe(404);
  });

  it('is linked from the sign-in page, with where one wanted to go', async () => {
    const { id, name } = await aConnection({ name: 'Zomba & more' });
    const { text } = await aBrowser().open('/sign-in?next=%2Fstaff');
    expect(text).toContain(`href="/sign-in/openedx?next=%2Fstaff&amp;connection=${id}"`);
    expect(text).toContain('Sign in with Open edX');
    expect(text).toContain(name.replace('&', '&amp;'));
    await db.update(connection).set({ allowSignIn: false });
    expect((await aBrowser().open('/sign-in')).text).not.toContain('Open edX');
  });

  it('that nobody comes back from is forgotten', async () => {
    const { state } = await begin(aBrowser(), (await aConnection()).id);
    const isIt = eq(signInState.stateHash, await sha256(state));
    await forgetSignIns({ db, now: Date.now() + 599_000 });
    expect(await db.select().from(signInState).where(isIt)).toHaveLength(1);
    await forgetSignIns({ db, now: Date.now() + 601_000 });
    expect(await db.select().from(signInState).where(isIt)).toHaveLength(0);
  });
});

describe('coming back', () => {
  it('makes a student of somebody new, signed in, where they wanted to go', async () => {
    const { id } = await aConnection();
    const claims = claimsOf();
    const { status, to, browser, asked, headers } = await signIn(id, { claims });
    expect({ status, to }).toEqual({ status: 303, to: '/assessments/asm_1?tab=2' });
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(await userOf(id, claims)).toMatchObject({ name: claims.name, email: claims.email, role: 'student' });
    const home = await browser.open('/');
    expect(home.status).toBe(200);
    expect(home.text).toContain(claims.name);
    const form = Object.fromEntries(await readForm(asked[0]));
    expect(form).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: CALLBACK,
      token_type: 'jwt',
      client_id: 'vault-backend',
      client_secret: CLIENT_SECRET,
    });
    expect(form.code_verifier).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('finds the same user again by the number, whatever they call themselves now', async () => {
    const { id } = await aConnection();
    const claims = claimsOf();
    await signIn(id, { claims });
    const first = await userOf(id, claims);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 });
    await signIn(id, { claims: { ...claims, preferred_username: 'renamed', name: 'Chisomo Phiri' } });
    expect(await userOf(id, claims)).toMatchObject({ id: first?.id, name: 'Chisomo Phiri' });
  });

  it('ends the session the browser came with', async () => {
    const { id } = await aConnection();
    const before = await aUser();
    const browser = await aBrowserOf(before);
    await signIn(id, { claims: claimsOf() }, browser);
    expect(await db.select().from(session).where(eq(session.userId, before.id))).toEqual([]);
  });

  it('joins nobody by their address, verified or not, and takes it from nobody', async () => {
    const { id } = await aConnection();
    const claims = claimsOf();
    const admin = await aUser('admin', { email: claims.email });
    await signIn(id, { claims });
    const found = await userOf(id, claims);
    expect(found).toMatchObject({ email: null, role: 'student' });
    expect(found?.id).not.toBe(admin.id);
    const unverified = claimsOf({ email_verified: false });
    await signIn(id, { claims: unverified });
    expect((await userOf(id, unverified))?.email).toBeNull();
  });

  it('asks who has a second factor here for it all the same', async () => {
    const { id } = await aConnection();
    const claims = claimsOf();
    await signIn(id, { claims });
    const { codeNow } = await giveFactor((await userOf(id, claims))?.id ?? '');
    const { browser, to } = await signIn(id, { claims });
    expect(to).toBe('/sign-in/code');
    expect(browser.cookies.has(SESSION)).toBe(false);
    await browser.open('/sign-in/code');
    expect((await browser.send('/sign-in/code', { code: await codeNow() })).to).toBe('/assessments/asm_1?tab=2');
    expect(browser.cookies.has(SESSION)).toBe(true);
  });

  it('lets nobody in who is blocked here', async () => {
    const { id } = await aConnection();
    const claims = claimsOf();
    await signIn(id, { claims });
    const found = await userOf(id, claims);
    await db
      .update(user)
      .set({ blockedAt: 1 })
      .where(eq(user.id, found?.id ?? ''));
    const { status, text, browser } = await signIn(id, { claims });
    expect(status).toBe(403);
    expect(text).toContain('blocked');
    expect(browser.cookies.has(SESSION)).toBe(false);
  });

  /** Signs somebody of the stand-in platform in. */
  async function signInByStandIn(username: string) {
    const lms = createPlatform({
      origin: LMS,
      now: Date.now,
      random: Math.random,
      deliver: () => {},
      redirectUris: [CALLBACK],
    });
    const client = lms.clients.find(({ grants }) => grants.includes('authorization_code'));
    const row = await aConnection({ signInClientId: client?.clientId ?? '' });
    const sealed = await sealSecret(env.SECRETS_KEY, row.id, 'signIn', client?.clientSecret ?? '');
    await db.update(connection).set({ signInClientSecret: sealed }).where(eq(connection.id, row.id));
    const admin = await aUser('admin');
    const made = { title: 'M', examinationLevel: 'MSCE', academicClass: 'Form 3', connectionId: row.id };
    await admin.ask('POST', '/courses', { ...made, courseKey: MATHEMATICS });
    // There is one course of that key, and it follows this connection from now on.
    await db.update(followedCourse).set({ connectionId: row.id });
    vi.stubGlobal('fetch', (request: Request) => lms.fetch(request));
    const browser = aBrowser();
    const { url } = await begin(browser, row.id);
    expect((await lms.fetch(new Request(url))).status).toBe(200);
    const allow = await lms.fetch(
      new Request(`${LMS}/oauth2/authorize/`, {
        method: 'POST',
        body: new URLSearchParams({ ...Object.fromEntries(url.searchParams), username, allow: 'yes' }),
      }),
    );
    const back = new URL(allow.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe(CALLBACK);
    const { status, to } = await browser.open(back.pathname + back.search);
    expect({ status, to }).toEqual({ status: 303, to: '/assessments/asm_1?tab=2' });
    return row.id;
  }

  it('works with the stand-in platform, which checks the challenge, the secret and the address', async () => {
    const id = await signInByStandIn('chisomo_banda');
    expect(await userOf(id, { user_id: 1042 })).toMatchObject({ name: 'Chisomo Banda', role: 'student' });
  });

  it('makes course staff of the stand-in instructors of that course here', async () => {
    const id = await signInByStandIn('mercy_teacher');
    const mercy = await userOf(id, { user_id: 12 });
    expect(mercy).toMatchObject({ name: 'Mercy Kachale', role: 'instructor' });
    expect(
      await db
        .select()
        .from(courseStaff)
        .where(eq(courseStaff.userId, mercy?.id ?? '')),
    ).toHaveLength(1);
  });
});

describe('a sign-in that fails says so in plain words, with a way back, and signs nobody in', () => {
  type Answer = Awaited<ReturnType<Browser['open']>>;
  const expectRefused = (browser: Browser, { status, text }: Answer, expected: number, words: RegExp) => {
    expect(status).toBe(expected);
    expect(text).toMatch(words);
    expect(text).toContain('href="/sign-in?next=');
    expect(browser.cookies.has(SESSION)).toBe(false);
  };
  const EXPIRED = /another browser, was used already, or took longer/;

  it('when they did not allow it', async () => {
    const { id } = await aConnection();
    const [asked, browser] = [stubLms({}), aBrowser()];
    const { state } = await begin(browser, id, '/staff');
    const answer = await comeBack(browser, { error: 'access_denied', state });
    expectRefused(browser, answer, 403, /did not allow/);
    expect(answer.text).toContain(`href="/sign-in/openedx?next=%2Fstaff&amp;connection=${id}"`);
    expectRefused(browser, await comeBack(browser, { code: 'c', state }), 400, EXPIRED);
    expect(asked).toEqual([]);
  });

  it('with a state that is wrong, missing, or of another browser, which leaves it usable where it began', async () => {
    const { id } = await aConnection();
    const claims = claimsOf();
    const asked = stubLms({ claims });
    const [browser, other, fresh] = [aBrowser(), aBrowser(), aBrowser()];
    const { state } = await begin(browser, id);
    await begin(other, id);
    expectRefused(browser, await comeBack(browser, { code: 'c', state: 'x'.repeat(43) }), 400, EXPIRED);
    expectRefused(browser, await comeBack(browser, { code: 'c' }), 400, EXPIRED);
    expectRefused(other, await comeBack(other, { code: 'c', state }), 400, EXPIRED);
    expectRefused(fresh, await comeBack(fresh, { code: 'c', state }), 400, EXPIRED);
    expect(asked).toEqual([]);
    expect((await comeBack(browser, { code: 'c', state })).status).toBe(303);
  });

  it('a second time with the same state, also at the same moment', async () => {
    const { id } = await aConnection();
    const asked = stubLms({ claims: claimsOf() });
    const browser = aBrowser();
    const { state } = await begin(browser, id);
    const answers = await Promise.all([1, 2, 3].map(() => comeBack(browser, { code: 'c', state })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400]);
    expect(asked.filter(({ url }) => url.includes('access_token'))).toHaveLength(1);
  });

  it('after ten minutes', async () => {
    const { id } = await aConnection();
    stubLms({ claims: claimsOf() });
    const browser = aBrowser();
    const { state } = await begin(browser, id);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 });
    expectRefused(browser, await comeBack(browser, { code: 'c', state }), 400, EXPIRED);
  });

  it('when the connection was removed or closed meanwhile', async () => {
    for (const changes of [{ deletedAt: 1 }, { allowSignIn: false }]) {
      const { id } = await aConnection();
      const [asked, browser] = [stubLms({ claims: claimsOf() }), aBrowser()];
      const { state } = await begin(browser, id);
      await db.update(connection).set(changes).where(eq(connection.id, id));
      expectRefused(browser, await comeBack(browser, { code: 'c', state }), 400, EXPIRED);
      expect(asked).toEqual([]);
    }
  });

  const unfit: [string, Lms | ((claims: Claims) => Lms), number, RegExp][] = [
    ['the platform is away', { answers: { token: () => new Response('', { status: 502 }) } }, 503, /does not answer/],
    ['it refuses our client', { answers: { token: () => new Response('', { status: 401 }) } }, 503, /do not agree/],
    [
      'it refuses the code',
      { answers: { token: () => Response.json({ error: 'invalid_grant' }, { status: 400 }) } },
      503,
      /do not agree/,
    ],
    [
      'it redirects',
      { answers: { token: () => Response.redirect('https://elsewhere.example.org', 302) } },
      503,
      /do not agree/,
    ],
    [
      'the token is another platform’s',
      (claims) => ({ claims: { ...claims, iss: 'https://evil.example.org/oauth2' } }),
      503,
      /do not agree/,
    ],
    [
      'the token has ended',
      (claims) => ({ claims: { ...claims, exp: Math.floor(Date.now() / 1000) - 61 } }),
      503,
      /do not agree/,
    ],
    ['it does not say who they are', (claims) => ({ claims: { ...claims, user_id: undefined } }), 503, /do not agree/],
    ['the number is none', (claims) => ({ claims: { ...claims, user_id: '1042' } }), 503, /do not agree/],
  ];
  it.each(unfit)('when %s', async (_, lms, status, words) => {
    const { id } = await aConnection();
    const claims = claimsOf();
    const { browser, ...answer } = await signIn(id, typeof lms === 'function' ? lms(claims) : lms);
    expectRefused(browser, answer, status, words);
    expect(await userOf(id, claims)).toBeUndefined();
  });

  it('writes nothing of the address into the page', async () => {
    const browser = aBrowser();
    const { text } = await comeBack(browser, {
      error: '<script>alert(1)</script>',
      state: '"><b>',
      error_description: '<i>hi',
    });
    expect(text).not.toMatch(/<script>alert|"><b>|<i>hi/);
  });

  it('goes on to pages of ours only', async () => {
    const { id } = await aConnection();
    stubLms({ claims: claimsOf() });
    const browser = aBrowser();
    const { state } = await begin(browser, id, 'https://evil.example.org/');
    expect((await comeBack(browser, { code: 'c', state })).to).toBe('/');
  });
});

describe('who is course staff there', () => {
  const role = (course_id: string | null, name = 'staff') => ({ org: 'EduMW', course_id, role: name });

  async function aFollowed(connectionId: string) {
    const { courseId, courseKey } = await makeCourse();
    await db.insert(followedCourse).values({ courseId, connectionId, reconcileAt: 1 });
    return { courseId, courseKey };
  }
  async function teaches(connectionId: string, claims: Claims) {
    const found = await userOf(connectionId, claims);
    const rows = await db
      .select()
      .from(courseStaff)
      .where(eq(courseStaff.userId, found?.id ?? ''));
    return { id: found?.id ?? '', role: found?.role, courses: rows.map(({ courseId }) => courseId).sort() };
  }
  const signedIn = async (connectionId: string, claims: Claims, ...roles: object[]) => {
    const { status, asked } = await signIn(connectionId, { claims, roles: { roles, is_staff: false } });
    expect(status).toBe(303);
    return asked;
  };

  it('becomes an instructor of these courses here, asked with their own token', async () => {
    const { id } = await aConnection();
    const [one, two, three] = [await aFollowed(id), await aFollowed(id), await aFollowed(id)];
    const claims = claimsOf();
    const asked = await signedIn(
      id,
      claims,
      role(one.courseKey),
      role(two.courseKey, 'instructor'),
      role(three.courseKey, 'beta_testers'),
    );
    expect(asked[1]?.url).toBe(`${LMS}/api/enrollment/v1/roles/`);
    expect(asked[1]?.headers.get('authorization')).toBe(`JWT ${jwt(claims)}`);
    const found = await teaches(id, claims);
    expect(found).toMatchObject({ role: 'instructor', courses: [one.courseId, two.courseId].sort() });
    const changes = await db.select().from(audit).where(eq(audit.subject, found.id));
    expect(changes.filter(({ action }) => action !== 'user.signed_in')).toMatchObject([
      { action: 'user.role_by_openedx', actorId: found.id, detail: { role: 'instructor' } },
    ]);
  });

  it('stays a student who is staff of the whole site, of courses nobody follows, or of another connection', async () => {
    const { id } = await aConnection();
    const elsewhere = await aFollowed((await aConnection()).id);
    const unfollowed = await makeCourse();
    const claims = claimsOf();
    const roles = [role(elsewhere.courseKey), role(unfollowed.courseKey), role(null), role('', 'instructor')];
    await signIn(id, { claims: { ...claims, administrator: true, superuser: true }, roles: { roles, is_staff: true } });
    expect(await teaches(id, claims)).toMatchObject({ role: 'student', courses: [] });
  });

  it('loses at the next sign-in what is no longer so, and with the last course the role', async () => {
    const { id } = await aConnection();
    const [one, two] = [await aFollowed(id), await aFollowed(id)];
    const claims = claimsOf();
    await signedIn(id, claims, role(one.courseKey), role(two.courseKey));
    await signedIn(id, claims, role(two.courseKey));
    expect(await teaches(id, claims)).toMatchObject({ role: 'instructor', courses: [two.courseId] });
    await signedIn(id, claims);
    expect(await teaches(id, claims)).toMatchObject({ role: 'student', courses: [] });
    expect(await db.select().from(openedxStaff).where(eq(openedxStaff.connectionId, id))).toEqual([]);
  });

  it('keeps what staff here have given, and the role with it', async () => {
    const { id } = await aConnection();
    const [one, given] = [await aFollowed(id), await aFollowed(id)];
    const claims = claimsOf();
    await signedIn(id, claims);
    const { id: userId } = await teaches(id, claims);
    await assignStaff({ db, now: 1 }, { courseId: given.courseId, userId });
    await signedIn(id, claims, role(one.courseKey), role(given.courseKey));
    expect((await teaches(id, claims)).courses).toEqual([one.courseId, given.courseId].sort());
    await signedIn(id, claims);
    expect(await teaches(id, claims)).toMatchObject({ role: 'instructor', courses: [given.courseId] });
  });

  it.each<[Role, Role]>([
    ['instructor', 'instructor'],
    ['admin', 'admin'],
    ['superadmin', 'superadmin'],
  ])('who was made %s here stays so, before and after', async (before, after) => {
    const { id } = await aConnection();
    const one = await aFollowed(id);
    const claims = claimsOf();
    await signedIn(id, claims);
    await db
      .update(user)
      .set({ role: before })
      .where(eq(user.id, (await teaches(id, claims)).id));
    await signedIn(id, claims);
    expect((await teaches(id, claims)).role).toBe(after);
    await signedIn(id, claims, role(one.courseKey));
    expect(await teaches(id, claims)).toMatchObject({ role: after, courses: [one.courseId] });
  });

  it.each([
    ['away', () => new Response('', { status: 503 })],
    ['not there', () => new Response('', { status: 404 })],
    ['in another shape', () => Response.json({ roles: 'all' })],
  ])('is still signed in when the roles are %s, and nothing is taken back', async (_, roles) => {
    const { id } = await aConnection();
    const one = await aFollowed(id);
    const claims = claimsOf();
    await signedIn(id, claims, role(one.courseKey));
    expect((await signIn(id, { claims, answers: { roles } })).status).toBe(303);
    expect(await teaches(id, claims)).toMatchObject({ role: 'instructor', courses: [one.courseId] });
  });
});

describe('the claims of a token', () => {
  const now = Date.now();
  const read = (token: string) => readIdClaims(token, { lmsUrl: LMS, now });
  const claims = () => claimsOf();

  it('are read as recorded', () => {
    const given = claims();
    expect(read(jwt(given))).toMatchObject({ user_id: given.user_id, preferred_username: given.preferred_username });
    expect(read(jwt({ ...given, name: 'Chisomo Bândá ✓' }))?.name).toBe('Chisomo Bândá ✓');
  });

  it.each(['', 'x', 'a.b.c', `a.${toBase64Url(new TextEncoder().encode('[]'))}.c`, 'a.%%%.c'])(
    'of %j are none',
    (token) => {
      expect(read(token)).toBeUndefined();
    },
  );

  it('are those of this platform, now', () => {
    const seconds = Math.floor(now / 1000);
    expect(read(jwt({ ...claims(), iss: LMS }))).toBeUndefined();
    expect(read(jwt({ ...claims(), iss: `${LMS}.evil.org/oauth2` }))).toBeUndefined();
    expect(read(jwt({ ...claims(), exp: seconds - 30 }))).toBeDefined();
    expect(read(jwt({ ...claims(), exp: seconds - 90 }))).toBeUndefined();
    expect(read(jwt({ ...claims(), user_id: 0 }))).toBeUndefined();
  });
});
