import { afterEach, beforeAll, describe, expect, vi } from 'vitest';
import type { Link } from '../../../scripts/lms/lti/lti-state.ts';
import { anAssessment, aUser, type Somebody } from '../../factories.ts';
import { mintKey, signLaunch } from '../../lti/a-launch.ts';
import { aPlatform, Browser, formIn, TEACHER } from '../../lti/a-launching-platform.ts';
import {
  aSchool,
  type Claims,
  claim,
  frameAncestors,
  hurry,
  INSTRUCTOR,
  LEARNER,
  openSession,
  outcomeOf,
  pageCode,
  pass,
  role,
  type School,
  TOOL,
  unsigned,
  wrongWith,
} from './a-school.ts';
import { proves } from './requirements.ts';

let school: School;
let admin: Somebody;
let exam: Link;
let assessmentId: string;
/** Signs as the platform does, and is not its key. */
let stranger: Awaited<ReturnType<typeof mintKey>>;

beforeAll(async () => {
  admin = await aUser('admin');
  ({ id: assessmentId } = await anAssessment(await aUser('instructor')));
  school = await aSchool();
  exam = school.lti.addLink({ title: 'Exam', custom: { assessment_id: assessmentId } });
  stranger = await mintKey('of-a-stranger');
});
afterEach(() => {
  vi.useRealTimers();
});

const refusal = (status: number, error: string) => ({ status, error });
const accepted = (launch: 'student' | 'instructor' | 'deep-linking') => ({ status: 200, launch });
const ASK_BROWSER = { status: 200, step: 'bind' };

const initiation = ({ issuer, clientId }: School, changes: Record<string, string | undefined> = {}) => {
  const all = {
    iss: issuer,
    client_id: clientId,
    login_hint: 'someone',
    target_link_uri: `${TOOL}/lti/launch`,
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>;
};
const loginBy = (method: 'GET' | 'POST', params: URLSearchParams | Record<string, string>, browser = new Browser()) =>
  method === 'GET'
    ? browser.send('GET', `/lti/login?${new URLSearchParams(params)}`)
    : browser.send('POST', '/lti/login', params);
const goesOnTo = (text: string) => new URL(formIn(text, 've-login').attribute('data-go-on'));

describe('a login', () => {
  proves(
    ['login.methods', 'login.question', 'browser.page'],
    'by GET and by POST asks the platform as it must',
    async () => {
      for (const method of ['GET', 'POST'] as const) {
        const shown = await loginBy(method, initiation(school));
        expect(outcomeOf(shown)).toEqual({ status: 200 });
        const { attribute, fields } = formIn(shown.text, 've-login');
        const { origin, pathname, searchParams } = goesOnTo(shown.text);
        expect(origin + pathname).toBe(school.lti.registration().authLoginUrl);
        const { state, nonce, ...asked } = Object.fromEntries(searchParams);
        expect(asked).toEqual({
          scope: 'openid',
          response_type: 'id_token',
          response_mode: 'form_post',
          prompt: 'none',
          client_id: school.clientId,
          redirect_uri: `${TOOL}/lti/launch`,
          login_hint: 'someone',
        });
        expect([state, nonce, attribute('data-secret')].map((one) => one?.length ?? 0)).toEqual([43, 43, 43]);
        expect(new Set([state, nonce, attribute('data-secret')]).size).toBe(3);
        // The button without a script asks the same.
        expect(fields).toEqual(Object.fromEntries(searchParams));
        expect(attribute('action')).toBe(origin + pathname);
      }
    },
  );

  proves(['login.hint'], 'gives the hint back byte for byte', async () => {
    const hints = [
      '{"cmid":107,"launchid":"ltilaunch7_1234"}',
      'a%20b%2520c%',
      'a+b c&d=e;f#g?h',
      '"quotes" and \'others\' <b>',
      'Kaphunziro ka ŵ ẑ — 試験 🎓',
      '%E2%82',
      ' leading and trailing ',
      'x'.repeat(4096),
    ];
    for (const method of ['GET', 'POST'] as const)
      for (const hint of hints) {
        const { text } = await loginBy(method, initiation(school, { lti_message_hint: hint, login_hint: hint }));
        const { searchParams } = goesOnTo(text);
        expect(searchParams.getAll('lti_message_hint')).toEqual([hint]);
        expect(searchParams.getAll('login_hint')).toEqual([hint]);
      }
    const empty = await loginBy('GET', initiation(school, { lti_message_hint: '' }));
    expect(goesOnTo(empty.text).searchParams.get('lti_message_hint')).toBe('');
    expect(goesOnTo((await loginBy('GET', initiation(school))).text).searchParams.has('lti_message_hint')).toBe(false);
  });

  proves(['login.parameters', 'bad.page'], 'without a parameter it needs is malformed', async () => {
    for (const missing of ['iss', 'login_hint', 'target_link_uri'])
      for (const value of [undefined, ''])
        for (const method of ['GET', 'POST'] as const) {
          const shown = await loginBy(method, initiation(school, { [missing]: value }));
          expect([missing, outcomeOf(shown), wrongWith(shown)]).toEqual([missing, refusal(400, 'malformed'), []]);
        }
    const huge = await loginBy('GET', initiation(school, { login_hint: 'x'.repeat(9000) }));
    expect(outcomeOf(huge)).toEqual(refusal(400, 'malformed'));
  });

  proves(['login.parameters', 'login.target'], 'with a parameter twice does not go by the second', async () => {
    for (const method of ['GET', 'POST'] as const)
      for (const [name, second] of [
        ['target_link_uri', 'https://evil.example/'],
        ['iss', 'https://evil.example'],
        ['client_id', 'the-second-client'],
        ['login_hint', 'the second'],
        ['redirect_uri', 'https://evil.example/'],
      ] as const) {
        const shown = await loginBy(
          method,
          new URLSearchParams([...Object.entries(initiation(school)), [name, second]]),
        );
        const asked = goesOnTo(shown.text);
        expect([name, asked.host]).toEqual([name, school.host]);
        expect([...asked.searchParams.values()]).not.toContain(second);
      }
  });

  proves(['login.registration', 'login.ambiguous', 'quirk.canvas-issuer'], 'belongs to one registration', async () => {
    const [one, other] = [await aSchool('canvas'), await aSchool('canvas')];
    expect(one.issuer).toBe(other.issuer);
    for (const each of [one, other])
      expect(goesOnTo((await loginBy('POST', initiation(each))).text).origin).toBe(`https://${each.host}`);
    const unsaid = await loginBy('POST', initiation(one, { client_id: undefined }));
    expect([outcomeOf(unsaid), wrongWith(unsaid)]).toEqual([refusal(403, 'registration_ambiguous'), []]);
    // One registration only: it need not be said.
    expect(outcomeOf(await loginBy('GET', initiation(school, { client_id: undefined })))).toEqual({ status: 200 });
    for (const changes of [{ client_id: 'nobody' }, { iss: `${school.issuer}/` }, { iss: one.issuer }]) {
      const shown = await loginBy('GET', initiation(school, changes));
      expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(403, 'registration_unknown'), []]);
    }
  });

  proves(
    ['login.registration'],
    'to a registration that is switched off or gone is refused, also where it was there when it began',
    async () => {
      const its = await aSchool('moodle');
      const path = `/lti/registrations/${its.registrationId}`;
      const begun = await its.loggedIn({ link: its.lti.addLink({ title: 'x' }) });
      expect((await admin.ask('PATCH', path, { active: false })).status).toBe(200);
      for (const shown of [await loginBy('POST', initiation(its)), await begun.post()])
        expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(403, 'registration_inactive'), []]);
      expect((await admin.ask('PATCH', path, { active: true })).status).toBe(200);
      expect(outcomeOf(await begun.post())).toEqual(accepted('student'));
      const last = await its.loggedIn({ link: its.lti.links[0] as Link });
      expect((await admin.ask('DELETE', path)).status).toBe(204);
      expect(outcomeOf(await last.post())).toEqual(refusal(403, 'registration_unknown'));
      expect(outcomeOf(await loginBy('POST', initiation(its)))).toEqual(refusal(403, 'registration_unknown'));
    },
  );

  proves(['login.target'], 'leads nowhere but to us', async () => {
    const { host } = new URL(TOOL);
    for (const target of [
      `http://${host}:8080/lti/launch`,
      `https://${host}/lti/launch`,
      `http://${host}@evil.example/lti/launch`,
      `http://${host}.evil.example/`,
      `//${host}/lti/launch`,
      '//evil.example',
      'javascript:alert(1)',
      '/lti/launch',
      'https://evil.example/lti/launch',
      `http://someone:secret@${host}/lti/launch`,
      `blob:${TOOL}/1`,
    ])
      for (const method of ['GET', 'POST'] as const) {
        const shown = await loginBy(method, initiation(school, { target_link_uri: target }));
        expect([target, outcomeOf(shown), wrongWith(shown, [target])]).toEqual([
          target,
          refusal(400, 'target_not_ours'),
          [],
        ]);
      }
  });

  proves(
    ['browser.cookie', 'browser.window'],
    'gives a partitioned cookie, and in a window of its own goes on at once',
    async () => {
      const shown = await loginBy('GET', initiation(school));
      const cookies = shown.headers.getSetCookie().filter((one) => one.startsWith('__Host-'));
      expect(cookies).toHaveLength(1);
      for (const part of [
        /; HttpOnly/i,
        /; Secure/i,
        /; SameSite=None/i,
        /; Partitioned/i,
        /; Path=\/(;|$)/i,
        /Max-Age=600/i,
      ])
        expect(cookies[0]).toMatch(part);
      expect(cookies[0]).not.toMatch(/domain=/i);
      const atOnce = await loginBy('GET', initiation(school), new Browser({ 'sec-fetch-dest': 'document' }));
      expect(atOnce.status).toBe(303);
      expect(new URL(atOnce.headers.get('location') ?? '').origin).toBe(`https://${school.host}`);
    },
  );
});

/** The fields of the form that does the same login in a window of its own. */
function windowIn(html: string): Record<string, string> {
  const [form = ''] = /<form[^>]* action="\/lti\/login" target="_blank".*?<\/form>/s.exec(html) ?? [];
  return formIn(form.replace('<form', '<form id="window"'), 'window').fields;
}

/** Changes to a launch that is good otherwise, and what it is refused with. */
type Bad = [code: string, what: string, claims: Claims, header?: Claims];
const now = () => Math.floor(Date.now() / 1000);
const long = 'x'.repeat(256);

const badLaunches = (): Bad[] => [
  ['algorithm_refused', 'RS512', {}, { alg: 'RS512' }],
  ['algorithm_refused', 'PS256', {}, { alg: 'PS256' }],
  ['key_id_missing', 'no kid', {}, { kid: undefined }],
  ['key_id_missing', 'an empty kid', {}, { kid: '' }],
  ['key_id_missing', 'a kid that is a number', {}, { kid: 7 }],
  ['critical_header', 'an unknown extension', {}, { crit: ['exp'], exp: 1 }],
  ['critical_header', 'an empty list of extensions', {}, { crit: [] }],
  ['issuer_wrong', 'a slash more', { iss: `${school.issuer}/` }],
  ['issuer_wrong', 'no issuer', { iss: undefined }],
  ['issuer_wrong', 'a list', { iss: [school.issuer] }],
  ['audience_wrong', 'another', { aud: 'another' }],
  ['audience_wrong', 'none', { aud: undefined }],
  ['audience_wrong', 'an empty list', { aud: [] }],
  ['audience_wrong', 'another beside us', { aud: [school.clientId, 'another'], azp: school.clientId }],
  ['authorized_party_wrong', 'another', { azp: 'another' }],
  ['authorized_party_wrong', 'null', { azp: null }],
  ['expiry_wrong', 'no exp', { exp: undefined }],
  ['expiry_wrong', 'a text', { exp: `${now() + 300}` }],
  ['expiry_wrong', 'good for more than a day', { exp: now() + 25 * 3600 }],
  ['expiry_wrong', 'before it was made', { exp: now() - 30, iat: now() }],
  ['expired', 'over for 61 s', { iat: now() - 300, exp: now() - 62 }],
  ['issued_at_wrong', 'no iat', { iat: undefined }],
  ['issued_at_wrong', 'a text', { iat: `${now()}` }],
  ['issued_at_wrong', 'made in 61 s and more', { iat: now() + 90, exp: now() + 400 }],
  ['too_old', 'made more than an hour ago', { iat: now() - 3665, exp: now() + 300 }],
  ['not_yet_valid', 'good from in 90 s', { nbf: now() + 90 }],
  ['not_yet_valid', 'good from a text', { nbf: `${now()}` }],
  ['nonce_wrong', 'another nonce', { nonce: 'another' }],
  ['nonce_wrong', 'no nonce', { nonce: undefined }],
  ['nonce_wrong', 'an empty nonce', { nonce: '' }],
  ['nonce_wrong', 'a number', { nonce: 12 }],
  ['version_wrong', 'another', { [claim('version')]: '1.3' }],
  ['version_wrong', 'a later one', { [claim('version')]: '1.3.1' }],
  ['version_wrong', 'none', { [claim('version')]: undefined }],
  ['message_type_wrong', 'none', { [claim('message_type')]: undefined }],
  ['message_type_wrong', 'another', { [claim('message_type')]: 'LtiSubmissionReviewRequest' }],
  ['message_type_wrong', 'a prototype', { [claim('message_type')]: 'constructor' }],
  ['deployment_missing', 'none', { [claim('deployment_id')]: undefined }],
  ['deployment_missing', 'an empty one', { [claim('deployment_id')]: '' }],
  ['deployment_missing', 'a number', { [claim('deployment_id')]: 1 }],
  ['deployment_missing', 'a long one', { [claim('deployment_id')]: long }],
  ['deployment_wrong', 'another than the login named', { [claim('deployment_id')]: '2' }],
  ['roles_wrong', 'none', { [claim('roles')]: undefined }],
  ['roles_wrong', 'a text', { [claim('roles')]: LEARNER }],
  ['roles_wrong', 'a number in it', { [claim('roles')]: [LEARNER, 1] }],
  ['resource_link_missing', 'none', { [claim('resource_link')]: undefined }],
  ['resource_link_missing', 'without an id', { [claim('resource_link')]: { title: 'x' } }],
  ['resource_link_missing', 'an empty id', { [claim('resource_link')]: { id: '' } }],
  ['resource_link_missing', 'a long id', { [claim('resource_link')]: { id: long } }],
  ['target_link_uri_wrong', 'another of ours', { [claim('target_link_uri')]: `${TOOL}/lti/launch?x=1` }],
  ['target_link_uri_wrong', 'elsewhere', { [claim('target_link_uri')]: 'https://evil.example/' }],
  ['target_link_uri_wrong', 'none', { [claim('target_link_uri')]: undefined }],
  ['subject_missing', 'none', { sub: undefined }],
  ['subject_missing', 'an empty one', { sub: '' }],
  ['subject_missing', 'a long one', { sub: long }],
  ['subject_missing', 'not of ASCII', { sub: 'mwaŵi' }],
  ['subject_missing', 'a number', { sub: 7 }],
];

const byCode: Record<string, number> = { deployment_missing: 403, deployment_wrong: 403 };

describe('a token', () => {
  proves(
    [
      'token.algorithm',
      'token.kid',
      'token.crit',
      'token.iss',
      'token.aud',
      'token.azp',
      'token.times',
      'token.skew',
      'token.nonce',
      'token.version',
      'token.message',
      'token.deployment',
      'token.roles',
      'token.resource-link',
      'token.target',
      'token.sub',
      'token.last',
      'bad.page',
      'token.parts',
      'token.signature',
      'token.key-headers',
      'bad.truncated',
    ],
    'that is wrong in anything is refused for just that, and burns nothing',
    async () => {
      const { said, sign, post, fields, goOn } = await school.loggedIn({ link: exam });
      const token = fields.id_token ?? '';
      const [head = '', body = '', signature = ''] = token.split('.');
      const header = { alg: 'RS256', typ: 'JWT', kid: await school.lti.currentKey() };
      const strangers = { ...stranger, kid: header.kid };
      const attacks: [string, string, string][] = [
        ['token_malformed', 'two parts', `${head}.${body}`],
        ['token_malformed', 'four parts', `${token}.x`],
        ['token_malformed', 'five parts', `${token}.x.y`],
        ['token_malformed', 'words', 'not a token'],
        ['token_malformed', 'no header', unsigned('not json', said)],
        ['token_malformed', 'claims that are a list', unsigned(header, [1])],
        ['token_malformed', 'cut off in the claims', token.slice(0, head.length + 40)],
        ['signature_wrong', 'cut off in the signature', token.slice(0, -20)],
        [
          'signature_wrong',
          'other claims under its signature',
          `${head}.${unsigned(header, { ...said, sub: 'x' }).split('.')[1]}.${signature}`,
        ],
        ['algorithm_refused', 'none', unsigned({ ...header, alg: 'none' }, said, '')],
        ['algorithm_refused', 'nOnE', unsigned({ ...header, alg: 'nOnE' }, said, '')],
        ['algorithm_refused', 'HS256', unsigned({ ...header, alg: 'HS256' }, said)],
        ['signature_wrong', 'a stranger under the kid of the platform', await signLaunch(strangers, said)],
        ['signature_wrong', 'a key in the header', await signLaunch(strangers, said, { jwk: stranger.publicJwk })],
        [
          'signature_wrong',
          'an address of keys in the header',
          await signLaunch(strangers, said, { jku: 'https://evil.example/keys', x5u: 'https://evil.example/keys' }),
        ],
      ];
      for (const [code, what, claims, changes] of badLaunches()) {
        const aud =
          code === 'algorithm_refused' ? await signLaunch(strangers, { ...said, ...claims }, changes) : undefined;
        const crit = changes?.crit ? unsigned({ ...header, ...changes }, said) : undefined;
        attacks.push([code, what, aud ?? crit ?? (await sign(claims, changes))]);
      }
      const before = school.asked.length;
      for (const [code, what, bad] of attacks) {
        const shown = await post({ id_token: bad });
        const wrong = wrongWith(shown, [fields.state ?? '', String(said.nonce), bad]);
        expect([what, outcomeOf(shown), wrong]).toEqual([
          what,
          refusal(byCode[code] ?? (code === 'token_malformed' ? 400 : 401), code),
          [],
        ]);
      }
      // Nobody asks where a header says.
      expect(school.asked.slice(before).filter(({ url }) => !school.isKeys(url))).toEqual([]);
      expect(goOn).toContain(String(said.nonce));
      expect(outcomeOf(await post())).toEqual(accepted('student'));
    },
  );

  proves(['token.deep-linking', 'token.last'], 'of deep linking has somewhere to go back to', async () => {
    const { said, sign, post } = await school.loggedIn({ username: TEACHER, link: exam, kind: 'deep-linking' });
    const name = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
    const settings = said[name] as Claims;
    for (const wrong of [
      undefined,
      null,
      { ...settings, deep_link_return_url: undefined },
      { ...settings, deep_link_return_url: 'javascript:alert(1)' },
      { ...settings, deep_link_return_url: '/back' },
      { ...settings, accept_types: undefined },
    ]) {
      const shown = await post({ id_token: await sign({ [name]: wrong }) });
      expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(401, 'deep_linking_settings_wrong'), []]);
    }
    const student = await post({ id_token: await sign({ [claim('roles')]: [LEARNER] }) });
    expect([outcomeOf(student), wrongWith(student)]).toEqual([refusal(403, 'not_an_instructor'), []]);
    expect(outcomeOf(await post())).toEqual(accepted('deep-linking'));
  });

  proves(
    ['token.times', 'token.skew', 'token.aud', 'token.azp', 'token.deployment'],
    'is good at the edge of every rule',
    async () => {
      for (const claims of [
        { iat: now() - 300, exp: now() - 50 },
        { iat: now() + 50, exp: now() + 400 },
        { iat: now() - 3600, exp: now() + 10 },
        { nbf: now() + 50 },
        { iat: now(), exp: now() + 86_400 },
        { iat: now() - 0.5, exp: now() + 300.25 },
        { aud: [school.clientId] },
        { azp: undefined },
        { sub: 's'.repeat(255) },
      ])
        expect([claims, outcomeOf((await school.launch({ link: exam, claims })).shown)]).toEqual([
          claims,
          accepted('student'),
        ]);
    },
  );

  proves(
    ['token.kid', 'token.new-kid', 'accept.new-key'],
    'by a key that is new since the last fetch is accepted, after one fetch',
    async () => {
      const its = await aSchool('moodle');
      its.lti.addLink({ title: 'x' });
      expect(outcomeOf((await its.launch()).shown)).toEqual(accepted('student'));
      pass(6);
      const before = its.keyFetches();
      await its.lti.rotateKeys({ drop: true });
      const both = await Promise.all([its.loggedIn(), its.loggedIn()]);
      const shown = await Promise.all(both.map(({ post }) => post()));
      expect(shown.map(outcomeOf)).toEqual([accepted('student'), accepted('student')]);
      expect(its.keyFetches() - before).toBe(1);
      // Twice within the cooldown: nobody is asked, and the login waits for the next time.
      await its.lti.rotateKeys({ drop: true });
      const { post } = await its.loggedIn();
      expect(outcomeOf(await post())).toEqual(refusal(401, 'key_unknown'));
      expect(its.keyFetches() - before).toBe(1);
      pass(6);
      expect(outcomeOf(await post())).toEqual(accepted('student'));
    },
  );

  proves(
    ['login.record', 'token.state', 'browser.replay', 'browser.words'],
    'answers its own login, once, within ten minutes',
    async () => {
      const one = await school.loggedIn({ link: exam });
      const other = await school.loggedIn({ link: exam });
      const crossed = await one.post({ id_token: other.fields.id_token ?? '' });
      expect(outcomeOf(crossed)).toEqual(refusal(401, 'nonce_wrong'));
      const unknown = await one.post({ state: 'x'.repeat(43) });
      expect([outcomeOf(unknown), wrongWith(unknown)]).toEqual([refusal(401, 'state_unknown'), []]);
      expect(outcomeOf(await one.post())).toEqual(accepted('student'));
      for (const browser of [one.browser, new Browser()]) {
        const replayed = await school.post(browser, one.fields);
        expect([outcomeOf(replayed), wrongWith(replayed)]).toEqual([refusal(401, 'state_used'), []]);
        expect(replayed.text).toContain('open it again');
      }
      pass(601);
      const late = await other.post();
      expect([outcomeOf(late), wrongWith(late)]).toEqual([refusal(401, 'state_expired'), []]);
      expect(late.text).toContain('ten minutes');
    },
  );

  proves(['token.last', 'login.record'], 'that comes five times at once is taken once', async () => {
    const { post } = await school.loggedIn({ link: exam });
    const shown = await Promise.all([1, 2, 3, 4, 5].map(() => post()));
    expect(shown.map(outcomeOf).filter(({ status }) => status === 200)).toEqual([accepted('student')]);
    expect(shown.filter(({ meta }) => meta['ve-error'] === 'state_used')).toHaveLength(4);
  });

  proves(
    ['login.registration', 'login.deployments', 'token.signature', 'token.iss'],
    'of one platform opens nothing at another',
    async () => {
      const other = await aSchool('openedx');
      const theirs = await other.loggedIn({ link: other.lti.addLink({ title: 'x' }) });
      const ours = await school.loggedIn({ link: exam });
      // Signed by the other, with everything else as it should be here.
      await other.lti.rotateKeys();
      const forged = await ours.post({ id_token: await other.lti.sign(ours.said) });
      expect([401, ['key_unknown', 'signature_wrong']]).toEqual([
        forged.status,
        expect.arrayContaining([forged.meta['ve-error']]),
      ]);
      expect(
        outcomeOf(await school.post(theirs.browser, { ...theirs.fields, id_token: ours.fields.id_token ?? '' })),
      ).toEqual(refusal(401, 'issuer_wrong'));
      // A deployment that the one has approved is nothing to the other.
      const { clientId } = await aSchool('canvas');
      expect(clientId).not.toBe(school.clientId);
      expect(outcomeOf(await ours.post())).toEqual(accepted('student'));
    },
  );
});

describe('what is accepted', () => {
  proves(['accept.nobody', 'accept.email', 'accept.names'], 'whatever is told of the person', async () => {
    const its = await aSchool('moodle');
    const link = its.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId } });
    const names: string[] = [];
    for (const tells of ['none', 'email', 'names', 'all'] as const) {
      its.lti.settings.tells = tells;
      const { shown, me } = await its.signedIn({ link, claims: { sub: `told-${tells}` } });
      expect(outcomeOf(shown)).toEqual(accepted('student'));
      names.push(String(me.name));
    }
    expect(names.map((name) => name.includes('Chisomo'))).toEqual([false, false, true, true]);
    expect(names.every((name) => name.trim() !== '')).toBe(true);
  });

  proves(
    [
      'accept.no-roles',
      'accept.odd-roles',
      'accept.unknown-claims',
      'accept.empty-custom',
      'roles.whole',
      'roles.custom',
    ],
    'whatever the roles, and what they come to',
    async () => {
      const rows: [Claims, 'student' | 'instructor'][] = [
        [{ [claim('roles')]: [] }, 'student'],
        [{ [claim('roles')]: [''] }, 'student'],
        [{ [claim('roles')]: ['Learner'] }, 'student'],
        [{ [claim('roles')]: ['Instructor'] }, 'instructor'],
        [{ [claim('roles')]: [INSTRUCTOR] }, 'instructor'],
        [{ [claim('roles')]: ['urn:someone:else#Boss', LEARNER] }, 'student'],
        [{ [claim('roles')]: [LEARNER, role('/Instructor#TeachingAssistant')] }, 'student'],
        [{ [claim('roles')]: [role('/Instructor#TeachingAssistant')] }, 'student'],
        [{ [claim('roles')]: [role('#InstructorAssistant')] }, 'student'],
        [{ [claim('roles')]: [role('#instructor')] }, 'student'],
        [{ [claim('roles')]: ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor'] }, 'student'],
        [{ [claim('roles')]: ['http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator'] }, 'student'],
        [
          { [claim('custom')]: { assessment_id: assessmentId, role: 'admin', custom_role: 'admin', empty: '' } },
          'student',
        ],
        [{ [claim('custom')]: { assessment_id: '', empty: '' } }, 'student'],
        [{ 'https://example.org/claim': { deep: [1, { x: null }] }, role: 'superadmin', admin: true }, 'student'],
      ];
      for (const [index, [claims, expected]] of rows.entries()) {
        const { shown } = await school.launch({ link: exam, claims: { ...claims, sub: `roles-${index}` } });
        expect([claims, outcomeOf(shown)]).toEqual([claims, accepted(expected)]);
      }
      const custom = { assessment_id: assessmentId, custom_role: 'admin', roles: INSTRUCTOR };
      const { me, ask } = await school.signedIn({ link: exam, claims: { [claim('custom')]: custom, sub: 'custom' } });
      expect([me.role, (await ask('POST', '/banks', { title: 'x' })).status]).toEqual(['student', 403]);
    },
  );

  proves(['accept.no-context'], 'without a context, and each link stands for itself', async () => {
    const without = { [claim('context')]: undefined };
    const { me, ask } = await school.signedIn({ link: exam, claims: without });
    expect(me.lti).toMatchObject({ contextId: null, assessmentId });
    expect((await ask('GET', `/assessments/${assessmentId}`)).status).toBe(200);
    const teacher = {
      username: TEACHER,
      link: exam,
      claims: { ...without, [claim('resource_link')]: { id: 'alone' } },
    };
    expect(outcomeOf((await school.launch(teacher)).shown)).toEqual(accepted('instructor'));
  });

  proves(['accept.tabs', 'browser.cookie'], 'from several tabs of one browser, in any order', async () => {
    const browser = new Browser();
    const tabs = [];
    for (let tab = 0; tab < 3; tab++) tabs.push(await school.loggedIn({ browser, link: exam }));
    const shown = [await tabs[1]?.post(), ...(await Promise.all([tabs[2]?.post(), tabs[0]?.post()]))];
    expect(shown.map((one) => one && outcomeOf(one))).toEqual([
      accepted('student'),
      accepted('student'),
      accepted('student'),
    ]);
    expect((await browser.send('GET', `/assessments/${assessmentId}`)).status).toBe(200);
  });

  proves(['token.sub'], 'without a sub where the registration allows it, and nobody is anybody else', async () => {
    const its = await aSchool('moodle', { changes: { allowAnonymous: true } });
    its.lti.settings.isAnonymous = true;
    const link = its.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId } });
    const [one, other] = [await its.signedIn({ link }), await its.signedIn({ link })];
    expect([outcomeOf(one.shown), outcomeOf(other.shown)]).toEqual([accepted('student'), accepted('student')]);
    expect(one.me.id).not.toBe(other.me.id);
    expect(outcomeOf((await its.launch({ link, claims: { sub: '' } })).shown)).toEqual(refusal(401, 'subject_missing'));
  });
});

describe('the browser', () => {
  proves(
    ['browser.never-unbound', 'browser.page', 'token.state'],
    'that did not begin the login is asked, and refused',
    async () => {
      const { login, fields } = await school.loggedIn({ link: exam });
      const victim = new Browser();
      const asked = await school.post(victim, fields);
      expect(outcomeOf(asked)).toEqual(ASK_BROWSER);
      expect(wrongWith(asked).filter((one) => one !== 'no word on frames')).toEqual([]);
      expect(victim.jar.size).toBe(0);
      const secret = formIn(login.text, 've-login').attribute('data-secret');
      for (const proof of ['', 'x'.repeat(43), fields.state ?? '', `${secret}x`]) {
        const shown = await school.post(victim, { ...fields, proof });
        expect([outcomeOf(shown), wrongWith(shown)]).toEqual([refusal(401, 'not_this_browser'), []]);
      }
      // A secret of another login of the same browser is none.
      const another = await school.loggedIn({ browser: victim, link: exam });
      expect(outcomeOf(await school.post(victim, fields))).toEqual(ASK_BROWSER);
      const others = formIn(another.login.text, 've-login').attribute('data-secret');
      expect(outcomeOf(await school.post(victim, { ...fields, proof: others }))).toEqual(
        refusal(401, 'not_this_browser'),
      );
      expect(outcomeOf(await school.post(victim, { ...fields, proof: secret }))).toEqual(accepted('student'));
    },
  );

  proves(
    ['browser.page', 'browser.words', 'browser.window'],
    'is asked by a page that holds what it needs and a way by a new window',
    async () => {
      const browser = new Browser();
      browser.keeps = false;
      const { fields, login } = await school.loggedIn({ browser, link: exam });
      const asked = await school.post(browser, fields);
      expect(asked.text).not.toContain(formIn(login.text, 've-login').attribute('data-secret'));
      const bind = formIn(asked.text, 've-bind');
      expect(bind.fields).toEqual({ state: fields.state, id_token: fields.id_token, proof: '' });
      const over = await school.post(browser, bind.fields);
      expect(outcomeOf(over)).toEqual(refusal(401, 'not_this_browser'));
      for (const { text } of [asked, over]) {
        // The same login once more, at the top, where the cookie sticks.
        const top = new Browser({ 'sec-fetch-dest': 'document' });
        const again = await top.send('GET', `/lti/login?${new URLSearchParams(windowIn(text))}`);
        const answer = await school.lti.authorise(again.headers.get('location') ?? '');
        if (answer.kind !== 'form') throw new Error(answer.message);
        expect(outcomeOf(await school.post(top, answer.fields))).toEqual(accepted('student'));
      }
    },
  );

  proves(
    ['browser.platform'],
    "is sent to the platform's storage at the origin of its authorisation address",
    async () => {
      const its = await aSchool('canvas', {});
      const { login, fields } = await its.loggedIn({ link: its.lti.addLink({ title: 'x' }) });
      const asked = await its.post(new Browser(), fields);
      for (const form of [formIn(login.text, 've-login'), formIn(asked.text, 've-bind')]) {
        expect(form.attribute('data-storage-target')).toBe('post_message_forwarding');
        expect(form.attribute('data-storage-origin')).toBe(new URL(its.lti.registration().authLoginUrl).origin);
        expect(form.attribute('data-state')).toBe(fields.state);
      }
      const none = await school.loggedIn({ link: exam });
      expect(formIn(none.login.text, 've-login').attribute('data-storage-target')).toBe('');
    },
  );

  proves(
    ['browser.session', 'browser.code', 'after.student', 'after.facts'],
    'gets a session for the frame, and the page a token of its own',
    async () => {
      const { shown, browser } = await school.launch({ link: exam });
      const cookies = shown.headers
        .getSetCookie()
        .filter((one) => /^__Host-ve_(frame|session)[^=]*=./.test(one) && !/max-age=0/i.test(one));
      expect(cookies).toHaveLength(1);
      for (const part of [/; HttpOnly/i, /; Secure/i, /; SameSite=None/i, /; Partitioned/i, /; Path=\/(;|$)/i])
        expect(cookies[0]).toMatch(part);
      const secret = /=([^;]*)/.exec(cookies[0] ?? '')?.[1] ?? 'none';
      expect(shown.text).not.toContain(secret);
      expect(
        [...shown.text.matchAll(/(?:href|action|data-landing)="([^"]*)"/g)].map(([, url]) => url).join(),
      ).not.toContain(shown.meta['ve-code']);
      expect((await browser.send('GET', formIn(shown.text, 've-open').attribute('data-landing'))).status).toBe(200);

      const code = shown.meta['ve-code'];
      const all = await Promise.all([1, 2, 3].map(() => openSession(code)));
      expect(all.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
      const { json } = all.find(({ status }) => status === 200) ?? all[0] ?? { json: {} };
      expect(json).toMatchObject({
        access: expect.any(String),
        refresh: expect.any(String),
        user: { role: 'student' },
      });
      const late = await school.launch({ link: exam });
      pass(61);
      expect(await openSession(late.shown.meta['ve-code'])).toMatchObject({
        status: 401,
        json: { code: 'bad_launch_code' },
      });
      expect((await openSession(pageCode(late.shown))).status).toBe(401);
    },
  );

  proves(
    ['browser.second-code', 'browser.window'],
    'without cookies goes on in a window of its own by a second code, once',
    async () => {
      const { shown } = await school.launch({ link: exam });
      const code = pageCode(shown);
      expect(code).not.toBe(shown.meta['ve-code']);
      const framed = new Browser({ 'sec-fetch-dest': 'iframe' });
      const offered = await framed.send('POST', '/lti/open', { code });
      expect([offered.status, offered.headers.getSetCookie(), frameAncestors(offered)]).toEqual([
        200,
        [],
        `https://${school.host}`,
      ]);
      expect(offered.text).toMatch(/<form method="post" action="\/lti\/open" target="_blank">/);
      const top = new Browser({ 'sec-fetch-dest': 'document' });
      const opened = await top.send('POST', '/lti/open', { code, window: 'new' });
      expect([opened.status, opened.headers.get('location')]).toEqual([303, `/assessments/${assessmentId}`]);
      expect((await top.send('GET', `/assessments/${assessmentId}`)).status).toBe(200);
      const again = await new Browser({ 'sec-fetch-dest': 'document' }).send('POST', '/lti/open', {
        code,
        window: 'new',
      });
      expect([again.status, again.headers.getSetCookie(), again.headers.get('location')]).toEqual([401, [], null]);
      // The code of the page's own token opens no window.
      const { shown: another } = await school.launch({ link: exam });
      const wrong = { code: another.meta['ve-code'] ?? '', window: 'new' };
      expect((await top.send('POST', '/lti/open', wrong)).status).toBe(401);
    },
  );

  proves(
    ['browser.error', 'browser.words', 'bad.page'],
    'brings an error of the platform: a page, and the login is over',
    async () => {
      const { browser, fields } = await school.loggedIn({ link: exam });
      const { state = '' } = fields;
      const error = { state, error: 'login_required', error_description: 'Sign in <b>first</b>' };
      const shown = await school.post(browser, error);
      expect([outcomeOf(shown), wrongWith(shown, [state])]).toEqual([refusal(400, 'platform_refused'), []]);
      expect(shown.text).toContain('Sign in &lt;b&gt;first&lt;/b&gt;');
      expect(outcomeOf(await school.post(browser, fields))).toEqual(refusal(401, 'state_used'));
      expect(outcomeOf(await school.post(browser, { ...error, state: 'unknown' }))).toEqual(
        refusal(401, 'state_unknown'),
      );
      expect(outcomeOf(await school.post(browser, { error: 'x' }))).toEqual(refusal(400, 'malformed'));
      const canvas = await aSchool('canvas');
      const asked = await canvas.loggedIn({ link: canvas.lti.addLink({ title: 'x' }) });
      const told = await canvas.lti.authorise(asked.goOn);
      if (told.kind !== 'form') throw new Error(told.message);
      expect(outcomeOf(await canvas.post(asked.browser, told.fields))).toEqual(refusal(400, 'platform_refused'));
    },
  );

  proves(
    ['browser.frames'],
    'may show every page of a launch in the frames of the registration, and in no other',
    async () => {
      const frameOrigins = ['https://lms.example.ac.mw', 'https://*.instructure.com'];
      const its = await aSchool('moodle', { changes: { frameOrigins } });
      const link = its.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId } });
      const begun = await its.loggedIn({ link });
      const teacher = await its.launch({ username: TEACHER, link });
      const picker = await its.launch({ username: TEACHER, link, kind: 'deep-linking' });
      const pages = [
        begun.login,
        await its.post(new Browser(), begun.fields),
        await its.post(new Browser(), { ...begun.fields, proof: '' }),
        await begun.post({ id_token: await begun.sign({ aud: 'another' }) }),
        await begun.post(),
        await begun.post(),
        await begun.browser.send('GET', `/assessments/${assessmentId}`),
        teacher.shown,
        await teacher.browser.send('GET', formIn(teacher.shown.text, 've-open').attribute('data-landing')),
        picker.shown,
      ];
      for (const shown of pages)
        expect([shown.path, frameAncestors(shown)]).toEqual([shown.path, frameOrigins.join(' ')]);
      expect(frameAncestors(await new Browser().send('GET', '/sign-in'))).toBe("'none'");
    },
  );
});

describe('a class', () => {
  proves(['bad.crowd', 'bad.kids'], 'that launches at once while no key is known is let in, by one fetch', async () => {
    const its = await aSchool('openedx');
    const link = its.lti.addLink({ title: 'x', custom: { assessment_id: assessmentId } });
    Object.assign(its.platform.faults, { down: { on: ['lti-keys'] } });
    const begun = await Promise.all(
      Array.from({ length: 40 }, (_, index) => its.loggedIn({ link, claims: { sub: `student-${index}` } })),
    );
    await vi.waitFor(() => expect(its.keyFetches()).toBe(1));
    Object.assign(its.platform.faults, { down: false });
    pass(6);
    const shown = await hurry(() => Promise.all(begun.map(({ post }) => post())));
    expect(shown.filter(({ meta }) => meta['ve-launch'] === 'student')).toHaveLength(40);
    expect(its.keyFetches()).toBe(2);
  });

  proves(['bad.kids', 'token.new-kid'], 'of attackers with hundreds of unknown keys costs a fetch or two', async () => {
    const its = await aPlatform('moodle');
    const fetches = vi.spyOn(its.platform, 'fetch');
    const link = its.lti.addLink({ title: 'x' });
    const { fields } = await its.loggedIn(new Browser(), 'chisomo_banda', link);
    const unknown = (index: number) => unsigned({ alg: 'RS256', kid: `unknown-${index}` }, { iss: 'x' });
    const posted = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        new Browser().send('POST', '/lti/launch', { ...fields, id_token: unknown(index) }),
      ),
    );
    expect([...new Set(posted.map(({ meta }) => meta['ve-error']))]).toEqual(['key_unknown']);
    expect(fetches.mock.calls.length).toBeLessThanOrEqual(2);
  });
});
