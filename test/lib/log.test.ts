import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { newSecret } from '../../src/lib/crypto.ts';
import { consoleLog, errorLine, type LogLine, lineOf } from '../../src/lib/log.ts';
import { theApp } from '../factories.ts';

/** Whatever ends a line somewhere. */
const LINE_END = /[\n\r\v\f\u0085\u2028\u2029]/;

const circular = () => {
  const error = new Error('outer', { cause: new Error('inner') });
  (error.cause as Error).cause = error;
  return error;
};
const trap = new Proxy(
  {},
  {
    get() {
      throw new Error('not to be read');
    },
  },
);
const throwingGetters = () =>
  Object.defineProperties(new Error('x'), {
    message: {
      get: () => {
        throw new Error('no message');
      },
    },
    stack: {
      get: () => {
        throw new Error('no stack');
      },
    },
    name: {
      value: {
        toString: () => {
          throw new Error('no name');
        },
      },
    },
  });

const odd: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  -0,
  10n ** 400n,
  Symbol('x'),
  () => 'x',
  Object.create(null),
  { toString: 1, valueOf: 2 },
  circular(),
  trap,
  throwingGetters(),
  new Error('two\nlines\r\n{"level":"info"}'),
  new Error('\ud800 \udc00 \u2028 \u2029 \u0085 \u0000'),
  new Error('x'.repeat(1_000_000)),
  new AggregateError([new Error('a')], 'all'),
  { message: { deep: 1n } },
  [1, [2]],
];

const anything = fc.oneof(
  fc.constantFrom(...odd),
  fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withMap: true, withObjectString: true }),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => new Error(text)),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u2028', '\u0085', '\n', '\ud83d', '"', '\\').map((text) => new Error(text, { cause: text })),
);

describe('a log line', () => {
  it('is one valid JSON object on one line, whatever was thrown', () => {
    fc.assert(
      fc.property(anything, fc.string({ unit: 'binary' }), (thrown, where) => {
        const line = lineOf('error', errorLine({ where }, thrown));
        expect(line).not.toMatch(LINE_END);
        expect(line.length).toBeLessThan(100_000);
        expect(JSON.parse(line)).toMatchObject({ level: 'error', message: 'error', error: expect.any(String) });
        expect(line.isWellFormed()).toBe(true);
      }),
      { examples: odd.map((thrown) => [thrown, '\n']) },
    );
  });

  it('is so whatever the fields are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), anything), (fields) => {
        const line = lineOf('info', fields as LogLine);
        expect(line).not.toMatch(LINE_END);
        expect(JSON.parse(line).level).toBeDefined();
      }),
    );
  });

  it('tells what was behind an error, a circle once', () => {
    const thrown = new Error('outer', { cause: new Error('middle', { cause: 'a text' }) });
    expect(errorLine({}, thrown)).toMatchObject({ name: 'Error', error: 'outer', cause: 'middle < a text' });
    expect(errorLine({}, circular())).toMatchObject({ error: 'outer', cause: 'inner' });
    expect(errorLine({}, 'only a text')).toMatchObject({ error: 'only a text', stack: null });
  });

  it('says nothing that could be a secret', () => {
    const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', ' ', '"', "'", '/', '=', ':'), (text, edge) => {
        for (const secret of [newSecret(), `vek_${newSecret()}`, jwt, 'a1'.repeat(32)]) {
          const line = lineOf('error', errorLine({ url: edge + secret }, new Error(text + edge + secret + edge)));
          expect(line).not.toContain(secret);
          expect(line).not.toContain(secret.slice(4, 30));
        }
      }),
      // Reading a stack takes its time here.
      { numRuns: 12 },
    );
    const query = new Error(
      'Failed query: insert into "user" values (?, ?)\nparams: grace@school.mw,hunter2 with\nline',
      { cause: new Error('UNIQUE constraint failed: user.email') },
    );
    const line = lineOf('error', errorLine({}, query));
    expect(line).toContain('Failed query');
    expect(line).toContain('UNIQUE constraint failed: user.email');
    expect(line).not.toMatch(/grace|hunter2/);
  });

  it('leaves no half of a secret where a text is cut', () => {
    for (let at = 3_950; at < 4_010; at++) {
      const secret = newSecret();
      const line = lineOf('error', { text: `${'x '.repeat(at / 2)}${secret} ${'y '.repeat(5_000)}` });
      expect(line).not.toContain(secret.slice(0, 12));
    }
  });

  it('keeps what staff need: ids, routes and the places in a stack', () => {
    const thrown = new TypeError('x is not a function');
    const line = lineOf('error', errorLine({ request_id: 'req_01h00000000000000000000000' }, thrown));
    expect(JSON.parse(line)).toMatchObject({
      request_id: 'req_01h00000000000000000000000',
      name: 'TypeError',
      stack: expect.stringContaining('log.test.ts'),
    });
  });

  it('is what the console gets', () => {
    const written: string[] = [];
    const spy = vi.spyOn(console, 'info').mockImplementation((line: string) => void written.push(line));
    consoleLog('info', { message: 'a\nb' });
    spy.mockRestore();
    expect(written).toEqual(['{"level":"info","message":"a\\nb"}']);
  });

  it('tells nothing of what a client put into path, query or headers', async () => {
    const secret = newSecret();
    const headers = { authorization: `Bearer ${secret}`, cookie: `ve_session=${secret}`, 'user-agent': secret };
    const { line } = await theApp.ask('GET', `/banks/${secret}?token=${secret}`, { headers });
    expect(line).toMatchObject({ route: '/api/v1/banks/{id}', status: 401 });
    expect(JSON.stringify(line)).not.toContain(secret);
  });
});
