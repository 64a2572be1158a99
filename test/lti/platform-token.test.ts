import { env } from 'cloudflare:workers';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Outside } from '../../src/http/outside.ts';
import { askService, platformTokens } from '../../src/lti/platform-token.ts';
import { publishedKeys } from '../../src/lti/signing-keys.ts';
import { scopes } from '../../src/lti/words.ts';
import { db } from '../factories.ts';
import { aRegistration } from './a-passback.ts';

const START = Date.parse('2026-11-21T08:00:00.500Z');

type Answer = { status?: number; body?: unknown; date?: number; headers?: Record<string, string> };

/** A token endpoint that answers in turn what it is given, and then tokens of an hour. */
async function anEndpoint(answers: Answer[] = [], changes: Parameters<typeof aRegistration>[0] = {}) {
  let now = START;
  const asked: { request: Request; form: URLSearchParams }[] = [];
  const outside: Outside = {
    secretsKey: env.SECRETS_KEY,
    allowLoopback: false,
    now: () => now,
    tokens: new Map(),
    async fetch(input, init) {
      const request = new Request(input, init);
      const form = new URLSearchParams(new TextDecoder().decode(await request.clone().arrayBuffer()));
      asked.push({ request, form });
      const { status = 200, body, date = now, headers = {} } = answers.shift() ?? {};
      const usual = {
        access_token: `token-${asked.length}`,
        token_type: 'Bearer',
        expires_in: 3600,
        scope: form.get('scope'),
      };
      const text = typeof body === 'string' ? body : JSON.stringify(body === undefined ? usual : body);
      return new Response(text, { status, headers: { date: new Date(date).toUTCString(), ...headers } });
    },
  };
  const registration = await aRegistration(changes);
  const call = { db, now };
  const tokens = platformTokens(call, outside);
  const keys = createLocalJWKSet({ keys: await publishedKeys(call, env.SECRETS_KEY) });
  const claims = async (index = 0) => {
    const assertion = asked[index]?.form.get('client_assertion') ?? '';
    return await jwtVerify(assertion, keys, { currentDate: new Date(now) });
  };
  return {
    outside,
    asked,
    registration,
    tokens,
    claims,
    call,
    later: (ms: number) => (now += ms),
    get: (list = [scopes.score as string]) => tokens.get(registration, list),
  };
}

describe('a request for a token', () => {
  it('is the form of RFC 7523 with an assertion that our published keys prove', async () => {
    const { get, asked, claims, registration } = await anEndpoint();
    expect(await get([scopes.score, scopes.result])).toMatchObject({ kind: 'issued', token: 'token-1' });
    const [{ request, form } = { request: new Request('https://x'), form: new URLSearchParams() }] = asked;
    expect([request.method, request.url, request.headers.get('content-type')]).toEqual([
      'POST',
      registration.authTokenUrl,
      'application/x-www-form-urlencoded',
    ]);
    expect(request.headers.get('user-agent')).toContain('ve-edu-vault');
    const { client_assertion: _, ...fields } = Object.fromEntries(form);
    expect(fields).toEqual({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      scope: `${scopes.score} ${scopes.result}`,
    });
    const { payload, protectedHeader } = await claims();
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
    const issuedAt = Math.floor(START / 1000) - 10;
    expect(payload).toEqual({
      iss: 'client-1',
      sub: 'client-1',
      aud: registration.authTokenUrl,
      iat: issuedAt,
      exp: issuedAt + 300,
      jti: expect.stringMatching(/^[\w-]{20,}$/),
    });
  });

  it('is meant for the audience of the registration, where it has one, and no two are alike', async () => {
    const { get, claims } = await anEndpoint([], { audience: 'https://auth.example.mw' });
    await get([scopes.score]);
    await get([scopes.result]);
    const [one, other] = [await claims(0), await claims(1)];
    expect(one.payload.aud).toBe('https://auth.example.mw');
    expect(one.payload.jti).not.toBe(other.payload.jti);
  });

  it.each([400, 401])(
    'refused with %i is made once more by the clock of the platform, and not a third time',
    async (status) => {
      const date = START - 40_000;
      const refused = { status, body: { error: 'invalid_client' }, date };
      const { get, claims, asked } = await anEndpoint([refused, refused]);
      expect(await get()).toMatchObject({
        kind: 'no-token',
        isTemporary: false,
        status,
        reason: expect.stringContaining('invalid_client'),
      });
      expect(asked).toHaveLength(2);
      expect((await claims(1)).payload.iat).toBe(Math.floor(date / 1000) - 10);
      expect(await get(), 'and helps the next time').toMatchObject({ kind: 'issued' });
    },
  );

  it('goes nowhere else than an open address', async () => {
    for (const authTokenUrl of ['https://10.0.0.1/token', 'ftp://lms.example.mw/token', 'nonsense']) {
      const { get, asked } = await anEndpoint([], { authTokenUrl });
      expect(await get()).toMatchObject({ kind: 'no-token', isTemporary: false });
      expect(asked).toEqual([]);
    }
  });
});

describe('an answer', () => {
  it.each<[string, Answer, object]>([
    ['503 with a wait', { status: 503, headers: { 'retry-after': '7' } }, { isTemporary: true, retryAfterSeconds: 7 }],
    ['302', { status: 302, body: '' }, { isTemporary: true }],
    [
      '404',
      { status: 404, body: { detail: 'Nothing here.' } },
      { isTemporary: false, reason: 'The platform refuses us a token (404). Nothing here.' },
    ],
    ['a page of maintenance', { body: '<html>' }, { isTemporary: true }],
    ['no token in it', { body: {} }, { isTemporary: true }],
    [
      'a token that would end the header',
      { body: { access_token: 'a\r\nb', token_type: 'bearer' } },
      { isTemporary: true },
    ],
    ['another kind of token', { body: { access_token: 'a', token_type: 'mac' } }, { isTemporary: true }],
    [
      'an empty scope',
      { body: { access_token: 'a', token_type: 'bearer', expires_in: 60, scope: '' } },
      { isTemporary: false, status: 200 },
    ],
    [
      'another scope',
      { body: { access_token: 'a', expires_in: 60, scope: `${scopes.score}x ${scopes.result}` } },
      { isTemporary: false },
    ],
  ])('of %s is no token', async (_, answer, expected) => {
    const { get, outside } = await anEndpoint([answer]);
    expect(await get()).toMatchObject({ kind: 'no-token', ...expected });
    expect(outside.tokens.size).toBe(0);
  });

  it.each<[string, object]>([
    ['without scope grants what was asked for', { access_token: 'a', token_type: 'bearer', expires_in: 60 }],
    ['with a null scope too', { access_token: 'a', token_type: 'bearer', expires_in: 60, scope: null }],
    ['may grant more', { access_token: 'a', token_type: 'BEARER', expires_in: '60', scope: `openid ${scopes.score}` }],
  ])('%s', async (_, body) => {
    const { get } = await anEndpoint([{ body }]);
    expect(await get()).toMatchObject({ kind: 'issued', token: 'a' });
  });
});

describe('a token', () => {
  it('is kept until a minute before its end, by registration and scopes in any order', async () => {
    const { get, asked, later } = await anEndpoint();
    await get([scopes.score, scopes.result]);
    later(3539_000);
    await get([scopes.result, scopes.score]);
    expect(asked).toHaveLength(1);
    await get([scopes.result]);
    expect(asked).toHaveLength(2);
    later(1_001);
    await get([scopes.score, scopes.result]);
    expect(asked).toHaveLength(3);
  });

  it('that lives a minute is used for two thirds of it', async () => {
    const { get, asked, later } = await anEndpoint([{ body: { access_token: 'a', expires_in: 60 } }]);
    await get();
    later(39_000);
    expect(await get()).toMatchObject({ token: 'a' });
    later(1_000);
    expect(await get()).toMatchObject({ token: 'token-2' });
    expect(asked).toHaveLength(2);
  });

  it('of one registration is none of another', async () => {
    const one = await anEndpoint();
    await one.get();
    await one.tokens.get(await aRegistration(), [scopes.score]);
    expect(one.asked).toHaveLength(2);
  });

  it('is fetched once for all who want it at once', async () => {
    const { get, asked } = await anEndpoint();
    await Promise.all([get(), get(), get()]);
    expect(asked).toHaveLength(1);
  });
});

describe('asking a service', () => {
  const refusing = (statuses: number[]) => {
    const used: string[] = [];
    const ask = async (authorization: string) => {
      used.push(authorization);
      const status = statuses.shift() ?? 200;
      return { kind: 'answered', status, headers: new Headers(), text: '', at: START } as const;
    };
    return { used, ask };
  };

  it.each([401, 403])('that answers %i is done once more with a fresh token', async (status) => {
    const { tokens, registration, outside } = await anEndpoint();
    const { used, ask } = refusing([status]);
    expect(await askService(tokens, { registration, scope: scopes.score }, ask)).toMatchObject({ status: 200 });
    expect(used).toEqual(['Bearer token-1', 'Bearer token-2']);
    const again = refusing([status, status]);
    expect(await askService(tokens, { registration, scope: scopes.score }, again.ask)).toMatchObject({ status });
    expect(again.used).toHaveLength(2);
    expect(outside.tokens.size, 'a refused token is not kept').toBe(0);
  });

  it('that answers anything else is done once', async () => {
    const { tokens, registration } = await anEndpoint();
    const { used, ask } = refusing([400]);
    expect(await askService(tokens, { registration, scope: scopes.score }, ask)).toMatchObject({ status: 400 });
    expect(used).toHaveLength(1);
  });

  it('is not done without a token', async () => {
    const { tokens, registration } = await anEndpoint([{ status: 500 }]);
    const { used, ask } = refusing([]);
    expect(await askService(tokens, { registration, scope: scopes.score }, ask)).toMatchObject({ kind: 'no-token' });
    expect(used).toEqual([]);
  });
});
