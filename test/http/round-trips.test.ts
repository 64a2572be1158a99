import { describe, expect, it } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { aBrowser } from '../assessments/a-browser.ts';
import {
  anAssessment,
  aSittingStudent,
  aUser,
  bearer,
  choices,
  enrolIn,
  type Reply,
  type Somebody,
  set,
  testApp,
  theApp,
} from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { samples } from './security.ts';

/* The issue, "Speed": D1 and KV round trips per route, as the request's own log line counts them. A batch is one. */

const aTeacher = () => aUser('instructor');
const trips = ({ status, line }: Reply) => {
  expect(status).toBeLessThan(300);
  return { d1: line.d1, kv: line.kv };
};
const total = (reply: Reply) => {
  const { d1, kv } = trips(reply);
  return Number(d1) + Number(kv);
};

describe('the answer path', () => {
  it('asks neither database nor cache: ops, reading, takeover; with either token', async () => {
    const { student, path, itemIds, view } = await aSittingStudent(await aTeacher());
    const asStudent = await bearer(student.actor);
    for (const headers of [asStudent, { authorization: `Bearer ${view.token}` }]) {
      const ask = (method: string, suffix: string, body?: object) =>
        theApp.ask(method, `${path}${suffix}`, { headers, ...(body && { body }) });
      const { epoch } = (await ask('POST', '/takeover')).json as unknown as { epoch: number };
      expect(trips(await ask('POST', '/ops', { epoch, ops: [set(1, itemIds[0])] }))).toEqual({ d1: 0, kv: 0 });
      expect(trips(await ask('GET', ''))).toEqual({ d1: 0, kv: 0 });
      expect(trips(await ask('POST', '/takeover'))).toEqual({ d1: 0, kv: 0 });
    }
  });

  it('asks neither for a try', async () => {
    const { student, path, itemIds } = await aSittingStudent(await aTeacher(), { behaviour: 'practice' });
    const body = { itemId: itemIds[0], response: { selected: ['b'] }, tryNumber: 1 };
    expect(trips(await student.ask('POST', `${path}/tries`, body))).toEqual({ d1: 0, kv: 0 });
  });

  it('stores the result of a submit in one batch, and looks once whether it may be told', async () => {
    const { student, path } = await aSittingStudent(await aTeacher());
    expect(trips(await student.ask('POST', `${path}/submit`, { epoch: 1 }))).toEqual({ d1: 2, kv: 0 });
  });
});

describe('a start', () => {
  it('takes three round trips, of which none asks D1 for items once the bank is cached', async () => {
    const { id } = await anAssessment(await aTeacher(), { items: choices(20) });
    const student = await aUser();
    expect(trips(await student.ask('POST', `/assessments/${id}/attempts`))).toEqual({ d1: 2, kv: 1 });
  });

  it('with a cold cache takes the items from D1, once', async () => {
    const teacher = await aTeacher();
    const { id, bank } = await anAssessment(teacher);
    const more = { items: [{ type: 'numeric', prompt: 'Half of 5', answer: 2.5, difficulty: 'easy' }] };
    await teacher.ask('POST', `/banks/${bank.id}/items`, more);
    const [one, two] = [await aUser(), await aUser()];
    expect(total(await one.ask('POST', `/assessments/${id}/attempts`))).toBeLessThanOrEqual(5);
    expect(trips(await two.ask('POST', `/assessments/${id}/attempts`))).toEqual({ d1: 2, kv: 1 });
  });

  it('that resumes takes one', async () => {
    const { student, assessment } = await aSittingStudent(await aTeacher());
    expect(trips(await student.ask('POST', `/assessments/${assessment.id}/attempts`))).toEqual({ d1: 1, kv: 0 });
  });
});

describe('a result', () => {
  it('takes two round trips for the student and for staff', async () => {
    const teacher = await aTeacher();
    const { student, path } = await aSittingStudent(teacher);
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect(trips(await student.ask('GET', `${path}/result`))).toEqual({ d1: 2, kv: 0 });
    expect(trips(await teacher.ask('GET', `${path}/result`))).toEqual({ d1: 2, kv: 0 });
  });
});

describe('an unchanged list', () => {
  const etagged = async (who: Somebody, path: string) => {
    const { headers } = await who.ask('GET', path);
    const etag = headers.get('etag') ?? '';
    expect(etag, path).toMatch(/^(W\/)?"[^"]+"$/);
    return async () => await who.ask('GET', path, undefined, { 'if-none-match': etag });
  };

  it('of courses takes one round trip, and is another at once after anybody changed one', async () => {
    const [teacher, admin] = [await aTeacher(), await aUser('admin')];
    const { courseKey } = await makeCourse(teacher.call());
    for (const who of [teacher, admin, await aUser()]) {
      const again = await etagged(who, '/courses');
      const unchanged = await again();
      expect([unchanged.status, unchanged.text, unchanged.line.d1]).toEqual([304, '', 1]);
      const title = newId('course');
      expect((await teacher.ask('PATCH', `/courses/${encodeURIComponent(courseKey)}`, { title })).status).toBe(200);
      expect((await again()).status).toBe(200);
    }
  });

  it('is nobody else’s', async () => {
    const [teacher, student] = [await aTeacher(), await aUser()];
    const { courseId } = await makeCourse(teacher.call());
    await enrolIn(courseId, student);
    const { headers, text } = await student.ask('GET', '/courses');
    const others = await teacher.ask('GET', '/courses', undefined, { 'if-none-match': headers.get('etag') ?? '' });
    expect([others.status, others.text === text]).toEqual([200, false]);
  });
});

/** A page of every kind, for whoever may see it. */
async function aWorld() {
  const teacher = await aTeacher();
  const wanted = [
    ...['assessments/{id}/attempts', 'attempts/{id}/result', 'attempts/{id}', 'banks/{id}/shares', 'users/{id}'],
    ...['lessons/{id}', 'lessons/{id}/attachments/{attachmentId}', 'courses/{courseKey}/roster.csv', 'sync-runs/{id}'],
    ...['openedx/connections/{id}', 'lti/registrations/{id}', 'lti/contexts/{id}/members'],
  ].map((path) => `GET /api/v1/${path}`);
  const waiting = ['mails/{id}/send', 'dead-letters/{id}/replay'].map((path) => `POST /api/v1/${path}`);
  const made = [];
  for (const name of [...wanted, ...waiting]) made.push(await samples[name]?.({ teacher }));
  const students = made.flatMap((one) => (one && one.as.actor.role === 'student' ? [one.as] : []));
  return { teacher, admin: await aUser('superadmin'), students: students.slice(-3) };
}

describe('pages', () => {
  it('take five round trips at most, whichever links lead to', { timeout: 60_000 }, async () => {
    const { teacher, admin, students } = await aWorld();
    const kinds = new Map<string, number>();
    for (const who of [admin, teacher, ...students]) {
      const browser = await aBrowser(who);
      const seen = new Set(['/', '/staff', '/profile']);
      const mine = new Map<string, number>();
      for (const url of seen) {
        if (/^\/(language|api|media)\b|\.\w+$/.test(url)) continue;
        const kind = url.replaceAll(/[a-z]{3}_[0-9a-z]{26}|course-v1[^/?]*|\?.*/g, '*');
        mine.set(kind, (mine.get(kind) ?? 0) + 1);
        if ((mine.get(kind) ?? 0) > 1) continue;
        const { status, text, d1 } = await browser.open(url);
        expect(status, url).toBeLessThan(500);
        expect(Number(d1), `${url} as ${who.actor.role}`).toBeLessThanOrEqual(5);
        kinds.set(kind, status);
        for (const [, link = ''] of text.matchAll(/href="(\/[^"#]*)"/g)) seen.add(link.replaceAll('&amp;', '&'));
      }
    }
    const served = [...kinds].filter(([, status]) => status === 200).map(([kind]) => kind);
    expect(served.length, served.join(' ')).toBeGreaterThan(50);
  });
});

describe('everything else', () => {
  it('takes few', async () => {
    const teacher = await aTeacher();
    const { student, assessment } = await aSittingStudent(teacher);
    const most: [typeof student, string, string, number][] = [
      [student, 'GET', '/assessments', 1],
      [student, 'GET', `/assessments/${assessment.id}`, 1],
      [student, 'GET', '/me/attempts', 1],
      [student, 'GET', '/courses', 1],
      [student, 'GET', '/auth/me', 2],
      [teacher, 'GET', '/banks', 2],
      [teacher, 'GET', `/assessments/${assessment.id}/attempts`, 3],
    ];
    for (const [who, method, path, trips] of most)
      expect(total(await who.ask(method, path)), path).toBeLessThanOrEqual(trips);
  });

  it('is counted where it is refused too: nothing is asked for who is signed out', async () => {
    const { line } = await testApp().ask('POST', '/banks', { body: { title: 'x' } });
    expect(line).toMatchObject({ status: 401, d1: 0, kv: 0 });
  });
});
