import { env } from 'cloudflare:workers';
import { and, asc, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { idempotency } from '../../src/http/schema.ts';
import { audit, user } from '../../src/identity/schema.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { openSecret } from '../../src/openedx/connection-secrets.ts';
import { connection, followedCourse, webhookSecret } from '../../src/openedx/schema.ts';
import { testConnection } from '../../src/openedx/test-connection.ts';
import { aUser, bearer, db, theApp } from '../factories.ts';
import blocks from '../fixtures/openedx/outline/blocks-v1.json';
import outline from '../fixtures/openedx/outline/learning-sequences-v1.json';
import account from '../fixtures/openedx/rest/account-staff-view.json';
import enrolments from '../fixtures/openedx/rest/enrollments-cursor-page.json';
import { makeCourse } from '../items/make.ts';
import { aConnection, anOutside, LMS, readForm } from './a-connection.ts';

const CONNECTIONS = '/openedx/connections';
const anAdmin = () => aUser('admin');
const site = { name: 'Malawi', lmsUrl: `${LMS}/`, clientId: 'vault-backend', clientSecret: 'client secret in clear' };

afterEach(() => {
  vi.unstubAllGlobals();
});

async function read(id: string) {
  const [row] = await db.select().from(connection).where(eq(connection.id, id));
  if (!row) throw new Error('no such connection');
  return row;
}
async function make(more: object = {}) {
  const admin = await anAdmin();
  const { status, json } = await admin.ask('POST', CONNECTIONS, { ...site, ...more });
  expect(status).toBe(201);
  const { id, webhookSecrets, hmacSecret } = json as unknown as {
    id: string;
    webhookSecrets: string[];
    hmacSecret: string;
  };
  return { admin, id, secret: webhookSecrets[0] ?? '', hmacSecret, path: `${CONNECTIONS}/${id}`, row: await read(id) };
}
async function follow(connectionId: string) {
  const { courseId, courseKey } = await makeCourse();
  await db.insert(followedCourse).values({ courseId, connectionId, reconcileAt: 1 });
  return { courseId, courseKey };
}
const auditOf = async (id: string) =>
  await db.select().from(audit).where(eq(audit.subject, id)).orderBy(asc(audit.at), asc(audit.id));

describe('making a connection', () => {
  it('shows two secrets of 256 bits, once; keeps a hash of one and seals the others', async () => {
    const { id, admin, secret, hmacSecret, row, path } = await make({
      signInClientId: 'sso',
      signInClientSecret: 'sso secret',
    });
    expect([secret, hmacSecret].every((one) => /^[A-Za-z0-9_-]{43}$/.test(one))).toBe(true);
    expect(secret).not.toBe(hmacSecret);
    expect(row).toMatchObject({ name: 'Malawi', lmsUrl: LMS, studioUrl: null, clientId: 'vault-backend' });
    expect(row).toMatchObject({ requireSignature: false, allowSignIn: true, debounceSeconds: 30, vanishLimit: 30 });
    expect(await openSecret(env.SECRETS_KEY, row, 'client')).toBe('client secret in clear');
    expect(await openSecret(env.SECRETS_KEY, row, 'signIn')).toBe('sso secret');
    expect(await openSecret(env.SECRETS_KEY, row, 'hmac')).toBe(hmacSecret);
    const kept = await db.select().from(webhookSecret).where(eq(webhookSecret.connectionId, id));
    expect(kept).toMatchObject([{ secretHash: await sha256(secret), revokedAt: null }]);
    const told = [JSON.stringify(row), JSON.stringify(kept), JSON.stringify(await auditOf(id))];
    told.push((await admin.ask('GET', path)).text, (await admin.ask('GET', CONNECTIONS)).text);
    for (const text of told)
      for (const clear of [secret, hmacSecret, 'client secret in clear', 'sso secret'])
        expect(text).not.toContain(clear);
  });

  it('is done once for an idempotency key, and what is kept of the answer is sealed', async () => {
    const admin = await anAdmin();
    const ask = () => admin.ask('POST', CONNECTIONS, site, { 'idempotency-key': 'once' });
    const [first, second] = [await ask(), await ask()];
    expect(second).toMatchObject({ status: 201, json: first.json });
    const [kept] = await db.select().from(idempotency).where(eq(idempotency.userId, admin.id));
    expect(kept?.answer).toMatch(/^v1\./);
    const { webhookSecrets, hmacSecret, id } = first.json as unknown as Record<string, string>;
    for (const clear of [webhookSecrets?.[0], hmacSecret, id]) expect(kept?.answer).not.toContain(clear);
  });

  it('refuses addresses nobody should be asked at, by their field, before anything is asked', async () => {
    const asked = vi.fn(() => Promise.reject(new Error('asked')));
    vi.stubGlobal('fetch', asked);
    const admin = await anAdmin();
    const { path } = await make();
    for (const url of [
      'http://lms.example.mw',
      'https://127.0.0.1',
      'https://2130706433',
      'https://[::ffff:10.0.0.1]',
      'https://localhost',
      'https://u:p@lms.example.mw',
      'https://169.254.169.254/latest',
    ]) {
      for (const field of ['lmsUrl', 'studioUrl']) {
        for (const reply of [
          await admin.ask('POST', CONNECTIONS, { ...site, [field]: url }),
          await admin.ask('PATCH', path, { [field]: url, clientSecret: 'again' }),
        ]) {
          expect(reply).toMatchObject({ status: 400, json: { code: 'invalid' } });
          expect(reply.json.errors.map(({ pointer }) => pointer)).toEqual([`/${field}`]);
        }
      }
    }
    expect(asked).not.toHaveBeenCalled();
  });

  it('takes loopback where it is opened, and only there; other private networks never', async () => {
    const admin = await anAdmin();
    const ask = async (lmsUrl: string, bindings: object) => {
      const headers = await bearer(admin.actor);
      return (await theApp.ask('POST', CONNECTIONS, { body: { ...site, lmsUrl }, headers, bindings })).status;
    };
    const opened = { VE_ALLOW_PRIVATE_HOSTS: '1' };
    expect(await ask('http://127.0.0.1:8000', opened)).toBe(201);
    expect(await ask('http://127.0.0.1:8000', {})).toBe(400);
    expect(await ask('http://127.0.0.1:8000', { ...opened, ENVIRONMENT: 'production' })).toBe(400);
    for (const url of [
      'http://10.0.0.1',
      'https://10.0.0.1',
      'https://169.254.169.254',
      'https://192.168.1.1',
      'https://[fd00::1]',
    ])
      expect(await ask(url, opened)).toBe(400);
  });

  it('wants both halves of a client for signing in', async () => {
    const { json } = await (await anAdmin()).ask('POST', CONNECTIONS, { ...site, signInClientId: 'sso' });
    expect(json.errors).toMatchObject([{ pointer: '/signInClientSecret' }]);
  });

  it('is for who is an admin now', async () => {
    const admin = await anAdmin();
    await db.update(user).set({ role: 'instructor' }).where(eq(user.id, admin.id));
    expect((await admin.ask('POST', CONNECTIONS, site)).status).toBe(403);
    expect((await admin.ask('GET', CONNECTIONS)).status).toBe(403);
  });
});

describe('the list', () => {
  it('begins with the default, which is the first that was not removed', async () => {
    const admin = await anAdmin();
    const before = (await admin.ask('GET', `${CONNECTIONS}?pageSize=100`)).json.results;
    for (const { id } of before) await admin.ask('DELETE', `${CONNECTIONS}/${id}`);
    const [first, second] = [await make({ name: 'First' }), await make({ name: 'Second' })];
    await follow(second.id);
    const list = async () => (await admin.ask('GET', `${CONNECTIONS}?pageSize=100`)).json;
    expect(await list()).toMatchObject({
      count: 2,
      results: [
        { id: first.id, isDefault: true, courseCount: 0, activeSecrets: [{ id: await sha256(first.secret) }] },
        { id: second.id, isDefault: false, courseCount: 1 },
      ],
    });
    await admin.ask('DELETE', first.path);
    expect((await list()).results).toMatchObject([{ id: second.id, isDefault: true }]);
  });
});

describe('changing a connection', () => {
  it('changes what is named and leaves the rest', async () => {
    const { admin, path, id, row } = await make();
    const changes = {
      name: 'Another',
      requireSignature: true,
      allowSignIn: false,
      debounceSeconds: 600,
      vanishLimit: 100,
    };
    const { status, json } = await admin.ask('PATCH', path, changes);
    expect(status).toBe(200);
    expect(json).toMatchObject({ ...changes, lmsUrl: LMS, clientId: 'vault-backend' });
    expect(await read(id)).toEqual({ ...row, ...changes });
    expect((await auditOf(id)).at(-1)).toMatchObject({
      action: 'connection.changed',
      detail: { ...changes, secrets: [] },
    });
  });

  it('seals a new secret and does not write it down', async () => {
    const { admin, path, id } = await make();
    await admin.ask('PATCH', path, {
      clientSecret: 'the next in clear',
      signInClientId: 'sso',
      signInClientSecret: 'x y z',
    });
    const row = await read(id);
    expect(await openSecret(env.SECRETS_KEY, row, 'client')).toBe('the next in clear');
    expect(await openSecret(env.SECRETS_KEY, row, 'signIn')).toBe('x y z');
    const audited = JSON.stringify((await auditOf(id)).at(-1));
    expect(audited).toContain('clientSecret');
    expect(audited).not.toMatch(/the next in clear|x y z/);
    await admin.ask('PATCH', path, { signInClientId: null, signInClientSecret: null });
    expect(await read(id)).toMatchObject({ signInClientId: null, signInClientSecret: null });
  });

  it('wants the secrets again for another address, so that none is sent where it was not meant for', async () => {
    const { admin, path, id } = await make({ signInClientId: 'sso', signInClientSecret: 'x' });
    const pointers = async (body: object) => {
      const { status, json } = await admin.ask('PATCH', path, body);
      return status === 200 ? [] : json.errors.map(({ pointer }) => pointer);
    };
    const lmsUrl = 'https://elsewhere.example.org';
    expect(await pointers({ lmsUrl })).toEqual(['/clientSecret', '/signInClientSecret']);
    expect(await pointers({ studioUrl: 'https://studio.example.org' })).toEqual(['/clientSecret']);
    expect((await read(id)).lmsUrl).toBe(LMS);
    expect(await pointers({ lmsUrl: `${LMS}/`, studioUrl: null })).toEqual([]);
    expect(await pointers({ lmsUrl, clientSecret: 'a', signInClientSecret: 'b' })).toEqual([]);
    expect((await read(id)).lmsUrl).toBe(lmsUrl);
  });

  it.each([
    { debounceSeconds: 0 },
    { debounceSeconds: 601 },
    { debounceSeconds: 1.5 },
    { vanishLimit: 0 },
    { vanishLimit: 101 },
    { name: ' ' },
    { clientSecret: '' },
    { signInClientId: 'sso' },
    { hmacSecret: 'mine' },
  ])('refuses %j', async (body) => {
    const { admin, path } = await make();
    expect((await admin.ask('PATCH', path, body)).status).toBe(400);
  });
});

describe('removing a connection', () => {
  it('is refused while a course follows it', async () => {
    const { admin, path, id, row } = await make();
    const { courseId } = await follow(id);
    expect(await admin.ask('DELETE', path)).toMatchObject({ status: 409, json: { code: 'in_use' } });
    expect(await read(id)).toEqual(row);
    expect((await db.select().from(webhookSecret).where(eq(webhookSecret.connectionId, id)))[0]?.revokedAt).toBeNull();
    await db.delete(followedCourse).where(eq(followedCourse.courseId, courseId));
    expect((await admin.ask('DELETE', path)).status).toBe(204);
  });

  it('ends its secrets at once, and everything asked of it is 404', async () => {
    const { admin, path, id, secret } = await make({ signInClientId: 'sso', signInClientSecret: 'x' });
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    const row = await read(id);
    expect(row).toMatchObject({ clientSecret: '', hmacSecret: '', signInClientSecret: null, allowSignIn: false });
    expect(row.deletedAt).not.toBeNull();
    expect(
      (await db.select().from(webhookSecret).where(eq(webhookSecret.connectionId, id)))[0]?.revokedAt,
    ).not.toBeNull();
    const secretPath = `${path}/webhook-secrets/${await sha256(secret)}`;
    const asks: [string, string, object?][] = [
      ['GET', path],
      ['PATCH', path, { name: 'x' }],
      ['DELETE', path],
      ['POST', `${path}/test`, {}],
      ['POST', `${path}/webhook-secrets`, {}],
      ['POST', `${path}/hmac-secret`, {}],
      ['DELETE', secretPath],
    ];
    for (const [method, to, body] of asks) expect((await admin.ask(method, to, body)).status).toBe(404);
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'connection.deleted', detail: { name: 'Malawi' } });
  });
});

describe('rotating secrets', () => {
  it('lets several webhook secrets work side by side, five at most', async () => {
    const { admin, path, id, secret } = await make();
    const add = () => admin.ask('POST', `${path}/webhook-secrets`, {});
    const { status, json } = await add();
    expect(status).toBe(201);
    expect(json.id).toBe(await sha256(String(json.secret)));
    const active = async () =>
      ((await admin.ask('GET', path)).json.activeSecrets as { id: string }[]).map((one) => one.id);
    expect(await active()).toEqual([await sha256(secret), json.id]);
    const [listed] = (await admin.ask('GET', `${CONNECTIONS}?pageSize=100`)).json.results.filter(
      (one) => one.id === id,
    );
    expect(listed?.activeSecrets).toMatchObject([{ id: await sha256(secret) }, { id: json.id }]);
    expect((await admin.ask('DELETE', `${path}/webhook-secrets/${await sha256(secret)}`)).status).toBe(204);
    expect(await active()).toEqual([json.id]);
    expect((await admin.ask('DELETE', `${path}/webhook-secrets/${await sha256(secret)}`)).status).toBe(404);
    for (let count = 1; count < 5; count++) expect((await add()).status).toBe(201);
    expect(await add()).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect(await active()).toHaveLength(5);
    const actions = (await auditOf(id)).map(({ action }) => action).sort();
    expect(actions).toEqual([
      'connection.created',
      ...Array(5).fill('connection.secret_added'),
      'connection.secret_revoked',
    ]);
  });

  it('ends no secret of another connection', async () => {
    const [mine, theirs] = [await make(), await make()];
    const path = `${mine.path}/webhook-secrets/${await sha256(theirs.secret)}`;
    expect((await mine.admin.ask('DELETE', path)).status).toBe(404);
    const its = and(eq(webhookSecret.connectionId, theirs.id));
    expect((await db.select().from(webhookSecret).where(its))[0]?.revokedAt).toBeNull();
  });

  it('replaces the secret for signatures', async () => {
    const { admin, path, id, hmacSecret } = await make();
    const { status, json } = await admin.ask('POST', `${path}/hmac-secret`, {});
    expect(status).toBe(201);
    expect(json.hmacSecret).not.toBe(hmacSecret);
    expect(await openSecret(env.SECRETS_KEY, await read(id), 'hmac')).toBe(json.hmacSecret);
    expect(JSON.stringify(await auditOf(id))).not.toContain(json.hmacSecret);
  });
});

describe('the test of a connection', () => {
  type Answers = Partial<Record<'outline' | 'blocks' | 'studio' | 'enrolments' | 'accounts' | 'token', () => Response>>;
  const paths = {
    token: '/oauth2/',
    outline: '/learning_sequences/',
    blocks: '/courses/v1/blocks/',
    studio: '/contentstore/',
    enrolments: '/enrollment/',
    accounts: '/accounts/',
  };
  const good: Answers = {
    outline: () => Response.json(outline),
    blocks: () => Response.json(blocks),
    studio: () => Response.json({ course_structure: { id: 'block-v1:x' } }),
    enrolments: () => Response.json(enrolments),
    accounts: () => Response.json(account),
  };
  async function run(
    answers: Answers = {},
    { isFollowed = true, row = {}, courseKey }: { isFollowed?: boolean; row?: object; courseKey?: string } = {},
  ) {
    const made = anOutside((request) => {
      const [name] = Object.entries(paths).find(([, path]) => request.url.includes(path)) ?? [];
      return { ...good, ...answers }[name as keyof Answers]?.();
    });
    const { id } = await aConnection(row);
    const followed = isFollowed ? await follow(id) : undefined;
    const admin = await anAdmin();
    const tested = await testConnection(admin.call(), { id, ...(courseKey && { courseKey }) }, made.outside);
    const failing = tested.checks.filter(({ ok }) => !ok).map(({ name }) => name);
    return { ...tested, ...made, failing, followed };
  }
  const status = (code: number) => () => new Response('{"detail":"Secret body"}', { status: code });

  it('says that everything works, on a course that follows', async () => {
    const { works, checks, asked, followed } = await run({}, { row: { studioUrl: 'https://studio.example.mw' } });
    expect({ works, checks }).toMatchObject({
      works: true,
      checks: ['token', 'outline', 'blocks', 'studio', 'enrolments', 'accounts'].map((name) => ({ name, ok: true })),
    });
    const key = encodeURIComponent(followed?.courseKey ?? '');
    expect(asked.filter(({ url }) => url.includes(key))).toHaveLength(4);
  });

  const rights: [keyof typeof paths, number, boolean, RegExp][] = [
    ['token', 401, false, /client credentials.*Nothing works/],
    ['outline', 404, false, /role in the course.*nothing is synced/],
    ['blocks', 403, false, /course staff.*cannot be synced/],
    ['studio', 403, true, /access to the course in Studio/],
    ['enrolments', 403, true, /global staff.*webhook was lost/],
    ['accounts', 403, true, /global staff.*unnoticed/],
  ];
  it.each(rights)('says what is missing for %s, and what is lost', async (name, code, isWorking, words) => {
    const { works, failing, checks } = await run(
      { [name]: status(code) },
      { row: { studioUrl: 'https://studio.example.mw' } },
    );
    expect({ works, failing }).toEqual({ works: isWorking, failing: [name] });
    const detail = checks.find((one) => one.name === name)?.detail ?? '';
    expect(detail).toMatch(words);
    expect(detail).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify(checks)).not.toMatch(/Secret body|the secret of the client/);
  });

  it('tells a platform that is away from a right that is missing', async () => {
    const { works, checks } = await run({ blocks: status(503) });
    expect(works).toBe(false);
    expect(checks.find(({ name }) => name === 'blocks')?.detail).toMatch(/has a problem.*try again/i);
  });

  it('sees that accounts are hidden from who is not global staff', async () => {
    const { works, failing } = await run({ accounts: () => Response.json({ username: 'chisomo_banda' }) });
    expect({ works, failing }).toEqual({ works: true, failing: ['accounts'] });
  });

  it('asks for a token only while no course follows, and says so; or takes a course that is named', async () => {
    const alone = await run({}, { isFollowed: false });
    expect(alone.works).toBe(true);
    expect(alone.asked).toHaveLength(1);
    expect(alone.checks.map(({ detail }) => detail).join()).toContain('no course follows this connection yet');
    const named = await run({}, { isFollowed: false, courseKey: 'course-v1:a+b+c' });
    expect(named.checks).toHaveLength(5);
    expect(named.asked.some(({ url }) => url.includes('course-v1%3Aa%2Bb%2Bc'))).toBe(true);
  });

  it('fetches a token of its own, and is answered by the endpoint', async () => {
    const { admin, path } = await make();
    const tokens: string[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      const form = await readForm(request);
      tokens.push(form.get('client_secret') ?? '');
      return Response.json({ access_token: 'a.b.c', token_type: 'JWT', expires_in: 3600 });
    });
    for (const time of [1, 2]) {
      const { status: code, json } = await admin.ask('POST', `${path}/test`, {});
      expect({ code, json }).toMatchObject({ code: 200, json: { works: true } });
      expect(tokens).toEqual(Array(time).fill('client secret in clear'));
    }
  });
});
