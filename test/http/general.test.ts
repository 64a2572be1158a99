import { describe, expect, it, test } from 'vitest';
import { guards } from '../../src/app.ts';
import { type Guard, readSettings } from '../../src/http/index.ts';
import { newId } from '../../src/lib/ids.ts';
import { anAssessment, aSittingStudent, aUser, away, bearer, set, testApp, theApp } from '../factories.ts';
import { makeBank, makeCall } from '../items/make.ts';

/* CONTRACT "General". */

const json = { 'content-type': 'application/json' };
const aTeacher = async () => await aUser('instructor');

describe('a refusal', () => {
  it('is problem+json with type, title, status, detail, code and requestId', async () => {
    const teacher = await aTeacher();
    const refusals = [
      [400, 'invalid', await teacher.ask('POST', '/banks', {})],
      [401, 'unauthenticated', await theApp.ask('GET', '/banks')],
      [403, 'forbidden', await (await aUser()).ask('GET', '/banks')],
      [404, 'not_found', await teacher.ask('GET', '/banks/none')],
      [404, 'not_found', await theApp.ask('GET', '/api/v1/nowhere')],
      [404, 'not_found', await theApp.ask('GET', '/api/v2')],
      [405, 'method_not_allowed', await theApp.ask('DELETE', '/banks')],
      [413, 'too_large', await teacher.ask('POST', '/banks', 'x'.repeat(1_048_577), json)],
      [415, 'unsupported_media_type', await teacher.ask('POST', '/banks', 'title=x', { 'content-type': 'text/plain' })],
    ] as const;
    for (const [status, code, reply] of refusals) {
      expect(reply.status, reply.text).toBe(status);
      expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(reply.headers.get('cache-control')).toBe('private, no-store');
      const { errors: _, ...rest } = reply.json;
      expect(rest).toEqual({
        type: expect.stringMatching(/^(urn|https):/),
        title: expect.any(String),
        status,
        detail: expect.any(String),
        code,
        requestId: reply.headers.get('x-request-id'),
      });
    }
  });

  it('of fields names each by a JSON pointer, and no more than 50', async () => {
    const teacher = await aTeacher();
    const { id } = await makeBank(teacher.call(), []);
    const reply = await teacher.ask('POST', `/banks/${id}/items`, {
      items: Array.from({ length: 400 }, () => ({ type: 'essay' })),
      'a/b~c': 1,
    });
    expect(reply.status).toBe(400);
    expect(reply.json.errors).toHaveLength(50);
    expect(reply.json.detail.length).toBeLessThanOrEqual(500);
    const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`field${i}`, 1]));
    const many = await teacher.ask('POST', '/banks', { title: 'x', ...unknown });
    expect([many.status, many.json.errors.length, many.text.length < 5_000]).toEqual([400, 50, true]);
    const odd = await teacher.ask('POST', '/banks', { title: 'x', 'a/b~c': 1 });
    expect(odd.json.errors).toEqual([{ pointer: '/a~1b~0c', message: 'unknown field' }]);
  });

  it('for a thrown bug is a 500 without internals, and one error line with the request id', async () => {
    const bug: Guard = {
      name: 'bug',
      check() {
        throw new Error('no such table: the_secret_table');
      },
    };
    const app = testApp({ guards: [...guards, bug] });
    const reply = await app.ask('GET', '/auth/me', { headers: await bearer((await aUser()).actor) });
    expect(reply).toMatchObject({ status: 500, json: { code: 'internal', status: 500 } });
    expect(reply.text).not.toMatch(/secret_table|Error|stack|\.ts/);
    const errors = app.lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ request_id: reply.json.requestId, error: 'no such table: the_secret_table' });
    expect(reply.line).toMatchObject({ status: 500 });
  });

  it('for a missing secret is a 503 whose log names what is missing, and whose answer does not', async () => {
    const app = testApp();
    for (const path of ['/health/live', '/auth/me']) {
      const reply = await app.ask('GET', path, { bindings: { ACCESS_TOKEN_KEY: '' } });
      expect(reply).toMatchObject({ status: 503, json: { code: 'unavailable' } });
      expect(reply.text).not.toContain('ACCESS_TOKEN_KEY');
      const logged = app.lines.filter(
        ({ level, request_id }) => level === 'error' && request_id === reply.json.requestId,
      );
      expect(logged).toEqual([expect.objectContaining({ missing: 'ACCESS_TOKEN_KEY' })]);
    }
  });
});

describe('the order of refusals', () => {
  const large = 'x'.repeat(1_048_577);
  test.each([
    ['401 before 413', 401, { signedIn: false, body: large, type: 'text/plain' }],
    ['413 before 415', 413, { signedIn: true, body: large, type: 'text/plain' }],
    ['415 before 400', 415, { signedIn: true, body: '{', type: 'text/plain' }],
    ['400 before 403', 400, { signedIn: true, body: '{', type: 'application/json' }],
    ['403 after all of them', 403, { signedIn: true, body: '{"title":"x"}', type: 'application/json' }],
  ])('is %s', async (_name, status, { signedIn, body, type }) => {
    const student = await aUser();
    const headers = { 'content-type': type, ...(signedIn && (await bearer(student.actor))) };
    expect((await theApp.ask('POST', '/banks', { body, headers })).status).toBe(status);
  });

  it('is 400 before 404, 404 before 409, and 409 before 422', async () => {
    const teacher = await aTeacher();
    expect((await teacher.ask('PATCH', '/banks/none', { title: 1 })).status).toBe(400);
    const { student, path } = await aSittingStudent(teacher);
    expect((await student.ask('POST', '/attempts/none/ops', { epoch: 1, ops: 1 })).status).toBe(400);
    expect((await (await aUser()).ask('GET', `${path}/result`)).status).toBe(404);
    expect((await student.ask('GET', `${path}/result`)).status).toBe(409);
  });
});

describe('a request', () => {
  it('with a trailing slash means the same resource', async () => {
    const teacher = await aTeacher();
    const made = await teacher.ask('POST', '/banks/', { title: 'x' });
    expect(made.status).toBe(201);
    expect((await teacher.ask('GET', `/banks/${made.json.id}/`)).json).toEqual(made.json);
    expect((await theApp.ask('GET', '/health/live/')).status).toBe(200);
  });

  it('by HEAD answers what GET would, without a body', async () => {
    const teacher = await aTeacher();
    const { id } = await makeBank(teacher.call());
    for (const path of ['/banks', `/banks/${id}`, '/auth/me', '/banks/none']) {
      const [get, head] = [await teacher.ask('GET', path), await teacher.ask('HEAD', path)];
      expect([head.status, head.text]).toEqual([get.status, '']);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    }
  });

  test.each([
    ['DELETE', '/api/v1/banks', 'GET, HEAD, POST'],
    ['POST', '/api/v1/banks/x', 'DELETE, GET, HEAD, PATCH'],
    ['PUT', '/api/v1/auth/login', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['PATCH', '/api/v1/attempts/x/ops/', 'GET, HEAD, POST'],
    ['PUT', '/sign-in', 'GET, HEAD, POST'],
    ['GET', '/sign-out', 'POST'],
  ])('by %s to %s is 405 with Allow: %s', async (method, path, allow) => {
    const response = await theApp.send(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow);
  });

  it.each([
    ['/profile/verify-email?x=y', '/profile'],
    ['/profile/second-factor/begin/', '/profile/second-factor'],
    ['/language/en?next=%2Fstaff%2Fpeople%2Fusr_1%2Frole', '/staff/people/usr_1'],
    ['/language/en?next=%2Fsign-out', '/'],
    ['/language/en?next=%2Fstaff%2Fpeople%3Fpage%3D2', '/staff/people?page=2'],
    ['/language/en?next=%2Fnowhere', '/nowhere'],
  ])('for %s, where only forms go, leads to the page of the form: %s', async (path, to) => {
    const response = await theApp.send('GET', path);
    expect([response.status, response.headers.get('location')]).toEqual([303, to]);
  });

  it('carries a request id of ours, whatever it brings', async () => {
    const reply = await theApp.ask('GET', '/health/live', { headers: { 'x-request-id': 'theirs' } });
    expect(reply.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
  });

  it('writes one log line: request id, method, route, status, duration, actor and round trips', async () => {
    const app = testApp();
    const { actor } = await aTeacher();
    const reply = await app.ask('GET', '/banks/none?secret=1', { headers: await bearer(actor) });
    expect(app.lines).toEqual([
      {
        level: 'info',
        message: 'request',
        request_id: reply.headers.get('x-request-id'),
        method: 'GET',
        route: '/api/v1/banks/{id}',
        status: 404,
        duration_ms: expect.any(Number),
        actor: actor.userId,
        d1: expect.any(Number),
        kv: 0,
      },
    ]);
  });

  it('with the token of an attempt is logged under the student who holds it', async () => {
    const { student, view, path } = await aSittingStudent(await aTeacher());
    const reply = await theApp.ask('GET', path, { headers: { authorization: `Bearer ${view.token}` } });
    expect(reply.line).toMatchObject({ status: 200, actor: student.id });
  });

  it('cannot break its log line', async () => {
    const app = testApp();
    const reply = await app.ask('GET', '/api/v1/a%0d%0ab"}%00', { headers: { 'x-request-id': 'a' } });
    expect(reply.status).toBe(404);
    for (const line of app.lines) expect(JSON.stringify(line)).not.toMatch(/[\r\n]/);
  });
});

describe('a query', () => {
  test.each([
    ['pageSize=101', '/query/pageSize'],
    ['pageSize=0', '/query/pageSize'],
    ['pageSize=ten', '/query/pageSize'],
    ['pageSize=', '/query/pageSize'],
    ['page=0', '/query/page'],
    ['page=1.5', '/query/page'],
    ['page=NaN', '/query/page'],
    ['page=Infinity', '/query/page'],
    ['page=99999999999', '/query/page'],
    ['page=1&page=2', '/query/page'],
    ['colour=red', '/query/colour'],
    ['__proto__=1', '/query/__proto__'],
    [`search=${'x'.repeat(201)}`, '/query/search'],
  ])('%s is refused with a pointer', async (query, pointer) => {
    const reply = await (await aTeacher()).ask('GET', `/banks?${query}`);
    expect(reply).toMatchObject({ status: 400, json: { code: 'invalid', errors: [{ pointer }] } });
  });

  it('of 100 a page is taken, and pages link to their neighbours', async () => {
    const teacher = await aTeacher();
    for (let i = 0; i < 3; i++) await makeBank(teacher.call(), []);
    expect((await teacher.ask('GET', '/banks?pageSize=100')).json).toMatchObject({
      count: 3,
      next: null,
      previous: null,
    });
    const second = await teacher.ask('GET', '/banks?pageSize=1&page=2&search=NUM');
    expect(second.json).toMatchObject({
      count: 3,
      next: 'http://ve.test/api/v1/banks?pageSize=1&page=3&search=NUM',
      previous: 'http://ve.test/api/v1/banks?pageSize=1&page=1&search=NUM',
    });
    expect((await teacher.ask('GET', '/banks?page=9')).json).toMatchObject({ count: 3, next: null, results: [] });
  });

  test.each(["' or 1=1 --", '%', '_', '\\', '"', '\u0000', '🇲🇼', 'x'.repeat(200)])(
    'searching for %j is no trouble',
    async (search) => {
      const teacher = await aTeacher();
      const staff = ['/banks', '/assessments', '/courses'];
      for (const path of staff)
        expect((await teacher.ask('GET', `${path}?search=${encodeURIComponent(search)}`)).status).toBe(200);
    },
  );
});

describe('an id', () => {
  test.each([
    '%00',
    '..%2f..',
    '%E0%A4%A',
    "'--",
    '%F0%9F%87%B2',
    'a'.repeat(3000),
    '%2e%2e',
    '__proto__',
    '*',
    '{id}',
  ])('that is %s is an absent one', async (id) => {
    const [teacher, student] = [await aTeacher(), await aUser()];
    const asked = [
      await teacher.ask('GET', `/banks/${id}`),
      await teacher.ask('GET', `/items/${id}`),
      await teacher.ask('GET', `/assessments/${id}`),
      await student.ask('GET', `/courses/${id}`),
      await student.ask('GET', `/attempts/${id}`),
      await student.ask('GET', `/attempts/${id}/result`),
      await student.ask('POST', `/attempts/${id}/ops`, { epoch: 1, ops: [] }),
      await student.ask('POST', `/assessments/${id}/attempts`),
    ];
    expect(asked.map(({ status }) => status)).toEqual(Array(asked.length).fill(404));
  });
});

describe('a body', () => {
  const post = async (body: string | Uint8Array, type = 'application/json') =>
    await (await aTeacher()).ask('POST', '/banks', body, { 'content-type': type });
  const bytes = (...parts: (string | number[])[]) =>
    new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));

  test.each([
    ['nothing but spaces', '   '],
    ['a comma too many', '{"title":"x",}'],
    ['NaN', '{"title":NaN}'],
    ['Infinity', '{"title":Infinity}'],
    ['two values', '{"title":"x"}{}'],
    ['single quotes', "{'title':'x'}"],
    ['depth 33', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['depth 100,000', '['.repeat(100_000)],
    ['depth in an object', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ])('of %s is malformed', async (_name, body) => {
    expect(await post(body)).toMatchObject({ status: 400, json: { code: 'malformed' } });
  });

  it('that is not UTF-8 is malformed; a byte order mark is no harm', async () => {
    expect((await post(bytes('{"title":"', [0xc3, 0x28], '"}'))).json.code).toBe('malformed');
    expect((await post(bytes('{"title":"', [0xed, 0xa0, 0x80], '"}'))).json.code).toBe('malformed');
    expect((await post(bytes([0xff, 0xfe], '{}'))).json.code).toBe('malformed');
    expect((await post(bytes([0xef, 0xbb, 0xbf], '{"title":"x"}'))).status).toBe(201);
  });

  test.each(['null', '[]', '"x"', '1', 'true'])('of %s is refused, since an object is asked for', async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, json: { code: 'invalid', errors: [{ pointer: '' }] } });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'with the field %s is refused as unknown',
    async (name) => {
      const reply = await post(`{"title":"x","${name}":{"role":"admin"}}`);
      expect(reply).toMatchObject({
        status: 400,
        json: { errors: [{ pointer: `/${name}`, message: 'unknown field' }] },
      });
      expect(({} as Record<string, unknown>).role).toBeUndefined();
    },
  );

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/vnd.school+json'])(
    'as %s is read',
    async (type) => {
      expect((await post('{"title":"x"}', type)).status).toBe(201);
    },
  );

  test.each([
    '',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/jsonx',
    'xapplication/json',
  ])('as %j is 415', async (type) => {
    expect((await post('{"title":"x"}', type)).status).toBe(415);
  });

  it('of exactly 1 MiB is read; one byte more is 413, declared or not', async () => {
    const frame = '{"title":"","courseKey":""}'.length;
    expect((await post(`{"title":"","courseKey":"${'x'.repeat(1_048_576 - frame)}"}`)).status).toBe(400);
    expect((await post(`{"title":"","courseKey":"${'x'.repeat(1_048_577 - frame)}"}`)).status).toBe(413);
    const declared = await (await aTeacher()).ask('POST', '/banks', '{}', { ...json, 'content-length': '99999999' });
    expect(declared.status).toBe(413);
  });

  it('with a huge list is refused without doing anything', async () => {
    const teacher = await aTeacher();
    const { student, path, itemIds } = await aSittingStudent(teacher);
    const many = Array.from({ length: 10_000 }, (_, i) => set(i + 1, itemIds[0]));
    expect((await student.ask('POST', `${path}/ops`, { epoch: 1, ops: many })).status).toBe(400);
    const tags = Array(100_000).fill('x');
    expect(
      (
        await teacher.ask('POST', '/assessments', {
          title: 'x',
          behaviour: 'exam',
          sections: [{ bankId: 'x', select: 1, tags }],
        })
      ).status,
    ).toBe(400);
    expect(((await student.ask('GET', path)).json.attempt as { lastSeq: number }).lastSeq).toBe(0);
  });

  test.each(['1e400', '-1e400', '1.5', '"1"', '9007199254740993', 'null', '[1]', '{}'])(
    'with the number %s where a count is asked for is refused',
    async (value) => {
      const teacher = await aTeacher();
      const { bank } = await anAssessment(teacher);
      const body = `{"title":"x","behaviour":"exam","attemptsAllowed":${value},"sections":[{"bankId":"${bank.id}","select":1}]}`;
      expect(await teacher.ask('POST', '/assessments', body, json)).toMatchObject({
        status: 400,
        json: { code: 'invalid', detail: expect.stringContaining('/attemptsAllowed') },
      });
    },
  );

  it('may be left out, or be {}, on a POST without input', async () => {
    for (const body of [undefined, {}, '']) {
      const student = await aUser();
      expect((await student.ask('POST', '/auth/logout-all', body)).status).toBe(204);
    }
  });
});

describe('odd text', () => {
  test.each(['\\ud800', '\\u0000', '\\udc00\\ud800', '\\ufeff', '\\u202e', '🇲🇼'])(
    '%s is kept or refused, and is never a bug',
    async (odd) => {
      const teacher = await aTeacher();
      const { student, path, itemIds } = await aSittingStudent(teacher);
      const item = `{"type":"text_entry","prompt":"x${odd} {{a}}","difficulty":"easy","tags":["x${odd}"],"blanks":[{"id":"a","accepted":["x${odd}"]}]}`;
      const { bank } = await anAssessment(teacher);
      const asked = [
        await teacher.ask('POST', '/banks', `{"title":"x${odd}"}`, json),
        await teacher.ask('POST', '/banks', '{"title":"x"}', { ...json, 'idempotency-key': `key-${odd.length}` }),
        await teacher.ask('POST', `/banks/${bank.id}/items`, `{"items":[${item}]}`, json),
        await student.ask(
          'POST',
          `${path}/ops`,
          `{"epoch":1,"ops":[{"seq":1,"itemId":"${itemIds[0]}","kind":"set","response":{"selected":["${odd}"]}}]}`,
          json,
        ),
        await student.ask(
          'POST',
          `${path}/ops`,
          `{"epoch":1,"ops":[{"seq":2,"itemId":"${odd}","kind":"${odd}","${odd}":1}]}`,
          json,
        ),
        await student.ask('POST', '/auth/logout', `{"refresh":"${odd}"}`, json),
        await teacher.ask('GET', `${path}/ops`),
        await teacher.ask('GET', '/banks'),
        await student.ask('GET', path),
      ];
      for (const { status, text } of asked) expect(status, text).toBeLessThan(500);
    },
  );
});

describe('an answer', () => {
  it('to a token is never public: courses may be kept for a while, the rest may not', async () => {
    const teacher = await aTeacher();
    await makeBank(teacher.call());
    expect((await teacher.ask('GET', '/banks')).headers.get('cache-control')).toBe('private, no-store');
    expect((await teacher.ask('GET', '/auth/me')).headers.get('cache-control')).toBe('private, no-store');
    expect((await teacher.ask('GET', '/api/schema')).headers.get('cache-control')).not.toContain('public');
    expect((await teacher.ask('GET', '/courses')).headers.get('cache-control')).toMatch(
      /^private, max-age=\d+(, must-revalidate)?$/,
    );
  });

  it('is JSON in UTF-8 that no browser may take for something else', async () => {
    const { headers } = await (await aTeacher()).ask('GET', '/banks');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is not signed out of: a course is read by nobody without a token', async () => {
    for (const path of ['/courses', '/courses/x', '/courses/x/outline'])
      expect((await theApp.ask('GET', path)).status).toBe(401);
  });
});

describe('an Idempotency-Key', () => {
  const withKey = (key = newId('request')) => ({ 'idempotency-key': key });

  it('gives the same body the same answer, however it is spaced, and another body 422', async () => {
    const teacher = await aTeacher();
    const key = withKey();
    const first = await teacher.ask('POST', '/banks', { title: 'x' }, key);
    expect(first.status).toBe(201);
    const again = await teacher.ask('POST', '/banks/', '{ "title": "x" }', { ...key, ...json });
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(await teacher.ask('POST', '/banks', { title: 'y' }, key)).toMatchObject({
      status: 422,
      json: { code: 'key_reused' },
    });
    expect((await teacher.ask('GET', '/banks')).json.count).toBe(1);
  });

  it('belongs to its user, method and path', async () => {
    const [teacher, other] = [await aTeacher(), await aTeacher()];
    const key = withKey();
    const first = await teacher.ask('POST', '/banks', { title: 'x' }, key);
    const theirs = await other.ask('POST', '/banks', { title: 'x' }, key);
    expect(theirs.status).toBe(201);
    expect(theirs.json.id).not.toBe(first.json.id);
    const items = { items: [{ type: 'numeric', prompt: 'Half of 5', answer: 2.5, difficulty: 'easy' }] };
    expect((await teacher.ask('POST', `/banks/${first.json.id}/items`, items, key)).status).toBe(201);
  });

  it('in parallel makes one; the others wait or get 409, and the answer later', async () => {
    const teacher = await aTeacher();
    const key = withKey();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => teacher.ask('POST', '/banks', { title: 'x' }, key)),
    );
    for (const reply of replies) {
      if (reply.status === 409) expect(reply.json.code).toBe('in_progress');
      else expect(reply.status).toBe(201);
    }
    expect(new Set(replies.flatMap(({ status, json }) => (status === 201 ? [json.id] : []))).size).toBe(1);
    expect((await teacher.ask('GET', '/banks')).json.count).toBe(1);
    expect((await teacher.ask('POST', '/banks', { title: 'x' }, key)).status).toBe(201);
  });

  it('of a refused request is free again', async () => {
    const teacher = await aTeacher();
    const key = withKey();
    expect((await teacher.ask('POST', '/banks', { title: 'x', courseKey: 'none' }, key)).status).toBe(400);
    expect((await teacher.ask('POST', '/banks', { title: 'x' }, key)).status).toBe(201);
  });

  test.each([
    ['x'.repeat(255), 201],
    ['x'.repeat(256), 400],
  ])('of %.3s… characters may be 255 long', async (key, status) => {
    expect((await (await aTeacher()).ask('POST', '/banks', { title: 'x' }, withKey(key))).status).toBe(status);
  });

  it('starts one attempt, and {} is the same as no body', async () => {
    const [student, { id }] = [await aUser(), await anAssessment(await aTeacher(), { attemptsAllowed: 0 })];
    const key = withKey();
    const first = await student.ask('POST', `/assessments/${id}/attempts`, undefined, key);
    const again = await student.ask('POST', `/assessments/${id}/attempts`, {}, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
  });

  it('gives a kept answer to nobody who has signed out since', async () => {
    const [student, { id }] = [await aUser(), await anAssessment(await aTeacher())];
    const key = withKey();
    expect((await student.ask('POST', `/assessments/${id}/attempts`, undefined, key)).status).toBe(201);
    await student.ask('POST', '/auth/logout-all');
    expect((await student.ask('POST', `/assessments/${id}/attempts`, undefined, key)).status).toBe(401);
  });
});

describe('health', () => {
  const well = {
    ...{ database: 'ok', attempts: 'ok', cache: 'ok', archive: 'ok' },
    ...{ media: 'ok', queues: 'ok', mail: 'ok' },
  };
  // A Worker that is not told otherwise is a deployed one, and is told of no way for mails to leave.
  const deployed = { ENVIRONMENT: undefined };
  test.each<[string, string, object, object, [number, number, number]]>([
    ['healthy', 'nothing is away', {}, {}, [200, 200, 200]],
    ['degraded', 'the cache is away', { BANKS: away }, { cache: 'failing' }, [200, 200, 200]],
    ['degraded', 'the archive is away', { ARCHIVE: away }, { archive: 'failing' }, [200, 200, 200]],
    ['degraded', 'images are away', { MEDIA: away }, { media: 'failing' }, [200, 200, 200]],
    ['degraded', 'a queue is away', { SYNCS: away }, { queues: 'failing' }, [200, 200, 200]],
    ['degraded', 'mails cannot leave', deployed, { mail: 'failing' }, [200, 200, 200]],
    ['unhealthy', 'the database is away', { DB: away }, { database: 'failing' }, [503, 503, 200]],
    ['unhealthy', 'attempts are away', { ATTEMPTS: away }, { attempts: 'failing' }, [503, 503, 200]],
  ])('is %s when %s', async (status, _, bindings, faults, statuses) => {
    const asked = ['/health', '/health/ready', '/health/live'].map((path) => theApp.ask('GET', path, { bindings }));
    const replies = await Promise.all(asked);
    expect(replies.map((reply) => reply.status)).toEqual(statuses);
    expect(replies[0]?.json).toEqual({ status, parts: { ...well, ...faults } });
  });
});

describe('the language', () => {
  test.each([
    ['/attempts/att_1?page=2', '/attempts/att_1?page=2'],
    ['', '/'],
    ['//evil.test', '/'],
    ['/\\evil.test', '/'],
    ['/\t/evil.test', '/'],
    ['/\n/evil.test', '/'],
    ['/.//evil.test', '/'],
    ['https://evil.test', '/'],
    ['javascript:alert(1)', '/'],
    ['/\r\nset-cookie: a=b', '/'],
  ])('is changed from %j and back to %j, never to somebody else', async (next, location) => {
    const response = await theApp.send('GET', `/language/ny?next=${encodeURIComponent(next)}`);
    expect([response.status, response.headers.get('location')]).toEqual([303, location]);
    expect(response.headers.get('set-cookie')).toMatch(/^ve_lang=ny;/);
  });

  it('that nobody speaks here is 404', async () => {
    expect((await theApp.send('GET', '/language/xx')).status).toBe(404);
  });
});

describe('the switches for developers', () => {
  const bindings = { VE_RATE_LIMITS: 'off', ACCESS_TOKEN_KEY: 'x' };
  test.each([
    ['local', false],
    ['production', true],
    [undefined, true],
  ])('count where the environment is %s: rate limits are then %s', (ENVIRONMENT, rateLimits) => {
    expect(readSettings({ ...bindings, ...(ENVIRONMENT && { ENVIRONMENT }) } as Env)).toMatchObject({ rateLimits });
  });
});

test('who is not there any more is signed out', async () => {
  const { actor } = await makeCall('instructor');
  const gone = { ...actor, userId: newId('user') };
  expect((await theApp.ask('GET', '/auth/me', { headers: await bearer(gone) })).status).toBe(401);
});
