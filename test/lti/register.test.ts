import { and, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { audit } from '../../src/identity/schema.ts';
import { sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { forgetLti } from '../../src/lti/forget-lti.ts';
import { countLaunch } from '../../src/lti/launch-log.ts';
import { deployment, invitation, launchLog, registration } from '../../src/lti/schema.ts';
import { TOOL_CONFIGURATION } from '../../src/lti/tool-configuration.ts';
import { aUser, away, db, theApp } from '../factories.ts';
import { aPlatform, aRegistrar, CONFIGURATION, configuration, SITE } from './a-platform.ts';

const DAY = 24 * 3_600_000;

beforeEach(async () => {
  await db.update(registration).set({ deletedAt: 1 });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

type Registrar = ReturnType<typeof aRegistrar>;
const facing = (registrar: Registrar) => {
  vi.stubGlobal('fetch', registrar.fetch);
  return registrar;
};

async function show(answer: Response) {
  const text = await answer.text();
  const error = /<meta name="ve-error" content="(\w+)"/.exec(text)?.[1];
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    error,
    policy: answer.headers.get('content-security-policy') ?? '',
  };
}
const link = (fields: Record<string, string>) => `/lti/register?${new URLSearchParams(fields)}`;
const usual = { openid_configuration: CONFIGURATION, registration_token: 'the.one.token' };
const open = async (fields: Record<string, string> = usual, bindings = {}) =>
  await show(await theApp.send('GET', link(fields), { bindings }));
const press = async (fields: Record<string, string> = usual, bindings = {}) =>
  await show(await theApp.send('POST', '/lti/register', { body: new URLSearchParams(fields), bindings }));

const kept = async () =>
  await db
    .select()
    .from(registration)
    .where(and(eq(registration.isDynamic, true), eq(registration.issuer, SITE)));
const living = async () => (await kept()).filter(({ deletedAt }) => deletedAt === null);

async function invite() {
  const admin = await aUser('admin');
  const { status, json } = await admin.ask('POST', '/lti/invitations', {});
  expect(status).toBe(201);
  const url = new URL(String(json.url));
  return { admin, json, url, secret: url.searchParams.get('invitation') ?? '' };
}

describe('the page that asks', () => {
  it('names the host in plain sight and asks nobody anything', async () => {
    const { asked } = facing(aRegistrar());
    const { status, text, policy, headers } = await open({ ...usual, extra: 'x' });
    expect(status).toBe(200);
    expect(text).toContain('<strong>moodle.example.mw</strong>');
    expect(text).toContain('an administrator here looks at it');
    for (const [name, value] of Object.entries(usual))
      expect(text).toContain(`<input type="hidden" name="${name}" value="${value}"/>`);
    expect(text).not.toMatch(/<script|name="csrf"/);
    expect(asked).toEqual([]);
    expect(policy).toContain(`frame-ancestors ${SITE}`);
    expect(policy).toContain("script-src 'self'");
    expect(headers.getSetCookie()).toEqual([]);
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  it('refuses links that cannot be used, in words', async () => {
    const { asked } = facing(aRegistrar());
    for (const [fields, error, status] of [
      [{}, 'link_incomplete', 400],
      [{ ...usual, registration_token: 'two words' }, 'link_incomplete', 400],
      [{ ...usual, registration_token: 'a\r\nx: y' }, 'link_incomplete', 400],
      [{ ...usual, registration_token: 'a'.repeat(8193) }, 'link_incomplete', 400],
      [{ openid_configuration: 'http://moodle.example.mw/x' }, 'address_refused', 400],
      [{ openid_configuration: 'https://10.0.0.1/x' }, 'address_refused', 400],
      [{ openid_configuration: 'http://localhost:9000/x' }, 'address_refused', 400],
      [{ openid_configuration: "https://moodle.example.mw/';x" }, undefined, 200],
      [{ ...usual, invitation: 'short' }, 'invitation_over', 403],
    ] as const) {
      for (const way of [open, press]) {
        if (status === 200 && way === press) continue;
        const shown = await way(fields);
        expect([shown.error, shown.status], JSON.stringify(fields).slice(0, 100)).toEqual([error, status]);
        expect(shown.policy).toMatch(/frame-ancestors (\*|https:\/\/moodle\.example\.mw)$/);
      }
    }
    expect(asked).toEqual([]);
    expect(
      (await open({ openid_configuration: 'http://localhost:9000/x' }, { VE_ALLOW_PRIVATE_HOSTS: '1' })).status,
    ).toBe(200);
  });

  it('is slowed down for who asks too often', async () => {
    const bindings = { VE_RATE_LIMITS: 'on', SIGN_IN_BY_ADDRESS: { limit: async () => ({ success: false }) } };
    expect([(await open(usual, bindings)).status, (await press(usual, bindings)).status]).toEqual([429, 429]);
  });
});

describe('a registration without an invitation', () => {
  it('tells the platform of us with its own token, keeps what it answers, and waits', async () => {
    const { asked, told } = facing(aRegistrar());
    const { status, text, policy } = await press();
    expect([status, text.includes('waiting for approval')]).toEqual([200, true]);
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${CONFIGURATION}`,
      `POST ${SITE}/mod/lti/openid-registration.php`,
    ]);
    const [first, second] = asked.map(({ headers }) => headers);
    expect([first?.get('authorization'), second?.get('authorization')]).toEqual([null, 'Bearer the.one.token']);
    expect(second?.get('content-type')).toBe('application/json');
    expect(second?.get('user-agent')).toContain('ve-edu-vault');
    expect(told[0]).toMatchObject({
      application_type: 'web',
      response_types: ['id_token'],
      grant_types: ['implicit', 'client_credentials'],
      initiate_login_uri: 'http://ve.test/lti/login',
      redirect_uris: ['http://ve.test/lti/launch'],
      jwks_uri: 'http://ve.test/lti/jwks',
      token_endpoint_auth_method: 'private_key_jwt',
      scope: expect.stringContaining('https://purl.imsglobal.org/spec/lti-ags/scope/score'),
      [TOOL_CONFIGURATION]: {
        domain: 've.test',
        target_link_uri: 'http://ve.test/lti/launch',
        claims: ['iss', 'sub', 'name'],
        messages: [{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest' }],
      },
    });
    const [row, ...more] = await living();
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      ...{ name: 'moodle.example.mw', issuer: SITE, isActive: false, allowAnonymous: false, audience: null },
      ...{ authLoginUrl: `${SITE}/mod/lti/auth.php`, authTokenUrl: `${SITE}/mod/lti/token.php` },
      ...{ keySetUrl: `${SITE}/mod/lti/certs.php`, clientId: expect.stringMatching(/^reg_/) },
    });
    expect(row?.frameOrigins).toContain(SITE);
    const its = await db
      .select()
      .from(deployment)
      .where(eq(deployment.registrationId, row?.id ?? ''));
    expect(its).toMatchObject([{ deploymentId: '7', isApproved: true }]);
    expect(text).toMatch(new RegExp(`data-origin="${SITE}" data-after-ms="[1-9]`));
    expect(text).toContain('src="/register.js');
    expect(policy).toContain(`frame-ancestors ${SITE}`);

    const { json } = await (await aUser('admin')).ask('PATCH', `/lti/registrations/${row?.id}`, { active: true });
    expect(json).toMatchObject({ active: true, isDynamic: true, deployments: ['7'] });
  });

  it('sends no bearer where the link has no token, and takes what a platform leaves out or says as a number', async () => {
    const { asked } = facing(
      aRegistrar({ registration: () => Response.json({ client_id: 42, [TOOL_CONFIGURATION]: 'x' }, { status: 201 }) }),
    );
    expect((await press({ openid_configuration: CONFIGURATION })).status).toBe(200);
    expect(asked[1]?.headers.get('authorization')).toBeNull();
    const [row] = await living();
    expect(row?.clientId).toBe('42');
    expect(
      await db
        .select()
        .from(deployment)
        .where(eq(deployment.registrationId, row?.id ?? '')),
    ).toEqual([]);
  });

  it('is one of at most 50 that wait; the next is told so before anybody is asked', async () => {
    const { asked } = facing(aRegistrar());
    const row = (index: number) => {
      const { deployments: _, ...rest } = aPlatform({ id: newId('registration'), clientId: `waits ${index}` });
      return db.insert(registration).values({
        ...(rest as unknown as typeof registration.$inferInsert),
        ...{ name: 'x', isActive: false, isDynamic: true, frameOrigins: [], createdAt: 1 },
      });
    };
    for (let index = 0; index < 49; index++) await row(index);
    const two = await Promise.all([press(), press()]);
    expect(two.map(({ error }) => error).sort()).toEqual(['full', undefined]);
    const before = asked.length;
    expect(await press()).toMatchObject({ status: 409, error: 'full' });
    expect(asked).toHaveLength(before);
    expect((await press({ ...usual, invitation: (await invite()).secret })).status).toBe(200);
  });
});

describe('an invitation', () => {
  it('is a link that is shown once, works once, and makes the registration active at once', async () => {
    facing(aRegistrar());
    const { admin, json, url, secret } = await invite();
    expect(url.origin + url.pathname).toBe('http://ve.test/lti/register');
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(Date.parse(String(json.expiresAt)) - Date.now()).toBeGreaterThan(6.9 * DAY);
    const [row] = await db.select().from(invitation).where(eq(invitation.id, json.id));
    expect(row).toMatchObject({ secretHash: await sha256(secret), createdBy: admin.id, usedAt: null });
    expect(JSON.stringify(await db.select().from(audit).where(eq(audit.subject, json.id)))).not.toContain(secret);

    expect((await open({ ...usual, invitation: secret })).text).toContain('it can be used at once');
    const done = await press({ ...usual, invitation: secret });
    expect([done.status, done.text.includes('<h1>Registered</h1>')]).toEqual([200, true]);
    expect(done.text).toContain('data-after-ms="0"');
    expect(await living()).toMatchObject([{ isActive: true, isDynamic: true }]);

    const { asked } = facing(aRegistrar());
    expect(await press({ ...usual, invitation: secret })).toMatchObject({ status: 403, error: 'invitation_over' });
    expect(asked).toEqual([]);
    expect(await living()).toHaveLength(1);
  });

  it('makes one registration active where two use it at once; the other waits', async () => {
    facing(aRegistrar());
    const { secret } = await invite();
    await Promise.all([press({ ...usual, invitation: secret }), press({ ...usual, invitation: secret })]);
    expect((await living()).map(({ isActive }) => isActive).sort()).toEqual([false, true]);
  });

  it('is not used up by a registration that fails', async () => {
    const { secret } = await invite();
    for (const answer of [() => new Response('no', { status: 400 }), () => Response.json({})]) {
      facing(aRegistrar({ registration: answer }));
      expect((await press({ ...usual, invitation: secret })).status).toBe(502);
    }
    facing(aRegistrar({ registration: () => Response.json({ client_id: 'taken by invitation' }) }));
    await db.insert(registration).values({
      ...{ id: newId('registration'), name: 'x', issuer: SITE, clientId: 'taken by invitation', authLoginUrl: SITE },
      ...{ authTokenUrl: SITE, keySetUrl: SITE, frameOrigins: [], createdAt: 1 },
    });
    expect(await press({ ...usual, invitation: secret })).toMatchObject({ status: 409, error: 'taken' });
    facing(aRegistrar());
    await press({ ...usual, invitation: secret });
    expect((await living()).filter(({ isActive, isDynamic }) => isActive && isDynamic)).toHaveLength(1);
  });

  it('works for seven days, and is forgotten after them', async () => {
    facing(aRegistrar());
    const [{ secret, json }, now] = [await invite(), Date.now()];
    vi.useFakeTimers({ now: now + 7 * DAY + 60_000, toFake: ['Date'] });
    expect(await press({ ...usual, invitation: secret })).toMatchObject({ status: 403, error: 'invitation_over' });
    await forgetLti({ db, now: now + 6 * DAY });
    expect(await db.select().from(invitation).where(eq(invitation.id, json.id))).toHaveLength(1);
    await forgetLti({ db, now: now + 7 * DAY + 60_000 });
    expect(await db.select().from(invitation).where(eq(invitation.id, json.id))).toEqual([]);
  });
});

describe('a platform that cannot be registered', () => {
  const huge = () => new Response(`{"issuer":"${'a'.repeat(300 * 1024)}"}`);
  const redirect = () => new Response('', { status: 302, headers: { location: 'https://evil.example/' } });
  const html = () => new Response('<!doctype html><p>Sign in</p>', { headers: { 'content-type': 'text/html' } });

  it('is told by its configuration, and is told nothing itself', async () => {
    for (const [answer, error] of [
      [() => Promise.reject(new Error('down')), 'configuration_unavailable'],
      [() => new Response('gone', { status: 404 }), 'configuration_unavailable'],
      [redirect, 'configuration_unavailable'],
      [html, 'configuration_malformed'],
      [huge, 'configuration_malformed'],
      [() => Response.json([]), 'configuration_malformed'],
      [() => Response.json({ issuer: SITE }), 'configuration_malformed'],
      [() => Response.json(configuration({ issuer: 'https://other.example.mw' })), 'other_host'],
      [() => Response.json(configuration({ issuer: 'https://moodle.example.mw:8443' })), 'other_host'],
      [() => Response.json(configuration({ issuer: 'moodle.example.mw' })), 'other_host'],
      [() => Response.json(configuration({ jwks_uri: 'http://moodle.example.mw/keys' })), 'address_refused'],
      [() => Response.json(configuration({ token_endpoint: 'https://169.254.169.254/' })), 'address_refused'],
      [() => Response.json(configuration({ authorization_endpoint: 'javascript:alert(1)' })), 'address_refused'],
      [() => Response.json(configuration({ registration_endpoint: 'https://localhost/x' })), 'address_refused'],
    ] as const) {
      const { asked, told } = facing(aRegistrar({ configuration: answer }));
      const { status, error: shown, text } = await press();
      expect([shown, status]).toEqual([error, error === 'address_refused' ? 400 : 502]);
      expect(text).toContain('The tool was not registered');
      expect([asked.length, told]).toEqual([1, []]);
    }
    expect(await living()).toEqual([]);
  });

  it('is told by its answer, in its own words without markup or token', async () => {
    for (const [answer, error, words] of [
      [
        () => new Response('invalid_token <b>bearer the.one.token</b>', { status: 401 }),
        'registration_refused',
        /401 invalid_token/,
      ],
      [redirect, 'registration_refused', /302/],
      [() => Promise.reject(new Error('down')), 'registration_refused', /cannot be reached/],
      [html, 'registration_malformed', /client id/],
      [huge, 'registration_malformed', /client id/],
      [() => Response.json({ client_id: '' }), 'registration_malformed', /client id/],
      [() => Response.json({ client_id: 'a'.repeat(256) }), 'registration_malformed', /client id/],
    ] as const) {
      facing(aRegistrar({ registration: answer }));
      const { status, error: shown, text } = await press();
      expect([shown, status]).toEqual([error, 502]);
      expect(text).toMatch(words);
      expect(text).not.toMatch(/<b>|the\.one\.token/);
    }
    expect(await living()).toEqual([]);
  });

  it('leaves no token or secret in the log', async () => {
    facing(aRegistrar({ registration: () => new Response('no', { status: 500 }) }));
    const { secret } = await invite();
    await open({ ...usual, invitation: secret });
    await press({ ...usual, invitation: secret });
    expect(JSON.stringify(theApp.lines)).not.toMatch(new RegExp(`the\\.one\\.token|${secret}`));
  });

  it('is a problem or a page of ours, never more than 64 KiB read', async () => {
    facing(aRegistrar());
    const body = new URLSearchParams({ ...usual, more: 'a'.repeat(65 * 1024) });
    expect((await theApp.send('POST', '/lti/register', { body })).status).toBe(413);
    expect((await theApp.send('POST', '/lti/register', { body: { ...usual } })).status).toBe(415);
    expect((await open(usual, { DB: away })).status).toBe(200);
  });
});

describe('the launch log', () => {
  it('is forgotten after 90 days', async () => {
    const id = newId('registration');
    const { deployments: _, ...rest } = aPlatform({ id });
    await db.insert(registration).values({
      ...(rest as unknown as typeof registration.$inferInsert),
      ...{ name: 'x', frameOrigins: [], createdAt: 1 },
    });
    const now = Date.now();
    for (const at of [now - 91 * DAY, now - 89 * DAY])
      await db.batch([countLaunch({ db, now: at, requestId: 'req_x', address: '127.0.0.1' }, id, 'accepted')]);
    await forgetLti({ db, now });
    expect(await db.select().from(launchLog).where(eq(launchLog.registrationId, id))).toHaveLength(1);
  });
});
