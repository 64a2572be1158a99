import { describe, expect, it } from 'vitest';
import { endpoints } from '../../src/app.ts';
import { session } from '../../src/identity/schema.ts';
import type { Item } from '../../src/items/index.ts';
import { newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { aSittingStudent, aUser, bearer, db, enrolIn, set, theApp } from '../factories.ts';
import { choice, makeCourse } from '../items/make.ts';

/* The issue, "Done when": crawling as the student during an open attempt finds nothing that tells a right response. */

const secrets = {
  hint: 'Zqhint',
  solution: 'Zqsolution',
  step: 'Zqstep',
  misconception: 'Zqmisconception',
  accepted: 'Zqaccepted',
  answer: 777333.125,
  tolerance: 0.0078125,
};
const told = { hint: secrets.hint, solution: { explanation: secrets.solution, steps: [secrets.step] } };
/** Keys that are told by no word: which fields may stand in an answer says it. */
const FIELDS =
  /"(correct|key(?!":"(after_|never))|accepted|misconceptions?|hint|solution|explanation|steps|outcome|tolerance|caseSensitive|seed)"/;
const WORDS = new RegExp(
  `Zq(hint|solution|step|misconception|accepted)|${secrets.answer}|${secrets.tolerance}`.replaceAll('.', '\\.'),
);

const items = [
  choice({
    ...told,
    choices: [
      { id: 'a', text: 'One' },
      { id: 'b', text: 'Two', misconception: secrets.misconception },
    ],
  }),
  {
    type: 'text_entry',
    prompt: 'The capital is {{x}}',
    difficulty: 'easy',
    maxScore: 1,
    blanks: [{ id: 'x', accepted: [secrets.accepted], caseSensitive: true }],
    ...told,
  },
  {
    type: 'numeric',
    prompt: 'How much?',
    difficulty: 'easy',
    maxScore: 1,
    answer: secrets.answer,
    tolerance: { kind: 'absolute', value: secrets.tolerance },
    ...told,
  },
] as Item[];

/** A student of a course in the middle of an exam, with a finished attempt before it, signed in to the pages too. */
async function aCrawler(behaviour: 'exam' | 'practice' = 'exam') {
  const teacher = await aUser('instructor');
  const { courseId, courseKey } = await makeCourse(teacher.call());
  const sitting = await aSittingStudent(teacher, {
    items,
    behaviour,
    courseKey: undefined,
    attemptsAllowed: 2,
    shuffleItems: false,
  });
  const { student, path, assessment } = sitting;
  await enrolIn(courseId, student);
  await student.ask('POST', `${path}/submit`, { epoch: 1 });
  const open = (await student.ask('POST', `/assessments/${assessment.id}/attempts`)).json.attempt as { id: string };
  const secret = newSecret();
  const now = Date.now();
  await db.insert(session).values({
    secretHash: await sha256(secret),
    id: newId('session'),
    userId: student.id,
    createdAt: now,
    expiresAt: now + 3_600_000,
  });
  return {
    ...sitting,
    teacher,
    courseKey,
    open: `/attempts/${open.id}`,
    openId: open.id,
    cookie: `__Host-ve_session=${secret}`,
  };
}

const expectNothing = (where: string, text: string) => {
  expect(WORDS.exec(text)?.[0], where).toBeUndefined();
  expect(FIELDS.exec(text)?.[0], where).toBeUndefined();
};

describe('a student in mid-exam finds no key, hint, solution, misconception or accepted text', () => {
  it('in any answer of the API', async () => {
    const { student, teacher, assessment, path, open, openId, courseKey, itemIds } = await aCrawler();
    const lesson = await teacher.ask('POST', '/lessons', { courseKey, title: 'Adding', body: 'One and one.' });
    const ids: Record<string, string[]> = {
      '/api/v1/banks': [assessment.bank.id],
      '/api/v1/items': itemIds,
      '/api/v1/assessments': [assessment.id],
      '/api/v1/attempts': [path.split('/')[2] ?? '', openId],
      '/api/v1/courses': [encodeURIComponent(courseKey)],
      '/api/v1/lessons': [lesson.json.id],
      '/api/v1/users': [student.id, teacher.id],
      '/api/v1/auth/verify-email': ['key_some'],
      // Staff alone have these: the refusal says nothing of them.
      '/api/v1/openedx/connections': ['con_some'],
      '/api/v1/sync-runs': ['syn_some'],
      '/api/v1/lti/contexts': ['ctx_some'],
      '/api/v1/lti/registrations': ['reg_some'],
    };
    let read = 0;
    for (const endpoint of endpoints.filter(({ method, path }) => method === 'get' && path !== '/api/schema')) {
      const [, base = '', rest = ''] = /^(.*?)\/\{\w+\}(.*)$/.exec(endpoint.path) ?? [];
      const urls =
        base === ''
          ? [endpoint.path]
          : (ids[base] ?? []).map((id) => `${base}/${id}${rest.replace(/\{\w+\}/, 'some')}`);
      expect(urls, endpoint.path).not.toEqual([]);
      for (const url of urls) {
        const reply = await student.ask('GET', `${url}?`);
        if (reply.status === 200) read += 1;
        expectNothing(url, reply.text);
      }
    }
    expect(read, 'the crawl read something').toBeGreaterThan(15);

    const [choiceId, textId, numberId] = itemIds;
    const ops = [
      set(1, choiceId, 'b'),
      { seq: 2, itemId: textId, kind: 'set', response: { blanks: { x: 'no' } } },
      { seq: 3, itemId: numberId, kind: 'set', response: { value: '1' } },
    ];
    for (const [suffix, body] of [
      ['/takeover', {}],
      ['/ops', { epoch: 2, ops }],
      ['/tries', { itemId: choiceId, response: { selected: ['b'] }, tryNumber: 1 }],
      ['', undefined],
    ] as const) {
      const reply = await student.ask(suffix === '' ? 'GET' : 'POST', `${open}${suffix}`, body);
      expectNothing(suffix, reply.text);
    }
    expectNothing('resume', (await student.ask('POST', `/assessments/${assessment.id}/attempts`)).text);
    expect(
      (await teacher.ask('GET', `/assessments/${assessment.id}/preview`)).text,
      'what is looked for is there',
    ).toMatch(FIELDS);
    expect((await teacher.ask('GET', `/banks/${assessment.bank.id}/items`)).text).toMatch(WORDS);
  });

  it('on any page that can be reached by links', async () => {
    const { cookie, open, path, assessment } = await aCrawler();
    const queue = ['/', open, path, `${path}/result`, `${open}/result`, `/assessments/${assessment.id}`];
    const seen = new Set(queue);
    let pages = 0;
    for (let url = queue.shift(); url !== undefined && seen.size < 60; url = queue.shift()) {
      const response = await theApp.send('GET', url, { headers: { cookie } });
      const html = await response.text();
      if (response.status === 200) pages += 1;
      expect(response.status, url).toBeLessThan(500);
      expect(WORDS.exec(html)?.[0], url).toBeUndefined();
      const location = response.headers.get('location');
      const links = [...html.matchAll(/(?:href|action)="(\/[^"#]*)"/g)].map(([, link = '']) =>
        link.replaceAll('&amp;', '&'),
      );
      for (const link of location ? [location, ...links] : links) {
        const { pathname, search, host } = new URL(link, 'http://ve.test');
        if (host !== 've.test' || /^\/(language|api)\b|\.\w+$/.test(pathname) || seen.has(pathname + search)) continue;
        seen.add(pathname + search);
        queue.push(pathname + search);
      }
    }
    expect(pages).toBeGreaterThanOrEqual(2);
  });

  it('behind a staff page', async () => {
    const { cookie, assessment } = await aCrawler();
    for (const url of [
      `/staff/banks/${assessment.bank.id}`,
      `/staff/items/${assessment.bank.items[0]?.id}`,
      `/staff/assessments/${assessment.id}/preview`,
    ]) {
      const response = await theApp.send('GET', url, { headers: { cookie } });
      expect(response.status, url).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toMatch(WORDS);
    }
  });
});

describe('a student in a practice', () => {
  it('finds none of it either, before the ladder gives it', async () => {
    const { student, open, assessment, itemIds } = await aCrawler('practice');
    for (const url of [open, '/me/attempts', `/assessments/${assessment.id}`])
      expectNothing(url, (await student.ask('GET', url)).text);
    const first = await student.ask('POST', `${open}/tries`, {
      itemId: itemIds[1],
      response: { blanks: { x: 'no' } },
      tryNumber: 1,
    });
    expect(first.status).toBe(200);
    expect(first.text).not.toMatch(WORDS);
    expectNothing('after a miss', (await student.ask('GET', open)).text);
  });
});

it('somebody signed in with a bearer alone is nobody on the pages', async () => {
  const { student, open } = await aCrawler();
  const response = await theApp.send('GET', open, { headers: await bearer(student.actor) });
  expect(response.status === 303 || response.status === 404).toBe(true);
});
