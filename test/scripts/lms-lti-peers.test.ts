import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../scripts/lms/listen.ts';
import type { Link } from '../../scripts/lms/lti/lti-state.ts';
import { modes } from '../../scripts/lms/lti/modes.ts';
import { scopes } from '../../scripts/lms/lti/vocabulary.ts';
import { createPlatform, type Platform } from '../../scripts/lms/platform.ts';
import { type Any, ASSERTION, aKey, aPlatform, platformKey } from './a-tool.ts';
import { anLtijsTool } from './an-ltijs-tool.ts';

/*
 * Software that others wrote, against the stand-in: ltijs as a tool that launches, reads members, sends scores, links content and
 * registers itself; oidc-provider as the judge of client assertions.
 */

const STUDENT = 'chisomo_banda';
const TEACHER = 'mercy_teacher';

describe('ltijs as the tool', () => {
  let tool: Awaited<ReturnType<typeof anLtijsTool>>;
  let platform: Platform;
  let lms: { server: Server; origin: string };

  beforeAll(async () => {
    tool = await anLtijsTool();
    lms = await listen(async (request) => await platform.fetch(request), 0);
    platform = createPlatform({
      origin: lms.origin,
      now: Date.now,
      random: Math.random,
      deliver: () => {},
      signingKeys: [platformKey],
    });
    for (const mode of modes) {
      const addresses = { loginUrl: `${tool.url}/login`, launchUrl: `${tool.url}/`, keysUrl: `${tool.url}/keys` };
      const more = { deepLinkUrl: `${tool.url}/`, redirectUris: [`${tool.url}/`] };
      Object.assign(platform.lti.tool(mode), addresses, more);
      await tool.knows(platform.lti.registration(mode));
    }
  });

  afterAll(() => {
    tool.close();
    lms.server.closeAllConnections();
    lms.server.close();
  });

  const cookiesOf = (response: Response) => response.headers.getSetCookie().map((line) => line.split(';')[0]);

  /** As a browser goes: to the tool's login, to the platform, back with the form. `change` has its way with the token on the way. */
  async function launched(
    username: string,
    {
      kind = 'resource',
      link = platform.lti.links[0],
      change = (token) => token,
    }: {
      kind?: 'resource' | 'deep-linking';
      link?: Link | undefined;
      change?: (token: string) => Promise<string> | string;
    } = {},
  ) {
    const { lti } = platform;
    const { method, url, params } = lti.makeLaunch(username, link as Link, { kind });
    const body = new URLSearchParams(params);
    const login = await fetch(url, { method, redirect: 'manual', ...(method === 'POST' && { body }) });
    const page = await (await fetch(login.headers.get('location') ?? '')).text();
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
    const [, action = ''] = /method="post" action="([^"]+)"/.exec(page) ?? [];
    const launch = await fetch(action, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookiesOf(login).join('; ') },
      body: new URLSearchParams({ id_token: await change(field('id_token')), state: field('state') }),
    });
    if (launch.status !== 302) return { status: launch.status, token: (await launch.json()) as Any };
    const opened = await fetch(new URL(launch.headers.get('location') ?? '', action), {
      headers: { cookie: cookiesOf(launch).join('; ') },
    });
    return { status: opened.status, token: (await opened.json()) as Any };
  }

  it.each(modes)(
    'accepts launches of %s, of students and of teachers, and refuses a token that is not ours',
    async (mode) => {
      const { lti } = platform;
      lti.mode = mode;
      for (const [username, role] of [
        [STUDENT, 'Learner'],
        [TEACHER, 'Instructor'],
      ] as const) {
        const { status, token } = await launched(username);
        expect(status).toBe(200);
        expect(token).toMatchObject({
          user: lti.subject(username),
          iss: lti.registration().issuer,
          clientId: lti.registration().clientId,
          deploymentId: lti.registration().deployments[0],
          platformContext: { messageType: 'LtiResourceLinkRequest', targetLinkUri: `${tool.url}/` },
        });
        expect(token.platformContext.roles).toContain(`http://purl.imsglobal.org/vocab/lis/v2/membership#${role}`);
      }
      const broken = await launched(STUDENT, { change: (token) => `${token.slice(0, -8)}AAAAAAAA` });
      expect(broken).toMatchObject({ status: 401, token: { details: { message: 'invalid signature' } } });
      const other = await launched(STUDENT, {
        change: () => lti.sign({ ...lti.claims(STUDENT, lti.links[0] as Link), aud: 'another tool' }),
      });
      expect(other).toMatchObject({ status: 401, token: { details: { message: 'UNREGISTERED_PLATFORM' } } });
    },
  );

  it.each(modes)('sends scores to %s, reads them again, and reads line items and members', async (mode) => {
    const { lti } = platform;
    lti.mode = mode;
    const link = lti.addLink({ title: `Graded in ${mode}` });
    const { token } = await launched(STUDENT, { link });
    const { Grade, NamesAndRoles } = tool.provider;
    const { lineitem } = token.platformContext.endpoint;
    const score = { scoreGiven: 8, scoreMaximum: 10, activityProgress: 'Completed', gradingProgress: 'FullyGraded' };
    await Grade.submitScore(token, lineitem, score);
    expect(lti.grade(STUDENT, link)).toMatchObject({ grade: 80, posts: 1, accepted: 1 });
    const { scores } = await Grade.getScores(token, lineitem, { userId: token.user });
    expect(scores).toEqual([expect.objectContaining({ userId: token.user, scoreOf: lineitem })]);
    const { lineItems } = await Grade.getLineItems(token, { resourceLinkId: true });
    if (mode === 'openedx') expect(lineItems.map((one: Any) => one.id)).toContain(lineitem);
    else expect(lineItems).toEqual([expect.objectContaining({ id: lineitem, label: link.title })]);
    const { members } = await NamesAndRoles.getMembers(token, { limit: 2, pages: false });
    expect(members.length).toBeGreaterThan(5);
    expect(new Set(members.map((one: Any) => one.user_id))).toContain(token.user);
  });

  it.each(modes)('links content into %s', async (mode) => {
    const { lti } = platform;
    lti.mode = mode;
    const { token } = await launched(TEACHER, { kind: 'deep-linking' });
    expect(token.platformContext.messageType).toBe('LtiDeepLinkingRequest');
    const form: string = await tool.provider.DeepLinking.createDeepLinkingForm(token, [
      {
        type: 'ltiResourceLink',
        title: `Linked in ${mode}`,
        url: `${tool.url}/?a=1`,
        custom: { assessment_id: 'asm_1' },
      },
    ]);
    const [, action = ''] = /action="([^"]+)"/.exec(form) ?? [];
    const [, jwt = ''] = /name="JWT" value="([^"]+)"/.exec(form) ?? [];
    const saved = await fetch(action.replaceAll('&amp;', '&'), {
      method: 'POST',
      body: new URLSearchParams({ JWT: jwt }),
    });
    expect(await saved.text()).toContain(`1 added: Linked in ${mode}`);
    expect(lti.links.at(-1)).toMatchObject({ title: `Linked in ${mode}`, custom: { assessment_id: 'asm_1' } });
    lti.removeLink(lti.links.at(-1) as Link);
  });

  it('registers itself as with Moodle, and launches once it was activated', async () => {
    const { lti } = platform;
    lti.mode = 'moodle';
    const registering = await fetch(`${lms.origin}/lti/register-tool`, {
      method: 'POST',
      body: new URLSearchParams({ url: `${tool.url}/register` }),
    });
    const [, src = ''] = /<iframe[^>]+src="([^"]+)"/.exec(await registering.text()) ?? [];
    const page = new URL(src.replaceAll('&amp;', '&'));
    const done: string = await tool.provider.DynamicRegistration.register(
      page.searchParams.get('openid_configuration'),
      page.searchParams.get('registration_token'),
    );
    expect(done).toContain('org.imsglobal.lti.close');
    const made = lti.tools.at(-1);
    expect(made).toMatchObject({ mode: 'moodle', title: 'A tool of ltijs', isActive: false, deploymentIds: ['4'] });
    const clientId = made?.clientId ?? '';
    expect(lti.registration().clientId).not.toBe(clientId);
    await fetch(`${lms.origin}/lti/activate-tool`, { method: 'POST', body: new URLSearchParams({ clientId }) });
    expect(lti.registration().clientId).toBe(clientId);
    expect(await launched(STUDENT)).toMatchObject({ status: 200, token: { clientId, deploymentId: '4' } });
  });
});

/** What a token endpoint makes of a request. */
type Verdict = 'token' | 'not this client' | 'not this request';

const verdictOf = (status: number, body: Any): string => {
  if (status === 200 && typeof body.access_token === 'string') return 'token';
  if (body.error === 'invalid_client') return 'not this client';
  const about = ['invalid_request', 'invalid_scope', 'unsupported_grant_type', 'unauthorized_client'];
  return about.includes(body.error) ? 'not this request' : `${status} ${JSON.stringify(body)}`;
};

describe('the token endpoint beside that of oidc-provider', () => {
  type Case = {
    readonly about: string;
    readonly claims?: JWTPayload;
    readonly header?: Record<string, unknown>;
    readonly form?: Record<string, string | undefined>;
    readonly with?: 'another key' | 'no signature' | 'a cut token' | 'the same again';
    readonly peer: Verdict;
    /** Where LTI's security framework, or a platform, wants otherwise. */
    readonly canvas?: Verdict;
    readonly openedx: string;
  };

  const now = () => Math.floor(Date.now() / 1000);
  const yes = 'token' as const;
  const client = 'not this client' as const;
  const request = 'not this request' as const;
  // Open edX says `invalid_grant` to what it cannot read and to what has expired.
  const grant = '400 {"error":"invalid_grant"}';

  const cases: Case[] = [
    { about: 'a good one', peer: yes, openedx: yes },
    { about: 'an audience that is a list', claims: { aud: ['TOKEN', 'https://x.example'] }, peer: yes, openedx: yes },
    { about: 'another audience', claims: { aud: 'https://elsewhere.example/token' }, peer: client, openedx: yes },
    { about: 'no audience', claims: { aud: undefined as never }, peer: client, openedx: yes },
    { about: 'expired', claims: { exp: now() - 60 }, peer: client, openedx: grant },
    { about: 'no expiry', claims: { exp: undefined as never }, peer: client, openedx: yes },
    { about: 'an expiry in words', claims: { exp: 'soon' as never }, peer: client, openedx: grant },
    { about: 'not active yet', claims: { nbf: now() + 60 }, peer: client, openedx: client },
    { about: 'no jti', claims: { jti: undefined as never }, peer: client, openedx: yes },
    { about: 'a jti that is a number', claims: { jti: 7 as never }, peer: client, openedx: client },
    { about: 'the same twice', with: 'the same again', peer: client, openedx: yes },
    { about: 'another key', with: 'another key', peer: client, openedx: client },
    { about: 'alg none', with: 'no signature', peer: client, openedx: client },
    { about: 'cut in the middle', with: 'a cut token', peer: request, openedx: grant },
    { about: 'another issuer', claims: { iss: 'somebody' }, peer: client, openedx: yes },
    { about: 'another subject', claims: { sub: 'somebody' }, peer: client, openedx: yes },
    { about: 'a key id nobody knows', header: { kid: 'x' }, peer: client, openedx: client },
    { about: 'no iat', claims: { iat: undefined as never }, peer: yes, openedx: yes },
    { about: 'no assertion type', form: { client_assertion_type: undefined }, peer: request, openedx: request },
    { about: 'another grant', form: { grant_type: 'password' }, peer: request, openedx: request },
    { about: 'no grant', form: { grant_type: undefined }, peer: request, openedx: request },
    // The platforms' libraries look at `iat` although there is an `exp`.
    { about: 'issued in a minute', claims: { iat: now() + 60 }, peer: yes, canvas: client, openedx: client },
    // oidc-provider lets go of scopes it does not know; RFC 6749 §5.2 has an error for them.
    { about: 'a scope nobody knows', form: { scope: 'x' }, peer: yes, canvas: request, openedx: yes },
    // security-v1p0 §5.3 wants a key id; Open edX tries every key.
    { about: 'no key id', header: { kid: undefined }, peer: yes, canvas: client, openedx: yes },
  ];

  let peer: { server: Server; issuer: string };
  const keys = { tool: undefined as Any, other: undefined as Any };

  beforeAll(async () => {
    keys.tool = await aKey('tool-1');
    keys.other = await aKey('tool-1');
    let answer: (request: Any, response: Any) => void = () => {};
    const server = createServer((incoming, outgoing) => answer(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: aPlatform({ mode: 'canvas' }).lti.registration().clientId,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [keys.tool.publicJwk] },
        },
      ],
      scopes: Object.values(scopes),
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
      clientAuthMethods: ['private_key_jwt'],
      ttl: { ClientCredentials: 600 },
      jwks: { keys: [{ ...platformKey.publicJwk, ...(await exportJWK(platformKey.privateKey)) }] },
      cookies: { keys: ['a secret'] },
    });
    answer = provider.callback();
    peer = { server, issuer };
  });

  afterAll(() => {
    peer.server.close();
  });

  /** The assertion of a case, for this client at this address. */
  async function assertionOf(one: Case, clientId: string, tokenUrl: string): Promise<string> {
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: tokenUrl,
      iat: now() - 10,
      exp: now() + 300,
      jti: crypto.randomUUID(),
    };
    const text = JSON.stringify({ ...claims, ...one.claims }).replaceAll('"TOKEN"', JSON.stringify(tokenUrl));
    const header = JSON.parse(JSON.stringify({ alg: 'RS256', kid: 'tool-1', ...one.header })) as { alg: string };
    const key = one.with === 'another key' ? keys.other : keys.tool;
    const signed = await new SignJWT(JSON.parse(text) as JWTPayload).setProtectedHeader(header).sign(key.privateKey);
    if (one.with === 'a cut token') return signed.slice(0, signed.indexOf('.') + 20);
    if (one.with !== 'no signature') return signed;
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ ...header, alg: 'none' })}.${part(JSON.parse(text))}.`;
  }

  type Ask = (form: URLSearchParams) => Promise<Response>;

  async function verdict(one: Case, clientId: string, tokenUrl: string, ask: Ask) {
    const whole: Record<string, string | undefined> = {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION,
      client_assertion: await assertionOf(one, clientId, tokenUrl),
      scope: scopes.scores,
      ...one.form,
    };
    const form = () =>
      new URLSearchParams(Object.entries(whole).filter((pair): pair is [string, string] => pair[1] !== undefined));
    if (one.with === 'the same again') await ask(form());
    const response = await ask(form());
    return verdictOf(response.status, await response.json());
  }

  const ofStandIn = (mode: 'canvas' | 'openedx') => {
    const fetch = async () => Response.json({ keys: [keys.tool.publicJwk] });
    const { lti, send } = aPlatform({ mode, now: Date.now, fetch });
    const { clientId, authTokenUrl } = lti.registration();
    return (one: Case) => verdict(one, clientId, authTokenUrl, (body) => send(authTokenUrl, { method: 'POST', body }));
  };

  it('gives the same verdict on client assertions when it is strict, and Open edX’s when it is that', async () => {
    const { clientId } = aPlatform({ mode: 'canvas' }).lti.registration();
    const [canvas, openedx] = [ofStandIn('canvas'), ofStandIn('openedx')];
    const found = [];
    for (const one of cases)
      found.push({
        about: one.about,
        peer: await verdict(one, clientId, `${peer.issuer}/token`, (body) =>
          fetch(`${peer.issuer}/token`, { method: 'POST', body }),
        ),
        canvas: await canvas(one),
        openedx: await openedx(one),
      });
    expect(found).toEqual(
      cases.map((one) => ({ about: one.about, peer: one.peer, canvas: one.canvas ?? one.peer, openedx: one.openedx })),
    );
    // Where the strict one differs, it is by a rule that is written beside the case, and only stricter.
    const stricter = cases.filter((one) => one.canvas !== undefined);
    expect(stricter.map((one) => [one.peer, one.canvas])).toEqual([
      ['token', 'not this client'],
      ['token', 'not this request'],
      ['token', 'not this client'],
    ]);
  });
});
