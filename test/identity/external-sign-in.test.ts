import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { event } from '../../src/events/index.ts';
import { outsideOf, readSettings } from '../../src/http/index.ts';
import { identityCleanup } from '../../src/identity/cleanup.ts';
import { beginExternalSignIn } from '../../src/identity/external/begin-sign-in.ts';
import { finishExternalSignIn } from '../../src/identity/external/finish-sign-in.ts';
import { audit, externalIdentity, externalSignIn, session, user } from '../../src/identity/schema.ts';
import { newSecret, sha256 } from '../../src/lib/crypto.ts';
import { DomainError } from '../../src/lib/errors.ts';
import { newId } from '../../src/lib/ids.ts';
import { aUser, db } from '../factories.ts';
import { aBrowser, aBrowserOf, type Browser, ORIGIN } from '../openedx/a-browser.ts';
import { giveFactor } from './a-factor.ts';
import {
  aBrowserWithProviders,
  aGitHubber,
  aGoogler,
  CLIENTS,
  type Claims,
  type Faults,
  stubProviders,
} from './a-provider.ts';
import { makeUser, PASSWORD } from './make.ts';

const SESSION = '__Host-ve_session';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

type Way = 'google' | 'github';
const begin = async (browser: Browser, way: Way, next = '/language/none') =>
  (await browser.open(`/sign-in/${way}?${new URLSearchParams({ next })}`)).to;
const comeBack = (browser: Browser, way: Way, query: URLSearchParams) =>
  browser.open(`/sign-in/${way}/callback?${query}`);

/** A whole sign-in, in a browser of its own unless one is given. */
async function signIn(
  way: Way,
  person: Claims,
  { faults = {}, browser = aBrowserWithProviders() }: { faults?: Faults; browser?: Browser } = {},
) {
  const { allow, asked } = stubProviders(faults);
  const answer = await comeBack(browser, way, allow(await begin(browser, way), person));
  return { browser, asked, ...answer };
}

const subjectOf = ({ sub, id }: Claims) => String(sub ?? id);
async function userBy(provider: Way, person: Claims) {
  const [found] = await db
    .select({ user, email: externalIdentity.email })
    .from(externalIdentity)
    .innerJoin(user, eq(user.id, externalIdentity.userId))
    .where(and(eq(externalIdentity.provider, provider), eq(externalIdentity.subject, subjectOf(person))));
  return found;
}
/** How often its owner is told that who may sign in by what has changed. */
const warningsOf = async (userId: string) =>
  (await db.select({ payload: event.payload }).from(event).where(eq(event.type, 'user.credentials.changed'))).filter(
    ({ payload }) => JSON.stringify(payload) === JSON.stringify({ userId, what: 'identity' }),
  ).length;
const actionsOf = async (userId: string) =>
  (await db.select({ action: audit.action }).from(audit).where(eq(audit.actorId, userId))).map(({ action }) => action);
const sessionsOf = (userId: string) => db.select().from(session).where(eq(session.userId, userId));
const identitiesOf = (userId: string) => db.select().from(externalIdentity).where(eq(externalIdentity.userId, userId));

describe('beginning', () => {
  it.each<[Way, string, object]>([
    [
      'google',
      'https://accounts.google.com/o/oauth2/v2/auth',
      {
        client_id: CLIENTS.GOOGLE_CLIENT_ID,
        scope: 'openid email profile',
        nonce: expect.stringMatching(/^[\w-]{43}$/),
      },
    ],
    [
      'github',
      'https://github.com/login/oauth/authorize',
      { client_id: CLIENTS.GITHUB_CLIENT_ID, scope: 'read:user user:email' },
    ],
  ])(
    'leads to %s with a challenge, and a state kept as a hash that only this browser can come back with',
    async (way, address, more) => {
      const browser = aBrowserWithProviders();
      const answer = await browser.open(`/sign-in/${way}?next=%2Fcourses`);
      const url = new URL(answer.to);
      const query = Object.fromEntries(url.searchParams);
      expect([answer.status, url.origin + url.pathname]).toEqual([303, address]);
      expect(query).toEqual({
        response_type: 'code',
        redirect_uri: `${ORIGIN}/sign-in/${way}/callback`,
        state: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge_method: 'S256',
        prompt: 'select_account',
        ...more,
      });
      const line = answer.headers.getSetCookie().find((one) => one.startsWith('__Host-ve_external')) ?? '';
      for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Max-Age=600']) expect(line).toContain(attribute);
      const stateHash = await sha256(query.state ?? '');
      const [row] = await db.select().from(externalSignIn).where(eq(externalSignIn.stateHash, stateHash));
      expect(row).toMatchObject({ provider: way, next: '/courses', userId: null });
      expect(query.code_challenge).toBe(await sha256(row?.verifier ?? ''));
      await identityCleanup({ db, now: Date.now() + 11 * 60_000 });
      expect(await db.select().from(externalSignIn).where(eq(externalSignIn.stateHash, stateHash))).toEqual([]);
    },
  );

  it('is offered only where the Worker has the secrets, and goes on nowhere but here', async () => {
    expect((await aBrowser().open('/sign-in')).text).not.toContain('Google');
    expect((await aBrowser().open('/sign-in/google')).status).toBe(404);
    expect((await aBrowser({ GOOGLE_CLIENT_ID: 'x' }).open('/sign-in/google')).status).toBe(404);
    const page = await aBrowserWithProviders().open('/sign-in?next=%2Fcourses');
    for (const way of ['google', 'github']) expect(page.text).toContain(`/sign-in/${way}?next=%2Fcourses`);
    const person = aGoogler();
    const { allow } = stubProviders();
    const browser = aBrowserWithProviders();
    expect(
      (await comeBack(browser, 'google', allow(await begin(browser, 'google', 'https://evil.test/'), person))).to,
    ).toBe('/');
  });
});

describe('somebody new', () => {
  it('of Google becomes a student with a verified address, and is found by their number from then on', async () => {
    const person = aGoogler({ email: `G${newId('user')}@Mail.test` });
    const first = await signIn('google', person);
    expect(first).toMatchObject({ status: 303, to: '/language/none' });
    expect(first.headers.get('referrer-policy')).toBe('no-referrer');
    const made = await userBy('google', person);
    expect(made?.user).toMatchObject({
      ...{ role: 'student', name: 'Chisomo Phiri', email: person.email.toLowerCase(), passwordHash: null },
      emailVerifiedAt: expect.any(Number),
    });
    const { id } = made?.user ?? { id: '' };
    expect(await sessionsOf(id)).toMatchObject([{ confirmedAt: null }]);
    expect(await actionsOf(id)).toEqual(expect.arrayContaining(['user.registered', 'user.signed_in']));

    // Another address and name there change nothing here, not even where somebody has that address.
    const other = await makeUser();
    await signIn('google', { ...person, email: other.email, name: 'Somebody else' });
    expect((await userBy('google', person))?.user).toEqual(made?.user);
    expect(await sessionsOf(id)).toHaveLength(2);
  });

  it('of GitHub comes with the verified primary address, asked for with the token and nothing else', async () => {
    const person = aGitHubber();
    const { asked, status } = await signIn('github', person);
    expect(status).toBe(303);
    expect((await userBy('github', person))?.user).toMatchObject({ name: person.login, email: person.email });
    expect(asked.map(({ url }) => url)).toEqual([
      'https://github.com/login/oauth/access_token',
      'https://api.github.com/user',
      'https://api.github.com/user/emails',
    ]);
    for (const { headers, body } of asked.slice(1)) {
      expect(headers.get('authorization')).toMatch(/^Bearer /);
      expect(headers.get('user-agent')).not.toBeNull();
      expect(body.size).toBe(0);
    }
    expect(asked[0]?.body.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });

  it.each<[Way, Claims]>([
    ['google', aGoogler({ email_verified: false })],
    ['google', aGoogler({ email_verified: undefined })],
    ['github', aGitHubber({ emails: [{ email: 'a@mail.test', primary: true, verified: false }] })],
    ['github', aGitHubber({ emails: [{ email: 'b@mail.test', primary: false, verified: true }] })],
  ])('whose address %s has not verified comes without one', async (way, person) => {
    expect((await signIn(way, person)).status).toBe(303);
    expect(await userBy(way, person)).toMatchObject({ user: { email: null, emailVerifiedAt: null }, email: null });
  });

  it('counts as a registration, and who is known already does not', async () => {
    const { allow } = stubProviders();
    const call = { db, now: Date.now(), requestId: newId('request'), address: '127.0.0.1' };
    const outside = outsideOf(env, readSettings(env));
    const credentials = { id: CLIENTS.GOOGLE_CLIENT_ID, secret: CLIENTS.GOOGLE_CLIENT_SECRET };
    const finish = async (person: Claims, limitRegistration: () => Promise<void>) => {
      const [browser, redirectUri] = [newSecret(), `${ORIGIN}/sign-in/google/callback`];
      const begun = { provider: 'google', clientId: credentials.id, redirectUri, next: '/', browser } as const;
      const parameters = allow((await beginExternalSignIn(call, begun)).url, person);
      const input = { provider: 'google', parameters, browser, redirectUri } as const;
      return await finishExternalSignIn(
        call,
        { ...input, previous: undefined, device: null, actor: undefined },
        { outside, credentials, limitRegistration },
      );
    };
    const tooMany = () => Promise.reject(new DomainError('too_many_requests'));
    const person = aGoogler();
    await expect(finish(person, tooMany)).rejects.toMatchObject({ code: 'too_many_requests' });
    expect(await userBy('google', person)).toBeUndefined();
    expect((await finish(person, async () => {})).kind).toBe('let-in');
    expect((await finish(person, tooMany)).kind).toBe('let-in');
  });

  it('is made once, however often they come at once', async () => {
    const person = aGoogler();
    const { allow } = stubProviders();
    const browsers = Array.from({ length: 5 }, aBrowserWithProviders);
    const queries = await Promise.all(browsers.map(async (one) => allow(await begin(one, 'google'), person)));
    const answers = await Promise.all(
      browsers.map((one, index) => comeBack(one, 'google', queries[index] ?? new URLSearchParams())),
    );
    expect(answers.map(({ to }) => to)).toEqual(Array.from({ length: 5 }, () => '/language/none'));
    expect(await db.select().from(user).where(eq(user.email, person.email))).toHaveLength(1);
  });
});

describe('what does not let anybody in', () => {
  const hour = 3600;
  const at = Math.floor(Date.now() / 1000);
  it.each<[string, Faults]>([
    ['another nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another issuer', { claims: { iss: 'https://evil.test' } }],
    ['another audience', { claims: { aud: 'another' } }],
    ['two audiences and another authorised party', { claims: { aud: [CLIENTS.GOOGLE_CLIENT_ID, 'x'], azp: 'x' } }],
    ['an end that is past', { claims: { iat: at - 2 * hour, exp: at - hour } }],
    ['an end that is text', { claims: { exp: `${at + hour}` } }],
    ['no subject', { claims: { sub: undefined } }],
    ['no signature', { alg: 'none' }],
    ['an HMAC by the public key', { alg: 'HS256' }],
    ['another key under the same name', { alg: 'stranger' }],
    ['a key of its own in the header', { alg: 'jwk' }],
    ['no id token', { answers: { '/token': () => Response.json({ access_token: 'x', token_type: 'Bearer' }) } }],
    ['no key set', { answers: { '/oauth2/v3/certs': () => Response.json({ keys: [] }) } }],
    [
      'a redirect in place of a token',
      { answers: { '/token': () => new Response(null, { status: 302, headers: { location: 'https://evil.test/' } }) } },
    ],
  ])('Google: %s', async (_, faults) => {
    const person = aGoogler();
    const { status, browser, text } = await signIn('google', person, { faults });
    expect(status).toBe(503);
    expect(text).toContain('did not say who you are');
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await userBy('google', person)).toBeUndefined();
  });

  it.each<[string, Faults]>([
    ['no number', { answers: { '/user': () => Response.json({ login: 'x' }) } }],
    [
      'a refused code, said with 200',
      { answers: { '/login/oauth/access_token': () => Response.json({ error: 'bad_verification_code' }) } },
    ],
    ['a token that is none', { answers: { '/user': () => Response.json({}, { status: 401 }) } }],
    [
      'addresses that cannot be read',
      { answers: { '/user/emails': () => Response.json({ message: 'no' }, { status: 404 }) } },
    ],
  ])('GitHub: %s', async (_, faults) => {
    const person = aGitHubber();
    const { status, browser } = await signIn('github', person, { faults });
    expect(status).toBe(503);
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await userBy('github', person)).toBeUndefined();
  });

  it.each<[string, () => Response]>([
    ['trouble', () => new Response('oops', { status: 502 })],
    ['too many requests', () => new Response('', { status: 429 })],
    [
      'no answer',
      () => {
        throw new TypeError('no network');
      },
    ],
  ])('a provider that is away is told apart: %s', async (_, answer) => {
    const { status, text } = await signIn('google', aGoogler(), { faults: { answers: { '/token': answer } } });
    expect(status).toBe(503);
    expect(text).toContain('does not answer just now');
  });

  it('a code sent without its verifier, or twice, or with a state of another browser or provider, or none', async () => {
    const { allow, asked } = stubProviders();
    const [browser, stranger] = [aBrowserWithProviders(), aBrowserWithProviders()];
    await begin(stranger, 'google');
    const person = aGoogler();
    const query = allow(await begin(browser, 'google'), person);
    const withState = (state: string) => new URLSearchParams({ code: query.get('code') ?? '', state });

    expect((await comeBack(stranger, 'google', query)).status).toBe(400);
    expect((await comeBack(browser, 'github', query)).status).toBe(400);
    for (const state of ['', 'none', 'A'.repeat(43)])
      expect((await comeBack(browser, 'google', withState(state))).status).toBe(400);
    // Nobody else used the state up, and the code was never sent anywhere.
    expect(asked).toEqual([]);
    expect((await comeBack(browser, 'google', query)).status).toBe(303);
    expect((await comeBack(browser, 'google', query)).status).toBe(400);
    expect(asked.filter(({ url }) => url.endsWith('/token'))).toHaveLength(1);

    // A code that somebody else's sign-in was given is bound to their challenge.
    const theirs = allow(await begin(stranger, 'google'), person);
    const mine = allow(await begin(browser, 'google'), aGoogler());
    const swapped = new URLSearchParams({ code: theirs.get('code') ?? '', state: mine.get('state') ?? '' });
    expect((await comeBack(browser, 'google', swapped)).status).toBe(503);
  });

  it('an answer in the name of another issuer, a no, and a state of eleven minutes ago', async () => {
    const { allow, asked } = stubProviders();
    const browser = aBrowserWithProviders();
    for (const way of ['google', 'github'] as const) {
      const query = allow(await begin(browser, way), {});
      query.set('iss', 'https://evil.test');
      expect((await comeBack(browser, way, query)).status).toBe(503);
    }
    const state = new URL(await begin(browser, 'google')).searchParams.get('state') ?? '';
    const denied = await comeBack(browser, 'google', new URLSearchParams({ state, error: 'access_denied' }));
    expect([denied.status, denied.text.includes('you said no')]).toEqual([403, true]);
    const late = allow(await begin(browser, 'google'), aGoogler());
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 11 * 60_000);
    expect((await comeBack(browser, 'google', late)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  it('a block here', async () => {
    const person = aGoogler();
    await signIn('google', person);
    const { id } = (await userBy('google', person))?.user ?? { id: '' };
    await db.update(user).set({ blockedAt: 1 }).where(eq(user.id, id));
    const { status, browser } = await signIn('google', person);
    expect(status).toBe(403);
    expect(browser.cookies.has(SESSION)).toBe(false);
  });
});

describe('a second factor', () => {
  it('is asked for here whatever the provider says', async () => {
    const person = aGoogler();
    await signIn('google', person);
    const { id } = (await userBy('google', person))?.user ?? { id: '' };
    const { codeNow } = await giveFactor(id);
    const { browser, to } = await signIn('google', person);
    expect(to).toBe('/sign-in/code');
    expect(browser.cookies.has(SESSION)).toBe(false);
    await browser.open('/sign-in/code');
    expect((await browser.send('/sign-in/code', { code: await codeNow() })).to).toBe('/language/none');
    const sessions = await sessionsOf(id);
    expect(sessions.filter(({ confirmedAt }) => confirmedAt !== null)).toHaveLength(1);
  });
});

describe('an address that somebody here has', () => {
  it('joins nobody to them, until they have signed in there and said yes', async () => {
    const owner = await makeUser();
    const person = aGoogler({ email: owner.email });
    const { browser, to } = await signIn('google', person);
    expect(to).toBe('/sign-in/link');
    expect(browser.cookies.has(SESSION)).toBe(false);
    expect(await identitiesOf(owner.id)).toEqual([]);
    const asked = await browser.open('/sign-in/link');
    expect(asked.text).toContain('/sign-in?next=%2Fsign-in%2Flink');
    expect(asked.text).not.toContain('action="/sign-in/link"');
    // Not signed in there is nothing to press; and the cookie signs nobody in.
    expect((await browser.send('/sign-in/link')).status).toBe(401);

    await browser.open('/sign-in?next=%2Fsign-in%2Flink');
    const signedIn = await browser.send('/sign-in', { email: owner.email, password: PASSWORD, next: '/sign-in/link' });
    expect(signedIn.to).toBe('/sign-in/link');
    expect(await identitiesOf(owner.id)).toEqual([]);
    await browser.open('/sign-in/link');
    expect((await browser.send('/sign-in/link')).to).toBe('/language/none');
    expect(await identitiesOf(owner.id)).toMatchObject([{ provider: 'google', subject: person.sub }]);
    expect(await actionsOf(owner.id)).toContain('user.identity_linked');
    expect((await signIn('google', person)).to).toBe('/language/none');
  });

  it('is joined to nobody else who is signed in, and not by a sign-in that shows no proof', async () => {
    const [owner, other] = [await aUser('student', { email: `${newId('user')}@mail.test` }), await aUser()];
    const [row] = await db.select().from(user).where(eq(user.id, owner.id));
    const person = aGoogler({ email: row?.email });
    const { browser } = await signIn('google', person);
    const linking = browser.cookies.get('__Host-ve_linking') ?? '';
    for (const [who, to] of [
      [other, '/sign-in/link'],
      [owner, '/confirm?next=%2Fprofile'],
    ] as const) {
      const theirs = await aBrowserOf(who, CLIENTS);
      theirs.cookies.set('__Host-ve_linking', linking);
      await theirs.open('/profile/identities');
      expect((await theirs.send('/sign-in/link')).to).toBe(to);
    }
    for (const { id } of [owner, other]) expect(await identitiesOf(id)).toEqual([]);
    const forged = await aBrowserOf(owner, CLIENTS);
    forged.cookies.set('__Host-ve_linking', `${linking.slice(0, -4)}AAAA`);
    expect((await forged.open('/sign-in/link')).to).toBe('/sign-in');
  });
});

/** Somebody signed in who has just shown who they are. */
async function someoneConfirmed(more: object = {}) {
  const who = await aUser('student', more);
  const browser = await aBrowserOf(who, CLIENTS);
  await db.update(session).set({ confirmedAt: Date.now() }).where(eq(session.userId, who.id));
  await browser.open('/profile/identities');
  return { who, browser };
}

async function link(browser: Browser, provider: Way, person: Claims) {
  const { allow } = stubProviders();
  const { to } = await browser.send('/profile/identities/link', { provider });
  return await comeBack(browser, provider, allow(to, person));
}

describe('linking from the profile', () => {
  it('wants a fresh proof, and a page whose form may lead to the provider', async () => {
    const { who, browser } = await someoneConfirmed();
    const person = aGitHubber();
    const page = await browser.open('/profile/identities');
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://accounts.google.com https://github.com;",
    );
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    await db.update(session).set({ confirmedAt: null }).where(eq(session.userId, who.id));
    expect((await browser.send('/profile/identities/link', { provider: 'github' })).to).toMatch(/^\/confirm/);
    await db.update(session).set({ confirmedAt: Date.now() }).where(eq(session.userId, who.id));
    expect((await link(browser, 'github', person)).to).toBe('/profile/identities');
    // Linked to whom it was begun for; their address and name here stay as they were.
    expect(await userBy('github', person)).toMatchObject({ user: { id: who.id, email: null, name: 'A student' } });
    expect((await browser.open('/profile/identities')).text).toContain(person.email);
    expect((await link(browser, 'github', person)).to).toBe('/profile/identities');
    expect(await identitiesOf(who.id)).toHaveLength(1);
    expect(await warningsOf(who.id)).toBe(1);
  });

  it('takes no identity of somebody else, and no second one of a provider', async () => {
    const person = aGoogler();
    await signIn('google', person);
    const { who, browser } = await someoneConfirmed();
    expect((await link(browser, 'google', person)).status).toBe(409);
    expect((await userBy('google', person))?.user.id).not.toBe(who.id);
    const mine = aGoogler();
    expect((await link(browser, 'google', mine)).status).toBe(303);
    expect((await link(browser, 'google', aGoogler())).status).toBe(409);
    expect((await identitiesOf(who.id)).map(({ subject }) => subject)).toEqual([mine.sub]);
  });

  it('links nothing once somebody else is signed in there, or nobody', async () => {
    const { allow } = stubProviders();
    const { browser } = await someoneConfirmed();
    const person = aGoogler();
    for (const cookie of [(await aBrowserOf(await aUser())).cookies.get(SESSION) ?? '', '']) {
      await browser.open('/profile/identities');
      const { to } = await browser.send('/profile/identities/link', { provider: 'google' });
      const mine = browser.cookies.get(SESSION) ?? '';
      browser.cookies.set(SESSION, cookie);
      expect((await comeBack(browser, 'google', allow(to, person))).status).toBe(400);
      browser.cookies.set(SESSION, mine);
    }
    expect(await userBy('google', person)).toBeUndefined();
  });

  it('never unlinks the last way in, also when two are unlinked at once', async () => {
    const { who, browser } = await someoneConfirmed({ email: `${newId('user')}@mail.test` });
    await link(browser, 'google', aGoogler());
    await link(browser, 'github', aGitHubber());
    await browser.open('/profile/identities');
    const unlink = (provider: Way) => browser.send('/profile/identities/unlink', { provider });
    const answers = await Promise.all([unlink('google'), unlink('github')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await identitiesOf(who.id)).toHaveLength(1);
    expect((await actionsOf(who.id)).filter((action) => action === 'user.identity_unlinked')).toHaveLength(1);
    expect(await warningsOf(who.id)).toBe(3);

    await db.update(user).set({ passwordHash: 'one' }).where(eq(user.id, who.id));
    await Promise.all([unlink('google'), unlink('github')]);
    expect(await identitiesOf(who.id)).toEqual([]);
  });
});

describe('nothing of a provider', () => {
  it('is kept beyond who somebody is', async () => {
    const person = aGoogler();
    const lines: string[] = [];
    const { asked } = await signIn('google', person);
    const code = asked[0]?.body.get('code') ?? '';
    const tables = await env.DB.prepare(
      "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
    ).all<{ name: string }>();
    for (const { name } of tables.results)
      lines.push(JSON.stringify((await env.DB.prepare(`select * from "${name}"`).all()).results));
    expect(lines.join('')).toContain(person.sub);
    for (const secret of [code, asked[0]?.body.get('code_verifier') ?? '', CLIENTS.GOOGLE_CLIENT_SECRET]) {
      expect(secret.length).toBeGreaterThan(10);
      expect(lines.join('')).not.toContain(secret);
    }
  });
});
