import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Link } from '../../../scripts/lms/lti/lti-state.ts';
import { modes } from '../../../scripts/lms/lti/modes.ts';
import { AGS, NRPS, SUBMISSION, scopes } from '../../../scripts/lms/lti/vocabulary.ts';
import { anAssessment, aUser, choices, type Somebody } from '../../factories.ts';
import { ANOTHER, STUDENT, TEACHER } from '../../lti/a-launching-platform.ts';
import { aSchool, outcomeOf, pass, type School } from './a-school.ts';
import { proves } from './requirements.ts';
import { loseMessages, queues, startClock, stopClock, tick, until } from './the-queues.ts';

type Settings = Parameters<typeof anAssessment>[1];
type Person = Awaited<ReturnType<School['signedIn']>>;

let local: Somebody | undefined;
beforeEach(async () => {
  local ??= await aUser('instructor');
  stopClock();
});
afterEach(startClock);

/** By what is set: each school has people of its own, so one assessment of a kind will do. */
const made = new Map<string, { id: string }>();
async function practice(settings: Settings = {}) {
  local ??= await aUser('instructor');
  const kind = JSON.stringify(settings);
  const assessment =
    made.get(kind) ?? (await anAssessment(local, { items: choices(4), attemptsAllowed: 0, ...settings }));
  made.set(kind, assessment);
  return assessment;
}

/** A school with a link to an assessment of four questions, graded out of 10. */
async function anExam(
  mode: (typeof modes)[number],
  options: { settings?: Settings; skewMs?: number; lineItem?: false } = {},
) {
  const { id } = await practice(options.settings);
  const school = await aSchool(mode, { skewMs: options.skewMs ?? 0 });
  const place = (title = 'Exam') =>
    school.lti.addLink({
      title,
      custom: { assessment_id: id },
      lineItem: options.lineItem ?? { scoreMaximum: 10 },
    });
  const link = place();
  const enter = (username = STUDENT, where: Link = link, claims = {}) =>
    school.signedIn({ username, link: where, claims, bindings: queues });
  /** Final scores that the platform took in. */
  const finals = () =>
    school.lti.posts.filter(({ body, status }) => status < 300 && (body as Told).gradingProgress === 'FullyGraded');
  return {
    ...school,
    id,
    link,
    place,
    enter,
    finals,
    cell: (username = STUDENT, where: Link = link) => school.lti.grade(username, where),
  };
}
type Exam = Awaited<ReturnType<typeof anExam>>;

type Told = {
  userId: string;
  timestamp: string;
  activityProgress: string;
  gradingProgress: string;
  scoreGiven?: number;
  scoreMaximum?: number;
  [SUBMISSION]?: { new_submission: boolean };
};

type Begun = { attempt: { id: string; epoch: number }; paper: { items: { id: string }[] } };
async function begin({ ask }: Person, id: string): Promise<Begun> {
  const { status, json } = await ask('POST', `/assessments/${id}/attempts`);
  if (status >= 300) throw new Error(`not begun: ${status} ${json.code}`);
  return json as unknown as Begun;
}

async function finish({ ask }: Person, { attempt, paper }: Begun, right: number) {
  const ops = paper.items.map((item, index) => ({
    seq: index + 1,
    itemId: item.id,
    kind: 'set',
    response: { selected: [index < right ? 'a' : 'b'] },
  }));
  const { epoch } = attempt;
  expect((await ask('POST', `/attempts/${attempt.id}/ops`, { epoch, ops })).status).toBe(200);
  const done = await ask('POST', `/attempts/${attempt.id}/submit`, { epoch, lastSeq: ops.length });
  expect(done.status).toBe(200);
  // As the object does that held the answers; the sweep would come to it a minute later.
  await queues.JOBS?.send({ job: 'store-result', attemptId: attempt.id });
}

/** A whole sitting, with so many of the four right. */
async function sit(exam: Exam, right: number, person?: Person) {
  const who = person ?? (await exam.enter());
  await finish(who, await begin(who, exam.id), right);
  return who;
}

const gradeOf = (exam: Exam, username = STUDENT, where?: Link) => exam.cell(username, where)?.grade;
const reaches = (exam: Exam, grade: number, username = STUDENT, where?: Link) =>
  until(
    () => gradeOf(exam, username, where),
    (held) => held !== undefined && held !== null && Math.abs(held - grade) < 0.001,
  );
/** Time in which nothing more is to happen. */
const rest = () => tick(1800);
const statuses = (exam: Exam) => exam.lti.posts.map(({ status }) => status);
const tokenAsks = (exam: Exam) => exam.asked.filter(({ url }) => url === exam.lti.registration().authTokenUrl);
const scoreAsks = (exam: Exam) => exam.asked.filter(({ url }) => /\/scores(\?|$)/.test(url));

describe('a sitting that was launched', () => {
  for (const mode of modes)
    proves(
      [
        'score.event',
        'score.address',
        'score.types',
        'score.agent',
        'score.body',
        'score.progress',
        'score.final',
        'service.assertion',
        'answer.delivered',
        'quirk.canvas-submission',
      ],
      `shows that it has begun, then its grade, in the gradebook (${mode})`,
      async () => {
        const exam = await anExam(mode);
        const person = await exam.enter();
        const begun = await begin(person, exam.id);
        await until(
          () => exam.cell(),
          (cell) => cell?.gradingProgress === 'NotReady',
        );
        expect(exam.cell()).toMatchObject({ activityProgress: 'Started', scoreGiven: null, grade: null });
        await finish(person, begun, 3);
        await reaches(exam, 7.5);
        expect(exam.cell()).toMatchObject({ activityProgress: 'Completed', scoreGiven: 3, scoreMaximum: 10 });
        await rest();
        expect(statuses(exam).every((status) => status === 200 || status === 201)).toBe(true);
        expect(exam.finals()).toHaveLength(1);
        const told = exam.finals()[0]?.body as Told;
        expect(told).toMatchObject({
          userId: exam.lti.subject(STUDENT),
          activityProgress: 'Completed',
          gradingProgress: 'FullyGraded',
          scoreGiven: 3,
          scoreMaximum: 4,
        });
        expect(told.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(told[SUBMISSION]).toEqual(mode === 'canvas' ? { new_submission: false } : undefined);
        expect(exam.cell()?.submissions).toBe(0);

        const lineItem = new URL((person.said[AGS] as { lineitem: string }).lineitem);
        for (const { url, headers, method } of scoreAsks(exam)) {
          expect([method, url]).toEqual(['POST', `${lineItem.origin}${lineItem.pathname}/scores${lineItem.search}`]);
          expect(headers.get('content-type')).toBe('application/vnd.ims.lis.v1.score+json');
          expect(headers.get('user-agent')).toMatch(/\S/);
        }
        for (const { body, headers } of tokenAsks(exam)) {
          const form = new URLSearchParams(body);
          expect(headers.get('user-agent')).toMatch(/\S/);
          expect(Object.fromEntries(form)).toMatchObject({
            grant_type: 'client_credentials',
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            scope: expect.stringContaining(scopes.scores),
          });
          const assertion = form.get('client_assertion') ?? '';
          const { authTokenUrl, clientId } = exam.lti.registration();
          expect(decodeJwt(assertion)).toMatchObject({
            iss: clientId,
            sub: clientId,
            aud: authTokenUrl,
            jti: expect.any(String),
          });
          expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
        }
      },
    );

  for (const [mode, away] of [
    ['openedx', { times: 20, on: ['lti-scores'] }],
    ['moodle', true],
    ['canvas', { times: 20, on: ['lti-scores'] }],
  ] as const)
    proves(
      ['answer.later', 'answer.away', 'answer.delivered'],
      `has its grade there once when the platform was away for ${away === true ? 'two days' : 'the first twenty tries'} (${mode})`,
      async () => {
        const exam = await anExam(mode);
        const person = await exam.enter();
        Object.assign(exam.platform.faults, { down: away });
        const from = Date.now();
        await sit(exam, 3, person);
        if (away === true) {
          await until(
            () => Date.now() - from,
            (ms) => ms > 48 * 3600_000,
            400,
          );
          expect([gradeOf(exam) ?? null, exam.finals(), tokenAsks(exam).length > 20]).toEqual([null, [], true]);
          Object.assign(exam.platform.faults, { down: false });
        }
        await reaches(exam, 7.5);
        await rest();
        expect([exam.cell()?.accepted, exam.finals().length]).toEqual([1, 1]);
        expect(scoreAsks(exam).length).toBe(away === true ? 1 : 21);
      },
    );

  for (const mode of modes)
    proves(
      ['answer.timestamp', 'answer.away', 'quirk.openedx-timestamp', 'quirk.moodle-seconds'],
      `has its grade there once when the answer to the first try was a lie (${mode})`,
      async () => {
        const exam = await anExam(mode);
        const person = await exam.enter();
        const begun = await begin(person, exam.id);
        await until(
          () => exam.cell(),
          (cell) => cell?.gradingProgress === 'NotReady',
        );
        const before = exam.cell()?.accepted ?? 0;
        Object.assign(exam.platform.faults, { storeThenFail: { times: 1, on: ['lti-scores'] } });
        await finish(person, begun, 3);
        await reaches(exam, 7.5);
        await rest();
        await until(
          () => 0,
          () => true,
        );
        expect((exam.cell()?.accepted ?? 0) - before).toBe(1);
        expect((await staffOf(exam)).states).toEqual(['delivered']);
      },
    );

  for (const [mode, skewMs] of [
    ['openedx', -30_000],
    ['openedx', 30_000],
    ['moodle', -30_000],
    ['canvas', 30_000],
  ] as const)
    proves(
      ['service.clock', 'service.assertion'],
      `has its grade there when the platform's clock is ${skewMs / 1000} s from ours (${mode})`,
      async () => {
        const exam = await anExam(mode, { skewMs });
        await sit(exam, 3);
        await reaches(exam, 7.5);
        expect(exam.finals().map(({ status }) => status < 300)).toEqual([true]);
      },
    );

  for (const mode of modes)
    proves(['score.final', 'quirk.openedx-zero'], `of nothing right is a grade of 0 (${mode})`, async () => {
      const exam = await anExam(mode);
      await sit(exam, 0);
      await until(
        () => exam.cell(),
        (cell) => cell?.gradingProgress === 'FullyGraded',
      );
      await rest();
      expect(exam.finals()).toHaveLength(1);
      // Open edX keeps a 0 and does not show it.
      expect(exam.cell()).toMatchObject({
        scoreGiven: 0,
        grade: mode === 'openedx' ? null : 0,
        accepted: expect.any(Number),
      });
    });

  proves(['score.event'], 'is graded by the sweep when every message was lost', async () => {
    const exam = await anExam('canvas');
    const person = await exam.enter();
    const begun = await begin(person, exam.id);
    loseMessages();
    await finish(person, begun, 4);
    loseMessages();
    for (let minute = 0; minute < 4 && gradeOf(exam) !== 10; minute++) await tick();
    expect(gradeOf(exam)).toBe(10);
  });
});

/** What staff of the course are told of scores on their way. */
async function staffOf(exam: Exam) {
  const teacher = await exam.enter(TEACHER);
  const { json } = await teacher.ask('GET', '/lti/passbacks?pageSize=100');
  const rows = json.results.filter(({ registrationId }) => registrationId === exam.registrationId);
  return { teacher, rows, states: rows.map(({ state }) => state) };
}

describe('the grade', () => {
  proves(['score.method'], 'is the best, the last, the first or the average, by the assessment', async () => {
    for (const [gradingMethod, shown] of [
      ['best', 10],
      ['last', 2.5],
      ['average', 6.25],
    ] as const) {
      const exam = await anExam('moodle', { settings: { gradingMethod } });
      const person = await exam.enter();
      await sit(exam, 4, person);
      await reaches(exam, 10);
      await sit(exam, 1, await exam.enter());
      await rest();
      expect([gradingMethod, gradeOf(exam)]).toEqual([gradingMethod, shown]);
    }
  });

  proves(['score.progress', 'score.final'], 'is never wiped by another attempt that has only begun', async () => {
    for (const mode of ['moodle', 'canvas'] as const) {
      const exam = await anExam(mode, { settings: { gradingMethod: 'last' } });
      await sit(exam, 4);
      await reaches(exam, 10);
      const posts = exam.lti.posts.length;
      const again = await exam.enter();
      const begun = await begin(again, exam.id);
      await rest();
      expect([mode, gradeOf(exam), exam.lti.posts.length]).toEqual([mode, 10, posts]);
      await finish(await exam.enter(), begun, 2);
      await reaches(exam, 5);
    }
  });

  proves(['score.row'], 'goes to every link of the assessment that the student came by, and to no other', async () => {
    const exam = await anExam('moodle');
    const [second, third] = [exam.place('Second'), exam.place('Third')];
    await exam.enter(STUDENT, second);
    await sit(exam, 3);
    await reaches(exam, 7.5);
    await reaches(exam, 7.5, STUDENT, second);
    await rest();
    expect(exam.cell(STUDENT, third)?.posts).toBe(0);
    expect(exam.cell(ANOTHER)?.posts).toBe(0);
    // By the third they come later, and find their grade there.
    await exam.enter(STUDENT, third);
    await reaches(exam, 7.5, STUDENT, third);
    expect(exam.finals()).toHaveLength(3);
  });

  proves(['score.coalesced', 'answer.later'], 'that waits for a platform is one grade, the last', async () => {
    const exam = await anExam('canvas', { settings: { gradingMethod: 'last' } });
    const person = await exam.enter();
    Object.assign(exam.platform.faults, { down: { on: ['lti-scores'] } });
    for (const right of [1, 2, 4, 3]) await sit(exam, right, person);
    for (let minute = 0; minute < 3; minute++) await tick();
    Object.assign(exam.platform.faults, { down: false });
    await reaches(exam, 7.5);
    await rest();
    expect(exam.finals().map(({ body }) => (body as Told).scoreGiven)).toEqual([3]);
  });

  proves(
    ['quirk.moodle-seconds', 'score.coalesced', 'answer.timestamp'],
    'that changes within a second is taken each time',
    async () => {
      for (const mode of ['openedx', 'moodle'] as const) {
        const exam = await anExam(mode, { settings: { gradingMethod: 'last' } });
        const person = await exam.enter();
        for (const right of [4, 2, 1]) {
          await sit(exam, right, person);
          await until(
            () => 0,
            () => true,
          );
        }
        await reaches(exam, 2.5);
        expect(statuses(exam).filter((status) => status >= 300)).toEqual([]);
        const times = exam.lti.posts.map(({ body }) => Math.floor(Date.parse((body as Told).timestamp) / 1000));
        expect(new Set(times).size).toBe(times.length);
      }
    },
  );

  proves(
    ['score.line-item', 'quirk.openedx-maximum'],
    'finds its line item where the launch names none, or makes it',
    async () => {
      for (const mode of modes) {
        const exam = await anExam(mode);
        const ags = (await exam.loggedIn({ link: exam.link })).said[AGS] as object;
        const unnamed = { [AGS]: { ...ags, lineitem: undefined } };
        await sit(exam, 3, await exam.enter(STUDENT, exam.link, unnamed));
        await reaches(exam, 7.5);
        expect(exam.lti.lineItems.filter(({ link }) => link === exam.link.number)).toHaveLength(1);
        // Who comes again is no news, though the launch still names no line item: it is known by now.
        await exam.enter(STUDENT, exam.link, unnamed);
        for (let minute = 0; minute < 3; minute++) await tick();
        expect([mode, exam.finals().length]).toEqual([mode, 1]);

        if (mode === 'moodle') continue;
        const none = await anExam(mode, { lineItem: false });
        none.lti.settings.isProgrammatic = true;
        await sit(none, 2);
        await until(
          () => none.finals().map(({ status }) => status < 300),
          (all) => all.includes(true),
        );
        const made = none.lti.lineItems.filter(({ link }) => link === none.link.number);
        expect([mode, made.length, Number.isInteger(made[0]?.scoreMaximum)]).toEqual([mode, 1, true]);
        expect(none.finals()).toHaveLength(1);
      }
    },
  );
});

describe('what a platform answers', () => {
  proves(['answer.gone'], 'when a line item is gone has it looked for again', async () => {
    for (const mode of ['openedx', 'moodle'] as const) {
      const exam = await anExam(mode);
      await exam.enter();
      const item = exam.lti.lineItems.find(({ link }) => link === exam.link.number);
      Object.assign(item ?? {}, { number: 4711 });
      const person = await exam.enter(STUDENT, exam.link, {
        [AGS]: {
          ...((await exam.loggedIn({ link: exam.link })).said[AGS] as object),
          lineitem: `https://${exam.host}/gone`,
        },
      });
      await sit(exam, 3, person);
      await reaches(exam, 7.5);
      expect(exam.finals().filter(({ status }) => status < 300)).toHaveLength(1);
    }
  });

  proves(['answer.parked'], 'when it refuses a score is shown to staff, who can send it again', async () => {
    const words = 'This course is closed for grading.';
    const exam = await anExam('canvas');
    exam.answerInstead(({ url }) =>
      /\/scores/.test(url) ? Response.json({ errors: { message: words } }, { status: 422 }) : undefined,
    );
    await sit(exam, 3);
    await until(
      () => scoreAsks(exam).length,
      (times) => times > 0,
    );
    await rest();
    const [before, tries] = [await staffOf(exam), scoreAsks(exam).length];
    expect(before.rows).toMatchObject([{ state: 'parked', lastStatus: 422, nextAt: null }]);
    expect(before.rows[0]?.lastError).toContain(words);
    await tick(24 * 3600);
    expect(scoreAsks(exam).length).toBe(tries);
    exam.answerInstead(undefined);
    const { teacher, rows } = await staffOf(exam);
    expect((await teacher.ask('POST', `/lti/passbacks/${rows[0]?.id}/send`)).status).toBe(202);
    await reaches(exam, 7.5);
    expect((await staffOf(exam)).states).toEqual(['delivered']);
    // Nobody of elsewhere sees it or sends it.
    const other = await anExam('canvas');
    const stranger = await other.enter(TEACHER);
    expect((await stranger.ask('GET', '/lti/passbacks')).json.results).toEqual([]);
    expect((await stranger.ask('POST', `/lti/passbacks/${rows[0]?.id}/send`)).status).toBe(404);
    expect((await (await exam.enter()).ask('GET', '/lti/passbacks')).status).toBe(403);
  });

  proves(['answer.later'], 'when it asks for time gets it', async () => {
    const exam = await anExam('moodle');
    Object.assign(exam.platform.faults, { throttled: { times: 1, on: ['lti-scores'] }, retryAfterSeconds: 900 });
    await sit(exam, 3);
    await until(
      () => scoreAsks(exam).length,
      (times) => times === 1,
    );
    const from = Date.now();
    await reaches(exam, 7.5);
    expect(Date.now() - from).toBeGreaterThanOrEqual(900_000);
    expect(Date.now() - from).toBeLessThan(1_200_000);
  });

  proves(['service.refused'], 'when it does not like the token gets another, once', async () => {
    for (const [mode, fault] of [
      ['openedx', 'forbidden'],
      ['moodle', 'unauthorised'],
      ['canvas', 'expiredToken'],
    ] as const) {
      const exam = await anExam(mode);
      Object.assign(exam.platform.faults, { [fault]: { times: 1, on: ['lti-scores'] } });
      await sit(exam, 3);
      await reaches(exam, 7.5);
      expect([fault, scoreAsks(exam).length, tokenAsks(exam).length]).toEqual([fault, 2, 2]);
      const [first, second] = scoreAsks(exam).map(({ headers }) => headers.get('authorization'));
      expect(first).not.toBe(second);
      const ids = tokenAsks(exam).map(
        ({ body }) => decodeJwt(new URLSearchParams(body).get('client_assertion') ?? '').jti,
      );
      expect(new Set(ids).size).toBe(2);
    }
    const never = await anExam('openedx');
    Object.assign(never.platform.faults, { forbidden: { on: ['lti-scores'] } });
    await sit(never, 3);
    await until(
      () => scoreAsks(never).length,
      (times) => times >= 2,
    );
    await rest();
    expect(scoreAsks(never).length).toBe(2);
    expect((await staffOf(never)).states).toEqual(['parked']);
  });

  proves(['service.cache', 'quirk.moodle-token'], 'as a token serves while it lives, for its scopes', async () => {
    const exam = await anExam('openedx');
    await sit(exam, 3);
    await reaches(exam, 7.5);
    await sit(exam, 2, await exam.enter(ANOTHER));
    await reaches(exam, 5, ANOTHER);
    expect(tokenAsks(exam)).toHaveLength(1);
    const brief = await anExam('moodle');
    await sit(brief, 3);
    await reaches(brief, 7.5);
    pass(120);
    await sit(brief, 2, await brief.enter(ANOTHER));
    await reaches(brief, 5, ANOTHER);
    expect(tokenAsks(brief)).toHaveLength(2);
    expect(statuses(brief).filter((status) => status >= 300)).toEqual([]);
  });

  proves(['service.scope'], 'as a token for nothing is none', async () => {
    const exam = await anExam('openedx');
    const { authTokenUrl } = exam.lti.registration();
    const nothing = { access_token: 'for-nothing', token_type: 'bearer', expires_in: 3600, scope: '' };
    exam.answerInstead(({ url }) => (url === authTokenUrl ? Response.json(nothing) : undefined));
    await sit(exam, 3);
    await until(
      () => tokenAsks(exam).length,
      (times) => times > 0,
    );
    await rest();
    expect(scoreAsks(exam)).toEqual([]);
    expect((await staffOf(exam)).rows[0]?.lastError).toMatch(/grant/);
  });
});

const CONTAINER = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
const member = (sub: string) => ({ user_id: sub, roles: ['Learner'], status: 'Active' });

describe('a roster', () => {
  const read = async (exam: Exam, claims = {}) => {
    const teacher = await exam.enter(TEACHER, exam.link, claims);
    const { contextId } = teacher.me.lti as { contextId: string };
    return await teacher.ask('GET', `/lti/contexts/${encodeURIComponent(contextId)}/members`);
  };

  proves(['roster.read', 'score.agent'], 'is read now, with those who have launched by their user here', async () => {
    for (const mode of modes) {
      const exam = await anExam(mode);
      const { me } = await exam.enter();
      const { status, json } = await read(exam);
      expect([mode, status]).toEqual([mode, 200]);
      const sub = exam.lti.subject(STUDENT);
      expect(json.results.find((one) => one.sub === sub)).toMatchObject({
        userId: me.id,
        role: 'student',
        status: 'Active',
      });
      expect(json.results.map((one) => one.sub)).toContain(exam.lti.subject(ANOTHER));
      const asked = exam.asked.filter(({ url }) => url.includes('memberships') || url.includes('names_and_roles'));
      expect(asked.map(({ headers }) => headers.get('accept'))).toEqual([CONTAINER]);
      expect(asked[0]?.headers.get('user-agent')).toMatch(/\S/);
      expect(tokenAsks(exam).map(({ body }) => new URLSearchParams(body).get('scope'))).toEqual([scopes.members]);
      expect((await (await exam.enter()).ask('GET', `/lti/contexts/x/members`)).status).toBe(403);
    }
  });

  proves(['roster.read', 'bad.links'], 'follows `Link` exactly as it is written, and nowhere else', async () => {
    const exam = await anExam('openedx');
    const pages = new Map<string, string | undefined>();
    exam.answerInstead(({ url }) => {
      if (!url.includes('/memberships')) return undefined;
      const { searchParams } = new URL(url);
      const page = searchParams.get('Page') ?? '1';
      const link = pages.get(page);
      const headers = { 'content-type': CONTAINER, ...(link !== undefined && { link }) };
      return new Response(JSON.stringify({ id: url, context: { id: 'x' }, members: [member(`of page ${page}`)] }), {
        headers,
      });
    });
    const at = (page: string) => `https://${exam.host}/memberships?Page=${page}&Cursor=AbC%2FdeF==`;
    pages.set('1', `<${at('1')}>; rel="first", <${at('2')}>;rel=next;title="a, b"`);
    pages.set('2', `<${at('3')}>; rel="next"`);
    const all = await read(exam);
    expect(all.json.results.map(({ sub }) => sub)).toEqual(['of page 1', 'of page 2', 'of page 3']);
    expect(exam.asked.map(({ url }) => url)).toContain(at('2'));

    for (const link of [
      '<https://evil.example/memberships?Page=2>; rel="next"',
      `<http://${exam.host}/memberships?Page=2>; rel="next"`,
      `<https://${exam.host}:8443/memberships?Page=2>; rel="next"`,
      `<//evil.example/?Page=2>; rel="next"`,
      `<https://${exam.host}@evil.example/?Page=2>; rel="next"`,
      '<javascript:alert(1)>; rel="next"',
    ]) {
      pages.clear();
      pages.set('1', link);
      const from = exam.asked.length;
      const { status } = await read(exam);
      const asked = exam.asked.slice(from).filter(({ url }) => /Page=2/.test(url));
      expect([link, asked, status === 200 || status === 502 || status === 409]).toEqual([link, [], true]);
    }
    // A list that never ends does, and nobody is told half of it as the whole.
    pages.clear();
    pages.set('1', `<${at('1')}>; rel="next"`);
    const from = exam.asked.length;
    expect((await read(exam)).status).toBeGreaterThanOrEqual(400);
    expect(exam.asked.slice(from).filter(({ url }) => url.includes('/memberships')).length).toBeLessThanOrEqual(50);
  });

  proves(['roster.absent', 'roster.read'], 'that is not offered is missed politely, and so are grades', async () => {
    const exam = await anExam('openedx');
    Object.assign(exam.platform.faults, { aboveResponseLimit: { on: ['lti-members'] } });
    expect((await read(exam)).json.code).toBe('roster_unavailable');
    Object.assign(exam.platform.faults, { aboveResponseLimit: false, down: { on: ['lti-members'] } });
    expect((await read(exam)).json.code).toBe('platform_unavailable');

    const bare = await anExam('moodle');
    Object.assign(bare.lti.settings, { grades: false, members: false });
    const refused = await read(bare);
    expect([refused.status >= 400 && refused.status < 600, refused.json.code]).toEqual([true, 'roster_unavailable']);
    const person = await bare.enter();
    expect([person.said[AGS], person.said[NRPS], outcomeOf(person.shown).launch]).toEqual([
      undefined,
      undefined,
      'student',
    ]);
    await sit(bare, 4, person);
    await rest();
    expect([bare.lti.posts, (await staffOf(bare)).rows]).toEqual([[], []]);
    const mine = await (await bare.enter()).ask('GET', `/assessments/${bare.id}`);
    expect(mine.json.mine).toMatchObject({ grade: { score: { given: 4, maximum: 4 } } });
  });
});
