import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createApp, endpoints } from '../../src/app.ts';
import { rememberSiteSettings, SiteSettings } from '../../src/http/index.ts';
import { apiKey } from '../../src/identity/schema.ts';
import { hmac, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import type { Permission } from '../../src/lib/permissions.ts';
import { aBrowser } from '../assessments/a-browser.ts';
import { aSittingStudent, aUser, bearer, db, set, theApp } from '../factories.ts';
import { makeBank } from '../items/make.ts';
import { nobody } from './sample.ts';

const routes = createApp().routes.filter(({ method }) => method !== 'ALL');
const apiRoutes = new Set(
  endpoints.map(({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
);
const pages = [...new Map(routes.map(({ method, path }) => [`${method} ${path}`, { method, path }])).entries()].flatMap(
  ([name, one]) => (apiRoutes.has(name) ? [] : [{ name, ...one }]),
);
/** A page's path with ids that nothing has, and the first of a list of words. */
const filled = (path: string) =>
  path.replaceAll(/:\w+(?:\{(\w+)[^}]*\})?/g, (_, word: string | undefined) => word ?? nobody);

/** Several people signed in to the pages: who may use a page differs. */
const people = await Promise.all(
  (['superadmin', 'student', 'instructor'] as const).map(async (role) => {
    const { cookie, go } = await aBrowser(await aUser(role));
    return { role, cookie, go, csrf: await hmac(cookie.split('=')[1] ?? '', 'csrf') };
  }),
);

describe('a form', () => {
  /** Posts of other sites: what each must bring instead of our token. */
  const exceptions: Record<string, string> = {
    'POST /lti/login': 'opens nothing: the launch must bring the state it makes',
    'POST /lti/launch': 'a token signed by the platform, and the state of this browser',
    'POST /lti/register': "a platform's own address and token, confirmed here",
    'POST /lti/open': 'a code that is good once',
    'POST /lti/deep-linking': 'a code that is good once',
  };
  const writing = pages.filter(({ method }) => method !== 'GET');

  it('is found on every page that writes: the exceptions are such pages, and there are many others', () => {
    const names = writing.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(exceptions)));
    expect(names.length).toBeGreaterThan(60);
    expect(new Set(writing.map(({ method }) => method))).toEqual(new Set(['POST']));
  });

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  type Post = (body: string, headers: Record<string, string>) => Promise<{ status: number; text: string }>;
  const EXPIRED = 'This page was open too long';

  /** What a page answers to posts that it must refuse, and whether it was their missing token that it refused. */
  async function refusals(post: Post, csrf: string) {
    const replies = await Promise.all([
      post('csrf=', form),
      post(`csrf=${csrf.slice(1)}`, form),
      post(`csrf=${csrf}`, { ...form, 'sec-fetch-site': 'cross-site' }),
      post(JSON.stringify({ csrf }), { 'content-type': 'application/json' }),
      post(JSON.stringify({ csrf }), { 'content-type': 'text/plain' }),
      post(`csrf=${csrf}`, { ...form, 'content-encoding': 'gzip' }),
    ]);
    const isForToken = replies.every(({ status, text }, i) =>
      i < 3 ? status === 400 && text.includes(EXPIRED) : status === 415,
    );
    return { statuses: replies.map(({ status }) => status), isForToken };
  }

  test.each(writing.filter(({ name }) => !(name in exceptions)))(
    '$name takes nothing without its token, from another site, or as JSON',
    async ({ path }) => {
      const missed: string[] = [];
      for (const { role, go, csrf } of people) {
        const post: Post = (body, headers) => go('POST', filled(path), { body, headers });
        const { statuses, isForToken } = await refusals(post, csrf);
        for (const status of statuses) expect([400, 403, 404, 415]).toContain(status);
        if (isForToken) return;
        missed.push(`${role}: ${statuses}`);
      }
      expect(missed, 'somebody gets as far as the token').toEqual([]);
    },
  );

  it('that asks for no token would be found out', async () => {
    const app = createApp({ log: () => {} });
    app.post('/careless', (c) => c.text('done'));
    const post: Post = async (body, headers) => {
      const reply = await app.request('/careless', { method: 'POST', body, headers }, { ...env });
      return { status: reply.status, text: await reply.text() };
    };
    expect(await refusals(post, 'x')).toEqual({ statuses: Array(6).fill(200), isForToken: false });
  });
});

describe('every answer', () => {
  const expected = {
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
  };
  const expectHeaders = (what: string, { headers }: { headers: Headers }) => {
    for (const [name, value] of Object.entries(expected)) expect(headers.get(name), `${what}: ${name}`).toBe(value);
    expect(headers.get('referrer-policy'), what).toMatch(/^(same-origin|no-referrer)$/);
    expect(headers.get('permissions-policy'), what).toContain('camera=()');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy, what).toContain("default-src 'none'");
    expect(policy, what).not.toMatch(/unsafe-|script-src[^;]*(\*|https?:|data:)/);
    expect(headers.get('x-request-id'), what).toMatch(/^req_/);
  };

  it('carries the security headers: problems, redirects, 204, 304, 404, 405, 413, 429, pages and files of lessons', async () => {
    const teacher = await aUser('instructor');
    const json = { 'content-type': 'application/json' };
    const on = { VE_RATE_LIMITS: '' };
    const asked: [number, Promise<{ status: number; headers: Headers }>][] = [
      [200, teacher.ask('GET', '/banks')],
      [201, teacher.ask('POST', '/banks', { title: 'x' })],
      [204, (await aUser()).ask('POST', '/auth/logout-all')],
      [400, teacher.ask('POST', '/banks', '{', json)],
      [401, theApp.ask('GET', '/banks')],
      [403, (await aUser()).ask('GET', '/banks')],
      [404, theApp.ask('GET', '/api/v1/nowhere')],
      [405, theApp.ask('OPTIONS', '/banks')],
      [413, teacher.ask('POST', '/banks', 'x'.repeat(1_048_577), json)],
      [414, theApp.ask('GET', `/banks?search=${'x'.repeat(17_000)}`)],
      [415, teacher.ask('POST', '/banks', 'x', { 'content-type': 'text/plain' })],
      [431, theApp.ask('GET', '/banks', { headers: { cookie: 'x'.repeat(40_000) } })],
      [303, theApp.send('GET', '/staff')],
      [404, theApp.send('GET', '/nowhere')],
      [414, theApp.send('GET', `/sign-in?${'x'.repeat(17_000)}`)],
      [405, theApp.send('PUT', '/sign-in')],
      [400, theApp.send('GET', '/lti/login')],
      [404, theApp.send('GET', '/media/none.png')],
      [200, theApp.send('GET', '/api/docs')],
      [200, theApp.send('HEAD', '/sign-in')],
      [503, theApp.ask('GET', '/banks', { bindings: { SECRETS_KEY: '' } })],
    ];
    for (const [status, asking] of asked) {
      const reply = await asking;
      expect(reply.status).toBe(status);
      expectHeaders(`${status}`, reply);
    }
    const etag = (await teacher.ask('GET', '/courses')).headers.get('etag') ?? '';
    const unchanged = await teacher.ask('GET', '/courses', undefined, { 'if-none-match': etag });
    expect(unchanged.status).toBe(304);
    expectHeaders('304', unchanged);
    const { student, path } = await aSittingStudent(teacher);
    const crowd = await Promise.all(
      Array.from({ length: 11 }, async () =>
        theApp.ask('GET', path, { headers: await bearer(student.actor), bindings: on }),
      ),
    );
    const tooMany = crowd.find(({ status }) => status === 429);
    expect(tooMany).toBeDefined();
    if (tooMany) expectHeaders('429', tooMany);
  });

  it('of every page and route, whoever asks, carries them too, and none that is personal is kept', async () => {
    const asGet = [
      ...pages.filter(({ method }) => method === 'GET').map(({ path }) => path),
      ...endpoints.filter(({ method }) => method === 'get').map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1')),
    ];
    const [admin] = people;
    const { authorization } = await bearer((await aUser('superadmin')).actor);
    const forAll = ['/api/schema', '/api/docs', '/api/docs/permissions', '/lti/jwks', '/language/:locale'];
    const look = async (path: string, headers: Record<string, string>) => {
      const reply = await theApp.send('GET', filled(path), { headers });
      await reply.body?.cancel();
      expect(reply.status, path).toBeLessThan(500);
      expectHeaders(path, reply);
      const kept = reply.headers.get('cache-control') ?? '';
      if (forAll.includes(path)) return;
      expect(kept, path).toMatch(/^private\b/);
      if (reply.status !== 200) expect(kept, path).toBe('private, no-store');
    };
    await Promise.all(
      asGet.flatMap((path) => [look(path, { cookie: admin?.cookie ?? '', authorization }), look(path, {})]),
    );
  });
});

describe('CORS', () => {
  const LISTED = 'https://school.example';
  beforeAll(() => rememberSiteSettings(SiteSettings.parse({ corsOrigins: [LISTED] }), Date.now()));
  afterAll(() => rememberSiteSettings(SiteSettings.parse({}), Date.now()));
  const cors = ({ headers }: { headers: Headers }) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));
  const preflight = (origin: string, path = '/banks') =>
    theApp.ask('OPTIONS', path, {
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });

  it('lets pages of listed sites ask, without cookies', async () => {
    const asked = await preflight(LISTED);
    expect(asked.status).toBe(204);
    expect(Object.fromEntries([...asked.headers].filter(([name]) => name.startsWith('access-control-')))).toEqual({
      'access-control-allow-origin': LISTED,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key, if-none-match',
      'access-control-expose-headers': 'etag, retry-after, ratelimit, ratelimit-policy, x-request-id',
      'access-control-max-age': '600',
    });
    const teacher = await aUser('instructor');
    for (const [path, status] of [
      ['/banks', 200],
      ['/banks/none', 404],
      ['/nowhere', 404],
    ] as const) {
      const reply = await teacher.ask('GET', path, undefined, { origin: LISTED });
      expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([status, LISTED]);
      expect(reply.headers.has('access-control-allow-credentials')).toBe(false);
      expect(reply.headers.get('vary')).toContain('Origin');
    }
    const { student, path, itemIds } = await aSittingStudent(teacher);
    const saved = await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0])] }, { origin: LISTED });
    expect([saved.status, saved.headers.get('access-control-allow-origin')]).toEqual([200, LISTED]);
  });

  test.each([
    'https://evil.example',
    'http://school.example',
    'https://school.example:8443',
    'https://school.example.evil.example',
    'https://evil-school.example',
    'https://SCHOOL.example',
    'https://school.example/',
    'null',
    '*',
    '',
    'http://ve.test',
  ])('says nothing to %j', async (origin) => {
    const teacher = await aUser('instructor');
    const [before, asked] = [await preflight(origin), await teacher.ask('GET', '/banks', undefined, { origin })];
    expect([before.status, before.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect([cors(before), cors(asked)]).toEqual([[], []]);
    expect(asked.headers.get('vary')).toContain('Origin');
  });

  it('is for the API alone, and for paths that are there', async () => {
    const page = await theApp.send('GET', '/sign-in', { headers: { origin: LISTED } });
    expect(cors(page)).toEqual([]);
    expect((await preflight(LISTED, '/api/v1/nowhere')).status).toBe(404);
    expect((await theApp.ask('OPTIONS', '/banks', { headers: { origin: LISTED } })).status).toBe(405);
  });
});

describe('what a request says of itself', () => {
  it('never makes a link: those begin as configured', async () => {
    const teacher = await aUser('instructor');
    await makeBank(teacher.call());
    await makeBank(teacher.call());
    const app = createApp({ log: () => {} });
    const headers = { ...(await bearer(teacher.actor)), host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const reply = await app.request('http://evil.example/api/v1/banks?pageSize=1', { headers }, env);
    expect(await reply.json()).toMatchObject({ next: `${env.PUBLIC_ORIGIN}/api/v1/banks?pageSize=1&page=2` });
  });

  it('about another method is not heard, by header, query or field', async () => {
    const teacher = await aUser('instructor');
    const { id } = await makeBank(teacher.call());
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-method-override': 'DELETE' };
    expect((await teacher.ask('POST', `/banks/${id}?_method=DELETE`, { _method: 'DELETE' }, headers)).status).toBe(405);
    expect((await teacher.ask('GET', `/banks/${id}`, undefined, headers)).status).toBe(200);
  });

  test.each(['gzip', 'deflate', 'br', 'gzip, identity', 'GZIP', 'x'])(
    'about packing its body as %s is 415',
    async (encoding) => {
      const teacher = await aUser('instructor');
      const packed = await teacher.ask('POST', '/banks', { title: 'x' }, { 'content-encoding': encoding });
      expect(packed).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
    },
  );

  it('about not packing it is no harm, and a field named twice counts once, as the last', async () => {
    const teacher = await aUser('instructor');
    const headers = { 'content-encoding': 'identity', 'content-type': 'application/json' };
    const made = await teacher.ask('POST', '/banks', '{"title":"first","title":"last"}', headers);
    expect(made).toMatchObject({ status: 201, json: { title: 'last' } });
  });

  it('in its path, encoded oddly, is no bug on any page', async () => {
    const odd = ['%00', '%0d%0aX:1', '%252e%252e%252f', '%c0%ae', '%F0%9F%87%B2'];
    const [admin] = people;
    const asked = pages.flatMap(({ path }) =>
      path.includes(':') ? odd.map((one) => path.replaceAll(/:\w+(\{[^}]*\})?/g, one)) : [],
    );
    await Promise.all(
      [...new Set(asked)].map(async (path) => {
        const reply = await admin?.go('GET', path);
        expect(reply?.status, path).toBeLessThan(500);
      }),
    );
  });
});

describe('an Idempotency-Key', () => {
  it('is the same whether its user asks by token or by an API key; a key that may not do it gets no kept answer', async () => {
    const teacher = await aUser('instructor');
    const aKey = async (scopes: Permission[]) => {
      const key = `vek_${newSecret()}`;
      await db.insert(apiKey).values({
        ...{ id: newId('apiKey'), userId: teacher.id, name: 'A machine', scopes, secretHash: await sha256(key) },
        ...{ createdAt: 0, expiresAt: Date.now() + 60_000, lastUsedAt: Date.now() },
      });
      return `Bearer ${key}`;
    };
    const name = { 'idempotency-key': newId('request') };
    const make = (authorization?: string) =>
      teacher.ask('POST', '/banks', { title: 'x' }, { ...name, ...(authorization && { authorization }) });
    const replies = await Promise.all([make(), make(await aKey(['items:write'])), make(await aKey(['items:write']))]);
    const made = replies.filter(({ status }) => status === 201);
    expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(made.map(({ json }) => json.id)).size).toBe(1);
    expect((await make(await aKey(['items:read']))).status).toBe(403);
    expect((await teacher.ask('GET', '/banks')).json.count).toBe(1);
  });
});

describe('what the API takes', () => {
  type Schema = { type?: string; maxItems?: number; properties?: Record<string, Schema>; items?: Schema } & Record<
    'oneOf' | 'anyOf' | 'allOf',
    Schema[] | undefined
  > & { additionalProperties?: unknown };

  function* boundless(schema: Schema, at: string): Generator<string> {
    if (schema.type === 'array' && schema.maxItems === undefined) yield at;
    if (schema.type === 'object' && schema.additionalProperties !== false) yield `${at} takes any field`;
    for (const [name, one] of Object.entries(schema.properties ?? {})) yield* boundless(one, `${at}/${name}`);
    if (schema.items) yield* boundless(schema.items, `${at}/0`);
    for (const one of [schema.oneOf, schema.anyOf, schema.allOf].flatMap((all) => all ?? [])) yield* boundless(one, at);
  }

  it('is bounded: every list says how long it may be, every object which fields it takes', async () => {
    const { paths } = (await theApp.ask('GET', '/api/schema')).json as unknown as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
    };
    const found = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema;
        return schema ? [...boundless(schema, `${method} ${path} `)] : [];
      }),
    );
    expect(found).toEqual([]);
  });
});
