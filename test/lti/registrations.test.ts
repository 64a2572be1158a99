import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { audit, user } from '../../src/identity/schema.ts';
import { deleteRegistration } from '../../src/lti/delete-registration.ts';
import { checkFrameOrigin, framesAround } from '../../src/lti/frame-origins.ts';
import { createInvitation } from '../../src/lti/invitations.ts';
import { readLaunchLog } from '../../src/lti/read-launch-log.ts';
import { checkEndpointUrl } from '../../src/lti/registration-urls.ts';
import { listRegistrations, requireRegistration } from '../../src/lti/registrations.ts';
import { deployment, registration } from '../../src/lti/schema.ts';
import { publishedKeys } from '../../src/lti/signing-keys.ts';
import { aUser, bearer, db, theApp } from '../factories.ts';
import { aPlatform } from './a-platform.ts';

const LIST = '/lti/registrations';
const closed = { allowLoopback: false };
const open = { allowLoopback: true };

afterEach(() => {
  vi.unstubAllGlobals();
});

type Made = {
  id: string;
  deployments: string[];
  pendingDeployments: string[];
  frameOrigins: string[];
  active: boolean;
};

async function make(changes: object = {}) {
  const [admin, given] = [await aUser('admin'), aPlatform(changes)];
  const { status, json, text } = await admin.ask('POST', LIST, given);
  expect(status, text).toBe(201);
  const made = json as unknown as Made;
  const path = `${LIST}/${made.id}`;
  return { admin, given, made, path, read: async () => (await admin.ask('GET', path)).json as unknown as Made };
}
const rowOf = async (id: string) => (await db.select().from(registration).where(eq(registration.id, id)))[0];
const auditOf = async (id: string) =>
  (await db.select().from(audit).where(eq(audit.subject, id)).orderBy(audit.at, audit.id)).map(
    ({ action, detail }) => ({
      action,
      detail,
    }),
  );
const wait = (registrationId: string, deploymentId: string) =>
  db.insert(deployment).values({ registrationId, deploymentId, isApproved: false, createdAt: 1 });

describe('our key set', () => {
  it('is for anybody, for an hour, the same as we sign with, and says nothing private', async () => {
    const { status, headers, json, text } = await theApp.ask('GET', '/lti/jwks');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
    expect(headers.get('content-type')).toContain('application/json');
    expect(json.keys).toEqual(await publishedKeys({ db, now: Date.now() }, env.SECRETS_KEY));
    expect(text).not.toMatch(/"(d|p|q|dp|dq|qi)":/);
    expect((await theApp.send('HEAD', '/lti/jwks')).status).toBe(200);
  });
});

describe('registering a platform', () => {
  it('keeps what was given and answers it in the shape of the contract', async () => {
    const { made, given, read } = await make({
      issuer: 'https://lms.example.mw/',
      name: 'Zomba',
      audience: 'https://auth.example.mw',
      deployments: ['1', '2', '1'],
      frameOrigins: ['https://LMS.example.mw', 'https://*.example.mw', 'https://lms.example.mw:443'],
    });
    expect(made).toEqual({
      ...given,
      id: made.id,
      deployments: ['1', '2'],
      pendingDeployments: [],
      frameOrigins: ['https://lms.example.mw', 'https://*.example.mw'],
      allowAnonymous: false,
      active: true,
      isDynamic: false,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await read()).toEqual(made);
    expect(await auditOf(made.id)).toMatchObject([
      { action: 'registration.created', detail: { name: 'Zomba', clientId: given.clientId } },
    ]);
  });

  it('fills in a name, the frames about the platform and no deployment', async () => {
    const { issuer, clientId, authLoginUrl, authTokenUrl, keySetUrl } = aPlatform();
    const admin = await aUser('admin');
    const { json } = await admin.ask('POST', LIST, { issuer, clientId, authLoginUrl, authTokenUrl, keySetUrl });
    expect(json).toMatchObject({ name: 'lms.example.mw', audience: null, deployments: [], active: true });
    expect(json.frameOrigins).toContain('https://studio.example.mw');
    const named = await admin.ask('POST', LIST, aPlatform({ issuer: 'platform-one' }));
    expect(named.json).toMatchObject({ issuer: 'platform-one', name: 'platform-one' });
  });

  it('keeps a slash at the end of an address, and a query', async () => {
    const addresses = {
      authLoginUrl: 'https://lms.example.mw/launch/',
      keySetUrl: 'https://lms.example.mw/keys?id=3&x',
    };
    expect((await make(addresses)).made).toMatchObject(addresses);
  });

  it('refuses addresses nobody should be asked at, each by its field', async () => {
    const [{ path }, admin] = [await make(), await aUser('admin')];
    for (const url of [
      'http://lms.example.mw/a',
      'https://127.0.0.1/a?b=c',
      'https://lms.example.mw/a#b',
      'javascript:alert(1)',
      '',
    ]) {
      for (const field of ['authLoginUrl', 'authTokenUrl', 'keySetUrl']) {
        for (const reply of [
          await admin.ask('POST', LIST, aPlatform({ [field]: url })),
          ...(field === 'keySetUrl' ? [await admin.ask('PATCH', path, { [field]: url })] : []),
        ]) {
          expect(reply, `${field} ${url}`).toMatchObject({ status: 400, json: { code: 'invalid' } });
          expect(reply.json.errors.map(({ pointer }) => pointer)).toEqual([`/${field}`]);
        }
      }
    }
  });

  it('takes loopback where it is opened, and only there', async () => {
    const admin = await aUser('admin');
    const ask = async (host: string, bindings: object) => {
      const [auth, headers] = [`${host}/auth?x=1`, await bearer(admin.actor)];
      const body = aPlatform({ issuer: host, authLoginUrl: auth, frameOrigins: [host] });
      return (await theApp.ask('POST', LIST, { body, headers, bindings })).status;
    };
    const opened = { VE_ALLOW_PRIVATE_HOSTS: '1' };
    expect(await ask('http://localhost:9000', opened)).toBe(201);
    expect(await ask('http://localhost:9000', {})).toBe(400);
    expect(await ask('http://localhost:9000', { ...opened, ENVIRONMENT: 'production' })).toBe(400);
    for (const host of ['http://10.0.0.1', 'https://192.168.1.1', 'https://169.254.169.254'])
      expect(await ask(host, opened)).toBe(400);
  });

  it('refuses what a Content-Security-Policy would read otherwise, by its line', async () => {
    for (const bad of [
      "'none'",
      '*',
      'https://*',
      'https://*.mw',
      'https:',
      'data:',
      'http://lms.example.mw',
      'https://lms.example.mw/course',
      'https://lms.example.mw; script-src *',
      'https://lms.example.mw https://evil.example',
      'https://lms.example.mw,https://evil.example',
      "https://lms.example.mw'",
      'https://a.*.example.mw',
      'https://*.127.0.0.1',
      'https://localhost',
      'http://localhost:9000',
      'https://10.0.0.1',
      'https://lms.example.mw:99999',
      'https://lms.example.mw\nhttps://evil.example',
    ]) {
      expect(checkFrameOrigin(bad, closed).ok, bad).toBe(false);
    }
    const admin = await aUser('admin');
    const frameOrigins = ['https://lms.example.mw', "https://lms.example.mw; script-src 'none'"];
    for (const reply of [
      await admin.ask('POST', LIST, aPlatform({ frameOrigins })),
      await admin.ask('PATCH', (await make()).path, { frameOrigins }),
    ])
      expect([reply.status, reply.json.errors?.[0]?.pointer]).toEqual([400, '/frameOrigins/1']);
    const many = Array.from({ length: 31 }, (_, index) => `https://s${index}.example.mw`);
    expect((await admin.ask('POST', LIST, aPlatform({ frameOrigins: many }))).status).toBe(400);
    expect((await admin.ask('POST', LIST, aPlatform({ frameOrigins: many.slice(1) }))).status).toBe(201);
  });

  it('refuses what is missing, too long or unknown', async () => {
    const admin = await aUser('admin');
    for (const changes of [
      { issuer: '' },
      { issuer: `https://${'a'.repeat(250)}` },
      { issuer: 'https://lms.éxample' },
      { clientId: '' },
      { clientId: 'a'.repeat(256) },
      { deployments: [''] },
      { deployments: ['a'.repeat(256)] },
      { deployments: Array.from({ length: 101 }, String) },
      { keySetUrl: undefined },
      { keySet: '{}' },
      { isDynamic: true },
      { allowAnonymous: 'yes' },
    ])
      expect((await admin.ask('POST', LIST, aPlatform(changes))).status, JSON.stringify(changes)).toBe(400);
  });

  it('takes an issuer and client id once, until it is removed', async () => {
    const [{ admin, given, path, made }, other] = [await make(), await make()];
    const again = await admin.ask('POST', LIST, given);
    expect(again).toMatchObject({ status: 409, json: { code: 'in_use' } });
    expect((await admin.ask('PATCH', other.path, { clientId: given.clientId })).status).toBe(409);
    expect((await admin.ask('POST', LIST, { ...given, issuer: `${given.issuer}/` })).status, 'another issuer').toBe(
      201,
    );
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    expect((await admin.ask('GET', path)).status).toBe(404);
    expect((await admin.ask('DELETE', path)).status).toBe(404);
    expect(await rowOf(made.id), 'what came of it needs the row').toMatchObject({ isActive: false, keySet: null });
    expect((await admin.ask('POST', LIST, given)).status).toBe(201);
    expect((await auditOf(made.id)).map(({ action }) => action)).toEqual([
      'registration.created',
      'registration.deleted',
      'registration.created',
    ]);
  });

  it('takes up a removed one again under its id, with nothing of it but its people', async () => {
    const { admin, given, made, path } = await make({ deployments: ['1', '2'] });
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    const both = await Promise.all([1, 2].map(() => admin.ask('POST', LIST, { ...given, deployments: ['3'] })));
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 201)?.json).toMatchObject({ id: made.id, deployments: ['3'] });
    expect(await rowOf(made.id)).toMatchObject({ deletedAt: null, keySet: null, isActive: true });
  });

  it('is for who is an admin now', async () => {
    const { admin, path, made } = await make();
    for (const role of ['student', 'instructor'] as const) {
      const somebody = await aUser(role);
      for (const [method, to, body] of [
        ['GET', LIST, undefined],
        ['POST', LIST, aPlatform()],
        ['GET', path, undefined],
        ['PATCH', path, { active: false }],
        ['POST', `${path}/deployments`, { deploymentId: '2' }],
        ['DELETE', `${path}/deployments/1`, undefined],
        ['POST', `${path}/test`, {}],
        ['POST', '/lti/invitations', {}],
        ['DELETE', path, undefined],
      ] as const)
        expect((await somebody.ask(method, to, body)).status, `${role} ${method} ${to}`).toBe(403);
    }
    expect((await (await aUser('superadmin')).ask('GET', path)).status).toBe(200);
    const { call } = await aUser('instructor');
    for (const verb of [
      () => listRegistrations(call(), { page: 1, pageSize: 1 }),
      () => requireRegistration(call(), made.id),
      () => createInvitation(call()),
      () => readLaunchLog(call(), made.id),
      () => deleteRegistration(call(), made.id),
    ])
      await expect(verb()).rejects.toMatchObject({ code: 'forbidden' });
    await db.update(user).set({ role: 'instructor' }).where(eq(user.id, admin.id));
    expect((await admin.ask('GET', path)).status).toBe(403);
  });

  it('is listed in the order it was made, page by page', async () => {
    const admin = await aUser('admin');
    await db.update(registration).set({ deletedAt: 1 });
    const ids = [(await make()).made.id, (await make({ deployments: ['a', 'b'] })).made.id, (await make()).made.id];
    const { json } = await admin.ask('GET', `${LIST}?pageSize=2`);
    expect(json).toMatchObject({ count: 3, results: [{ id: ids[0] }, { id: ids[1], deployments: ['a', 'b'] }] });
    expect((await admin.ask('GET', `${LIST}?pageSize=2&page=2`)).json.results).toMatchObject([{ id: ids[2] }]);
  });
});

describe('changing a registration', () => {
  it('changes what is named and leaves the rest', async () => {
    const { admin, path, made, read } = await make();
    const changes = { name: 'Another', active: false, allowAnonymous: true, audience: 'x', frameOrigins: [] };
    const { status, json } = await admin.ask('PATCH', path, changes);
    expect(status).toBe(200);
    expect(json).toEqual({ ...made, ...changes });
    expect(await read()).toEqual({ ...made, ...changes });
    expect((await auditOf(made.id)).at(-1)).toMatchObject({
      action: 'registration.changed',
      detail: { name: 'Another' },
    });
    expect((await admin.ask('PATCH', path, {})).json).toEqual({ ...made, ...changes });
  });

  it('forgets the kept keys when their address changes, and only then', async () => {
    const { admin, path, made, given } = await make();
    const kept = { keySet: '{"keys":[]}', keySetAt: 5, keySetTriedAt: 6 };
    await db.update(registration).set(kept).where(eq(registration.id, made.id));
    await admin.ask('PATCH', path, { name: 'Another', keySetUrl: given.keySetUrl });
    expect(await rowOf(made.id)).toMatchObject(kept);
    await admin.ask('PATCH', path, { keySetUrl: `${given.keySetUrl}/2` });
    expect(await rowOf(made.id)).toMatchObject({ keySet: null, keySetAt: null, keySetTriedAt: null });
  });

  it('approves the deployments it names and no others, and lets the rest wait', async () => {
    const { admin, path, made, read } = await make({ deployments: ['1', '2'] });
    for (const one of ['waits', 'comes']) await wait(made.id, one);
    await admin.ask('PATCH', path, { deployments: ['2', 'comes', 'new'] });
    const now = await read();
    expect(now.deployments.toSorted()).toEqual(['2', 'comes', 'new']);
    expect(now.pendingDeployments).toEqual(['waits']);
  });

  it('is 404 for one that is not there', async () => {
    const { admin, path } = await make();
    await admin.ask('DELETE', path);
    for (const [method, to, body] of [
      ['PATCH', path, { name: 'x' }],
      ['PATCH', path, {}],
      ['POST', `${path}/deployments`, { deploymentId: 'x' }],
      ['DELETE', `${path}/deployments/1`, undefined],
      ['POST', `${path}/test`, {}],
    ] as const)
      expect((await admin.ask(method, to, body)).status, `${method} ${to}`).toBe(404);
  });
});

describe('deployments', () => {
  it('are added (201), or approved where they wait (200)', async () => {
    const { admin, path, made, read } = await make();
    await wait(made.id, 'waits:1/2');
    expect(await read()).toMatchObject({ deployments: ['1'], pendingDeployments: ['waits:1/2'] });
    const add = async (deploymentId: string) => await admin.ask('POST', `${path}/deployments`, { deploymentId });
    expect(await add('2')).toMatchObject({ status: 201, json: { pendingDeployments: ['waits:1/2'] } });
    expect((await add('waits:1/2')).status).toBe(200);
    expect((await add('waits:1/2')).status).toBe(200);
    expect(await read()).toMatchObject({ pendingDeployments: [] });
    expect((await read()).deployments.toSorted()).toEqual(['1', '2', 'waits:1/2']);
    const approved = (await auditOf(made.id)).filter(({ action }) => action === 'registration.deployment_approved');
    expect(approved.map(({ detail }) => detail)).toEqual([{ deploymentId: '2' }, { deploymentId: 'waits:1/2' }]);
  });

  it('are refused by their id, whatever stands in it', async () => {
    const { admin, path, made, read } = await make();
    for (const one of ['a/b?c', '%41']) {
      await wait(made.id, one);
      const to = `${path}/deployments/${encodeURIComponent(one)}`;
      expect((await admin.ask('DELETE', to)).status, one).toBe(204);
      expect((await admin.ask('DELETE', to)).status, one).toBe(404);
    }
    expect(await read()).toMatchObject({ deployments: ['1'], pendingDeployments: [] });
    expect(
      await db
        .select()
        .from(deployment)
        .where(and(eq(deployment.registrationId, made.id))),
    ).toHaveLength(1);
  });
});

describe('the test of a registration', () => {
  const keysOf = async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    return { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
  };
  const token = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 60 };
  type Check = { name: string; ok: boolean; detail: string };

  async function tested(keys: () => Response | Promise<Response>, token: () => Response) {
    const { admin, path } = await make();
    vi.stubGlobal('fetch', async (input: Request) =>
      input.url.endsWith('/keys')
        ? await keys()
        : input.url.endsWith('/token')
          ? token()
          : new Response('', { status: 404 }),
    );
    const { status, json, text } = await admin.ask('POST', `${path}/test`, {});
    expect(status).toBe(200);
    expect(text).not.toContain('a.b.c');
    const checks = json.checks as Check[];
    return {
      works: json.works,
      keys: checks.find(({ name }) => name === 'keys'),
      token: checks.find(({ name }) => name === 'token'),
    };
  }

  it('says that both work', async () => {
    const keys = await keysOf();
    const { works, ...checks } = await tested(
      () => Response.json(keys),
      () => Response.json(token),
    );
    expect(works).toBe(true);
    expect(checks).toMatchObject({
      keys: { ok: true, detail: expect.stringContaining('one key') },
      token: { ok: true },
    });
  });

  it('says in words what is wrong with the keys', async () => {
    for (const [answer, words] of [
      [() => new Response('', { status: 302, headers: { location: 'https://x.example' } }), /cannot be fetched/],
      [() => Promise.reject(new Error('down')), /cannot be fetched/],
      [() => new Response('<!doctype html>'), /no JWK set/],
      [() => Response.json({ keys: [] }), /no key that we can use/],
    ] as const) {
      const { works, keys } = await tested(answer, () => Response.json(token));
      expect([works, keys?.ok]).toEqual([false, false]);
      expect(keys?.detail).toMatch(words);
    }
  });

  it('says why there is no token, in the words of the platform, and what to do', async () => {
    const keys = await keysOf();
    for (const [answer, words] of [
      [() => Response.json({ error: 'invalid_client' }, { status: 400 }), /invalid_client.*Cloudflare.*clocks/],
      [() => Response.json({ ...token, scope: '' }), /does not grant us.*grade service/],
      [() => new Response('', { status: 503 }), /Check the token address/],
      [() => new Response('', { status: 404 }), /Check the token address/],
    ] as const) {
      const { works, token: check } = await tested(() => Response.json(keys), answer);
      expect([works, check?.ok]).toEqual([false, false]);
      expect(check?.detail).toMatch(words);
    }
  });
});

describe('addresses of endpoints', () => {
  it('are kept with slash and query, and refused by the rules for hosts', () => {
    const kept = (text: string, rules = closed) => {
      const checked = checkEndpointUrl(text, rules);
      return checked.ok ? checked.url : undefined;
    };
    expect(kept('https://lms.example.org/a/')).toBe('https://lms.example.org/a/');
    expect(kept('HTTPS://LMS.example.org/a?b=c%20d&e=@')).toBe('https://lms.example.org/a?b=c%20d&e=@');
    expect(kept('https://lms.example.org?next=https://x.org/?y')).toBe(
      'https://lms.example.org/?next=https://x.org/?y',
    );
    expect(kept('http://127.0.0.1:8000/a?b', open)).toBe('http://127.0.0.1:8000/a?b');
    for (const bad of [
      'https://2130706433/a',
      'https://[::ffff:10.0.0.1]/a?b',
      'https://u:p@lms.example.org/a',
      'https://169.254.169.254/latest',
      'https://lms.example.org/a?b#c',
      'https://lms.example.org/a?b="c"',
      'lms.example.org',
      'https://evil.org\\@lms.example.org/',
      'https://lms.example.org/?a b',
      'https://lms.example.org/?a\nb',
      'https://10.0.0.1?https://lms.example.org',
      '?https://lms.example.org',
      `https://lms.example.org/${'a'.repeat(300)}`,
    ])
      expect(kept(bad), bad).toBeUndefined();
    expect(kept('http://10.0.0.1/a', open)).toBeUndefined();
  });
});

describe('frames about a platform', () => {
  const around = (issuer: string, authLoginUrl = issuer, rules = closed) =>
    framesAround({ issuer, authLoginUrl }, rules);

  it('are its hosts, what lies under them and the siblings of an Open edX site', () => {
    expect(around('https://lms.example.org')).toEqual([
      'https://lms.example.org',
      'https://*.lms.example.org',
      ...['studio', 'apps', 'learning', 'preview', 'courses'].map((name) => `https://${name}.example.org`),
    ]);
    expect(around('https://example.org', 'https://example.org/auth')).toEqual([
      'https://example.org',
      'https://*.example.org',
    ]);
    expect(around('not an address', 'https://a.example.org:8443/x')).toContain('https://studio.example.org:8443');
  });

  it('are all of Canvas for Canvas', () => {
    const frames = around('https://canvas.instructure.com', 'https://sso.canvaslms.com/api/lti/authorize_redirect');
    expect(frames).toContain('https://*.instructure.com');
    expect(frames).not.toContain('https://studio.instructure.com');
    expect(around('https://evilinstructure.com')).not.toContain('https://*.instructure.com');
  });

  it('never reach to strangers under a shared suffix, nor to networks that are closed', () => {
    expect(around('https://unima.ac.mw')).toEqual(['https://unima.ac.mw', 'https://*.unima.ac.mw']);
    expect(around('https://lms.unima.ac.mw')).toContain('https://studio.unima.ac.mw');
    expect(around('http://localhost:9000')).toEqual([]);
    expect(around('http://localhost:9000', undefined, open)).toEqual(['http://localhost:9000']);
    expect(around('https://10.0.0.1')).toEqual([]);
    expect(around('http://lms.example.org')).toEqual([]);
  });

  it('are no wildcards over this machine, even where it is opened', () => {
    for (const one of ['http://*.127.0.0.1:9000', 'https://*.localhost', 'http://*.example.org', 'https://*.[::1]'])
      expect(checkFrameOrigin(one, open).ok, one).toBe(false);
  });

  it('pass their own check', () => {
    for (const origin of around('https://lms.example.org:8443', 'https://canvas.instructure.com/x'))
      expect(checkFrameOrigin(origin, closed)).toEqual({ ok: true, origin });
  });
});
