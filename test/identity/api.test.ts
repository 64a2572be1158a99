import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { identityCleanup, newLink } from '../../src/identity/index.ts';
import { liveActor, requireLive } from '../../src/identity/live-actor.ts';
import { refreshTokens } from '../../src/identity/refresh.ts';
import {
  audit,
  externalSignIn,
  oneTimeLink,
  refreshFamily,
  refreshToken,
  secondFactor,
  session,
  user,
} from '../../src/identity/schema.ts';
import { signIn, signInToPages } from '../../src/identity/sign-in.ts';
import { signAccessToken, signAttemptToken, verifyAccessToken } from '../../src/identity/tokens.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { activeSigningKey } from '../../src/lti/signing-keys.ts';
import { ask, bearer, db, logIn, makeUser, PASSWORD, post } from './make.ts';

const DAY_MS = 24 * 3600 * 1000;
const key = env.ACCESS_TOKEN_KEY;
const parts = { secret: key, pepper: env.PASSWORD_PEPPER, secretsKey: env.SECRETS_KEY, device: null };
const outside = (now = Date.now()) => ({ db, now, requestId: newId('request'), address: '127.0.0.1' });
const refresh = (token: string) => post('/api/v1/auth/refresh', { refresh: token });
const me = (access: string) => ask('/api/v1/auth/me', { headers: bearer(access) });
const logOutEverywhere = (access: string) => post('/api/v1/auth/logout-all', {}, bearer(access));

describe('login', () => {
  it('answers both tokens and the user, in two round trips', async () => {
    const who = await makeUser('instructor');
    const { status, json, headers, d1 } = await logIn(who);
    expect(status).toBe(200);
    expect(json).toEqual({
      access: expect.any(String),
      refresh: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      user: {
        ...{ id: who.id, email: who.email, username: null, name: who.name, role: 'instructor' },
        emailVerified: false,
      },
    });
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(d1).toBe(2);
    expect((await me(json.access)).json).toEqual(json.user);
  });

  it('finds the address in any case and with spaces around it', async () => {
    const who = await makeUser();
    expect((await logIn({ email: `  ${who.email.toUpperCase()} ` })).status).toBe(200);
  });

  it('keeps no token, only hashes', async () => {
    const { json } = await logIn(await makeUser());
    expect(await db.select().from(refreshToken).where(eq(refreshToken.tokenHash, json.refresh))).toEqual([]);
    expect(
      await db
        .select()
        .from(refreshToken)
        .where(eq(refreshToken.tokenHash, await sha256(json.refresh))),
    ).toHaveLength(1);
  });

  it('answers an unknown address, a wrong password, a blocked user and one without password word for word alike', async () => {
    const [known, blocked, without] = await Promise.all([
      makeUser(),
      makeUser('student', { blockedAt: 1 }),
      makeUser('student', { passwordHash: null }),
    ]);
    const answers = [
      await logIn({ email: 'nobody@school.test' }),
      await logIn(known, 'wrong'),
      await logIn(blocked),
      await logIn(without),
      await logIn(without, ''.padEnd(43, 'A')),
    ].map(({ status, headers, json }) => ({
      status,
      json: { ...json, requestId: '' },
      authenticate: headers.get('www-authenticate'),
    }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, json: { code: 'wrong_credentials' }, authenticate: 'Bearer' });
  });

  it('does not sign in by a password that was replaced, or a user who was blocked, while it was being compared', async () => {
    for (const change of [{ passwordHash: 'another' }, { blockedAt: 1 }]) {
      const who = await makeUser();
      const meanwhile = new Proxy(db, {
        get(target, name) {
          if (name !== 'batch') return Reflect.get(target, name) as unknown;
          return async (statements: Parameters<typeof db.batch>[0]) => {
            await target.update(user).set(change).where(eq(user.id, who.id));
            return await target.batch(statements);
          };
        },
      });
      const call = { ...outside(), db: meanwhile };
      const credentials = { email: who.email, password: PASSWORD };
      await expect(signIn(call, credentials, parts)).rejects.toMatchObject({ code: 'wrong_credentials' });
      await db.update(user).set({ blockedAt: null, passwordHash: who.passwordHash }).where(eq(user.id, who.id));
      await expect(signInToPages(call, credentials, { ...parts, previous: undefined })).rejects.toMatchObject({
        code: 'wrong_credentials',
      });
      expect(await db.select().from(refreshFamily).where(eq(refreshFamily.userId, who.id))).toEqual([]);
      expect(await db.select().from(session).where(eq(session.userId, who.id))).toEqual([]);
    }
  });

  it('counts tries per address and per account, and says when to come again', async () => {
    const counted: string[] = [];
    const limiter = (success: boolean) => ({
      limit: async ({ key: name }: { key: string }) => (counted.push(name), { success }),
    });
    const headers = { 'cf-connecting-ip': '203.0.113.7' };
    const settings = { VE_RATE_LIMITS: 'on', SIGN_IN_BY_ADDRESS: limiter(true), SIGN_IN_BY_ACCOUNT: limiter(false) };
    const {
      status,
      json,
      headers: answered,
    } = await post('/api/v1/auth/login', { email: ' Someone@School.Test', password: 'x' }, headers, settings);
    expect({ status, code: json.code, after: answered.get('retry-after') }).toEqual({
      status: 429,
      code: 'too_many_requests',
      after: '60',
    });
    expect(counted).toEqual(['203.0.113.7', 'someone@school.test']);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['/email', '/password']],
    ['wrong types', { email: 1, password: ['x'] }, ['/email', '/password']],
    ['a field too many', { email: 'a@b', password: 'x', role: 'admin' }, ['/role']],
    ['a password of 257', { email: 'a@b', password: 'x'.repeat(257) }, ['/password']],
    ['an address of 255', { email: `${'x'.repeat(253)}@b`, password: 'x' }, ['/email']],
    ['a list', [], ['']],
  ])('refuses %s with 400 and says where', async (_, body, pointers) => {
    const { status, json } = await post('/api/v1/auth/login', body);
    expect({ status, pointers: json.errors.map(({ pointer }) => pointer) }).toEqual({ status: 400, pointers });
  });

  it('refuses in the order of the contract: size, then media type, then content', async () => {
    const big = 'x'.repeat(1024 * 1024 + 1);
    const plain = { 'content-type': 'text/plain' };
    expect((await post('/api/v1/auth/login', big, plain)).status).toBe(413);
    expect((await post('/api/v1/auth/login', '{', plain)).status).toBe(415);
    expect((await post('/api/v1/auth/login', '{')).json).toMatchObject({ status: 400, code: 'malformed' });
    expect((await post('/api/v1/auth/login', '['.repeat(10_000))).json).toMatchObject({
      status: 400,
      code: 'malformed',
    });
    expect((await post('/api/v1/auth/logout-all', big, plain)).status).toBe(401);
  });
});

describe('refresh', () => {
  it('answers the next pair, in one round trip, again and again', async () => {
    const who = await makeUser();
    let { refresh: token, access } = (await logIn(who)).json;
    const family = (await verifyAccessToken(key, access, Date.now()))?.sessionId;
    for (let round = 0; round < 3; round++) {
      const { status, json, d1 } = await refresh(token);
      expect({ status, d1, fields: Object.keys(json) }).toEqual({ status: 200, d1: 1, fields: ['access', 'refresh'] });
      expect(json.refresh).not.toBe(token);
      ({ refresh: token, access } = json);
      expect(await verifyAccessToken(key, access, Date.now())).toEqual({
        userId: who.id,
        role: 'student',
        sessionId: family,
      });
    }
  });

  it('ends the whole family when a used token comes again', async () => {
    const first = (await logIn(await makeUser())).json;
    const second = (await refresh(first.refresh)).json;
    expect((await refresh(first.refresh)).json).toMatchObject({ status: 401, code: 'bad_refresh_token' });
    expect((await refresh(second.refresh)).status).toBe(401);
    expect((await logOutEverywhere(second.access)).status).toBe(401);
  });

  it('leaves other sign-ins of the same user alone when one family ends', async () => {
    const who = await makeUser();
    const [one, other] = [(await logIn(who)).json, (await logIn(who)).json];
    await refresh(one.refresh);
    await refresh(one.refresh);
    expect((await refresh(other.refresh)).status).toBe(200);
  });

  it('gives ten parallel uses one winner, and then nobody has the family', async () => {
    const { json } = await logIn(await makeUser());
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(json.refresh)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
    expect((await refresh(won[0]?.json.refresh ?? '')).status).toBe(401);
  });

  it('takes no unknown token, no access token, and none of a blocked user until the block is lifted', async () => {
    const who = await makeUser();
    const { json } = await logIn(who);
    expect((await refresh('A'.repeat(43))).json.code).toBe('bad_refresh_token');
    expect((await refresh(json.access)).status).toBe(401);
    await db.update(user).set({ blockedAt: 1 }).where(eq(user.id, who.id));
    expect((await refresh(json.refresh)).json.code).toBe('bad_refresh_token');
    await db.update(user).set({ blockedAt: null }).where(eq(user.id, who.id));
    expect((await refresh(json.refresh)).status).toBe(200);
  });

  it('carries the role of today', async () => {
    const who = await makeUser('instructor');
    const { json } = await logIn(who);
    await db.update(user).set({ role: 'student' }).where(eq(user.id, who.id));
    const next = (await refresh(json.refresh)).json;
    expect((await verifyAccessToken(key, next.access, Date.now()))?.role).toBe('student');
  });

  it('works for 30 idle days and for 90 days in all', async () => {
    const who = await makeUser();
    const credentials = { email: who.email, password: PASSWORD };
    const start = Date.now();
    const idle = await signIn(outside(start), credentials, parts);
    await expect(refreshTokens({ db, now: start + 30 * DAY_MS }, idle.refresh, key)).rejects.toMatchObject({
      code: 'bad_refresh_token',
    });

    let { refresh: token } = await signIn(outside(start), credentials, parts);
    for (const day of [29, 58, 87, 89.9]) {
      token = (await refreshTokens({ db, now: start + day * DAY_MS }, token, key)).refresh;
    }
    await expect(refreshTokens({ db, now: start + 90 * DAY_MS }, token, key)).rejects.toMatchObject({
      code: 'bad_refresh_token',
    });
  });
});

describe('logout', () => {
  it('ends the family without a bearer, by any of its tokens, and is 204 for an unknown one', async () => {
    const who = await makeUser();
    const { json } = await logIn(who);
    const next = (await refresh(json.refresh)).json;
    const { status, text, d1 } = await post('/api/v1/auth/logout', { refresh: json.refresh });
    expect({ status, text, d1 }).toEqual({ status: 204, text: '', d1: 1 });
    expect((await refresh(next.refresh)).status).toBe(401);
    expect((await logOutEverywhere(next.access)).status).toBe(401);
    expect((await post('/api/v1/auth/logout', { refresh: next.refresh })).status).toBe(204);
    expect((await post('/api/v1/auth/logout', { refresh: 'unknown' })).status).toBe(204);
    expect((await post('/api/v1/auth/logout', {})).status).toBe(400);
    const told = await db.select().from(audit).where(eq(audit.subject, who.id));
    expect(told.filter(({ action }) => action === 'user.signed_out')).toMatchObject([{ actorId: who.id }]);
  });

  it('everywhere ends every sign-in of the user, and of nobody else', async () => {
    const [who, other] = [await makeUser(), await makeUser()];
    const [one, two, theirs] = [(await logIn(who)).json, (await logIn(who)).json, (await logIn(other)).json];
    const now = Date.now();
    const row = {
      secretHash: newId('session'),
      id: newId('session'),
      userId: who.id,
      createdAt: now,
      expiresAt: now + DAY_MS,
    };
    await db.insert(session).values(row);
    const answer = await logOutEverywhere(one.access);
    expect({ status: answer.status, d1: answer.d1 }).toEqual({ status: 204, d1: 2 });
    expect((await refresh(one.refresh)).status).toBe(401);
    expect((await refresh(two.refresh)).status).toBe(401);
    expect(await db.select().from(session).where(eq(session.userId, who.id))).toEqual([]);
    expect((await refresh(theirs.refresh)).status).toBe(200);
  });
});

describe('who asks', () => {
  it('is told by an access token in the header and nowhere else, its scheme in any case', async () => {
    const { access } = (await logIn(await makeUser())).json;
    const answer = await me(access);
    expect({ status: answer.status, d1: answer.d1 }).toEqual({ status: 200, d1: 1 });
    expect((await ask('/api/v1/auth/me', { headers: { authorization: `bEARER ${access}` } })).status).toBe(200);
    const carriers: [string, Record<string, string>][] = [
      ['/api/v1/auth/me', {}],
      [`/api/v1/auth/me?access_token=${access}`, {}],
      ['/api/v1/auth/me', { cookie: `access_token=${access}; __Host-ve_session=${access}` }],
      ['/api/v1/auth/me', { authorization: access }],
      ['/api/v1/auth/me', { authorization: `Basic ${access}` }],
      ['/api/v1/auth/me', { authorization: 'Bearer' }],
      ['/api/v1/auth/me', { authorization: `Bearer ${access} ${access}` }],
      ['/api/v1/auth/me', { authorization: `Bearer ${access}, Bearer ${access}` }],
    ];
    for (const [path, headers] of carriers) {
      const refused = await ask(path, { headers });
      expect(refused.json).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
      expect(refused.d1).toBe(0);
    }
  });

  it('is nobody with a page session, a refresh token or an attempt token', async () => {
    const who = await makeUser();
    const { refresh: token } = (await logIn(who)).json;
    const now = Date.now();
    const attempt = await signAttemptToken(key, { userId: who.id, attemptId: 'att_1', expiresAt: now + DAY_MS }, now);
    for (const given of [token, attempt]) {
      expect((await me(given)).status).toBe(401);
      expect((await logOutEverywhere(given)).status).toBe(401);
    }
  });

  it('is nobody with any other token of ours: of LTI, of a link, of a key nobody has', async () => {
    const who = await makeUser();
    const now = Date.now();
    const { kid, privateKey } = await activeSigningKey({ db, now }, env.SECRETS_KEY);
    const claims = { iss: 've-edu-vault', aud: 've-edu-vault', sub: who.id, role: 'admin', sid: 'rft_1' };
    const ofLti = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .setIssuedAt()
      .setExpirationTime('15m')
      .sign(privateKey);
    const { token: link, statement } = await newLink({ db, now }, { userId: who.id, purpose: 'password' });
    await statement;
    for (const given of [ofLti, link, `vek_${link}`, `vek_${ofLti}`]) {
      const refused = await me(given);
      expect([refused.status, refused.json.code]).toEqual([401, 'unauthenticated']);
    }
    expect((await refresh(link)).json.code).toBe('bad_refresh_token');
  });

  it('is refused at once on writing routes when signed out or blocked, while reads live out the token', async () => {
    for (const end of [
      (id: string) => db.update(user).set({ blockedAt: 1 }).where(eq(user.id, id)),
      (id: string) => db.update(refreshFamily).set({ endedAt: 1 }).where(eq(refreshFamily.userId, id)),
      (id: string) => db.update(refreshFamily).set({ expiresAt: 1 }).where(eq(refreshFamily.userId, id)),
    ]) {
      const who = await makeUser();
      const { access } = (await logIn(who)).json;
      await end(who.id);
      const answer = await logOutEverywhere(access);
      expect({ status: answer.status, code: answer.json.code, d1: answer.d1 }).toEqual({
        status: 401,
        code: 'unauthenticated',
        d1: 1,
      });
      expect((await me(access)).status).toBe(200);
    }
  });

  it('acts in the role of today on writing routes, lower or higher than the token says', async () => {
    const who = await makeUser('instructor');
    const { access } = (await logIn(who)).json;
    const makeBank = () => post('/api/v1/banks', { title: 'Numbers' }, bearer(access));
    expect((await makeBank()).status).toBe(201);
    await db.update(user).set({ role: 'student' }).where(eq(user.id, who.id));
    expect((await makeBank()).status).toBe(403);
    await db.update(user).set({ role: 'admin' }).where(eq(user.id, who.id));
    expect((await makeBank()).status).toBe(201);
  });

  it('is nobody with a good token of somebody who is gone', async () => {
    const access = await signAccessToken(key, { userId: 'usr_gone', role: 'admin', sessionId: 'rft_gone' }, Date.now());
    expect((await me(access)).status).toBe(401);
    expect((await logOutEverywhere(access)).status).toBe(401);
  });

  it('is told from a family or a page session alike, but only from one’s own', async () => {
    const [who, other] = [await makeUser(), await makeUser()];
    const now = Date.now();
    const [familyId, pageId] = [newId('refreshToken'), newId('session')];
    await db.insert(refreshFamily).values({ id: familyId, userId: who.id, createdAt: now, expiresAt: now + 1000 });
    await db
      .insert(session)
      .values({ secretHash: pageId, id: pageId, userId: who.id, createdAt: now, expiresAt: now + 1000 });
    for (const sessionId of [familyId, pageId]) {
      const actor = { userId: who.id, role: 'admin', sessionId } as const;
      expect(requireLive(await liveActor(db, actor, now), actor)).toEqual({ ...actor, role: 'student' });
      expect(await liveActor(db, { ...actor, userId: other.id }, now)).toEqual([]);
      expect(await liveActor(db, actor, now + 1000)).toEqual([]);
    }
    expect(() => requireLive([], { userId: who.id, role: 'admin', sessionId: 'x' })).toThrow('This sign-in has ended');
  });
});

describe('the answer path', () => {
  const ops = (attemptId: string, token: string) =>
    post(`/api/v1/attempts/${attemptId}/ops`, { epoch: 1, ops: [] }, bearer(token));
  const now = Date.now();

  it('refuses an attempt token of another attempt, an expired one and none at all, and never asks the database', async () => {
    const [mine, theirs] = [newId('attempt'), newId('attempt')];
    const good = await signAttemptToken(key, { userId: 'usr_1', attemptId: mine, expiresAt: now + DAY_MS }, now);
    const old = await signAttemptToken(key, { userId: 'usr_1', attemptId: mine, expiresAt: now - 1000 }, now - DAY_MS);
    for (const [attemptId, token] of [
      [theirs, good],
      [mine, old],
      [mine, 'x'],
    ] as const) {
      const answer = await ops(attemptId, token);
      expect({ status: answer.status, code: answer.json.code, d1: answer.d1 }).toEqual({
        status: 401,
        code: 'unauthenticated',
        d1: 0,
      });
    }
    expect((await ops(mine, good)).status).not.toBe(401);
  });

  it('takes the access token of a student and of nobody else', async () => {
    const attemptId = newId('attempt');
    const tokenOf = (role: 'student' | 'instructor') =>
      signAccessToken(key, { userId: 'usr_1', role, sessionId: 'rft_1' }, now);
    expect((await ops(attemptId, await tokenOf('instructor'))).status).toBe(403);
    expect((await ops(attemptId, await tokenOf('student'))).status).not.toBe(401);
  });
});

describe('the sweep', () => {
  it('forgets what has expired in one round trip, and keeps what has not, with used tokens for as long as they could come again', async () => {
    const who = await makeUser();
    const now = Date.now();
    const times = { old: now, kept: now + 1 };
    for (const [name, expiresAt] of Object.entries(times)) {
      const id = `${who.id}_${name}`;
      await db.insert(session).values({ secretHash: id, id, userId: who.id, createdAt: 0, expiresAt });
      await db.insert(refreshFamily).values({ id, userId: who.id, createdAt: 0, expiresAt });
      await db.insert(oneTimeLink).values({ tokenHash: id, userId: who.id, purpose: 'password', expiresAt });
    }
    const began = { verifier: 'x', nonce: 'x', next: '/', browserHash: 'x', provider: 'google' } as const;
    for (const [name, expiresAt] of Object.entries(times))
      await db.insert(externalSignIn).values({ stateHash: `${who.id}_${name}`, ...began, expiresAt });
    const [old, young, on] = [await makeUser(), await makeUser(), await makeUser()];
    const day = now - DAY_MS;
    await db.insert(secondFactor).values([
      { userId: old.id, secret: 'x', createdAt: day },
      { userId: young.id, secret: 'x', createdAt: day + 1 },
      { userId: on.id, secret: 'x', createdAt: day, confirmedAt: day },
    ]);
    const familyId = `${who.id}_kept`;
    await db.insert(refreshToken).values([
      { tokenHash: `${familyId}_1`, familyId, expiresAt: now },
      { tokenHash: `${familyId}_2`, familyId, expiresAt: now + 1, usedAt: 1 },
      { tokenHash: `${familyId}_3`, familyId: `${who.id}_old`, expiresAt: now + 1 },
    ]);
    await identityCleanup({ db, now });
    const factors = await db.select({ userId: secondFactor.userId }).from(secondFactor);
    expect(factors.map(({ userId }) => userId).sort()).toEqual([young.id, on.id].sort());
    expect(await db.select({ key: externalSignIn.stateHash }).from(externalSignIn)).toEqual([
      { key: `${who.id}_kept` },
    ]);
    const kept = async (rows: PromiseLike<{ key: string }[]>) =>
      (await rows).map(({ key: name }) => name.replace(`${who.id}_`, ''));
    expect(await kept(db.select({ key: session.id }).from(session).where(eq(session.userId, who.id)))).toEqual([
      'kept',
    ]);
    expect(
      await kept(db.select({ key: refreshFamily.id }).from(refreshFamily).where(eq(refreshFamily.userId, who.id))),
    ).toEqual(['kept']);
    expect(
      await kept(db.select({ key: oneTimeLink.tokenHash }).from(oneTimeLink).where(eq(oneTimeLink.userId, who.id))),
    ).toEqual(['kept']);
    expect(
      await kept(
        db.select({ key: refreshToken.tokenHash }).from(refreshToken).where(eq(refreshToken.familyId, familyId)),
      ),
    ).toEqual(['kept_2']);
  });
});
