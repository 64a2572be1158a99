import { describe, expect, it, vi } from 'vitest';
import type { PlatformFailure } from '../../src/openedx/fetched.ts';
import { platformOf } from '../../src/openedx/platform.ts';
import tokenExchange from '../fixtures/openedx/oauth/token-client-credentials.json';
import blocks from '../fixtures/openedx/outline/blocks-v1.json';
import errors from '../fixtures/openedx/outline/errors.json';
import outline from '../fixtures/openedx/outline/learning-sequences-v1.json';
import account from '../fixtures/openedx/rest/account-staff-view.json';
import enrolments from '../fixtures/openedx/rest/enrollments-cursor-page.json';
import { aConnection, anOutside, CLIENT_SECRET, LMS, type Lms, readForm } from './a-connection.ts';

const COURSE = outline.course_key;
const TOKEN_PATH = '/oauth2/access_token';
const isToken = ({ url }: Request) => new URL(url).pathname.endsWith(TOKEN_PATH);

/** A platform that gives tokens, and answers everything else by `lms`. */
async function aPlatform(lms: (request: Request) => Response | Promise<Response>, row = {}) {
  const made = anOutside((request) => (isToken(request) ? undefined : lms(request)));
  const connection = await aConnection(row, { insert: false });
  return { ...made, connection, platform: await platformOf(connection, made.outside) };
}
const failureOf = (fetched: { ok: true } | { ok: false; failure: PlatformFailure }) =>
  fetched.ok ? undefined : fetched.failure;

describe('what is asked', () => {
  it('is asked of the course with a token of the platform’s own kind, in the platform’s own words', async () => {
    const { platform, asked } = await aPlatform(() => Response.json(outline));
    await platform.courseOutline(COURSE);
    const [token, get] = asked;
    expect(token?.url).toBe(`${LMS}${TOKEN_PATH}`);
    expect(token?.method).toBe(tokenExchange.request.method);
    expect(Object.fromEntries(await readForm(token))).toEqual({
      ...tokenExchange.request.form,
      client_secret: CLIENT_SECRET,
    });
    expect(get?.url).toBe(`${LMS}/api/learning_sequences/v1/course_outline/course-v1%3AEduMW%2BMSCE-MATH-F3%2B2026_T1`);
    expect(get?.headers.get('authorization')).toBe('JWT aa.token1.cc');
    expect(get?.redirect).toBe('manual');
  });

  it('asks for all blocks, to the bottom', async () => {
    const { platform, asked } = await aPlatform(() => Response.json(blocks));
    await platform.blocks(COURSE);
    const url = new URL(asked[1]?.url ?? '');
    expect(url.pathname).toBe('/api/courses/v1/blocks/');
    expect(url.search).toContain('course_id=course-v1%3AEduMW%2BMSCE');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      course_id: COURSE,
      all_blocks: 'true',
      depth: 'all',
      requested_fields: 'children,graded,format,start,due,has_score,weight,visible_to_staff_only,hide_from_toc',
      block_counts: 'problem,video,html',
    });
  });

  it('stays below the path of a platform that has one', async () => {
    const { platform, paths } = await aPlatform(() => Response.json(account), { lmsUrl: `${LMS}/lms` });
    await platform.account('a/b');
    expect(paths()[1]).toBe('/lms/api/user/v1/accounts/a%2Fb');
  });
});

describe('an answer', () => {
  it('is read as recorded, without what we do not know, at the time the platform says', async () => {
    const at = Date.UTC(2026, 3, 14, 9, 10);
    const headers = { date: new Date(at).toUTCString() };
    const answers: Record<string, object> = {
      '/api/learning_sequences/': outline,
      '/api/courses/': blocks,
      '/api/enrollment/': enrolments,
      '/api/user/': account,
    };
    const { platform } = await aPlatform(({ url }) => {
      const [, body = {}] = Object.entries(answers).find(([path]) => url.includes(path)) ?? [];
      return Response.json({ ...body, surprise: 1 }, { headers });
    });
    expect(await platform.courseOutline(COURSE)).toMatchObject({
      ok: true,
      at,
      value: { published_version: outline.published_version, published_at: outline.published_at },
    });
    const pulled = await platform.blocks(COURSE);
    expect(pulled).toMatchObject({ ok: true, value: { root: blocks.root } });
    if (!pulled.ok) return;
    expect(Object.keys(pulled.value.blocks)).toHaveLength(Object.keys(blocks.blocks).length);
    const html = pulled.value.blocks['block-v1:EduMW+MSCE-MATH-F3+2026_T1+type@html+block@h_surds_intro'];
    expect(html).toMatchObject({ children: [], due: null, format: null, graded: false, hide_from_toc: false });
    expect(html).not.toHaveProperty('lms_web_url');
    expect(await platform.enrolments(COURSE)).toMatchObject({ ok: true, value: { next: enrolments.next } });
    expect(await platform.account('chisomo_banda')).toMatchObject({ ok: true, value: { id: 1042, is_active: true } });
  });

  it('without a date is of our time', async () => {
    const made = anOutside((request) => (isToken(request) ? undefined : Response.json(account)), { now: () => 77_000 });
    const platform = await platformOf(await aConnection({}, { insert: false }), made.outside);
    expect(await platform.account('x')).toMatchObject({ at: 77_000 });
  });

  it('that hides who somebody is says so by nulls', async () => {
    const { platform } = await aPlatform(() => Response.json({ username: 'chisomo_banda', profile_image: {} }));
    expect(await platform.account('chisomo_banda')).toMatchObject({
      value: { username: 'chisomo_banda', id: null, email: null, name: null, is_active: null },
    });
  });
});

describe('a refusal', () => {
  const table: [string, Response, Partial<PlatformFailure>][] = [
    ['403', Response.json(errors.blocks_403_not_staff.body, { status: 403 }), { kind: 'forbidden', status: 403 }],
    ['404', Response.json(errors.learning_sequences_404.body, { status: 404 }), { kind: 'not_found', status: 404 }],
    ['410', new Response('', { status: 410 }), { kind: 'not_found' }],
    ['400', Response.json(errors.blocks_400_bad_depth.body, { status: 400 }), { kind: 'refused', status: 400 }],
    ['500', new Response('<h1>Secret stack</h1>', { status: 500 }), { kind: 'temporary', status: 500 }],
    ['503', new Response('', { status: 503, headers: { 'retry-after': '120' } }), { retryAfterSeconds: 120 }],
    [
      'a redirect',
      Response.redirect('https://169.254.169.254/', 302),
      { kind: 'refused', status: 302, detail: expect.stringContaining('redirects') },
    ],
    ['a permanent redirect', Response.redirect(`${LMS}/elsewhere`, 308), { kind: 'refused', status: 308 }],
    ['a page', new Response('<!doctype html>maintenance Secret'), { kind: 'malformed', status: 200 }],
    ['nothing', new Response(''), { kind: 'malformed' }],
    ['half a JSON', new Response('{"username":'), { kind: 'malformed' }],
    ['another shape', Response.json({ username: 7, note: 'Secret' }), { kind: 'malformed' }],
    ['no UTF-8', new Response(new Uint8Array([0x22, 0xff, 0x22])), { kind: 'malformed' }],
    ['deep nesting', new Response('['.repeat(1_000_000)), { kind: 'malformed' }],
    [
      '429 with seconds',
      Response.json(errors.throttled_429.body, { status: 429, headers: errors.throttled_429.headers }),
      { kind: 'temporary', status: 429, retryAfterSeconds: 37 },
    ],
    ['429 without', new Response('', { status: 429 }), { kind: 'temporary', retryAfterSeconds: null }],
    [
      '429 with a date',
      new Response('', { status: 429, headers: { 'retry-after': new Date(Date.now() + 61_000).toUTCString() } }),
      { retryAfterSeconds: expect.toSatisfy((value: number) => value > 55 && value <= 62) },
    ],
    [
      '429 for years',
      new Response('', { status: 429, headers: { 'retry-after': '99999999' } }),
      { retryAfterSeconds: 86400 },
    ],
    [
      '429 for no reason',
      new Response('', { status: 429, headers: { 'retry-after': 'soon' } }),
      { retryAfterSeconds: null },
    ],
  ];
  it.each(table)('%s is told by its kind, in words without a body', async (_, response, expected) => {
    const { platform, asked } = await aPlatform(() => response);
    const failure = failureOf(await platform.account('x'));
    expect(failure).toMatchObject(expected);
    expect(failure?.detail).toMatch(/^The platform .*\.$/);
    expect(JSON.stringify(failure)).not.toMatch(/Secret|169\.254|secret of the client/);
    expect(asked).toHaveLength(2);
  });

  it('of the network is temporary', async () => {
    const { platform } = await aPlatform(() => Promise.reject(new TypeError('connect ECONNREFUSED 10.0.0.1')));
    expect(failureOf(await platform.account('x'))).toMatchObject({
      kind: 'temporary',
      status: null,
      detail: 'The platform cannot be reached.',
    });
  });
});

describe('size and time', () => {
  const MIB = 1024 * 1024;
  const endless = (sent: { bytes: number }) =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent.bytes += MIB / 4;
          controller.enqueue(new Uint8Array(MIB / 4).fill(32));
        },
      }),
    );

  it('reads 2 MiB of a small answer and no more', async () => {
    const sent = { bytes: 0 };
    const { platform } = await aPlatform(() => endless(sent));
    expect(failureOf(await platform.account('x'))).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining('2 MiB'),
    });
    expect(sent.bytes).toBeLessThan(4 * MIB);
  });

  it('takes more of Blocks: what is over 2 MiB is read, what is over 16 is not', async () => {
    const padded = JSON.stringify({ ...blocks, padding: 'x'.repeat(3 * MIB) });
    const { platform } = await aPlatform(() => new Response(padded));
    expect((await platform.blocks(COURSE)).ok).toBe(true);
    const sent = { bytes: 0 };
    const tooLarge = await aPlatform(() => endless(sent));
    expect(failureOf(await tooLarge.platform.blocks(COURSE))).toMatchObject({ kind: 'refused' });
    expect(sent.bytes).toBeLessThan(18 * MIB);
  });

  it('believes a length that is too large', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(8)) });
    const { platform } = await aPlatform(() => new Response(body, { headers: { 'content-length': String(3 * MIB) } }));
    expect(failureOf(await platform.account('x'))).toMatchObject({ kind: 'refused' });
  });

  it('waits 10 seconds, 30 for Blocks, for an answer or for the rest of it', async () => {
    const stuck = [
      () => new Promise<Response>(() => {}),
      () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([91])) })),
    ];
    for (const answer of stuck) {
      const { platform } = await aPlatform(answer);
      await platform.token();
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        const done: Record<string, PlatformFailure | undefined> = {};
        const both = Promise.all([
          platform.account('x').then((got) => (done.account = failureOf(got))),
          platform.blocks(COURSE).then((got) => (done.blocks = failureOf(got))),
        ]);
        await vi.advanceTimersByTimeAsync(9_900);
        expect(done).toEqual({});
        await vi.advanceTimersByTimeAsync(200);
        expect(done).toEqual({ account: expect.objectContaining({ kind: 'temporary', status: null }) });
        await vi.advanceTimersByTimeAsync(20_000);
        await both;
        expect(done.blocks).toMatchObject({ kind: 'temporary', detail: expect.stringContaining('30 seconds') });
      } finally {
        vi.useRealTimers();
      }
    }
  });
});

describe('the token', () => {
  const tokensAsked = (asked: Request[]) => asked.filter(isToken).length;
  const answering = (lms: Lms = () => undefined) =>
    anOutside((request, form) => lms(request, form) ?? (isToken(request) ? undefined : Response.json(account)));

  it('is kept for whoever comes next, until a minute before its end', async () => {
    let now = 1_000_000_000_000;
    const { outside, asked } = answering();
    const at = { ...outside, now: () => now };
    const row = await aConnection({}, { insert: false });
    const ask = async () => (await platformOf(row, at)).account('x');
    await ask();
    now += 3_539_000;
    await ask();
    expect(tokensAsked(asked)).toBe(1);
    now += 1_001;
    await ask();
    expect(tokensAsked(asked)).toBe(2);
    expect(outside.tokens.size).toBe(1);
  });

  it('is fetched once for requests side by side', async () => {
    const { outside, asked } = answering();
    const platform = await platformOf(await aConnection({}, { insert: false }), outside);
    await Promise.all([platform.account('a'), platform.account('b'), platform.account('c')]);
    expect(tokensAsked(asked)).toBe(1);
  });

  it('is of one connection, client, secret and address', async () => {
    const { outside, asked } = answering();
    const row = await aConnection({}, { insert: false });
    const others = [
      row,
      { ...row, lmsUrl: `${LMS}/lms` },
      { ...row, clientId: 'another' },
      { ...row, clientSecret: (await aConnection({}, { insert: false })).clientSecret, id: row.id },
      await aConnection({}, { insert: false }),
    ];
    for (const one of others) await (await platformOf(one, outside)).token();
    // The fourth cannot be opened: it was sealed for another connection.
    expect(tokensAsked(asked)).toBe(4);
    expect([...outside.tokens.keys()].join()).not.toContain(CLIENT_SECRET);
  });

  it('that the platform no longer takes is dropped, and a new one tried once', async () => {
    const refuse = (token: string) => (request: Request) =>
      request.headers.get('authorization') === `JWT ${token}`
        ? Response.json(errors.jwt_401_expired.body, { status: 401 })
        : undefined;
    const once = answering(refuse('aa.token1.cc'));
    const platform = await platformOf(await aConnection({}, { insert: false }), once.outside);
    expect((await platform.account('x')).ok).toBe(true);
    expect(once.asked).toHaveLength(4);

    const always = answering((request) => (isToken(request) ? undefined : new Response('', { status: 401 })));
    const refused = await platformOf(await aConnection({}, { insert: false }), always.outside);
    expect(failureOf(await refused.account('x'))).toMatchObject({ kind: 'unauthorised', status: 401 });
    expect(always.asked).toHaveLength(4);
    expect(always.outside.tokens.size).toBe(0);
  });

  const unfit: [string, Response, PlatformFailure['kind']][] = [
    ['the client is unknown', Response.json(errors.token_401_invalid_client.body, { status: 401 }), 'unauthorised'],
    ['the grant is another', Response.json({ error: 'unauthorized_client' }, { status: 400 }), 'unauthorised'],
    [
      'it is of type Bearer',
      Response.json({ access_token: 'a.b.c', expires_in: 3600, token_type: 'Bearer' }),
      'malformed',
    ],
    ['it never ends', Response.json({ access_token: 'a.b.c', expires_in: 1e9, token_type: 'JWT' }), 'malformed'],
    ['it ended', Response.json({ access_token: 'a.b.c', expires_in: 0, token_type: 'JWT' }), 'malformed'],
    [
      'it would break the header',
      Response.json({ access_token: 'a.b.c\r\nx: y', expires_in: 9, token_type: 'JWT' }),
      'malformed',
    ],
    ['it is somewhere else', Response.redirect('https://elsewhere.example.org/', 307), 'refused'],
    ['the platform is away', new Response('', { status: 502 }), 'temporary'],
  ];
  it.each(unfit)('is not taken when %s', async (_, response, kind) => {
    const { outside, asked } = answering((request) => (isToken(request) ? response : undefined));
    const platform = await platformOf(await aConnection({}, { insert: false }), outside);
    const failure = failureOf(await platform.account('x'));
    expect(failure).toMatchObject({ kind });
    expect(failure?.detail).not.toContain(CLIENT_SECRET);
    expect(asked).toHaveLength(1);
    expect(outside.tokens.size).toBe(0);
  });

  it('cannot be asked for once the key of our secrets is another', async () => {
    const { outside, asked } = answering();
    const row = await aConnection({}, { insert: false });
    const platform = await platformOf(row, { ...outside, secretsKey: 'A'.repeat(43) });
    expect(failureOf(await platform.account('x'))).toMatchObject({
      kind: 'unauthorised',
      detail: expect.stringContaining('Enter it again'),
    });
    expect(asked).toEqual([]);
  });
});

describe('addresses', () => {
  it('that may not be used are refused before anything is asked', async () => {
    for (const lmsUrl of [
      'http://lms.example.mw',
      'https://10.0.0.1',
      'https://169.254.169.254',
      'http://127.0.0.1:8000',
      'https://u:p@lms.example.mw',
    ]) {
      const { platform, asked } = await aPlatform(() => Response.json({}), { lmsUrl });
      for (const failure of [
        await platform.courseOutline(COURSE),
        await platform.blocks(COURSE),
        await platform.token(),
      ].map(failureOf))
        expect(failure).toMatchObject({ kind: 'refused', status: null });
      expect(asked).toEqual([]);
    }
  });

  it('of Studio are checked on their own', async () => {
    const { platform, paths } = await aPlatform(() => Response.json({}), { studioUrl: 'https://[fd00::1]' });
    expect(failureOf(await platform.studioCourse(COURSE))).toMatchObject({ kind: 'refused' });
    expect(paths()).toEqual([TOKEN_PATH]);
  });

  it('of this machine are asked only where they are opened', async () => {
    const made = anOutside((request) => (isToken(request) ? undefined : Response.json(account)), {
      allowLoopback: true,
    });
    const platform = await platformOf(
      await aConnection({ lmsUrl: 'http://127.0.0.1:8000' }, { insert: false }),
      made.outside,
    );
    expect((await platform.account('x')).ok).toBe(true);
  });

  it('of the next page are followed on the same list of the same platform only', async () => {
    const { platform, asked } = await aPlatform(() => Response.json({ ...enrolments, next: null }));
    const next = enrolments.next;
    expect((await platform.enrolments(COURSE, next)).ok).toBe(true);
    expect(asked[1]?.url).toBe(next);
    const before = asked.length;
    for (const other of [
      next.replace('lms.example.mw', 'lms.example.org'),
      next.replace('https:', 'http:'),
      next.replace('lms.example.mw', 'lms.example.mw:8443'),
      next.replace('lms.example.mw', 'lms.example.mw@10.0.0.1'),
      next.replace('lms.example.mw', 'user:pass@lms.example.mw'),
      `${LMS}/api/user/v1/accounts/x`,
      `${LMS}/api/enrollment/v1/enrollments/../../../logout?x`,
      '//10.0.0.1/',
      '/api/enrollment/v1/enrollments/?cursor=x',
      'not an address',
      '',
    ])
      expect(failureOf(await platform.enrolments(COURSE, other))).toMatchObject({ kind: 'refused' });
    expect(asked).toHaveLength(before);
  });
});
