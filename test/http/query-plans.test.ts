import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { sweep } from '../../src/sweep.ts';
import { aBrowser } from '../assessments/a-browser.ts';
import { anAssessment, aUser, bearer, enrolIn, set, start, theApp } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

/*
 * D1 is paid by the row it reads. What students ask for all day, and what the cron does every minute, finds its rows by an index:
 * its cost does not grow with the country.
 */

/** Tables whose rows nobody's studying adds to. */
const SMALL = [
  ...['course', 'connection', 'followed_course', 'webhook_secret', 'dead_letter', 'site_setting'],
  ...['lti_registration', 'lti_signing_key', 'lti_invitation'],
];

/** The database, and the statements that ask it. */
function watched() {
  const statements = new Set<string>();
  const database = new Proxy(env.DB, {
    get(target, name) {
      if (name === 'prepare') {
        return (sql: string) => {
          statements.add(sql);
          return target.prepare(sql);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { database, statements };
}

const PLAN = 'explain query plan ';

/** The tables that a statement reads from end to end, by the plan SQLite has for it. */
async function scannedBy(statement: string): Promise<string[]> {
  const values = Array.from(statement.matchAll(/\?/g), () => 1);
  const { results } = await env.DB.prepare(PLAN + statement)
    .bind(...values)
    .all<{ detail: string }>();
  const { results: tables } = await env.DB.prepare("select name from sqlite_schema where type = 'table'").all<{
    name: string;
  }>();
  const names = new Set(tables.map(({ name }) => name));
  return results.flatMap(({ detail }) => {
    const name = /^SCAN (\w+)/.exec(detail)?.[1] ?? '';
    return names.has(name) && !SMALL.includes(name) ? [name] : [];
  });
}

async function scans(statements: Iterable<string>): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements)
    for (const table of await scannedBy(statement)) found.push(`${table}: ${statement.slice(0, 300)}`);
  return found;
}

describe('no table that grows is read from end to end', () => {
  it('would be noticed', async () => {
    expect(await scans(['select * from enrolment where mode = ?'])).toEqual([expect.stringMatching(/^enrolment: /)]);
    expect(await scans(['select * from enrolment where user_id = ?'])).toEqual([]);
  });

  it('for a student', async () => {
    const [teacher, student] = [await aUser('instructor'), await aUser()];
    const { courseId, courseKey } = await makeCourse(teacher.call());
    await enrolIn(courseId, student);
    const lesson = await teacher.ask('POST', '/lessons', { courseKey, title: 'Sets', body: 'A set is …' });
    const [done, next] = [await anAssessment(teacher, { courseKey }), await anAssessment(teacher, { courseKey })];
    const begun = await start(student, done.id);
    const { database: DB, statements } = watched();
    const headers = await bearer(student.actor);
    const ask = (method: string, path: string, body?: object) =>
      theApp.ask(method, path, { headers, bindings: { DB }, ...(body && { body }) });
    const browser = await aBrowser(student);
    const page = `/courses/${encodeURIComponent(courseKey)}`;

    const attempt = `/attempts/${begun.attempt.id}`;
    const answers = [
      await ask('POST', `${attempt}/ops`, { epoch: 1, ops: [set(1, begun.paper.items[0]?.id)] }),
      await ask('POST', `${attempt}/submit`, { epoch: 1 }),
      await ask('POST', `/assessments/${next.id}/attempts`),
      await ask('PUT', `/lessons/${lesson.json.id}/progress`, { completed: true }),
      ...(await Promise.all(
        [
          ...['/auth/me', '/courses', '/me/courses', '/assessments', `/assessments/${next.id}`, `${attempt}/result`],
          ...[
            `/courses/${courseKey}`,
            `/lessons?courseKey=${encodeURIComponent(courseKey)}`,
            `/lessons/${lesson.json.id}`,
          ],
        ].map((path) => ask('GET', path)),
      )),
      ...(await Promise.all(
        [
          ...['/', '/courses', page, `${page}/assessments`, `/lessons/${lesson.json.id}`],
          ...[`/assessments/${next.id}`, attempt, `${attempt}/result`, '/profile'],
        ].map((path) => browser.go('GET', path, { bindings: { DB } })),
      )),
    ];
    expect(answers.map(({ status }) => status).filter((status) => status >= 400)).toEqual([]);
    expect(statements.size).toBeGreaterThan(25);
    expect(await scans(statements)).toEqual([]);
  });

  it('for who signs in, is refused, and wants a new password', async () => {
    const { database: DB, statements } = watched();
    const email = `${newId('user')}@mail.test`;
    const sent: [string, object][] = [
      ['/auth/register', { email, password: 'nyanja-mvula-42', name: 'A student' }],
      ['/auth/login', { email, password: 'nyanja-mvula-42' }],
      ['/auth/login', { email, password: 'not this one' }],
      ['/auth/password/forgot', { email }],
      ['/auth/refresh', { refresh: 'none' }],
    ];
    for (const [path, body] of sent) await theApp.ask('POST', path, { body, bindings: { DB } });
    expect(statements.size).toBeGreaterThan(8);
    expect(await scans(statements)).toEqual([]);
  });

  it('by the cron', async () => {
    const { database: DB, statements } = watched();
    await sweep({ ...env, DB });
    expect(statements.size).toBeGreaterThan(30);
    expect(await scans(statements)).toEqual([]);
  });
});
