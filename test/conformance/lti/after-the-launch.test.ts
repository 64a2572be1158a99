import { env } from 'cloudflare:workers';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeAll, describe, expect, vi } from 'vitest';
import type { Link } from '../../../scripts/lms/lti/lti-state.ts';
import { modes } from '../../../scripts/lms/lti/modes.ts';
import { newId } from '../../../src/lib/ids.ts';
import { upsertOpenedxUser } from '../../../src/openedx/openedx-user.ts';
import { anAssessment, aUser, db, type Somebody, theApp } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { ANOTHER, Browser, formIn, metaOf, type Shown, STUDENT, TEACHER } from '../../lti/a-launching-platform.ts';
import { aConnection } from '../../openedx/a-connection.ts';
import {
  aSchool,
  claim,
  frameAncestors,
  hurry,
  INSTRUCTOR,
  isProblem,
  LEARNER,
  outcomeOf,
  pass,
  type School,
  TOOL,
  tripsOf,
  wrongWith,
} from './a-school.ts';
import { proves } from './requirements.ts';

let school: School;
let exam: Link;
let assessmentId: string;
let admin: Somebody;
let local: Somebody;

beforeAll(async () => {
  [local, admin] = [await aUser('instructor'), await aUser('superadmin')];
  ({ id: assessmentId } = await anAssessment(local));
  school = await aSchool('moodle');
  exam = school.lti.addLink({ title: 'Exam', custom: { assessment_id: assessmentId } });
});
afterEach(() => {
  vi.useRealTimers();
});

const refusal = (status: number, error: string) => ({ status, error });
const accepted = (launch: 'student' | 'instructor' | 'deep-linking') => ({ status: 200, launch });
const landing = (shown: Shown) => formIn(shown.text, 've-open').attribute('data-landing');
const courseKeys = async ({ ask }: Pick<Somebody, 'ask'>) =>
  (await ask('GET', '/courses?pageSize=100')).json.results.map(({ courseKey }) => String(courseKey));
const deskOf = (courseKey = '') => `/staff/courses/${encodeURIComponent(courseKey)}`;

/** What an admin does to somebody. */
const change = (userId: string, column: 'role' | 'blocked_at', value: string | number | null) =>
  env.DB.prepare(`update user set ${column} = ? where id = ?`).bind(value, userId).run();

describe('who launches', () => {
  proves(['after.user', 'after.email'], 'is a user of that platform, whatever their address', async () => {
    const email = `${newId('user')}@school.test`;
    const owner = await aUser('admin', { email, name: 'The owner of the address' });
    const one = await school.signedIn({ link: exam, claims: { sub: 'seven', email, email_verified: true } });
    expect(one.me.id).not.toBe(owner.id);
    expect(one.me).toMatchObject({ role: 'student', email: null });
    const again = await school.signedIn({ link: exam, claims: { sub: 'seven', email: 'another@school.test' } });
    expect(again.me.id).toBe(one.me.id);
    expect((await school.signedIn({ link: exam, claims: { sub: 'SEVEN', email } })).me.id).not.toBe(one.me.id);
    const elsewhere = await aSchool('moodle');
    const link = elsewhere.lti.addLink({ title: 'x' });
    expect((await elsewhere.signedIn({ link, claims: { sub: 'seven', email } })).me.id).not.toBe(one.me.id);
    expect((await owner.ask('GET', '/auth/me')).json).toMatchObject({
      role: 'admin',
      name: 'The owner of the address',
    });
  });

  proves(
    ['after.verified', 'roles.session'],
    'is who is known by the user name of a connected platform, in the role of the launch',
    async () => {
      const its = await aSchool('openedx');
      const connection = await aConnection({ lmsUrl: its.issuer });
      const facts = { lmsUserId: 7001, username: 'chisomo_7001', name: 'C', isActive: true, at: Date.now() };
      const known = { ...facts, connectionId: connection.id, email: 'c7001@school.test', emailVerified: true };
      const { userId } = await upsertOpenedxUser({ db, now: Date.now() }, known);
      const link = its.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId } });
      const { me } = await its.signedIn({ link, claims: { preferred_username: 'chisomo_7001' } });
      expect(me).toMatchObject({ id: userId, role: 'student' });
      // They are an admin here from now on; by a launch they are what the launch says.
      await change(userId, 'role', 'admin');
      const promoted = await its.signedIn({ link, claims: { preferred_username: 'chisomo_7001' } });
      expect(promoted.me).toMatchObject({ id: userId, role: 'student' });
      expect((await promoted.ask('GET', '/lti/registrations')).status).toBe(403);
      expect((await promoted.browser.send('GET', '/staff')).status).toBe(403);
      // The same name says nothing from a platform that nobody has connected.
      const other = await aSchool('openedx');
      const stranger = { link: other.lti.addLink({ title: 'x' }), claims: { preferred_username: 'chisomo_7001' } };
      expect((await other.signedIn(stranger)).me.id).not.toBe(userId);
    },
  );

  proves(['after.blocked', 'bad.page'], 'does not get in when blocked here', async () => {
    const launch = { link: exam, claims: { sub: 'blocked' } };
    const { me, browser, ask } = await school.signedIn(launch);
    await change(me.id, 'blocked_at', Date.now());
    const { shown } = await school.launch(launch);
    expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(403, 'blocked'), []]);
    expect((await browser.send('GET', `/assessments/${assessmentId}`)).status).not.toBe(200);
    expect((await ask('POST', `/assessments/${assessmentId}/attempts`)).status).toBe(401);
    await change(me.id, 'blocked_at', null);
    expect(outcomeOf((await school.launch(launch)).shown)).toEqual(accepted('student'));
  });

  proves(
    ['after.facts', 'after.student', 'after.by-parameter'],
    'lands where the link says, and can tell where they are',
    async () => {
      for (const mode of modes) {
        const its = await aSchool(mode);
        const link = its.lti.addLink({ title: 'Exam', custom: { assessment_id: assessmentId } });
        const { shown, said, me, browser, ask } = await its.signedIn({ link });
        expect(landing(shown)).toBe(`/assessments/${assessmentId}`);
        const page = await browser.send('GET', landing(shown));
        expect([page.status, page.text.includes('A paper'), frameAncestors(page)]).toEqual([
          200,
          true,
          `https://${its.host}`,
        ]);
        expect(me.lti).toEqual({
          registrationId: its.registrationId,
          deploymentId: said[claim('deployment_id')],
          contextId: (said[claim('context')] as { id: string }).id,
          resourceLinkId: (said[claim('resource_link')] as { id: string }).id,
          role: 'student',
          assessmentId,
        });
        expect((await ask('GET', `/assessments/${assessmentId}`)).status).toBe(200);
      }
      expect((await local.ask('GET', '/auth/me')).json).not.toHaveProperty('lti');
    },
  );
});

describe('a course of a platform', () => {
  proves(['after.context', 'roles.held'], 'is a course here, and nobody else’s platform opens it', async () => {
    const key = `course-v1:School+${newId('course').slice(4, 14)}+2026`;
    const [one, other] = [await aSchool('openedx'), await aSchool('openedx')];
    const here = { [claim('context')]: { id: key, title: 'Mathematics' } };
    const by = (its: School) => ({ username: TEACHER, link: its.lti.addLink({ title: 'x' }), claims: here });
    const teacher = await one.signedIn(by(one));
    expect(await courseKeys(teacher)).toEqual([key]);
    expect((await teacher.browser.send('GET', deskOf(key))).status).toBe(200);
    // Another platform says that it has this course too.
    const intruder = await other.signedIn(by(other));
    const theirs = await courseKeys(intruder);
    expect([theirs.length, theirs.includes(key)]).toEqual([1, false]);
    expect((await intruder.browser.send('GET', deskOf(key))).status).toBe(404);
    expect((await intruder.ask('GET', `/courses/${encodeURIComponent(key)}`)).status).toBe(404);
    expect((await teacher.browser.send('GET', deskOf(theirs[0]))).status).toBe(404);
    const { text } = await intruder.browser.send('GET', landing(teacher.shown));
    expect(text).not.toContain('Mathematics');
  });

  proves(['roles.held', 'login.deployments'], 'and of another deployment is another course', async () => {
    const its = await aSchool('canvas');
    const second = await admin.ask('POST', `/lti/registrations/${its.registrationId}/deployments`, {
      deploymentId: 'second',
    });
    expect(second.status).toBe(201);
    const link = its.lti.addLink({ title: 'x' });
    const one = await its.signedIn({ username: TEACHER, link });
    const other = await its.signedIn({
      link,
      claims: { [claim('deployment_id')]: 'second', [claim('roles')]: [INSTRUCTOR] },
    });
    const [keys, others] = [await courseKeys(one), await courseKeys(other)];
    expect([keys.length, others.length]).toEqual([1, 1]);
    expect(keys).not.toEqual(others);
  });

  proves(['roles.held', 'roles.session'], 'is taught by who teaches it there, as long as they do', async () => {
    const [a, b] = [{ [claim('context')]: { id: 'a' } }, { [claim('context')]: { id: 'b' } }];
    const person = { username: STUDENT, link: exam };
    const teaches = await school.signedIn({ ...person, claims: { ...a, sub: 'both', [claim('roles')]: [INSTRUCTOR] } });
    const learns = await school.signedIn({ ...person, claims: { ...b, sub: 'both' } });
    expect([teaches.me.id, teaches.me.role, learns.me.role]).toEqual([learns.me.id, 'instructor', 'student']);
    const [key = ''] = await courseKeys(teaches);
    expect((await teaches.browser.send('GET', deskOf(key))).status).toBe(200);
    expect((await learns.browser.send('GET', deskOf(key))).status).toBe(403);
    expect((await learns.ask('POST', '/banks', { title: 'x' })).status).toBe(403);
    // Demoted there, they are demoted here, in the session they still have too.
    const demoted = await school.signedIn({ ...person, claims: { ...a, sub: 'both', [claim('roles')]: [LEARNER] } });
    expect(demoted.me.role).toBe('student');
    expect((await teaches.ask('POST', '/banks', { title: 'x' })).status).toBe(401);
    expect((await learns.ask('GET', '/auth/me')).status).toBe(200);
    const late = await teaches.browser.send('GET', deskOf(key));
    expect([late.status === 200, late.text.includes(key)]).toEqual([false, false]);
    const elsewhere = await school.signedIn({
      ...person,
      claims: { [claim('context')]: { id: 'c' }, sub: 'both', [claim('roles')]: [INSTRUCTOR] },
    });
    expect(await courseKeys(elsewhere)).not.toContain(key);
  });
});

describe('a resource link', () => {
  proves(
    ['after.by-instructor', 'after.instructor'],
    'carries what an instructor chooses at its first launch',
    async () => {
      const its = await aSchool('openedx');
      const link = its.lti.addLink({ title: 'Not chosen yet' });
      const early = await its.signedIn({ link });
      expect(outcomeOf(early.shown)).toEqual(accepted('student'));
      expect((await early.browser.send('GET', landing(early.shown))).status).toBe(200);
      expect((await early.ask('GET', `/assessments/${assessmentId}`)).json).toMatchObject({
        mine: { attemptsUsed: 0 },
      });

      const teacher = await its.launch({ username: TEACHER, link });
      const desk = landing(teacher.shown);
      const page = await teacher.browser.send('GET', desk);
      expect([page.status, page.text.includes(assessmentId)]).toEqual([200, true]);
      const [, csrf = ''] = /name="csrf" value="([^"]*)"/.exec(page.text) ?? [];
      const chosen = await teacher.browser.send('POST', desk, { csrf, assessment: assessmentId });
      expect(chosen.status).toBe(303);
      expect((await teacher.browser.send('GET', desk)).text).toContain(`/staff/assessments/${assessmentId}`);
      for (const username of [STUDENT, ANOTHER])
        expect(landing((await its.launch({ username, link })).shown)).toBe(`/assessments/${assessmentId}`);
      // A student chooses nothing, nor does an instructor of elsewhere.
      expect((await early.browser.send('POST', desk, { csrf, assessment: assessmentId })).status).toBe(403);
      const stranger = await school.launch({ username: TEACHER, link: exam });
      expect((await stranger.browser.send('GET', desk)).status).toBe(404);
    },
  );

  proves(
    ['after.unknown-assessment', 'bad.page'],
    'that names what is not here, or not published, is refused',
    async () => {
      const { id: draft } = await anAssessment(local, { published: false });
      for (const assessment_id of ['asm_unknown', draft, '%', '../x']) {
        const { shown } = await school.launch({ link: exam, claims: { [claim('custom')]: { assessment_id } } });
        expect([assessment_id, outcomeOf(shown), wrongWith(shown)]).toEqual([
          assessment_id,
          refusal(400, 'assessment_not_found'),
          [],
        ]);
      }
    },
  );

  proves(
    ['after.by-parameter', 'roles.held'],
    'lets its students into what it carries and nothing else of a course',
    async () => {
      const { courseKey } = await makeCourse(local.call());
      const [inside, beside] = [await anAssessment(local, { courseKey }), await anAssessment(local, { courseKey })];
      const link = school.lti.addLink({ title: 'x', custom: { assessment_id: inside.id } });
      const { ask } = await school.signedIn({ link, claims: { sub: 'guest' } });
      expect((await ask('GET', `/assessments/${inside.id}`)).status).toBe(200);
      expect((await ask('GET', `/assessments/${beside.id}`)).status).toBe(404);
      expect(await courseKeys({ ask })).not.toContain(courseKey);
    },
  );
});

describe('a deployment', () => {
  proves(
    ['quirk.canvas-deployments', 'token.deployment', 'login.deployments'],
    'that is new waits for an admin, and is used from then on',
    async () => {
      const its = await aSchool('canvas');
      const link = its.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId }, deploymentId: '9:new' });
      for (const _ of [1, 2]) {
        const { shown } = await its.launch({ link });
        expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(403, 'deployment_pending'), []]);
      }
      const path = `/lti/registrations/${its.registrationId}`;
      expect((await admin.ask('GET', path)).json).toMatchObject({ pendingDeployments: ['9:new'] });
      const waiting = await its.loggedIn({ link });
      expect((await admin.ask('POST', `${path}/deployments`, { deploymentId: '9:new' })).status).toBe(200);
      expect(outcomeOf(await waiting.post())).toEqual(accepted('student'));
      // It is approved for this registration only.
      const other = await aSchool('canvas');
      const theirs = other.lti.addLink({ title: 'x', deploymentId: '9:new' });
      expect(outcomeOf((await other.launch({ link: theirs })).shown)).toEqual(refusal(403, 'deployment_pending'));
    },
  );

  proves(['token.deployment'], 'that the login named is the one of the token', async () => {
    const { post, sign } = await school.loggedIn({ link: exam });
    const other = await post({ id_token: await sign({ [claim('deployment_id')]: '4' }) });
    expect(outcomeOf(other)).toEqual(refusal(403, 'deployment_wrong'));
    expect((await admin.ask('GET', `/lti/registrations/${school.registrationId}`)).json.pendingDeployments).toEqual([]);
    expect(outcomeOf(await post())).toEqual(accepted('student'));
  });
});

const SETTINGS = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const ITEMS = 'https://purl.imsglobal.org/spec/lti-dl/claim/content_items';
const DATA = 'https://purl.imsglobal.org/spec/lti-dl/claim/data';
const codeIn = ({ text }: Shown) => /name="code" value="([^"]*)"/.exec(text)?.[1] ?? '';

/** Ticks assessments in the picker. */
function pick(browser: Browser, code: string, ids: readonly string[], go = 'add') {
  const form = new URLSearchParams([['code', code], ...ids.map((id) => ['assessment', id]), ['go', go]]);
  return browser.send('POST', '/lti/deep-linking', form);
}

async function verified(jwt: string, options: { issuer: string; audience: string }) {
  const keys = await theApp.send('GET', '/lti/jwks');
  return await jwtVerify(jwt, createLocalJWKSet(await keys.json()), { ...options, algorithms: ['RS256'] });
}

describe('deep linking', () => {
  proves(
    ['deep.items', 'deep.data', 'deep.issuer', 'deep.once', 'after.by-item', 'token.deep-linking'],
    'takes what an instructor picks to the platform, signed, once, and its students to that',
    async () => {
      for (const mode of modes) {
        const its = await aSchool(mode);
        const before = its.lti.addLink({ title: 'A block' });
        const { shown, said, browser } = await its.launch({ username: TEACHER, link: before, kind: 'deep-linking' });
        expect(outcomeOf(shown)).toEqual(accepted('deep-linking'));
        expect(shown.text).toMatch(new RegExp(`<input type="checkbox" name="assessment" value="${assessmentId}"`));
        const code = codeIn(shown);
        const answer = await pick(browser, code, [assessmentId]);
        const form = formIn(answer.text, 've-answer');
        const settings = said[SETTINGS] as { deep_link_return_url: string; data?: string };
        expect(form.attribute('action')).toBe(settings.deep_link_return_url);
        const { JWT: jwt = '' } = form.fields;
        const { payload } = await verified(jwt, { issuer: its.clientId, audience: its.issuer });
        expect(payload).toMatchObject({
          iss: its.clientId,
          [claim('message_type')]: 'LtiDeepLinkingResponse',
          [claim('version')]: '1.3.0',
          [claim('deployment_id')]: said[claim('deployment_id')],
          nonce: expect.any(String),
          [ITEMS]: [
            {
              type: 'ltiResourceLink',
              url: `${TOOL}/lti/launch`,
              custom: { assessment_id: assessmentId },
              lineItem: { scoreMaximum: expect.any(Number), resourceId: expect.any(String) },
            },
          ],
        });
        expect(payload[DATA]).toBe(settings.data);
        expect(payload.iat).toBeLessThan(Date.now() / 1000 - 5);

        const back = new Request(settings.deep_link_return_url, {
          method: 'POST',
          body: new URLSearchParams({ JWT: jwt }),
        });
        const taken = await its.platform.fetch(back);
        expect([mode, taken.status, await taken.text()]).toEqual([mode, 200, expect.stringContaining('1 added')]);
        const made = its.lti.links.findLast(({ custom }) => custom.assessment_id === assessmentId) as Link;
        expect(landing((await its.launch({ link: made })).shown)).toBe(`/assessments/${assessmentId}`);
        expect((await pick(browser, code, [assessmentId])).status).toBe(401);
      }
    },
  );

  proves(['deep.types', 'deep.data'], 'gives only what the platform accepts', async () => {
    const { id: second } = await anAssessment(local, { published: false });
    const { id: other } = await anAssessment(local);
    const settings = (await school.loggedIn({ username: TEACHER, link: exam, kind: 'deep-linking' })).said[
      SETTINGS
    ] as object;
    const picker = async (changes: object) => {
      const claims = { [SETTINGS]: { ...settings, ...changes } };
      const { shown, browser } = await school.launch({ username: TEACHER, link: exam, kind: 'deep-linking', claims });
      return { shown, browser, code: codeIn(shown) };
    };
    const itemsOf = async (answer: Shown) => {
      const { JWT: jwt = '' } = formIn(answer.text, 've-answer').fields;
      if (jwt === '') return undefined;
      const { payload } = await verified(jwt, { issuer: school.clientId, audience: school.issuer });
      return { items: payload[ITEMS] as { type: string; custom: object; lineItem?: object }[], data: payload[DATA] };
    };

    const data = '"quotes" & ŵ {"json": [1]}';
    const single = await picker({ accept_multiple: false, data, accept_lineitem: false });
    const two = await pick(single.browser, single.code, [assessmentId, other]);
    expect([two.status, await itemsOf(two)]).toEqual([400, undefined]);
    expect((await pick(single.browser, single.code, [])).status).toBe(400);
    expect((await pick(single.browser, single.code, ['asm_unknown'])).status).toBe(400);
    expect((await pick(single.browser, single.code, [second])).status).toBe(400);
    // What was a mistake can be mended: the code is still good.
    const one = await itemsOf(await pick(single.browser, single.code, [other]));
    expect(one).toEqual({
      data,
      items: [expect.not.objectContaining({ lineItem: expect.anything() })],
    });
    const many = await picker({ accept_multiple: true });
    expect((await itemsOf(await pick(many.browser, many.code, [other, assessmentId])))?.items).toHaveLength(2);
    const links = await picker({ accept_types: ['link', 'html'] });
    expect(links.shown.text).not.toContain('name="assessment"');
    const forced = await itemsOf(await pick(links.browser, links.code, [assessmentId]));
    expect(forced?.items ?? []).toEqual([]);
    const nothing = await picker({});
    expect((await itemsOf(await pick(nothing.browser, nothing.code, [], 'nothing')))?.items).toEqual([]);
  });

  proves(['deep.own', 'deep.once'], 'offers and takes nothing of a course the instructor does not teach', async () => {
    const { courseKey } = await makeCourse(local.call());
    const theirs = await anAssessment(local, { title: 'Of another course', courseKey });
    const { shown, browser } = await school.launch({ username: TEACHER, link: exam, kind: 'deep-linking' });
    expect(shown.text).not.toContain(theirs.id);
    expect((await pick(browser, codeIn(shown), [theirs.id])).status).toBe(400);
    // The code of the page's own token opens no picker, nor does an old one.
    expect((await pick(browser, shown.meta['ve-code'] ?? '', [assessmentId])).status).toBe(401);
    pass(2 * 3600);
    expect((await pick(browser, codeIn(shown), [assessmentId])).status).toBe(401);
  });
});

describe('what is refused', () => {
  proves(['bad.log', 'after.round-trips'], 'and what is accepted leaves nothing secret in the log', async () => {
    const from = theApp.lines.length;
    const email = 'very.private@school.test';
    const { post, fields, said, sign, login, browser } = await school.loggedIn({ link: exam, claims: { email } });
    await post({ id_token: await sign({ aud: 'another', email }) });
    await school.post(new Browser(), fields);
    await school.post(new Browser(), { ...fields, proof: 'a-proof-of-mine' });
    const shown = await post();
    await post();
    await browser.send('POST', '/lti/open', { code: formIn(shown.text, 've-open').fields.code ?? '' });
    await theApp.ask('POST', '/lti/session', { body: { code: shown.meta['ve-code'] } });
    const text = JSON.stringify(theApp.lines.slice(from));
    expect(theApp.lines.slice(from).filter(({ message }) => message === 'request').length).toBeGreaterThanOrEqual(8);
    const secret = formIn(login.text, 've-login').attribute('data-secret');
    const secrets = {
      ...fields,
      nonce: said.nonce,
      name: said.name,
      given: said.given_name,
      sub: `"${said.sub}"`,
      email,
    };
    for (const [what, one] of Object.entries({
      ...secrets,
      secret,
      code: shown.meta['ve-code'],
      proof: 'a-proof-of-mine',
    }))
      expect([what, text.includes(String(one))]).toEqual([what, false]);
    for (const value of browser.jar.values()) if (value.length > 8) expect(text).not.toContain(value);
  });

  proves(
    ['after.round-trips'],
    'and what is accepted takes four round trips, also when nobody knows the keys yet',
    async () => {
      const cold = await aSchool('openedx');
      const link = cold.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId } });
      Object.assign(cold.platform.faults, { down: { times: 1, on: ['lti-keys'] } });
      const first = await cold.loggedIn({ link });
      await vi.waitFor(() => expect(cold.keyFetches()).toBe(1));
      pass(6);
      const shown = await first.post();
      expect(outcomeOf(shown)).toEqual(accepted('student'));
      expect([cold.keyFetches(), tripsOf(first.login), tripsOf(shown)]).toEqual([2, 1, 3]);
      for (const username of [STUDENT, TEACHER]) {
        const again = await cold.launch({ username, link });
        expect(Number(tripsOf(again.login)) + Number(tripsOf(again.shown))).toBeLessThanOrEqual(4);
      }
    },
  );

  proves(['bad.type'], 'by method, path and content type is a problem document', async () => {
    const browser = new Browser();
    for (const [method, path, status, code] of [
      ['GET', '/lti/launch', 405, 'method_not_allowed'],
      ['PUT', '/lti/login', 405, 'method_not_allowed'],
      ['GET', '/lti/session', 405, 'method_not_allowed'],
      ['GET', '/lti/unknown', 404, 'not_found'],
      ['POST', '/lti', 404, 'not_found'],
    ] as const) {
      const shown = await browser.send(method, path);
      expect([path, shown.status, isProblem(shown)]).toEqual([path, status, code]);
      if (status === 405) expect(shown.headers.get('allow')).toContain(path === '/lti/login' ? 'GET' : 'POST');
    }
    const { fields, browser: its } = await school.loggedIn({ link: exam });
    for (const path of ['/lti/launch', '/lti/login', '/lti/open', '/lti/deep-linking'])
      for (const type of ['application/json', 'text/plain', 'application/jwt']) {
        const response = await theApp.send('POST', path, {
          body: new URLSearchParams(fields).toString(),
          headers: { 'content-type': type, accept: 'text/html' },
        });
        const said = [
          response.status,
          response.headers.get('content-type')?.split(';')[0],
          response.headers.getSetCookie(),
        ];
        expect([path, type, ...said]).toEqual([path, type, 415, 'application/problem+json', []]);
      }
    expect(outcomeOf(await school.post(its, fields))).toEqual(accepted('student'));
  });

  proves(
    ['bad.size', 'token.size', 'accept.unknown-claims', 'bad.page'],
    'by its size is said so, and nothing is lost',
    async () => {
      const { post, sign, fields } = await school.loggedIn({ link: exam });
      for (const more of ['x'.repeat(64 * 1024), 'x'.repeat(5_000_000)]) {
        const shown = await post({ more });
        expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(413, 'too_large'), []]);
        expect(outcomeOf(await new Browser().send('POST', '/lti/login', { more }))).toEqual(refusal(413, 'too_large'));
      }
      const program = await theApp.send('POST', '/lti/launch', {
        body: new URLSearchParams({ ...fields, more: 'x'.repeat(70_000) }),
        headers: { accept: 'application/json' },
      });
      expect([program.status, await program.json()]).toEqual([413, expect.objectContaining({ code: 'too_large' })]);
      const large = await post({ id_token: await sign({ 'https://example.org/much': 'x'.repeat(40_000) }) });
      expect(outcomeOf(large)).toEqual(accepted('student'));
    },
  );

  proves(['bad.flood', 'bad.page'], 'by how often it comes is told to wait, on a page', async () => {
    const bindings = { VE_RATE_LIMITS: '', LAUNCH_BY_ADDRESS: { limit: async () => ({ success: false }) } } as never;
    for (const path of ['/lti/login', '/lti/launch']) {
      const shown = await theApp.send('POST', path, {
        body: new URLSearchParams({ state: 'x', id_token: 'x' }),
        headers: { accept: 'text/html' },
        bindings,
      });
      expect([shown.status, shown.headers.get('retry-after'), shown.headers.getSetCookie()]).toEqual([429, '60', []]);
      expect(metaOf(await shown.text())['ve-error']).toBe('too_many_requests');
    }
  });

  proves(['bad.truncated', 'bad.page'], 'by what is missing is malformed', async () => {
    const { fields, browser, post } = await school.loggedIn({ link: exam });
    const { state = '', id_token: token = '' } = fields;
    for (const given of [{}, { state }, { id_token: token }, { state: '', id_token: token }, { state, id_token: '' }]) {
      const shown = await browser.send('POST', '/lti/launch', given);
      expect([given, outcomeOf(shown), wrongWith(shown)]).toEqual([given, refusal(400, 'malformed'), []]);
    }
    const cut = await theApp.send('POST', '/lti/launch', {
      body: `--x\r\nContent-Disposition: form-data; name="state"\r\n\r\n${state.slice(0, 9)}`,
      headers: { 'content-type': 'multipart/form-data; boundary=x', accept: 'text/html' },
    });
    expect([cut.status, (await cut.text()).includes('content="malformed"')]).toEqual([400, true]);
    const odd = await theApp.send('POST', '/lti/launch', {
      body: 'state=%E0%&id_token=%00',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    });
    expect([odd.status, odd.headers.getSetCookie()]).toEqual([400, []]);
    expect(outcomeOf(await post())).toEqual(accepted('student'));
  });
});

describe('a key set', () => {
  const text = (body: string, type = 'application/json') => new Response(body, { headers: { 'content-type': type } });
  const redirect = () => new Response('', { status: 302, headers: { location: 'https://elsewhere.example.org/keys' } });
  const hostile: [what: string, error: string, answer: () => Response][] = [
    ['a page', 'key_set_malformed', () => text('<!doctype html><title>Sign in</title>', 'text/html')],
    ['10 MB', 'key_set_malformed', () => text(`{"keys":[${'0,'.repeat(5_000_000)}0]}`)],
    ['a number', 'key_set_malformed', () => text('{"keys": 5}')],
    ['a list', 'key_set_malformed', () => text('[]')],
    ['nothing', 'key_set_malformed', () => text('')],
    ['not UTF-8', 'key_set_malformed', () => new Response(new Uint8Array([0x7b, 0xff, 0xfe]))],
    ['elsewhere', 'key_set_unavailable', redirect],
    ['an error', 'key_set_unavailable', () => new Response('{"keys": []}', { status: 500 })],
    [
      'other keys',
      'key_unknown',
      () => text('{"keys": [{"kty": "EC", "kid": "x"}, null, {"kty": "oct", "k": "c2VjcmV0"}]}'),
    ],
  ];

  proves(['bad.keys', 'bad.page'], 'that is none refuses the launch, which works once it is mended', async () => {
    const its = await aSchool('moodle');
    const link = its.lti.addLink({ title: 'x' });
    const asked = vi.spyOn(globalThis, 'fetch');
    const { post } = await its.loggedIn({ link, claims: { exp: Math.floor(Date.now() / 1000) + 3600 } });
    for (const [what, error, answer] of hostile) {
      // Every one starts without any key known.
      const { json } = await admin.ask('PATCH', `/lti/registrations/${its.registrationId}`, {
        keySetUrl: `https://${its.host}/a`,
      });
      expect(json.keySetUrl).toContain(its.host);
      await admin.ask('PATCH', `/lti/registrations/${its.registrationId}`, {
        keySetUrl: its.lti.registration().keySetUrl,
      });
      its.answerInstead(({ url }) => (its.isKeys(url) ? answer() : undefined));
      const shown = await post();
      expect([what, outcomeOf(shown), wrongWith(shown)]).toEqual([
        what,
        refusal(error === 'key_unknown' ? 401 : 502, error),
        [],
      ]);
    }
    its.answerInstead(undefined);
    pass(6);
    expect(outcomeOf(await post())).toEqual(accepted('student'));
    expect(asked.mock.calls.filter(([given]) => !new Request(given as RequestInfo).url.includes(its.host))).toEqual([]);
    asked.mockRestore();
  });

  proves(
    ['bad.keys', 'bad.kids'],
    'that was found to be none when the login began is said at once, with the reason',
    async () => {
      const its = await aSchool('moodle');
      its.answerInstead(({ url }) => (its.isKeys(url) ? text('<!doctype html>', 'text/html') : undefined));
      const { post } = await its.loggedIn({ link: its.lti.addLink({ title: 'x' }) });
      await vi.waitFor(() => expect(its.keyFetches()).toBe(1));
      for (const _ of [1, 2, 3]) {
        const shown = await post();
        expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(502, 'key_set_malformed'), []]);
        expect(tripsOf(shown)).toBeLessThanOrEqual(2);
      }
      expect(its.keyFetches()).toBe(1);
    },
  );

  proves(['bad.keys', 'bad.page'], 'that does not come in time refuses the launch', async () => {
    const its = await aSchool('moodle');
    Object.assign(its.platform.faults, { timeout: { times: 1, on: ['lti-keys'] } });
    const shown = await hurry(async () => (await its.launch({ link: its.lti.addLink({ title: 'x' }) })).shown);
    expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(502, 'key_set_unavailable'), []]);
  });

  proves(['bad.keys'], 'at a private address is never asked for, and not taken down', async () => {
    const asked = vi.spyOn(globalThis, 'fetch');
    for (const keySetUrl of [
      'https://10.0.0.1/keys',
      'https://169.254.169.254/latest',
      'https://[::1]/keys',
      'http://lms.example.org/keys',
    ]) {
      const its = await aSchool('moodle', { changes: { keySetUrl } });
      const shown = await hurry(async () => (await its.launch({ link: its.lti.addLink({ title: 'x' }) })).shown);
      expect([keySetUrl, outcomeOf(shown)]).toEqual([keySetUrl, refusal(502, 'key_set_unavailable')]);
      const facts = { ...its.lti.registration(), clientId: newId('registration'), keySetUrl };
      expect([keySetUrl, (await admin.ask('POST', '/lti/registrations', facts)).status]).toEqual([keySetUrl, 400]);
    }
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });
});

describe('a registration', () => {
  proves(
    ['browser.frames-prefilled', 'quirk.canvas-issuer'],
    'is prefilled with the frames its pages are shown in',
    async () => {
      const at = (issuer: string, host: string) => ({
        ...{ issuer, clientId: newId('registration'), deployments: ['1'] },
        ...{
          authLoginUrl: `https://${host}/auth`,
          authTokenUrl: `https://${host}/token`,
          keySetUrl: `https://${host}/keys`,
        },
      });
      const edx = await admin.ask('POST', '/lti/registrations', at('https://lms.school.ac.mw', 'lms.school.ac.mw'));
      const canvas = await admin.ask(
        'POST',
        '/lti/registrations',
        at('https://canvas.instructure.com', 'sso.canvaslms.com'),
      );
      expect([edx.status, canvas.status]).toEqual([201, 201]);
      for (const origin of ['https://lms.school.ac.mw', 'https://studio.school.ac.mw', 'https://apps.school.ac.mw'])
        expect(edx.json.frameOrigins).toContain(origin);
      expect(canvas.json.frameOrigins).toContain('https://*.instructure.com');
    },
  );
});
