import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Link } from '../../scripts/lms/lti/lti-state.ts';
import { type Mode, modes } from '../../scripts/lms/lti/modes.ts';
import { AGS, claim, mediaTypes, NRPS, SUBMISSION, scopes } from '../../scripts/lms/lti/vocabulary.ts';
import { MATHEMATICS } from '../../scripts/lms/seed.ts';
import { type Any, aPlatform, authorisationUrl, TOOL } from './a-tool.ts';

const STUDENT = 'chisomo_banda';
const TEACHER = 'mercy_teacher';
const ASSISTANT = 'pemphero_zulu';

const role = (text: string) => `http://purl.imsglobal.org/vocab/lis/v2/${text}`;

/** A platform in one mode, with a launch all the way to the claims that reached the tool. */
function started(mode: Mode) {
  const all = aPlatform({ mode });
  const { lti, send } = all;
  const graded = lti.links[0] as Link;
  const ask = (params: Record<string, string>, changes = {}) =>
    lti.authorise(authorisationUrl(lti.registration().authLoginUrl, params, changes));
  const launch = async (username: string, link: Link = graded, kind: 'resource' | 'deep-linking' = 'resource') => {
    const login = lti.makeLaunch(username, link, { kind });
    const answer = await ask(login.params);
    if (answer.kind === 'page') throw new Error(answer.message);
    const { registration } = lti;
    const keySet = (await (await send(registration().keySetUrl)).json()) as Any;
    const { payload, protectedHeader } = await jwtVerify(answer.fields.id_token ?? '', createLocalJWKSet(keySet), {
      issuer: registration().issuer,
      audience: registration().clientId,
      currentDate: new Date(all.clock.ms),
    });
    return { login, answer, payload: payload as Any, protectedHeader };
  };
  const tokenFor = async (...wanted: string[]): Promise<string> =>
    (await all.askToken(wanted.join(' '))).body.access_token;
  /** Sends scores of one student to the line item of a launch. */
  const scorer = async (link: Link = graded, username = STUDENT) => {
    const { payload } = await launch(username, link);
    const token = await tokenFor(scopes.scores, scopes.results, scopes.lineItems, scopes.readLineItems);
    const item = new URL(payload[AGS].lineitem);
    const at = (name: string) => `${item.origin}${item.pathname}/${name}${item.search}`;
    const score = (changes: object = {}, options: object = {}) =>
      all.serve(at('scores'), token, {
        method: 'POST',
        type: mediaTypes.score,
        body: {
          userId: payload.sub,
          timestamp: new Date(all.clock.ms).toISOString(),
          activityProgress: 'Completed',
          gradingProgress: 'FullyGraded',
          scoreGiven: 7,
          scoreMaximum: 10,
          ...changes,
        },
        ...options,
      });
    const results = () => all.serve(at('results'), token);
    const grade = () => lti.grade(username, link);
    return { payload, token, item, score, results, grade };
  };
  return { ...all, graded, ask, launch, tokenFor, scorer };
}

describe('launches of the stand-in', () => {
  it('are begun by GET in Open edX and by POST elsewhere, with what each platform sends', async () => {
    const begun = Object.fromEntries(
      modes.map((mode) => {
        const { lti, graded } = started(mode);
        return [mode, lti.makeLaunch(STUDENT, graded)];
      }),
    ) as Record<Mode, ReturnType<ReturnType<typeof started>['lti']['makeLaunch']>>;
    const names = (mode: Mode) => Object.keys(begun[mode].params).sort();
    const common = ['client_id', 'iss', 'login_hint', 'lti_message_hint', 'target_link_uri'];
    expect(names('openedx')).toEqual([...common, 'lti_deployment_id'].sort());
    expect(names('moodle')).toEqual([...common, 'lti_deployment_id'].sort());
    expect(names('canvas')).toEqual([...common, 'canvas_environment', 'canvas_region', 'lti_storage_target'].sort());
    expect(begun.openedx.method).toBe('GET');
    expect(new URL(begun.openedx.url).searchParams.get('lti_message_hint')).toMatch(/^[0-9a-f]{32}$/);
    expect([begun.moodle.method, begun.canvas.method]).toEqual(['POST', 'POST']);
    expect(JSON.parse(begun.moodle.params.lti_message_hint ?? '')).toMatchObject({ cmid: 101 });
    expect(begun.canvas.params.iss).toBe('https://canvas.instructure.com');
    expect(begun.openedx.params.iss).toBe('http://localhost:8842');
  });

  it.each([
    ['openedx', 3600],
    ['moodle', 60],
    ['canvas', 3600],
  ] as const)('carry the claims of %s', async (mode, seconds) => {
    const { launch } = started(mode);
    const { payload, protectedHeader, answer } = await launch(STUDENT);
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    expect(payload.exp - payload.iat).toBe(seconds);
    expect(payload.nonce).toBe('the-nonce');
    expect(payload[claim('roles')]).toContain(role('membership#Learner'));
    expect(payload[claim('target_link_uri')]).toBe(`${TOOL}/lti/launch`);
    expect(payload).not.toHaveProperty('jti');
    expect(answer).toMatchObject({ action: `${TOOL}/lti/launch`, fields: { state: 'the-state' } });
    expect(Object.keys((answer as Any).fields).includes('lti_storage_target')).toBe(mode === 'canvas');
    expect(payload[NRPS].service_versions).toEqual(['2.0']);
    if (mode === 'openedx') {
      expect(payload).not.toHaveProperty('name');
      expect(payload).not.toHaveProperty('email');
      expect(payload.azp).toBe(payload.aud);
      expect(payload[claim('context')]).toMatchObject({ id: MATHEMATICS, label: MATHEMATICS });
      expect(payload[claim('resource_link')]).toEqual({
        id: expect.stringMatching(/^block-v1:EduMW\+.*type@lti_consumer\+block@[0-9a-f]{32}$/),
      });
      expect(payload[claim('launch_presentation')]).toEqual({ document_target: 'iframe' });
      expect(payload[claim('tool_platform')]).not.toHaveProperty('product_family_code');
      expect(payload[AGS].scope).not.toContain(scopes.lineItems);
      expect(payload[claim('deployment_id')]).toBe('1');
    }
    if (mode === 'moodle') {
      expect(payload).not.toHaveProperty('azp');
      expect(payload.sub).toBe('1042');
      expect(payload[AGS].lineitem).toMatch(/\/lineitem\?type_id=3$/);
      expect(payload[claim('launch_presentation')].return_url).toContain('/mod/lti/return.php');
    }
    if (mode === 'canvas') {
      expect(payload[claim('deployment_id')]).toMatch(/^7:/);
      expect(payload).toMatchObject({ azp: payload.aud, name: 'Chisomo Banda', email: 'chisomo.banda@example.com' });
    }
  });

  it('tell of people what the settings say', async () => {
    const { lti, launch } = started('openedx');
    const told = async (tells: 'none' | 'email' | 'names' | 'all' | null) => {
      lti.settings.tells = tells;
      const { payload } = await launch(STUDENT);
      return ['name', 'email', 'preferred_username', 'sub'].filter((name) => name in payload);
    };
    expect(await told('none')).toEqual(['sub']);
    expect(await told('email')).toEqual(['email', 'sub']);
    expect(await told('names')).toEqual(['name', 'sub']);
    expect(await told('all')).toEqual(['name', 'email', 'preferred_username', 'sub']);
    lti.settings.isAnonymous = true;
    expect(await told('all')).toEqual([]);
  });

  it('make a teaching assistant what each platform makes of one', async () => {
    const rolesIn = async (mode: Mode) => {
      const { launch } = started(mode);
      return [...(await launch(ASSISTANT)).payload[claim('roles')]].sort();
    };
    const sub = role('membership/Instructor#TeachingAssistant');
    expect(await rolesIn('openedx')).toEqual(
      [role('membership#Learner'), sub, role('institution/person#None'), role('system/person#None')].sort(),
    );
    expect(await rolesIn('moodle')).toEqual([role('membership#Instructor')]);
    expect(await rolesIn('canvas')).toContain(sub);
  });

  it('are answered only for the exact redirect URI, and errors go where each platform sends them', async () => {
    for (const mode of modes) {
      const { ask, lti, graded } = started(mode);
      const begin = () => lti.makeLaunch(STUDENT, graded).params;
      for (const redirect_uri of [`${TOOL}/lti/launch/`, `${TOOL}/lti/launch?x=1`, 'https://elsewhere.example/'])
        expect(await ask(begin(), { redirect_uri })).toMatchObject({ kind: 'page', status: 400 });
      expect(await ask(begin(), { client_id: 'nobody' })).toMatchObject({ kind: 'page' });
      const noNonce = await ask(begin(), { nonce: undefined });
      if (mode === 'openedx') expect(noNonce).toMatchObject({ kind: 'page', status: 400 });
      else
        expect(noNonce).toMatchObject({
          kind: 'form',
          action: `${TOOL}/lti/launch`,
          fields: { error: expect.stringMatching(/^invalid_request/), state: 'the-state' },
        });
      expect(await ask(begin())).toMatchObject({ kind: 'form', fields: { id_token: expect.any(String) } });
    }
  });

  it('are for the person they were begun for', async () => {
    const errors = { moodle: 'access_denied', canvas: 'login_required' };
    for (const mode of ['moodle', 'canvas'] as const) {
      const { ask, lti, graded } = started(mode);
      const { params } = lti.makeLaunch(STUDENT, graded);
      const other = lti.makeLaunch(TEACHER, graded).params.login_hint;
      expect(await ask(params, { login_hint: other })).toMatchObject({ fields: { error: errors[mode] } });
    }
  });

  it('want the message hint back byte for byte, and within its time', async () => {
    const moodle = started('moodle');
    const { params } = moodle.lti.makeLaunch(TEACHER, moodle.graded, { kind: 'deep-linking' });
    const hint = params.lti_message_hint ?? '';
    const rewritten = JSON.stringify(JSON.parse(hint));
    expect(rewritten).not.toBe(hint);
    expect(await moodle.ask(params, { lti_message_hint: rewritten })).toMatchObject({
      fields: { error: 'invalid_request' },
    });
    expect(await moodle.ask(params)).toMatchObject({ fields: { id_token: expect.any(String) } });
    // It is taken out of the session.
    expect(await moodle.ask(params)).toMatchObject({ fields: { error: 'invalid_request' } });

    const openedx = started('openedx');
    const begun = openedx.lti.makeLaunch(STUDENT, openedx.graded).params;
    expect(await openedx.ask(begun)).toMatchObject({ kind: 'form' });
    openedx.clock.ms += 599_000;
    expect(await openedx.ask(begun)).toMatchObject({ kind: 'form' });
    openedx.clock.ms += 1000;
    expect(await openedx.ask(begun)).toMatchObject({ kind: 'page', message: expect.stringContaining('cache miss') });
  });

  it('run by pages alone: a start, a redirect or a form, and a form back', async () => {
    const { send, lti } = started('openedx');
    const start = await send(`/lti/start?as=${STUDENT}&link=1`);
    expect(start.status).toBe(302);
    const login = new URL(start.headers.get('location') ?? '');
    expect(login.origin + login.pathname).toBe(`${TOOL}/lti/login`);
    const params = Object.fromEntries(login.searchParams);
    const page = await (await send(authorisationUrl(lti.registration().authLoginUrl, params))).text();
    expect(page).toContain(`<form id="lti" method="post" action="${TOOL}/lti/launch">`);
    expect(page).toMatch(/name="id_token" value="eyJ[^"]+\.[^"]+\.[^"]+"/);
    expect(page).toMatch(/<noscript>.*<button type="submit">/);
    lti.mode = 'moodle';
    const form = await (await send(`/lti/start?as=${STUDENT}&link=1`)).text();
    expect(form).toContain(`<form id="lti" method="post" action="${TOOL}/lti/login">`);
    expect((await send('/lti/start?as=yankho_mwale&link=1')).status).toBe(403);
  });
});

describe('keys of the stand-in', () => {
  it('turn over with the old key kept or dropped, and go wrong when told to', async () => {
    const { lti, send, platform, launch } = started('openedx');
    const url = lti.registration().keySetUrl;
    const kids = async () => ((await (await send(url)).json()) as Any).keys.map((one: Any) => one.kid);
    const first = await lti.currentKey();
    const second = await lti.rotateKeys();
    expect(await kids()).toEqual([second, first]);
    expect((await launch(STUDENT)).protectedHeader.kid).toBe(second);
    const third = await lti.rotateKeys({ drop: true });
    expect(await kids()).toEqual([third]);
    for (const [one] of ((await (await send(url)).json()) as Any).keys.map((jwk: Any) => [jwk]))
      expect(one).not.toHaveProperty('d');
    const { faults } = platform;
    faults.keysHtml = { times: 1 };
    expect((await send(url)).headers.get('content-type')).toContain('text/html');
    faults.keysHuge = { times: 1 };
    expect((await (await send(url)).text()).length).toBeGreaterThan(10_000_000);
    faults.redirect = { times: 1, on: ['lti-keys'] };
    expect((await send(url)).status).toBe(302);
    faults.down = { times: 1, on: ['lti-keys'] };
    expect([(await send(url)).status, (await send(url)).status]).toEqual([503, 200]);
  });
});

describe('access tokens of the stand-in', () => {
  it('are given to good assertions in every mode, with the platform’s own words', async () => {
    for (const mode of modes) {
      const { askToken, fetched } = started(mode);
      const { status, body, headers } = await askToken(`${scopes.scores} ${scopes.results}`);
      expect([status, body.scope]).toEqual([200, `${scopes.scores} ${scopes.results}`]);
      expect(body.token_type).toBe(mode === 'openedx' ? 'bearer' : 'Bearer');
      expect(headers.get('date')).toBe('Tue, 14 Apr 2026 09:10:00 GMT');
      expect(fetched).toEqual([`${TOOL}/lti/jwks`]);
    }
  });

  it('are refused as each platform refuses', async () => {
    const outcome = async (mode: Mode, changes: object, scope: string = scopes.scores) => {
      const { askToken, assertion } = started(mode);
      const { status, body } = await askToken(scope, { client_assertion: await assertion(changes as Any) });
      return status === 200 ? `200 "${body.scope}"` : `${status} ${body.error}`;
    };
    const table: [string, object, string | undefined, Record<Mode, string>][] = [
      [
        'iat 5 s ahead',
        { iat: 1776157805 },
        undefined,
        { openedx: '400 invalid_client', moodle: '400 invalid_client', canvas: '401 invalid_client' },
      ],
      [
        'expired',
        { exp: 1776157800 },
        undefined,
        { openedx: '400 invalid_grant', moodle: '400 invalid_client', canvas: '401 invalid_client' },
      ],
      [
        'another audience',
        { aud: 'https://elsewhere.example/token' },
        undefined,
        { openedx: `200 "${scopes.scores}"`, moodle: '400 invalid_client', canvas: '401 invalid_client' },
      ],
      [
        'another subject',
        { sub: 'somebody' },
        undefined,
        { openedx: `200 "${scopes.scores}"`, moodle: '400 invalid_client', canvas: '401 invalid_client' },
      ],
      [
        'no exp',
        { exp: undefined },
        undefined,
        { openedx: `200 "${scopes.scores}"`, moodle: `200 "${scopes.scores}"`, canvas: '401 invalid_client' },
      ],
      [
        'a jti that is a number',
        { jti: 7 },
        undefined,
        { openedx: '400 invalid_client', moodle: `200 "${scopes.scores}"`, canvas: '401 invalid_client' },
      ],
      [
        'a scope nobody knows',
        {},
        'x',
        { openedx: '200 ""', moodle: '400 invalid_scope', canvas: '400 invalid_scope' },
      ],
      [
        'half known scopes',
        {},
        `${scopes.scores} x`,
        { openedx: `200 "${scopes.scores}"`, moodle: `200 "${scopes.scores}"`, canvas: '400 invalid_scope' },
      ],
    ];
    const found = [];
    for (const [name, changes, scope] of table)
      found.push([
        name,
        Object.fromEntries(await Promise.all(modes.map(async (mode) => [mode, await outcome(mode, changes, scope)]))),
      ]);
    expect(found).toEqual(table.map(([name, , , wanted]) => [name, wanted]));
  });

  it('see a clock that runs otherwise, and tell of it', async () => {
    const { askToken, assertion, platform, seconds } = started('openedx');
    platform.faults.clockSkewMs = -30_000;
    const refused = await askToken(scopes.scores);
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
    expect(refused.headers.get('date')).toBe('Tue, 14 Apr 2026 09:09:30 GMT');
    expect((await askToken(scopes.scores, { client_assertion: await assertion({ iat: seconds() - 40 }) })).status).toBe(
      200,
    );
  });

  it('are told apart from none by 403 in Open edX and 401 elsewhere, also when they have expired', async () => {
    for (const mode of modes) {
      const { scorer, clock, serve, platform } = started(mode);
      const { score, results, item } = await scorer();
      const refusal = mode === 'openedx' ? 403 : 401;
      expect((await score()).status).toBe(mode === 'openedx' ? 201 : 200);
      clock.ms += 3_600_000;
      expect((await score()).status).toBe(refusal);
      expect((await results()).status).toBe(refusal);
      expect((await serve(item.href, undefined)).status).toBe(refusal);
      platform.faults.unauthorised = { times: 1, on: ['lti-scores'] };
      expect((await score()).status).toBe(401);
    }
  });

  it('open only what their scopes say', async () => {
    for (const mode of modes) {
      const { launch, serve, tokenFor } = started(mode);
      const { payload } = await launch(STUDENT);
      const only = await tokenFor(scopes.members);
      expect((await serve(payload[NRPS].context_memberships_url, only)).status).toBe(200);
      expect((await serve(payload[AGS].lineitem, only)).status).toBe(mode === 'openedx' ? 403 : 401);
    }
  });
});

describe('scores', () => {
  it('reach the gradebook of Open edX only when final and above 0, capped, each later than the one before', async () => {
    const { scorer, clock, lti } = started('openedx');
    const { score, results, grade, payload } = await scorer();
    expect(
      (
        await score({
          gradingProgress: 'NotReady',
          activityProgress: 'Started',
          scoreGiven: undefined,
          scoreMaximum: undefined,
        })
      ).status,
    ).toBe(201);
    expect(grade()).toMatchObject({ grade: null, activityProgress: 'Started', gradingProgress: 'NotReady' });
    expect((await results()).body).toEqual([]);
    expect((await score()).body).toEqual({ timestamp: ['Score already exists for the provided timestamp'] });
    clock.ms += 1;
    expect((await score()).status).toBe(201);
    expect(grade()?.grade).toBe(70);
    clock.ms -= 1000;
    expect(await score()).toMatchObject({
      status: 400,
      body: { timestamp: ['Score timestamp can only be updated to a later point in time'] },
    });
    clock.ms += 2000;
    expect((await score({ scoreGiven: 0 })).status).toBe(201);
    // It is kept, and the gradebook goes on showing the one before.
    expect(grade()).toMatchObject({ grade: 70, scoreGiven: 0, posts: 5, accepted: 3 });
    expect((await results()).body).toEqual([
      expect.objectContaining({ userId: payload.sub, resultScore: 0, resultMaximum: 10, comment: null }),
    ]);
    clock.ms += 1000;
    await score({ scoreGiven: 12 });
    expect(grade()?.grade).toBe(100);
    clock.ms += 1000;
    expect((await score({ scoreMaximum: undefined })).body).toHaveProperty('scoreMaximum');
    expect((await score({ userId: 'nobody' })).status).toBe(500);
    expect((await score({}, { type: 'application/json' })).status).toBe(415);
    expect(lti.posts.map(({ status }) => status)).toEqual([201, 400, 201, 400, 201, 201, 400, 500, 415]);
  });

  it('count in Moodle by whole seconds, for students only, and take the grade away when not final', async () => {
    const { scorer, clock, lti } = started('moodle');
    const { score, results, grade } = await scorer();
    expect(await score()).toMatchObject({ status: 200, text: '' });
    expect(grade()?.grade).toBe(70);
    clock.ms += 500;
    expect((await score({ scoreGiven: 8 })).status).toBe(409);
    clock.ms += 100;
    expect((await score({ scoreGiven: 8 })).status).toBe(200);
    expect((await results()).body[0]).toMatchObject({ resultScore: 80, resultMaximum: 100 });
    clock.ms += 1000;
    expect((await score({ gradingProgress: 'NotReady' })).status).toBe(200);
    expect(grade()?.grade).toBeNull();
    expect((await results()).body[0]).not.toHaveProperty('resultScore');
    clock.ms += 1000;
    for (const username of [TEACHER, 'yankho_mwale'])
      expect((await score({ userId: lti.subject(username) })).status).toBe(400);
    expect((await score({}, { type: 'application/json' })).status).toBe(400);
    expect((await score({ timestamp: 'yesterday' })).status).toBe(400);
    expect((await score({ scoreGiven: 0 })).status).toBe(200);
    expect(grade()?.grade).toBe(0);
  });

  it('make a new submission in Canvas unless told not to, and refuse with its codes', async () => {
    const { scorer, clock, lti, graded } = started('canvas');
    const { score, grade } = await scorer();
    const first = await score();
    expect([first.status, new URL(first.body.resultUrl).pathname]).toEqual([200, expect.stringContaining('/results/')]);
    expect(grade()).toMatchObject({ grade: 70, submissions: 1 });
    // The same time once more is no earlier.
    expect((await score({ scoreGiven: 8 })).status).toBe(200);
    expect(grade()).toMatchObject({ grade: 80, submissions: 2 });
    const update = { [SUBMISSION]: { new_submission: false } };
    expect((await score({ scoreGiven: 9, ...update })).status).toBe(200);
    expect(grade()).toMatchObject({ grade: 90, submissions: 2 });
    graded.allowedAttempts = 2;
    expect((await score()).body.errors.message).toContain('maximum number of allowed attempts');
    expect((await score(update)).status).toBe(200);
    clock.ms -= 1;
    expect((await score(update)).status).toBe(400);
    clock.ms += 1;
    expect((await score({ ...update, scoreMaximum: undefined })).status).toBe(422);
    expect((await score({ ...update, userId: lti.subject(TEACHER) })).status).toBe(422);
    expect((await score({ ...update, activityProgress: undefined })).status).toBe(400);
    expect((await score(update, { headers: { 'user-agent': '' } })).status).toBe(403);
  });

  it('are kept although the answer is 500, or refused while the platform is down, when faults say so', async () => {
    const { scorer, platform, clock } = started('openedx');
    const { score, grade } = await scorer();
    platform.faults.down = { times: 2, on: ['lti-scores'] };
    expect([(await score()).status, (await score()).status]).toEqual([503, 503]);
    expect(grade()).toMatchObject({ grade: null, posts: 2, accepted: 0 });
    platform.faults.storeThenFail = { times: 1 };
    expect((await score()).status).toBe(500);
    expect(grade()).toMatchObject({ grade: 70, posts: 3, accepted: 1 });
    clock.ms += 1000;
    platform.faults.throttled = { times: 1, on: ['lti-scores'] };
    platform.faults.retryAfterSeconds = 7;
    const throttled = await score();
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    platform.faults.forbidden = { times: 1, on: ['lti-scores'] };
    expect((await score()).status).toBe(403);
    expect((await score()).status).toBe(201);
  });

  it('of one link do not reach the line item of another block', async () => {
    const { scorer, lti, serve } = started('openedx');
    const other = lti.addLink({ title: 'Another', custom: { assessment_id: 'asm_1' } });
    const { item, token } = await scorer(other);
    const [, place] = /\/lti\/(\d+)\//.exec(item.pathname) ?? [];
    expect(Number(place)).toBe(other.number);
    expect((await serve(item.href.replace(`/lti/${place}/`, '/lti/1/'), token)).status).toBe(404);
    expect((await serve(item.href, token)).body).toMatchObject({ label: 'Another', scoreMaximum: 100 });
  });
});

describe('line items and members', () => {
  it('are listed, made, changed, filtered and paged as each platform does', async () => {
    for (const mode of modes) {
      const { scorer, serve, lti } = started(mode);
      const { payload, token } = await scorer();
      const url = new URL(payload[AGS].lineitems);
      const write = {
        type: mediaTypes.lineItem,
        body: { label: 'Extra', scoreMaximum: 10, resourceId: 'r1', tag: 'quiz' },
      };
      const make = () => serve(url.href, token, { method: 'POST', ...write });
      if (mode === 'openedx') {
        expect((await make()).status).toBe(403);
        lti.settings.isProgrammatic = true;
        expect((await serve(url.href, token, { headers: { accept: 'application/json' } })).status).toBe(406);
        expect((await serve(url.href, token, { method: 'POST', ...write, type: 'application/json' })).status).toBe(415);
        expect(
          (await serve(url.href, token, { method: 'POST', ...write, body: { ...write.body, scoreMaximum: 9.5 } }))
            .status,
        ).toBe(400);
      }
      const made = await make();
      expect([made.status, made.headers.get('content-type')]).toEqual([201, mediaTypes.lineItem]);
      const filtered = new URL(url);
      filtered.searchParams.set('tag', 'quiz');
      expect((await serve(filtered.href, token)).body).toEqual([made.body]);
      const changed = await serve(made.body.id, token, {
        method: 'PUT',
        ...write,
        body: { ...write.body, label: 'Other' },
      });
      expect(changed.body).toMatchObject({ id: made.body.id, label: 'Other' });
      const small = new URL(url);
      small.searchParams.set('limit', '1');
      const page = await serve(small.href, token);
      if (mode === 'openedx') expect([page.body.length, page.headers.get('link')]).toEqual([2, null]);
      else {
        const [, next = ''] = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '') ?? [];
        const second = await serve(next, token);
        expect([...page.body, ...second.body].map((one: Any) => one.label)).toEqual([
          'End of term examination',
          'Other',
        ]);
        expect(second.headers.get('link')).not.toContain('rel="next"');
      }
      const removed = await serve(made.body.id, token, { method: 'DELETE' });
      expect(removed.status).toBe(mode === 'openedx' ? 403 : 204);
      if (mode === 'moodle') expect((await serve(url.origin + url.pathname, token)).status).toBe(403);
    }
  });

  it('are shown with roles and names in the platform’s manner, in pages, and not when there are too many', async () => {
    for (const mode of modes) {
      const { launch, serve, tokenFor, platform } = started(mode);
      const { payload } = await launch(STUDENT);
      const token = await tokenFor(scopes.members);
      const url = payload[NRPS].context_memberships_url;
      const whole = await serve(url, token);
      expect(whole.headers.get('content-type')).toBe(mediaTypes.members);
      const me = whole.body.members.find((one: Any) => one.user_id === payload.sub);
      expect('name' in me).toBe(mode !== 'openedx');
      expect(me.roles).toContain(mode === 'moodle' ? 'Learner' : role('membership#Learner'));
      const seen: string[] = [];
      let next: string | undefined = `${url}?limit=3`;
      while (next) {
        const page = await serve(next, token);
        seen.push(...page.body.members.map((one: Any) => one.user_id));
        next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(seen).toEqual(whole.body.members.map((one: Any) => one.user_id));
      platform.faults.aboveResponseLimit = { times: 1 };
      expect(await serve(url, token)).toMatchObject({ status: 403, body: { error: 'above_response_limit' } });
    }
  });
});
