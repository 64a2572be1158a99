import { runInNewContext } from 'node:vm';
import type { JWTPayload } from 'jose';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { listen } from '../../scripts/lms/listen.ts';
import type { Link } from '../../scripts/lms/lti/lti-state.ts';
import { type Mode, modes } from '../../scripts/lms/lti/modes.ts';
import { storageScript } from '../../scripts/lms/lti/storage-script.ts';
import { claim, deepLinkingClaim } from '../../scripts/lms/lti/vocabulary.ts';
import { MATHEMATICS } from '../../scripts/lms/seed.ts';
import { type Any, aKey, aPlatform, type Pair, TOOL } from './a-tool.ts';

const TEACHER = 'mercy_teacher';
const COURSE = `/lti/course/${encodeURIComponent(MATHEMATICS)}`;

const key = await aKey('tool-1');
const other = await aKey('tool-1');

/** A platform on which a teacher was sent to the tool to choose content, and the tool's answer with changes. */
function choosing(mode: Mode) {
  const all = aPlatform({ mode, fetch: async () => Response.json({ keys: [key.publicJwk] }) });
  const { lti, send, seconds } = all;
  const block = lti.links[0] as Link;
  const request = () => lti.claims(TEACHER, block, { kind: 'deep-linking' }) as Any;
  const settings = () => request()[deepLinkingClaim('deep_linking_settings')];
  const respond = async (
    items: unknown[],
    changes: JWTPayload = {},
    { by = key, to = '' }: { by?: Pair; to?: string } = {},
  ) => {
    const { deep_link_return_url, data } = settings();
    const { clientId, issuer, deployments } = lti.registration();
    const claims = {
      iss: clientId,
      aud: [issuer],
      iat: seconds() - 10,
      exp: seconds() + 300,
      nonce: crypto.randomUUID(),
      [claim('message_type')]: 'LtiDeepLinkingResponse',
      [claim('version')]: '1.3.0',
      [claim('deployment_id')]: deployments[0],
      [deepLinkingClaim('content_items')]: items,
      ...(data !== undefined && { [deepLinkingClaim('data')]: data }),
      ...changes,
    };
    const JWT = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: by.kid }).sign(by.privateKey);
    const response = await send(to || deep_link_return_url, { method: 'POST', body: new URLSearchParams({ JWT }) });
    return { status: response.status, text: await response.text() };
  };
  return { ...all, block, request, settings, respond };
}

const exam = (more: object = {}) => ({
  type: 'ltiResourceLink',
  title: 'Exam',
  url: `${TOOL}/lti/launch`,
  custom: { assessment_id: 'asm_7' },
  lineItem: { scoreMaximum: 40, label: 'Exam', resourceId: 'asm_7' },
  ...more,
});

describe('deep linking', () => {
  it('asks for what each platform accepts', () => {
    const asked = Object.fromEntries(modes.map((mode) => [mode, choosing(mode)]));
    expect(asked.openedx?.request()).not.toHaveProperty([claim('launch_presentation')]);
    expect(asked.openedx?.request()).toHaveProperty([claim('resource_link')]);
    expect(asked.moodle?.request()).not.toHaveProperty([claim('resource_link')]);
    expect(asked.openedx?.settings()).toMatchObject({
      accept_types: ['ltiResourceLink', 'link', 'html', 'image'],
      accept_multiple: true,
      title: '',
    });
    expect(asked.openedx?.settings()).not.toHaveProperty('data');
    expect(asked.moodle?.settings()).toMatchObject({ accept_types: ['ltiResourceLink'], auto_create: false });
    expect(asked.canvas?.settings().data).toMatch(/^[0-9a-f]{40}$/);
    for (const one of Object.values(asked))
      expect(() => one.lti.makeLaunch('chisomo_banda', one.block, { kind: 'deep-linking' })).toThrow('Only teachers');
  });

  it('replaces in Open edX what was chosen before for the block, and makes no line items', async () => {
    const { lti, respond, block, send } = choosing('openedx');
    const items = lti.lineItems.length;
    expect(
      (await respond([exam(), exam({ title: 'Second' }), { type: 'link', url: 'https://x.example' }])).status,
    ).toBe(200);
    const chosen = () => lti.links.filter((one) => one.block === block.number).map(({ title }) => title);
    expect(chosen()).toEqual(['Exam', 'Second']);
    expect(lti.lineItems).toHaveLength(items);
    // All of them are the block: one resource link, one line item.
    const [first] = lti.links.filter((one) => one.block === block.number);
    const claims = lti.claims('chisomo_banda', first as Link) as Any;
    expect(claims[claim('resource_link')]).toEqual((lti.claims('chisomo_banda', block) as Any)[claim('resource_link')]);
    expect(claims[claim('custom')]).toEqual({ assessment_id: 'asm_7' });
    expect(await (await send(`${COURSE}?as=chisomo_banda`)).text()).toContain('title="Second"');
    await respond([exam({ title: 'Third' })]);
    expect(chosen()).toEqual(['Third']);
  });

  it.each(['moodle', 'canvas'] as const)('adds links with their line items to the course in %s', async (mode) => {
    const { lti, respond } = choosing(mode);
    const before = lti.links.length;
    expect((await respond([exam(), exam({ title: 'Without', lineItem: undefined })])).text).toContain('2 added');
    const [graded, free] = lti.links.slice(before) as [Link, Link];
    expect(graded).toMatchObject({ courseKey: MATHEMATICS, custom: { assessment_id: 'asm_7' }, block: null });
    expect(lti.lineItems.find((one) => one.link === graded.number)).toMatchObject({
      ...{ scoreMaximum: 40, label: 'Exam', resourceId: 'asm_7' },
    });
    expect(lti.lineItems.some((one) => one.link === free.number)).toBe(false);
    expect((await respond([exam()])).status).toBe(200);
    expect(lti.links).toHaveLength(before + 3);
  });

  it('takes from each tool what that platform looks at, and nothing worse', async () => {
    const found: Record<string, Record<string, number>> = {};
    const attempt = async (name: string, change: (at: number) => [unknown[], JWTPayload?, { by?: Pair }?]) => {
      found[name] = {};
      for (const mode of modes) {
        const { lti, respond, seconds } = choosing(mode);
        const before = lti.links.length;
        const { status } = await respond(...change(seconds()));
        found[name][mode] = status;
        expect(lti.links.length, `${name} in ${mode}`).toBe(status === 200 ? before + 1 : before);
      }
    };
    await attempt('another key', () => [[exam()], {}, { by: other }]);
    await attempt('iat 5 s ahead', (at) => [[exam()], { iat: at + 5 }]);
    await attempt('expired', (at) => [[exam()], { exp: at }]);
    await attempt('another audience', () => [[exam()], { aud: 'https://elsewhere.example' }]);
    await attempt('another issuer', () => [[exam()], { iss: 'somebody' }]);
    await attempt('other data', () => [[exam()], { [deepLinkingClaim('data')]: 'other' }]);
    await attempt('another deployment', () => [[exam()], { [claim('deployment_id')]: 'other' }]);
    await attempt('another message', () => [[exam()], { [claim('message_type')]: 'LtiResourceLinkRequest' }]);
    await attempt('a file', () => [[exam(), { type: 'file', url: 'https://x.example/a.pdf' }]]);
    expect(found).toEqual({
      'another key': { openedx: 403, moodle: 403, canvas: 403 },
      'iat 5 s ahead': { openedx: 403, moodle: 403, canvas: 403 },
      expired: { openedx: 403, moodle: 403, canvas: 403 },
      'another audience': { openedx: 200, moodle: 200, canvas: 400 },
      'another issuer': { openedx: 200, moodle: 400, canvas: 400 },
      'other data': { openedx: 200, moodle: 200, canvas: 400 },
      'another deployment': { openedx: 200, moodle: 200, canvas: 400 },
      'another message': { openedx: 403, moodle: 403, canvas: 403 },
      'a file': { openedx: 400, moodle: 400, canvas: 400 },
    });
  });

  it('refuses a Moodle return with the key of no session, and Canvas data that was used', async () => {
    const moodle = choosing('moodle');
    const to = moodle.settings().deep_link_return_url.replace(/sesskey=\w+/, 'sesskey=abc');
    expect((await moodle.respond([exam()], {}, { to })).status).toBe(403);
    const canvas = choosing('canvas');
    const { data } = canvas.settings();
    const again = { [deepLinkingClaim('data')]: data };
    expect([(await canvas.respond([exam()], again)).status, (await canvas.respond([exam()], again)).status]).toEqual([
      200, 400,
    ]);
  });
});

describe('dynamic registration', () => {
  const body = (changes: object = {}, configuration: object = {}) => ({
    application_type: 'web',
    client_name: 'A tool',
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    initiate_login_uri: 'https://tool.example/login',
    redirect_uris: ['https://tool.example/launch', 'https://tool.example/other'],
    jwks_uri: 'https://tool.example/jwks',
    token_endpoint_auth_method: 'private_key_jwt',
    'https://purl.imsglobal.org/spec/lti-tool-configuration': {
      domain: 'tool.example',
      target_link_uri: 'https://tool.example/launch',
      messages: [{ type: 'LtiDeepLinkingRequest', target_link_uri: 'https://tool.example/choose' }],
      ...configuration,
    },
    ...changes,
  });

  const begun = async () => {
    const all = aPlatform({ mode: 'moodle' });
    const form = new URLSearchParams({ url: `${TOOL}/lti/register` });
    const page = await (await all.send('/lti/register-tool', { method: 'POST', body: form })).text();
    const [, src = ''] = /<iframe[^>]+src="([^"]+)"/.exec(page) ?? [];
    const query = new URL(src.replaceAll('&amp;', '&')).searchParams;
    const register = (token: string | null, sent: unknown) =>
      all.send('/lti/registrations', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(sent),
      });
    return {
      ...all,
      page,
      token: query.get('registration_token') ?? '',
      configuration: query.get('openid_configuration') ?? '',
      register,
    };
  };

  it('tells what a tool needs, takes one registration for a token, and waits for the administrator', async () => {
    const { send, configuration, token, register, lti, page } = await begun();
    expect(page).toContain(`event.origin !== "${TOOL}"`);
    const told = (await (await send(configuration)).json()) as Any;
    const { issuer, authLoginUrl, authTokenUrl, keySetUrl } = lti.registration();
    expect(told).toMatchObject({
      issuer,
      authorization_endpoint: authLoginUrl,
      token_endpoint: authTokenUrl,
      jwks_uri: keySetUrl,
      'https://purl.imsglobal.org/spec/lti-platform-configuration': { product_family_code: 'moodle' },
    });
    const answer = (await (await register(token, body())).json()) as Any;
    const made = lti.tools.at(-1);
    expect(answer).toMatchObject({
      client_id: made?.clientId,
      'https://purl.imsglobal.org/spec/lti-tool-configuration': { deployment_id: '4' },
    });
    expect(made).toMatchObject({
      isActive: false,
      deepLinkUrl: 'https://tool.example/choose',
      redirectUris: ['https://tool.example/launch', 'https://tool.example/other'],
    });
    expect((await register(token, body())).status).toBe(401);
    expect(lti.tool().clientId).not.toBe(made?.clientId);
    await send('/lti/activate-tool', { method: 'POST', body: new URLSearchParams({ clientId: made?.clientId ?? '' }) });
    expect(lti.makeLaunch('chisomo_banda', lti.links[0] as Link)).toMatchObject({
      url: 'https://tool.example/login',
      params: { client_id: made?.clientId, lti_deployment_id: '4' },
    });
  });

  it('refuses without a token, after an hour, and what is not a tool of ours to be', async () => {
    const { register, token, clock, lti } = await begun();
    expect([(await register(null, body())).status, (await register('other', body())).status]).toEqual([401, 401]);
    for (const wrong of [
      body({ redirect_uris: [] }),
      body({ response_types: ['code'] }),
      body({ token_endpoint_auth_method: 'client_secret_basic' }),
      body({}, { domain: 'elsewhere.example' }),
      'nonsense',
    ])
      expect((await register(token, wrong)).status).toBe(400);
    clock.ms += 3_600_000;
    expect((await register(token, body())).status).toBe(401);
    expect(lti.tools).toHaveLength(3);
  });
});

describe('pages', () => {
  it('show a course to each of its people, with the tool in frames and a way to add content for teachers', async () => {
    const { send, lti } = aPlatform();
    const page = async (query: string) => await (await send(`${COURSE}?${query}`)).text();
    const student = await page('as=chisomo_banda');
    expect(student).toContain('src="/lti/start?as=chisomo_banda&amp;link=1"');
    expect(student).toMatch(
      /href="\/lti\/start\?as=chisomo_banda&amp;link=1&amp;target=window" target="_blank" rel="opener"/,
    );
    expect(student).not.toContain('Choose content');
    expect(student).not.toContain('post_message_forwarding');
    for (const name of ['Chisomo Banda', 'Kondwani Mbewe', 'Mercy Kachale', 'Pemphero Zulu'])
      expect(student).toContain(name);
    expect(await page(`as=${TEACHER}`)).toContain('Choose content for End of term examination');
    expect(await page(`as=${TEACHER}&add=1`)).toContain('kind=deep-linking&amp;link=1');
    expect(await page('as=chisomo_banda&add=1')).not.toContain('kind=deep-linking');
    lti.mode = 'canvas';
    const canvas = await page(`as=${TEACHER}`);
    expect(canvas).toContain('<iframe name="post_message_forwarding" title="Storage" src="/lti/storage"');
    expect(canvas).toContain('Add content');
    expect((await send('/lti/course/nowhere')).status).toBe(404);
    const ids = [...canvas.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('show grades, and change mode, links and keys by forms and by the control API', async () => {
    const { send, lti } = aPlatform();
    expect(await (await send('/lti/gradebook')).text()).toContain('Chisomo Banda');
    expect((await send('/lti/mode', { method: 'POST', body: new URLSearchParams({ mode: 'moodle' }) })).status).toBe(
      303,
    );
    expect(lti.mode).toBe('moodle');
    expect((await send('/lti/mode', { method: 'POST', body: new URLSearchParams({ mode: 'x' }) })).status).toBe(400);
    const control = async (path: string, sent: unknown) => {
      const response = await send(`/stand-in/lti${path}`, { method: 'POST', body: JSON.stringify(sent) });
      return { status: response.status, body: (await response.json()) as Any };
    };
    expect((await control('', { mode: 'canvas', tells: 'email' })).body).toMatchObject({ mode: 'canvas' });
    expect(lti.settings.tells).toBe('email');
    expect((await control('', { mode: 'blackboard' })).status).toBe(400);
    const added = await control('/links', {
      title: 'New',
      custom: { assessment_id: 'a' },
      lineItem: { scoreMaximum: 5 },
    });
    expect(added).toMatchObject({ status: 201, body: { title: 'New' } });
    expect((await control('/rotate-keys', { drop: true })).body.kid).toBe(await lti.currentKey());
    const state = (await (await send('/stand-in/state')).json()) as Any;
    expect(state.lti.gradebook.some((one: Any) => one.label === 'New' && one.scoreMaximum === 5)).toBe(true);
    expect(await (await send('/')).text()).toContain('LTI 1.3');
  });

  it('keep the data of the tool’s pages for the tool’s origin alone', () => {
    let hear: (event: object) => void = () => {};
    const addEventListener = (_: string, listener: (event: object) => void) => {
      hear = listener;
    };
    runInNewContext(storageScript([TOOL], '_parent'), { addEventListener });
    const ask = (data: unknown, origin = TOOL) => {
      const said: unknown[] = [];
      hear({ data, origin, source: { postMessage: (...all: unknown[]) => said.push(structuredClone(all)) } });
      return said;
    };
    const put = { subject: 'lti.put_data', key: 'state-1', value: 'secret', message_id: 'm1' };
    const get = { subject: 'lti.get_data', key: 'state-1', message_id: 'm2' };
    expect(ask(put)).toEqual([
      [{ subject: 'lti.put_data.response', message_id: 'm1', key: 'state-1', value: 'secret' }, TOOL],
    ]);
    expect(ask(get)).toEqual([
      [{ subject: 'lti.get_data.response', message_id: 'm2', key: 'state-1', value: 'secret' }, TOOL],
    ]);
    expect(ask(get, 'https://elsewhere.example')).toEqual([]);
    expect(ask(JSON.stringify(get))).toEqual([]);
    expect(ask({ ...get, key: 7 })).toEqual([[expect.objectContaining({ error: expect.anything() }), TOOL]]);
    expect(ask({ subject: 'lti.capabilities', message_id: 'm3' })).toEqual([
      [expect.objectContaining({ subject: 'lti.capabilities.response' }), TOOL],
    ]);
    ask({ ...put, value: null });
    expect(ask(get)[0]).toEqual([expect.objectContaining({ value: null }), TOOL]);
  });
});

describe('the server of the stand-in', () => {
  it('is at localhost, answers on both loopback addresses of one port, and closes whole', async () => {
    const { platform } = aPlatform();
    const { server, origin } = await listen(platform.fetch, 0);
    const port = Number(new URL(origin).port);
    expect(origin).toBe(`http://localhost:${port}`);
    const six = await fetch(`http://[::1]:${port}/stand-in/state`).catch(() => undefined);
    expect((await fetch(`http://127.0.0.1:${port}/stand-in/state`)).status).toBe(200);
    expect(six?.status ?? 200).toBe(200);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    for (const host of ['127.0.0.1', '[::1]'])
      await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow('fetch failed');
  });
});
