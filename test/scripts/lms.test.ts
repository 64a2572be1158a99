import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EditRefused } from '../../scripts/lms/course.ts';
import { keysUnder } from '../../scripts/lms/course-tree.ts';
import { listen } from '../../scripts/lms/listen.ts';
import { createPlatform, type PlatformOptions } from '../../scripts/lms/platform.ts';
import { pythonJson, pythonRepr, pythonString } from '../../scripts/lms/python.ts';
import { randomEdit } from '../../scripts/lms/random-edit.ts';
import { seededRandom } from '../../scripts/lms/random-source.ts';
import { BIOLOGY, MATHEMATICS } from '../../scripts/lms/seed.ts';
import { type Layout, layouts, type Webhook } from '../../scripts/lms/webhooks.ts';

/** What an answer or a fixture holds, whatever its shape. */
type Any = ReturnType<typeof JSON.parse>;

const ORIGIN = 'https://lms.example.mw';
const CALLBACK = 'https://app.example.mw/auth/openedx/callback';
const KEY = encodeURIComponent(MATHEMATICS);

const fixtureText = (path: string) => readFileSync(`test/fixtures/openedx/${path}`, 'utf8');
const fixture = (path: string): Any => JSON.parse(fixtureText(`${path}.json`));
const errors = fixture('outline/errors') as Record<string, { status: number; body: unknown; headers?: object }>;

const block = (type: string, id: string) => `block-v1:EduMW+MSCE-MATH-F3+2026_T1+type@${type}+block@${id}`;

/** A platform on a day of the fixtures, whose clock the test moves. */
function started(options: Partial<PlatformOptions> = {}) {
  const clock = { ms: Date.parse('2026-04-14T09:10:00Z') };
  const delivered: Webhook[] = [];
  const platform = createPlatform({
    origin: ORIGIN,
    now: () => clock.ms,
    random: seededRandom(7),
    deliver: (webhook) => delivered.push(webhook),
    redirectUris: [CALLBACK],
    ...options,
  });
  const send = (path: string, init?: RequestInit) => platform.fetch(new Request(`${ORIGIN}${path}`, init));
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, { method: 'POST', body: new URLSearchParams(form), headers });
  const swap = async (form: Record<string, string>, headers?: Record<string, string>) => {
    const response = await post('/oauth2/access_token', { token_type: 'jwt', ...form }, headers);
    return { status: response.status, body: (await response.json()) as Any };
  };
  const tokenOf = async (client = 'vault-backend', secret = 'stand-in-backend-secret'): Promise<string> =>
    (await swap({ grant_type: 'client_credentials', client_id: client, client_secret: secret })).body.access_token;
  let kept: string | undefined;
  const get = async (path: string, token?: string) => {
    kept ??= await tokenOf();
    const response = await send(path, { headers: { authorization: `JWT ${token ?? kept}` } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return { clock, delivered, platform, send, post, swap, tokenOf, get };
}

const parsed = (text: string): Any => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const FIELDS = 'requested_fields=children,graded,format,start,due,has_score,student_view_multi_device';
const BLOCKS = `/api/courses/v1/blocks/?course_id=${KEY}&all_blocks=true&${FIELDS}&block_counts=problem,video,html`;
const OUTLINE = `/api/learning_sequences/v1/course_outline/${KEY}`;
const chapters = (answer: Any): string[] => answer.blocks[block('course', 'course')].children;

/** The shape of a value: its keys in order, and what kind each value is. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, one]) => [key, shape(one)]);
  return value === null ? 'null' : typeof value;
};

const claimsOf = (token: string, part: 0 | 1): Any =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString());

describe('answers of the stand-in platform are those recorded from Open edX', () => {
  it('shows the recorded outline by Blocks: as a whole, as a list, cut at a depth, in the recorded order', async () => {
    const { get } = started();
    const whole = await get(`${BLOCKS}&depth=all`);
    expect(whole.body).toEqual(fixture('outline/blocks-v1'));
    expect(Object.keys(whole.body.blocks)).toEqual(Object.keys(fixture('outline/blocks-v1').blocks));
    expect((await get(`${BLOCKS}&depth=all&return_type=list`)).body).toEqual(fixture('outline/blocks-v1-list'));
    expect((await get(`${BLOCKS}&depth=2`)).body).toEqual(fixture('outline/blocks-v1-depth2'));
    const root = (await get(BLOCKS)).body;
    expect(Object.keys(root.blocks)).toEqual([root.root]);
    expect(root.blocks[root.root]).not.toHaveProperty('children');
  });

  it('shows the recorded outline by learning_sequences, Studio and the course pages', async () => {
    const { get } = started();
    const at_time = expect.stringMatching(/^2026-04-14T09:10:00\.\d{6}Z$/);
    expect((await get(OUTLINE)).body).toEqual({ ...fixture('outline/learning-sequences-v1'), at_time });
    const studio = await get(`/api/contentstore/v1/course_index/${KEY}`);
    expect(studio.body).toEqual(fixture('outline/studio-course-index-v1'));
    expect((await get('/api/courses/v1/courses/')).body).toEqual(fixture('outline/course-list'));
    const detail = { ...fixture('outline/course-detail'), is_enrolled: false };
    expect((await get(`/api/courses/v1/courses/${KEY}`)).body).toEqual(detail);
    const second = (await get('/api/courses/v1/courses/?page_size=1&page=2')).body;
    expect(second.results.map((one: Any) => one.id)).toEqual([BIOLOGY]);
    expect(second.pagination).toMatchObject({ next: null, count: 2, num_pages: 2 });
    expect(second.pagination.previous).toContain(`${ORIGIN}/api/courses/v1/courses/?`);
  });

  it('becomes the second recorded version by the edits that lie between them', async () => {
    const { clock, platform, get } = started();
    clock.ms = Date.parse('2026-04-14T09:15:42.098Z');
    const edit = (one: Parameters<typeof platform.edit>[1]) => platform.edit(MATHEMATICS, one);
    const wanted = fixture('outline/blocks-v2').blocks;
    edit({ kind: 'rename', id: 'c_quadratics', name: 'Quadratic Equations and Graphs' });
    edit({ kind: 'remove', id: 's_surds_review' });
    edit({ kind: 'move', id: 's_fn_graphs', parent: 'c_quadratics', index: 3 });
    edit({ kind: 'reorder', parent: 'c_circle', children: ['s_circle_angles', 's_circle_chords', 's_circle_equal'] });
    edit({ kind: 'rename', id: 'p_quad_5', name: 'Roots correct to two decimal places' });
    edit({ kind: 'set', id: 's_quad_quiz', field: 'due', value: '2026-05-29T21:59:00Z' });
    const [, ...added] = fixture('outline/expected-diff-v1-v2').added as string[];
    for (const id of [...added, fixture('outline/expected-diff-v1-v2').added[0]]) {
      const [parent] = Object.values(wanted).filter((one: Any) => one.children?.includes(id)) as Any[];
      const { type, block_id: blockId, display_name: name } = wanted[id];
      edit({ kind: 'add', parent: parent.id, type, blockId, name, index: parent.children.indexOf(id) });
    }
    edit({ kind: 'reorder', parent: 'course', children: wanted[block('course', 'course')].children });
    const { body: before } = await get(`${BLOCKS}&depth=all`);
    expect(before.blocks).not.toHaveProperty(block('vertical', 'u_stats_mean'));
    expect(before.blocks[block('problem', 'p_quad_5')].display_name).toBe('Roots to two decimal places');

    platform.publish(MATHEMATICS);
    expect((await get(`${BLOCKS}&depth=all`)).body).toEqual(fixture('outline/blocks-v2'));
    const { published_version: first } = fixture('outline/learning-sequences-v1');
    const outline = (await get(OUTLINE)).body;
    expect(outline).toEqual({
      ...fixture('outline/learning-sequences-v2'),
      at_time: expect.any(String),
      published_version: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
    expect(outline.published_version).not.toBe(first);
  });

  it('lists enrolments newest first by cursor, without repeating or skipping one, and accounts, to global staff only', async () => {
    const { get, tokenOf } = started();
    const list = `/api/enrollment/v1/enrollments/?course_id=${KEY}`;
    const seen: string[] = [];
    let next: string | null = `${ORIGIN}${list}&page_size=4`;
    let pages = 0;
    while (next) {
      const { body } = await get(next.slice(ORIGIN.length));
      expect(shape(body.results[0])).toEqual(shape(fixture('rest/enrollments-cursor-page').results[0]));
      seen.push(...body.results.map((one: Any) => `${one.created} ${one.user} ${one.is_active}`));
      next = body.next;
      pages += 1;
    }
    expect(pages).toBe(2);
    expect(seen).toHaveLength(6);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    expect(seen).toContain('2026-04-13T10:41:00.000001Z thoko_phiri false');

    expect((await get(`/api/enrollment/v1/enrollment/chisomo_banda,${KEY}`)).body).toEqual(
      fixture('rest/enrollment-single'),
    );
    const never = await get(`/api/enrollment/v1/enrollment/yankho_mwale,${KEY}`);
    expect(never).toMatchObject({ status: 200, text: '' });
    expect((await get('/api/user/v1/accounts/chisomo_banda')).body).toEqual(fixture('rest/account-staff-view'));
    expect((await get('/api/user/v1/accounts?lms_user_id=1042')).body).toEqual([fixture('rest/account-staff-view')]);
    expect((await get('/api/user/v1/accounts/nobody')).status).toBe(404);
    expect((await get('/api/user/v1/me')).body).toEqual({ username: 'vault_service' });

    const limited = await tokenOf('vault-outline', 'stand-in-outline-secret');
    expect((await get(list, limited)).status).toBe(403);
    expect((await get('/api/user/v1/accounts?lms_user_id=1042', limited)).status).toBe(403);
    expect(Object.keys((await get('/api/user/v1/accounts/chisomo_banda', limited)).body)).not.toContain('email');
  });

  it('refuses with the recorded statuses and bodies', async () => {
    const { get, send, tokenOf } = started();
    const said = ({ status, body }: { status: number; body: unknown }) => ({ status, body });
    const of = (name: string) => ({ status: errors[name]?.status, body: errors[name]?.body });
    const blocks = '/api/courses/v1/blocks/';
    expect(said(await get(blocks))).toEqual(of('blocks_400_missing_course_id'));
    expect(said(await get(`${blocks}?course_id=not-a-key`))).toEqual(of('blocks_400_bad_course_id'));
    expect(said(await get(`${blocks}?course_id=${KEY}`))).toEqual(of('blocks_400_missing_username'));
    expect(said(await get(`${BLOCKS}&depth=deep`))).toEqual(of('blocks_400_bad_depth'));
    // A plus that was not encoded is a space.
    expect((await get(BLOCKS.replaceAll('%2B', '+'))).status).toBe(400);
    const unknown = await get(BLOCKS.replace('2026_T1', '2099'));
    expect(said(unknown)).toEqual(of('blocks_404_global_staff_unknown_course'));
    const studio = '/api/contentstore/v1/course_index';
    expect(said(await get(`${studio}/course-v1:EduMW%2BNOPE%2B2026`))).toEqual(of('studio_course_index_404'));
    expect(said(await get(`${studio}/nope`))).toEqual(of('studio_course_index_404_bad_key'));
    const sequences = '/api/learning_sequences/v1/course_outline';
    expect(said(await get(`${sequences}/course-v1:EduMW%2BNOPE%2B2026`))).toEqual(of('learning_sequences_404'));
    expect(said(await get(`${sequences}/EduMW/Old/Run`))).toEqual(of('learning_sequences_400_deprecated_key'));

    const open = async (path: string, authorization?: string) => {
      const response = await send(path, authorization ? { headers: { authorization } } : {});
      return { status: response.status, body: await response.json<unknown>(), headers: response.headers };
    };
    expect(said(await open(OUTLINE))).toEqual(of('learning_sequences_401'));
    expect(said(await open(BLOCKS))).toEqual(of('blocks_403_anonymous'));
    const token = await tokenOf();
    for (const path of [OUTLINE, BLOCKS, '/api/courses/v1/courses/', '/api/user/v1/me'])
      expect((await open(path, `Bearer ${token}`)).status, path).toBe(401);
    expect((await open(OUTLINE, `JWT ${token}x`)).status).toBe(401);

    const limited = await tokenOf('vault-outline', 'stand-in-outline-secret');
    expect((await get(BLOCKS, limited)).status).toBe(200);
    const elsewhere = await get(BLOCKS.replace(KEY, encodeURIComponent(BIOLOGY)), limited);
    expect(said(elsewhere)).toEqual({
      status: 403,
      body: {
        developer_message: `'outline_reader' does not have permission to access all blocks in '${BIOLOGY}'.`,
      },
    });
    expect((await get(BLOCKS.replace('2026_T1', '2099'), limited)).status).toBe(403);
  });
});

describe('OAuth of the stand-in platform', () => {
  it('gives a JWT with exactly the recorded header and claims, by form or Basic, and lets it expire', async () => {
    const { clock, swap, get } = started();
    const form = { client_id: 'vault-backend', client_secret: 'stand-in-backend-secret' };
    const { status, body } = await swap({ grant_type: 'client_credentials', ...form });
    expect(status).toBe(200);
    expect(shape(body)).toEqual(shape(fixture('oauth/token-client-credentials').response.body));
    const recorded = fixture('oauth/jwt-decoded-client-credentials');
    expect(claimsOf(body.access_token, 0)).toEqual(recorded.header);
    const claims = claimsOf(body.access_token, 1);
    expect(shape(claims)).toEqual(shape(recorded.payload));
    const iat = clock.ms / 1000;
    expect(claims).toEqual({ ...recorded.payload, iat, exp: iat + 3600, sub: expect.stringMatching(/^[0-9a-f]{32}$/) });

    const basic = { authorization: `Basic ${btoa(`${form.client_id}:${form.client_secret}`)}` };
    expect((await swap({ grant_type: 'client_credentials' }, basic)).body.token_type).toBe('JWT');
    const wrong = { ...form, client_secret: 'wrong', grant_type: 'client_credentials' };
    expect(await swap(wrong)).toEqual({ status: 401, body: errors.token_401_invalid_client?.body });
    const opaque = await swap({ grant_type: 'client_credentials', ...form, token_type: 'bearer' });
    expect(opaque.body.token_type).toBe('Bearer');

    clock.ms += 3_601_000;
    const late = await get(OUTLINE, body.access_token);
    expect(late).toMatchObject({ status: 401, body: errors.jwt_401_expired?.body });
    expect(late.headers.get('www-authenticate')).toBe('JWT realm="api"');
  });

  it('signs a person in by a code with PKCE, once, for the exact address and verifier', async () => {
    const { clock, send, post, swap } = started();
    const verifier = 'a-verifier-of-at-least-forty-three-characters-0123';
    const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))).toString(
      'base64url',
    );
    const request = {
      response_type: 'code',
      client_id: 'vault-sso',
      redirect_uri: CALLBACK,
      scope: 'user_id profile email',
      state: 'a state & more',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    const page = await send(`/oauth2/authorize/?${new URLSearchParams(request)}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<option value="chisomo_banda">');
    const allow = async (more: Record<string, string> = {}) => {
      const sent = await post('/oauth2/authorize/', { ...request, username: 'chisomo_banda', allow: 'yes', ...more });
      return { status: sent.status, url: new URL(sent.headers.get('location') ?? 'none:') };
    };
    const trade = (code: string | null, more: Record<string, string> = {}) =>
      swap({
        grant_type: 'authorization_code',
        code: code ?? '',
        redirect_uri: CALLBACK,
        client_id: 'vault-sso',
        client_secret: 'stand-in-sso-secret',
        code_verifier: verifier,
        ...more,
      });

    const { status, url } = await allow();
    expect(status).toBe(302);
    expect(url.origin + url.pathname).toBe(CALLBACK);
    expect(url.searchParams.get('state')).toBe(request.state);
    const { body } = await trade(url.searchParams.get('code'));
    expect(shape(body)).toEqual(shape(fixture('oauth/token-authorization-code').response.body));
    const recorded = fixture('oauth/jwt-decoded-authorization-code').payload;
    const { iat, exp, sub, ...claims } = claimsOf(body.access_token, 1);
    expect({ iat, exp, sub, ...claims }).toEqual({ ...recorded, iat, exp, sub });
    expect((await trade(url.searchParams.get('code'))).body).toEqual({ error: 'invalid_grant' });

    const again = async () => (await allow()).url.searchParams.get('code');
    expect((await trade(await again(), { code_verifier: 'another' })).body.error).toBe('invalid_grant');
    expect((await trade(await again(), { redirect_uri: `${CALLBACK}/` })).body.error).toBe('invalid_request');
    const late = await again();
    clock.ms += 60_001;
    expect((await trade(late)).body.error).toBe('invalid_grant');
    expect((await allow({ allow: 'no' })).url.searchParams.get('error')).toBe('access_denied');
    expect((await allow({ code_challenge_method: 'plain' })).url.searchParams.get('error')).toBe('invalid_request');
    const elsewhere = { ...request, redirect_uri: 'https://evil.example/' };
    expect((await send(`/oauth2/authorize/?${new URLSearchParams(elsewhere)}`)).status).toBe(400);
  });
});

/** What happens on the platform, so that every event is sent. */
function everything(layout: Layout) {
  const { platform, delivered } = started();
  platform.layout = layout;
  const course = platform.courses.get(BIOLOGY);
  if (!course) throw new Error('No second course');
  const person = { username: 'thoko_phiri', courseKey: MATHEMATICS };
  const about = { username: 'chisomo_banda', courseKey: MATHEMATICS };
  platform.addCourse({ ...course, key: MATHEMATICS.replace('T1', 'T2') });
  platform.edit(MATHEMATICS, { kind: 'rename', id: 'c_quadratics', name: 'Quadratics' });
  platform.edit(MATHEMATICS, { kind: 'remove', id: 's_surds_review' });
  platform.publish(MATHEMATICS, 'u_quad_formula');
  platform.edit(MATHEMATICS, { kind: 'import', course: { type: 'course', id: 'course', display_name: 'Empty' } });
  platform.learner({ kind: 'register', username: 'new_one', name: 'Ŵezi', email: 'new@example.com' });
  platform.learner({ kind: 'login', username: 'new_one' });
  platform.learner({ kind: 'enrol', ...person });
  platform.learner({ kind: 'mode', ...person, mode: 'honor' });
  platform.learner({ kind: 'unenrol', ...person });
  platform.learner({ kind: 'grade', ...about, percent: 0.47 });
  platform.learner({ kind: 'grade', ...about, percent: 0.82 });
  return delivered;
}

const suffixes = (webhooks: readonly Webhook[]) =>
  webhooks.map(({ eventType }) => eventType.replace(/^org\.openedx\.(content_authoring|learning)\.|\.v1$/g, ''));

describe('webhooks of the stand-in platform', () => {
  it('writes JSON and instants byte for byte as Python does', () => {
    for (const folder of ['aulasneo-v21', 'pypi-1.0.2', 'virtue-customized-v1'])
      for (const name of readdirSync(`test/fixtures/openedx/webhooks/${folder}`).filter((one) =>
        one.endsWith('.json'),
      )) {
        const bytes = fixtureText(`webhooks/${folder}/${name}`);
        expect(pythonJson(JSON.parse(bytes)), name).toBe(bytes.trimEnd());
      }
    expect(pythonJson('Ŵ😀')).toBe('"\\u0174\\ud83d\\ude00"');
    const on = { ms: Date.parse('2026-04-02T06:00:01Z'), micro: 0 };
    expect(pythonString(on)).toBe('2026-04-02 06:00:01+00:00');
    expect(pythonRepr(on)).toBe('datetime.datetime(2026, 4, 2, 6, 0, 1, tzinfo=datetime.timezone.utc)');
    const hour = { ms: Date.parse('2026-04-02T06:00:00Z'), micro: 0 };
    expect(pythonRepr(hour)).toBe('datetime.datetime(2026, 4, 2, 6, 0, tzinfo=datetime.timezone.utc)');
    expect(pythonRepr({ ms: hour.ms + 1, micro: 500 })).toContain('6, 0, 0, 1500, tzinfo');
  });

  const folders: Partial<Record<Layout, string>> = {
    'aulasneo-v21': 'aulasneo-v21',
    'pypi-1.0.2': 'pypi-1.0.2',
    'virtue-customized': 'virtue-customized-v1',
  };
  /** The fixtures of a folder by what they say of themselves. */
  const recorded = (folder: string) =>
    readdirSync(`test/fixtures/openedx/webhooks/${folder}`)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, body: fixture(`webhooks/${folder}/${name.slice(0, -'.json'.length)}`) }));
  const typeOf = ({ event_metadata: about }: Any): string =>
    typeof about === 'string' ? (/event_type='([^']+)'/.exec(about)?.[1] ?? '') : about.event_type;
  const masked = (about: string) => about.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|datetime\([^)]*\)/g, '…');

  it.each(Object.entries(folders))('sends every recorded event of %s with its keys and kinds', (layout, folder) => {
    const sent = everything(layout as Layout).map(({ body, eventType }) => ({ body: JSON.parse(body), eventType }));
    for (const { name, body } of recorded(folder)) {
      const alike = sent.filter(
        (one) => typeOf(one.body) === typeOf(body) && JSON.stringify(shape(one.body)) === JSON.stringify(shape(body)),
      );
      expect(alike.length, name).toBeGreaterThan(0);
      expect(alike[0]?.eventType).toBe(typeOf(body));
      const [one] = alike.map((found) => found.body.event_metadata);
      if (typeof one === 'string') expect(masked(one)).toBe(masked(body.event_metadata));
    }
  });

  it('sends forms as the stock plugin flattens them', () => {
    const recordedForm = new URLSearchParams(
      fixtureText('webhooks/aulasneo-v21/course-enrollment-created.form-urlencoded.txt').trim(),
    );
    const form = everything('aulasneo-v21-form').find(({ eventType }) => eventType.endsWith('enrollment.created.v1'));
    expect(form?.contentType).toBe('application/x-www-form-urlencoded');
    const sent = new URLSearchParams(form?.body);
    expect([...sent.keys()]).toEqual([...recordedForm.keys()]);
    for (const name of ['course_start', 'created_by', 'user_is_active', 'mode']) {
      const key = `openedx_events.learning.data.CourseEnrollmentData_${name}`;
      const isTheirs = name === 'user_is_active' ? 'False' : recordedForm.get(key);
      expect(sent.get(key), name).toBe(isTheirs);
    }
    expect(sent.get('event_metadata_sourcelib')).toBe('(10, 5, 0)');
    expect(form?.body).toContain('course_key=course-v1%3AEduMW%2BMSCE-MATH-F3%2B2026_T1&');
  });

  it('tells of learners in the order of the platform, and leaves out what an old sender does not know', () => {
    expect(suffixes(everything('aulasneo-v21')).slice(-12)).toEqual([
      ...['student.registration.completed', 'auth.session.login.completed'],
      ...['course.enrollment.changed', 'course.enrollment.created'],
      ...['course.enrollment.changed'],
      ...['course.enrollment.changed', 'course.unenrollment.completed'],
      ...['course.persistent_grade_summary.changed'],
      ...['course.persistent_grade_summary.changed', 'course.passing.status.updated'],
      ...['certificate.changed', 'certificate.created'],
    ]);
    expect(new Set(suffixes(everything('pypi-1.0.2')))).toEqual(
      new Set([
        ...['student.registration.completed', 'auth.session.login.completed', 'course.enrollment.changed'],
        ...['course.enrollment.created', 'course.unenrollment.completed', 'certificate.changed', 'certificate.created'],
      ]),
    );
    const virtue = everything('virtue-customized');
    const published = virtue.filter(({ eventType }) => eventType === 'course_published');
    expect(published).toHaveLength(5);
    expect(published[0]).toMatchObject({ eventId: null });
    expect(published[1]?.body).toBe(fixtureText('webhooks/virtue-customized-v1/course-published.json').trimEnd());
  });

  it('sends for each kind of edit what Studio sends, and publishes at once only chapters and subsections', () => {
    const { platform, delivered } = started();
    const sentBy = (edit: Parameters<typeof platform.edit>[1]) => {
      delivered.length = 0;
      const before = platform.courses.get(MATHEMATICS)?.history.length ?? 0;
      platform.edit(MATHEMATICS, edit);
      const versions = (platform.courses.get(MATHEMATICS)?.history.length ?? 0) - before;
      return [versions, ...suffixes(delivered)];
    };
    const course = 'course.catalog_info.changed';
    expect(sentBy({ kind: 'rename', id: 'c_surds', name: 'Surds' })).toEqual([1, 'xblock.updated', course]);
    expect(sentBy({ kind: 'rename', id: 'u_surds_intro', name: 'Surd?' })).toEqual([0, 'xblock.updated']);
    expect(sentBy({ kind: 'add', parent: 'course', name: 'Sets' })).toEqual([1, 'xblock.created', course]);
    expect(sentBy({ kind: 'add', parent: 'u_surds_intro', name: 'Q' })).toEqual([0, 'xblock.created']);
    expect(sentBy({ kind: 'move', id: 's_fn_graphs', parent: 'c_circle', index: 0 })).toEqual([
      ...[1, 'xblock.updated', 'xblock.updated'],
      course,
    ]);
    expect(sentBy({ kind: 'reorder', parent: 'c_circle', children: circle(platform) })).toEqual([
      ...[1, 'xblock.updated'],
      course,
    ]);
    expect(sentBy({ kind: 'remove', id: 'c_functions' })).toEqual([1, 'xblock.deleted', course]);
    expect(sentBy({ kind: 'restore', id: 'c_functions' })).toEqual([1, 'xblock.created', course]);
    expect(sentBy({ kind: 'publish', id: 'u_surds_intro' })).toEqual([1, 'xblock.published', course]);
    expect(sentBy({ kind: 'unpublish', id: 'u_surds_intro' })).toEqual([1, course]);
    expect(() => platform.edit(MATHEMATICS, { kind: 'move', id: 'c_surds', parent: 'c_circle' })).toThrow(EditRefused);
    expect(() => platform.edit(MATHEMATICS, { kind: 'rename', id: 'nope', name: 'x' })).toThrow('There is no block');
  });

  it('loses, doubles, holds back and reorders webhooks as it is told', () => {
    const { platform, delivered } = started();
    const rename = (name: string) => platform.edit(MATHEMATICS, { kind: 'rename', id: 'u_surds_intro', name });
    platform.faults.webhookLost = { times: 1 };
    rename('lost');
    expect(delivered).toEqual([]);
    expect(platform.sent.map(({ answer }) => answer)).toEqual(['lost']);
    platform.faults.webhookDuplicated = { times: 1 };
    rename('twice');
    expect(delivered).toHaveLength(2);
    expect(delivered[0]?.body).toBe(delivered[1]?.body);
    platform.faults.webhookHeld = { times: 2 };
    rename('first');
    rename('second');
    expect(delivered).toHaveLength(2);
    rename('third');
    const [first, second, third] = platform.sent.slice(-3);
    expect(delivered.slice(2)).toEqual([third, second, first]);
    platform.faults.webhookHeld = true;
    rename('kept');
    platform.releaseWebhooks();
    expect(delivered).toHaveLength(6);
  });
});

const circle = (platform: ReturnType<typeof createPlatform>) =>
  platform.courses.get(MATHEMATICS)?.draft.get(block('chapter', 'c_circle'))?.children.toReversed() ?? [];

describe('faults of the stand-in platform', () => {
  it('shows what was published before for as long as it lags, each of the two APIs by itself', async () => {
    const { clock, platform, get } = started();
    platform.faults.outlineLagMs = 1000;
    platform.faults.blocksLagMs = 5000;
    platform.edit(MATHEMATICS, { kind: 'rename', id: 'c_surds', name: 'Surds' });
    const names = async () => [
      (await get(OUTLINE)).body.outline.sections[0].title,
      (await get(`${BLOCKS}&depth=1`)).body.blocks[block('chapter', 'c_surds')].display_name,
    ];
    const old = 'Irrational Numbers';
    expect(await names()).toEqual([old, old]);
    clock.ms += 1000;
    expect(await names()).toEqual(['Surds', old]);
    clock.ms += 4000;
    expect(await names()).toEqual(['Surds', 'Surds']);
    platform.faults.staleBlocks = { times: 1 };
    expect(await names()).toEqual(['Surds', old]);
    expect(await names()).toEqual(['Surds', 'Surds']);
  });

  it('fails so many times, now and then, or only where it is told', async () => {
    const { platform, get } = started();
    const { faults } = platform;
    faults.serverError = { times: 2, on: ['blocks'] };
    expect((await get(OUTLINE)).status).toBe(200);
    expect([await get(BLOCKS), await get(BLOCKS), await get(BLOCKS)].map(({ status }) => status)).toEqual([
      500, 500, 200,
    ]);
    faults.serverError = 0.5;
    const statuses = [];
    for (let asked = 0; asked < 40; asked += 1) statuses.push((await get('/api/user/v1/me')).status);
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
  });

  it('refuses, throttles, redirects, expires tokens and breaks the token endpoint', async () => {
    const { platform, get, swap, send, tokenOf } = started();
    const token = await tokenOf();
    const { faults } = platform;
    faults.forbidden = true;
    expect(await get(BLOCKS)).toMatchObject(errors.blocks_403_not_staff as object);
    expect((await get(OUTLINE)).status).toBe(200);
    faults.forbidden = false;

    faults.throttled = { times: 2 };
    const bare = await get(BLOCKS);
    expect(bare).toMatchObject({ status: 429, body: errors.throttled_429?.body });
    expect(bare.headers.get('retry-after')).toBeNull();
    faults.retryAfterSeconds = 37;
    const timed = await get(BLOCKS);
    expect(timed).toMatchObject({ status: 429, body: errors.throttled_429?.body });
    expect(timed.headers.get('retry-after')).toBe('37');

    faults.redirect = { times: 1 };
    const moved = await send(OUTLINE, { headers: { authorization: `JWT ${token}` }, redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([302, faults.redirectTo]);

    faults.expiredToken = { times: 1 };
    expect(await get(OUTLINE)).toMatchObject({ status: 401, body: errors.jwt_401_expired?.body });
    const form = {
      grant_type: 'client_credentials',
      client_id: 'vault-backend',
      client_secret: 'stand-in-backend-secret',
    };
    faults.clientRefused = { times: 1 };
    expect((await swap(form)).status).toBe(401);
    faults.tokenError = { times: 1 };
    const body = new URLSearchParams({ ...form, token_type: 'jwt' });
    expect((await send('/oauth2/access_token', { method: 'POST', body })).status).toBe(500);
    expect((await swap(form)).status).toBe(200);
  });

  it('answers 200 with too little in each of the ways a platform does', async () => {
    const { platform, get } = started();
    const { faults } = platform;
    platform.edit(MATHEMATICS, { kind: 'set', id: 'c_circle', field: 'visible_to_staff_only', value: true });
    const all = (await get(`${BLOCKS}&depth=all`)).body;
    expect(chapters(all)).toHaveLength(4);
    faults.learnerView = { times: 1 };
    expect(chapters((await get(`${BLOCKS}&depth=all`)).body)).toEqual(
      chapters(all).filter((id) => id !== block('chapter', 'c_circle')),
    );
    faults.missingChapter = { times: 1 };
    const fewer = (await get(`${BLOCKS}&depth=all`)).body;
    expect(chapters(fewer)).toHaveLength(3);
    faults.missingBlock = { times: 1 };
    const holed = (await get(`${BLOCKS}&depth=all`)).body;
    const named = Object.values(holed.blocks).flatMap((one: Any) => one.children ?? []);
    expect(named.filter((id) => !(id in holed.blocks))).toHaveLength(1);
    faults.cutBody = { times: 1 };
    const cut = await get(`${BLOCKS}&depth=all`);
    expect(cut).toMatchObject({ status: 200, body: undefined });
    expect(cut.headers.get('content-type')).toContain('application/json');
    expect((await get(`${BLOCKS}&depth=all`)).body).toEqual(all);
  });

  it('never answers until the asker gives up', async () => {
    const { platform, send } = started();
    platform.faults.timeout = { times: 1 };
    const gone = new AbortController();
    const answer = send(OUTLINE, { signal: gone.signal });
    let isAnswered = false;
    answer.catch(() => {}).finally(() => (isAnswered = true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(isAnswered).toBe(false);
    gone.abort();
    await expect(answer).rejects.toThrow('abort');
    expect((await send(OUTLINE)).status).toBe(401);
  });

  it('gives every descendant what it inherits, hides nothing from staff, and shows learners less', async () => {
    const { platform, get } = started();
    platform.edit(MATHEMATICS, { kind: 'set', id: 's_quad_quiz', field: 'due', value: '2026-05-29T21:59:00Z' });
    platform.edit(MATHEMATICS, { kind: 'set', id: 's_quad_quiz', field: 'visible_to_staff_only', value: true });
    const path = BLOCKS.replace(FIELDS, `${FIELDS},visible_to_staff_only,hide_from_toc,weight,nonsense`);
    const { blocks } = (await get(`${path}&depth=all`)).body;
    expect(blocks[block('problem', 'p_quad_q1')]).toMatchObject({
      due: '2026-05-29T21:59:00Z',
      visible_to_staff_only: true,
      format: 'Topic quiz',
    });
    expect(blocks[block('problem', 'p_quad_1')]).toMatchObject({ visible_to_staff_only: false });
    expect(blocks[block('problem', 'p_quad_1')]).not.toHaveProperty('due');
    const learners = BLOCKS.replace('all_blocks=true', 'username=chisomo_banda');
    expect((await get(`${learners}&depth=all`)).body.blocks).not.toHaveProperty(block('sequential', 's_quad_quiz'));
    expect((await get(OUTLINE)).body.outline.sequences).toHaveProperty([block('sequential', 's_quad_quiz')]);
  });
});

describe('a random author', () => {
  it('makes edits of every kind and leaves each version a tree in which every block stands once', () => {
    const kinds = new Set<string>();
    for (const seed of [1, 2, 3]) {
      const random = seededRandom(seed);
      const { platform, clock } = started({ random });
      for (let step = 0; step < 120; step += 1) {
        clock.ms += 1000;
        for (const { kind } of randomEdit(platform, MATHEMATICS, random)) kinds.add(kind);
        const course = platform.courses.get(MATHEMATICS);
        for (const tree of [course?.draft, course?.history.at(-1)?.tree]) {
          const keys = keysUnder(tree ?? new Map(), course?.root ?? '');
          expect(keys).toHaveLength(tree?.size ?? -1);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }
    }
    expect([...kinds].sort()).toEqual([
      ...['add', 'import', 'move', 'publish', 'remove', 'rename', 'reorder', 'restore', 'set', 'unpublish'],
    ]);
  });

  it('takes a problem out of its old unit when the unit it was moved to is published', () => {
    const { platform } = started();
    const children = (id: string) =>
      platform.courses.get(MATHEMATICS)?.history.at(-1)?.tree.get(block('vertical', id))?.children ?? [];
    const moved = block('problem', 'p_surds_1');
    platform.edit(MATHEMATICS, { kind: 'move', id: moved, parent: 'u_quad_factor', index: 0 });
    expect(children('u_surds_simplify')).toContain(moved);
    expect(children('u_quad_factor')).not.toContain(moved);
    platform.publish(MATHEMATICS, 'u_quad_factor');
    expect(children('u_surds_simplify')).not.toContain(moved);
    expect(children('u_quad_factor')[0]).toBe(moved);
  });

  it('deletes and brings back a unit as it was published, whatever was changed meanwhile', () => {
    const { platform } = started();
    const published = () => platform.courses.get(MATHEMATICS)?.history.at(-1)?.tree;
    const before = [...(published() ?? [])];
    platform.edit(MATHEMATICS, { kind: 'rename', id: 'p_surds_1', name: 'Not published' });
    platform.edit(MATHEMATICS, { kind: 'remove', id: 's_surds_simplify' });
    expect(published()?.has(block('problem', 'p_surds_1'))).toBe(false);
    platform.edit(MATHEMATICS, { kind: 'restore', id: 's_surds_simplify' });
    expect(new Map(published())).toEqual(new Map(before));
    expect(platform.courses.get(MATHEMATICS)?.draft.get(block('problem', 'p_surds_1'))?.display_name).toBe(
      'Not published',
    );
  });
});

describe('the pages and the control API of the stand-in platform, over HTTP', () => {
  it('lets a person edit, act as a learner and switch faults by forms alone', async () => {
    const { platform, delivered } = started();
    const { server, origin } = await listen(platform.fetch, 0);
    try {
      const submit = (path: string, form: Record<string, string>) =>
        fetch(origin + path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
      const author = `/author/${KEY}`;
      const page = await (await fetch(origin + author)).text();
      expect(page).toContain('value="Irrational Numbers"');
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const labelled = [...page.matchAll(/ for="([^"]+)"/g)].map(([, id]) => id);
      expect(labelled.filter((id) => !ids.includes(id))).toEqual([]);

      const surds = block('chapter', 'c_surds');
      const renamed = await submit(author, { kind: 'rename', id: surds, name: 'Surds <b>& more' });
      expect([renamed.status, renamed.headers.get('location')]).toEqual([
        303,
        `${author}#${encodeURIComponent(surds)}`,
      ]);
      await submit(author, { kind: 'down', id: surds });
      await submit(author, { kind: 'add', parent: surds, name: 'New subsection' });
      await submit(author, { kind: 'set', id: surds, field: 'due', value: '2026-06-01T10:00' });
      await submit(author, { kind: 'remove', id: block('chapter', 'c_functions') });
      const { draft } = platform.courses.get(MATHEMATICS) ?? {};
      expect(draft?.get(block('course', 'course'))?.children.map((id) => id.split('@').at(-1))).toEqual([
        ...['c_quadratics', 'c_surds', 'c_circle'],
      ]);
      expect(draft?.get(surds)).toMatchObject({ due: '2026-06-01T10:00:00Z', display_name: 'Surds <b>& more' });
      expect(draft?.get(surds)?.children).toHaveLength(4);
      const after = await (await fetch(origin + author)).text();
      expect(after).toContain('value="Surds &lt;b&gt;&amp; more"');
      expect(after).toContain('Bring back Mapping and Functions');
      const refusedMove = await submit(author, { kind: 'move', id: surds, parent: block('chapter', 'c_circle') });
      expect(refusedMove.status).toBe(422);
      expect(await refusedMove.text()).toContain('role="alert"');

      delivered.length = 0;
      await submit('/learners', { kind: 'register', username: 'mayamiko', name: 'Mayamiko', email: 'm@example.com' });
      await submit('/learners', { kind: 'enrol', username: 'mayamiko', courseKey: MATHEMATICS });
      expect(suffixes(delivered)).toEqual([
        'student.registration.completed',
        'course.enrollment.changed',
        'course.enrollment.created',
      ]);
      expect((await submit('/learners', { kind: 'enrol', username: 'mayamiko', courseKey: MATHEMATICS })).status).toBe(
        422,
      );
      await submit('/faults', { layout: 'pypi-1.0.2', serverError: '30%', forbidden: '2', blocksLagMs: '5' });
      expect(platform.faults).toMatchObject({
        serverError: 0.3,
        forbidden: { times: 2 },
        timeout: false,
        blocksLagMs: 5,
      });
      expect(platform.layout).toBe('pypi-1.0.2');
      expect((await submit('/faults', { serverError: 'sometimes' })).status).toBe(422);
      const front = await (await fetch(origin)).text();
      expect(front).toContain('org.openedx.learning.student.registration.completed.v1');
      for (const layout of layouts) expect(front).toContain(`value="${layout}"`);
    } finally {
      server.close();
    }
  });

  it('lets a test edit, set faults and read the state, and refuses nonsense', async () => {
    const { send } = started();
    const post = async (path: string, body: unknown) => {
      const response = await send(`/stand-in${path}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as Any };
    };
    const edited = await post('/edit', { courseKey: MATHEMATICS, kind: 'rename', id: 'c_surds', name: 'Surds' });
    expect(edited).toMatchObject({ status: 200, body: { id: block('chapter', 'c_surds'), isPublished: true } });
    expect((await post('/edit', { courseKey: MATHEMATICS, kind: 'dance', id: 'c_surds' })).status).toBe(400);
    expect((await post('/edit', { courseKey: 'nope', kind: 'publish' })).status).toBe(422);
    expect((await post('/faults', { serverError: { times: 1 }, layout: 'pypi-1.0.2' })).status).toBe(200);
    expect((await post('/faults', { serverEror: true })).status).toBe(400);
    expect((await post('/learner', { kind: 'login', username: 'chisomo_banda' })).status).toBe(200);
    expect((await post('/learner', { kind: 'login', username: 'nobody' })).status).toBe(422);
    const state = (await (await send('/stand-in/state')).json()) as Any;
    expect(state).toMatchObject({ layout: 'pypi-1.0.2', faults: { serverError: { times: 1 } } });
    expect(state.courses[0]).toMatchObject({ publishedVersion: edited.body.publishedVersion });
    expect(state.courses[0].published.children[0].display_name).toBe('Surds');
    expect((await post('/faults', { reset: true })).body.serverError).toBe(false);
  });
});
