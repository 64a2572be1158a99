import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insert, literal, readArguments } from '../../scripts/admin.mjs';

const run = promisify(execFile);
const state = mkdtempSync(join(tmpdir(), 've-admin-'));
const environment = { ...process.env, VE_STATE: state, PORT: '9123', WRANGLER_SEND_METRICS: 'false', CI: 'true' };
const onState = ['DB', '--local', '--persist-to', state];

const wrangler = async (...args: string[]) =>
  (await run('node_modules/.bin/wrangler', ['d1', ...args], { env: environment })).stdout;

type Row = Record<string, unknown>;

/** The rows each of several queries finds. */
async function rowsOf(...queries: string[]): Promise<Row[][]> {
  const answered = await wrangler('execute', ...onState, '--json', '--command', queries.join(';'));
  return (JSON.parse(answered) as { results: Row[] }[]).map(({ results }) => results);
}

async function admin(...args: string[]) {
  try {
    const { stdout } = await run('node_modules/.bin/node', ['scripts/admin.mjs', ...args], { env: environment });
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, text: stderr };
  }
}

beforeAll(() => wrangler('migrations', 'apply', ...onState));
afterAll(() => rmSync(state, { recursive: true, force: true }));

describe('npm run admin', () => {
  it('makes the first superadmin, once, and prints a one-time link that the database knows only by its hash', async () => {
    const email = "o'hara@school.test";
    const made = await admin('create', "O'Hara@School.Test", '--name', "Tiyamike O'Hara'); DROP TABLE user; --");
    expect(made).toMatchObject({ code: 0, text: expect.stringContaining(`${email} is now a superadmin.`) });
    const [, token = ''] = /http:\/\/127\.0\.0\.1:9123\/password\/([A-Za-z0-9_-]{43})\n/.exec(made.text) ?? [];
    expect(token).not.toBe('');

    const again = await admin('create', email);
    expect(again).toMatchObject({ code: 1, text: expect.stringContaining('is there already (superadmin)') });
    const link = await admin('link', email, '--origin', 'https://exams.example.mw/anything');
    expect(link).toMatchObject({ code: 0, text: expect.stringContaining('https://exams.example.mw/password/') });

    const [users = [], links = [], audits = []] = await rowsOf(
      'SELECT * FROM user',
      'SELECT * FROM one_time_link',
      'SELECT actor_id, action, subject FROM audit ORDER BY at',
    );
    expect(users).toEqual([
      {
        id: expect.stringMatching(/^usr_/),
        email,
        name: "Tiyamike O'Hara'); DROP TABLE user; --",
        role: 'superadmin',
        ...{ username: null, password_hash: null, must_change_password: 0, email_verified_at: null },
        ...{ pending_email: null, locale: null, instructor_id: null, blocked_at: null, deleted_at: null },
        created_at: expect.any(Number),
      },
    ]);
    expect(links).toHaveLength(2);
    expect(JSON.stringify(links)).not.toContain(token);
    expect(audits.map(Object.values)).toEqual([
      ['console', 'user.created', users[0]?.id],
      ['console', 'user.password_link', users[0]?.id],
    ]);
  }, 120_000);

  it('makes no link for somebody who is not there', async () => {
    expect(await admin('link', 'nobody@school.test')).toMatchObject({
      code: 1,
      text: expect.stringContaining('Nobody has the address'),
    });
  });
});

describe('the arguments', () => {
  it.each([
    [[]],
    [['create']],
    [['remove', 'a@b']],
    [['create', 'a@b', 'c@d']],
    [['create', 'nobody']],
    [['create', `${'x'.repeat(254)}@b`]],
    [['create', 'a@b', '--force']],
    [['create', 'a@b', '--remote']],
    [['create', 'a@b', '--origin', 'javascript:alert(1)']],
    [['create', 'a@b', '--origin', 'https://']],
  ])('%j are refused', (args) => expect(() => readArguments(args)).toThrow());

  it('name who and where', () => {
    expect(readArguments(['create', ' A@B.test '], '9123')).toEqual({
      command: 'create',
      email: 'a@b.test',
      name: 'a',
      remote: false,
      origin: 'http://127.0.0.1:9123',
    });
    expect(readArguments(['link', 'a@b', '--remote', '--origin', 'https://exams.example.mw/'])).toMatchObject({
      remote: true,
      origin: 'https://exams.example.mw',
    });
  });
});

describe('a value in SQL', () => {
  it.each([
    [null, 'NULL'],
    [true, '1'],
    [false, '0'],
    [0, '0'],
    [1_795_185_320_572, '1795185320572'],
    ['', "''"],
    ["o'hara", "'o''hara'"],
    ["';--", "''';--'"],
    ['\\', "'\\'"],
  ])('%j is %s', (value, sql) => expect(literal(value)).toBe(sql));

  it.each([[undefined], [1.5], [Number.NaN], [{}], ['a\0b']])('%j is refused', (value) => {
    expect(() => literal(value)).toThrow('Not a value');
  });

  it('stands in its column', () => {
    expect(insert('user', { id: 'usr_1', createdAt: 1, blockedAt: null })).toBe(
      "INSERT INTO user (id, created_at, blocked_at) VALUES ('usr_1', 1, NULL);",
    );
  });
});
