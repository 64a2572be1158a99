import { and, count, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { admit } from '../../src/assessments/index.ts';
import { attempt } from '../../src/assessments/schema.ts';
import { event } from '../../src/events/schema.ts';
import { deleteBank, deleteItem, replaceItem } from '../../src/items/index.ts';
import { anAssessment, aSittingStudent, aUser, choices, db, enrolIn, type Somebody, set, start } from '../factories.ts';
import { choice, makeCourse } from '../items/make.ts';

/* CONTRACT "Assessments": start, resume, and what a student sees before. */

const aTeacher = () => aUser('instructor');
const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
const startOf = (id: string) => `/assessments/${id}/attempts`;

type Mine = { attemptsUsed: number; attemptsLeft: number | null; endsAtIfStartedNow: string | null };
const mineOf = async (student: Somebody, id: string) =>
  (await student.ask('GET', `/assessments/${id}`)).json.mine as Mine;
const attemptsOf = async (student: Somebody, id: string) => {
  const [row] = await db
    .select({ count: count() })
    .from(attempt)
    .where(and(eq(attempt.assessmentId, id), eq(attempt.userId, student.id)));
  return row?.count;
};

afterEach(() => vi.useRealTimers());

describe('a start', () => {
  it('is told as an event of a student whom a launch let in, and of no other', async () => {
    const { id } = await anAssessment(await aTeacher());
    const [launched, other] = [await aUser(), await aUser()];
    await admit(db, { assessmentId: id, userId: launched.id });
    const begun = await Promise.all([launched, other].map((student) => start(student, id)));
    const told = await db.select().from(event).where(eq(event.type, 'assessment.attempt.started'));
    const [ofLaunched, ofOther] = begun.map(({ attempt: { id: attemptId } }) =>
      told.filter(({ payload }) => 'attemptId' in payload && payload.attemptId === attemptId),
    );
    expect([ofLaunched?.length, ofOther?.length]).toEqual([1, 0]);
  });

  it('answers 201 with the whole attempt view, and nothing that tells a right response', async () => {
    const items = [
      choice({ prompt: 'Which **one**?', hint: 'HINT', solution: { explanation: 'SOLUTION' }, maxScore: 2 }),
      {
        type: 'text_entry',
        prompt: 'Capital: {{city}}',
        difficulty: 'easy',
        maxScore: 1,
        blanks: [{ id: 'city', accepted: ['ACCEPTED'], caseSensitive: false }],
      },
      {
        type: 'numeric',
        prompt: 'Speed?',
        difficulty: 'easy',
        maxScore: 1,
        answer: 123.25,
        unit: 'm/s',
        tolerance: { kind: 'absolute', value: 0.125 },
      },
    ] as const;
    const [student, { id }] = [
      await aUser(),
      await anAssessment(await aTeacher(), { items: [...items] as never, shuffleItems: false }),
    ];
    const { status, text, ...reply } = await student.ask('POST', startOf(id));
    expect(status).toBe(201);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(reply.json).toEqual({
      attempt: {
        id: expect.stringMatching(/^att_/),
        assessmentId: id,
        number: 1,
        state: 'open',
        epoch: 1,
        lastSeq: 0,
        startedAt: time,
        endsAt: time,
        finishedAt: null,
        serverTime: time,
        remainingSeconds: expect.any(Number),
      },
      paper: {
        items: [
          {
            id: expect.any(String),
            type: 'choice',
            prompt: expect.stringContaining('<strong>one</strong>'),
            maxScore: 2,
            multiple: false,
            choices: expect.arrayContaining([
              { id: 'a', text: expect.any(String) },
              { id: 'b', text: expect.any(String) },
            ]),
          },
          {
            id: expect.any(String),
            type: 'text_entry',
            prompt: expect.stringContaining('{{city}}'),
            maxScore: 1,
            blanks: [{ id: 'city' }],
          },
          { id: expect.any(String), type: 'numeric', prompt: expect.any(String), maxScore: 1, unit: 'm/s' },
        ],
      },
      responses: {},
      flagged: [],
      token: expect.any(String),
    });
    expect(Number.isInteger((reply.json.attempt as { remainingSeconds: number }).remainingSeconds)).toBe(true);
    expect(text).not.toMatch(/HINT|SOLUTION|ACCEPTED|123\.25|side by side/);
  });

  it('again answers 200 with the same attempt, the same paper and the same order of choices', async () => {
    const { student, assessment, view, path } = await aSittingStudent(await aTeacher(), { items: choices(30) });
    const again = await start(student, assessment.id);
    expect(again.status).toBe(200);
    expect(again.attempt.id).toBe(view.attempt.id);
    expect(again.paper).toEqual(view.paper);
    expect((await student.ask('GET', path)).json.paper).toEqual(view.paper);
    expect(new Set(view.paper.items.map(({ choices = [] }) => choices.map((one) => one.id).join(''))).size).toBe(2);
  });

  it('in twenty parallel calls makes one attempt', async () => {
    const [student, { id }] = [
      await aUser(),
      await anAssessment(await aTeacher(), { attemptsAllowed: 0, items: choices(10) }),
    ];
    const views = await Promise.all(Array.from({ length: 20 }, () => start(student, id)));
    expect(views.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(views.map(({ attempt }) => attempt.id)).size).toBe(1);
    expect(new Set(views.map(({ paper }) => JSON.stringify(paper))).size).toBe(1);
    expect(await attemptsOf(student, id)).toBe(1);
  });

  it('never makes more attempts than are allowed, with fifty that start and submit at once', async () => {
    const [student, { id }] = [await aUser(), await anAssessment(await aTeacher(), { attemptsAllowed: 3 })];
    const seen = new Set<string>();
    const codes = new Set<string>();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let round = 0; round < 6; round++) {
          const { status, json } = await student.ask('POST', startOf(id));
          if (status >= 400) {
            codes.add(json.code);
            if (json.code === 'no_attempts_left') return;
            continue;
          }
          const { id: attemptId } = json.attempt as { id: string };
          seen.add(attemptId);
          await student.ask('POST', `/attempts/${attemptId}/submit`, { epoch: 1 });
        }
      }),
    );
    expect(seen.size).toBe(3);
    expect(await attemptsOf(student, id)).toBe(3);
    expect([...codes].filter((code) => code !== 'no_attempts_left' && code !== 'conflict')).toEqual([]);
    expect((await student.ask('POST', startOf(id))).json.code).toBe('no_attempts_left');
  }, 30_000);

  it('draws another paper for another student', async () => {
    const [teacher, a, b] = [await aTeacher(), await aUser(), await aUser()];
    const { id } = await anAssessment(teacher, { items: choices(30) });
    expect((await start(a, id)).paper).not.toEqual((await start(b, id)).paper);
  });

  it('after the end of the last attempt makes the next', async () => {
    const { student, assessment, view } = await aSittingStudent(await aTeacher(), {
      attemptsAllowed: 2,
      timeLimitSeconds: 60,
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(view.attempt.endsAt ?? '') + 1 });
    const next = await start(student, assessment.id);
    expect([next.status, next.attempt.number]).toEqual([201, 2]);
  });

  it('of a bank that was emptied is refused and uses no attempt', async () => {
    const [teacher, student] = [await aTeacher(), await aUser()];
    const { id, bank } = await anAssessment(teacher);
    await deleteItem(teacher.call(), bank.items[0]?.id ?? '');
    expect(await student.ask('POST', startOf(id))).toMatchObject({
      status: 409,
      json: { code: 'cannot_fill', errors: [{ pointer: '/sections/0' }] },
    });
    expect(await mineOf(student, id)).toMatchObject({ attemptsUsed: 0, attemptsLeft: 1 });
  });
});

describe('a start is refused', () => {
  const now = Date.now();
  test.each([
    ['not_open', { opensAt: iso(now + HOUR) }],
    ['closed', { opensAt: iso(now - HOUR), closesAt: iso(now - 1) }],
  ])('with 409 %s', async (code, settings) => {
    const [student, { id }] = [await aUser(), await anAssessment(await aTeacher(), settings)];
    expect(await student.ask('POST', startOf(id))).toMatchObject({ status: 409, json: { code } });
    expect((await student.ask('GET', `/assessments/${id}`)).status).toBe(200);
    expect(await attemptsOf(student, id)).toBe(0);
  });

  it('at the instant of closing, and is not a millisecond earlier', async () => {
    const closesAt = Date.now() + HOUR / 4;
    const { id } = await anAssessment(await aTeacher(), { closesAt: iso(closesAt) });
    const [early, late] = [await aUser(), await aUser()];
    vi.useFakeTimers({ toFake: ['Date'], now: closesAt - 1 });
    expect((await early.ask('POST', startOf(id))).status).toBe(201);
    vi.setSystemTime(closesAt);
    expect((await late.ask('POST', startOf(id))).json.code).toBe('closed');
  });

  it('with 409 no_attempts_left', async () => {
    const { student, assessment, path } = await aSittingStudent(await aTeacher());
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect(await student.ask('POST', startOf(assessment.id))).toMatchObject({
      status: 409,
      json: { code: 'no_attempts_left' },
    });
  });

  it('with 404 for a draft, and for a course the student is not in, word for word as for none', async () => {
    const [teacher, student] = [await aTeacher(), await aUser()];
    const { courseKey, courseId } = await makeCourse(teacher.call());
    const [draft, inCourse] = [
      await anAssessment(teacher, { published: false }),
      await anAssessment(teacher, { courseKey }),
    ];
    for (const suffix of ['', '/attempts']) {
      const method = suffix === '' ? 'GET' : 'POST';
      const none = await student.ask(method, `/assessments/none${suffix}`);
      for (const { id } of [draft, inCourse]) {
        const reply = await student.ask(method, `/assessments/${id}${suffix}`);
        expect([reply.status, { ...reply.json, requestId: '' }]).toEqual([404, { ...none.json, requestId: '' }]);
      }
    }
    expect((await student.ask('GET', '/assessments?pageSize=100')).json.results.map(({ id }) => id)).not.toContain(
      inCourse.id,
    );
    await enrolIn(courseId, student);
    expect((await student.ask('POST', startOf(inCourse.id))).status).toBe(201);
  });

  it('with 403 for staff', async () => {
    const teacher = await aTeacher();
    const { id } = await anAssessment(teacher);
    expect((await teacher.ask('POST', startOf(id))).status).toBe(403);
  });
});

describe('before a start a student sees', () => {
  it('how many attempts are used and left; without a limit, null', async () => {
    const { student, assessment } = await aSittingStudent(await aTeacher(), { attemptsAllowed: 2 });
    expect(await mineOf(student, assessment.id)).toMatchObject({ attemptsUsed: 1, attemptsLeft: 1 });
    const free = await anAssessment(await aTeacher(), { attemptsAllowed: 0 });
    expect(await mineOf(student, free.id)).toMatchObject({ attemptsUsed: 0, attemptsLeft: null });
  });

  const NOW = Date.now();
  const minutes = (count: number) => iso(NOW + count * 60_000);
  test.each<[string, object, object, string | null]>([
    ['the limit', { timeLimitSeconds: 3600 }, {}, minutes(60)],
    ['the limit times the multiplier', { timeLimitSeconds: 3600 }, { timeMultiplier: 1.25 }, minutes(75)],
    ['the closing time', { timeLimitSeconds: 3600, closesAt: minutes(20) }, { timeMultiplier: 2 }, minutes(20)],
    [
      'extra time past the closing time',
      { timeLimitSeconds: 3600, closesAt: minutes(20) },
      { extraTimeSeconds: 300 },
      minutes(25),
    ],
    ['the closing time, where there is no limit', { timeLimitSeconds: null, closesAt: minutes(20) }, {}, minutes(20)],
    ['no end', { timeLimitSeconds: null }, { extraTimeSeconds: 300 }, null],
  ])('when it would end, which is when it does: %s', async (_name, settings, accommodation, endsAt) => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    const [teacher, student] = [await aTeacher(), await aUser()];
    const { id } = await anAssessment(teacher, settings);
    await teacher.ask('PUT', `/assessments/${id}/accommodations/${student.id}`, accommodation);
    expect((await mineOf(student, id)).endsAtIfStartedNow).toBe(endsAt);
    const { attempt } = await start(student, id);
    expect(attempt.endsAt).toBe(endsAt);
    expect(attempt.remainingSeconds).toBe(endsAt === null ? null : (Date.parse(endsAt) - NOW) / 1000);
  });

  it('no sections, no banks and no seeds', async () => {
    const [teacher, student] = [await aTeacher(), await aUser()];
    const { id, bank } = await anAssessment(teacher);
    const { text } = await student.ask('GET', `/assessments/${id}`);
    expect(text).not.toContain(bank.id);
    expect(text).not.toMatch(/sections|seed/);
    expect((await student.ask('GET', '/assessments?pageSize=100')).text).not.toContain(bank.id);
  });
});

describe('a running attempt', () => {
  it('goes on when its assessment is unpublished, which stops new starts only', async () => {
    const teacher = await aTeacher();
    const { student, assessment, view, path, itemIds } = await aSittingStudent(teacher, { attemptsAllowed: 2 });
    expect((await teacher.ask('PATCH', `/assessments/${assessment.id}`, { published: false })).json.published).toBe(
      false,
    );
    expect((await (await aUser()).ask('POST', startOf(assessment.id))).status).toBe(404);
    expect((await start(student, assessment.id)).paper).toEqual(view.paper);
    expect((await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0])] })).json.upTo).toBe(1);
    expect((await student.ask('POST', `${path}/submit`, { epoch: 1 })).status).toBe(200);
    expect((await student.ask('GET', `${path}/result`)).status).toBe(200);
    expect((await student.ask('POST', startOf(assessment.id))).status).toBe(404);
  });

  it('keeps its paper and its keys, whatever happens to its bank and items', async () => {
    const teacher = await aTeacher();
    const review = { correctness: 'after_submit' } as const;
    const { student, assessment, view, path, itemIds } = await aSittingStudent(teacher, { items: choices(3), review });
    const [first = '', second = ''] = itemIds;
    await replaceItem(teacher.call(), { id: first, source: choice({ prompt: 'Quite another?', correct: ['b'] }) });
    await deleteItem(teacher.call(), second);
    await deleteBank(teacher.call(), assessment.bank.id);
    expect((await start(student, assessment.id)).paper).toEqual(view.paper);
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: itemIds.map((id, i) => set(i + 1, id, 'a')) });
    const { json } = await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect(json.result).toMatchObject({ percent: 100, passed: true });
    expect((await student.ask('GET', `${path}/result`)).json).toMatchObject({ percent: 100 });
  });

  it('keeps its paper when its sections are changed', async () => {
    const teacher = await aTeacher();
    const { student, assessment, view } = await aSittingStudent(teacher);
    const sections = [{ bankId: assessment.bank.id, select: 1 }];
    expect((await teacher.ask('PATCH', `/assessments/${assessment.id}`, { sections })).status).toBe(200);
    expect((await start(student, assessment.id)).paper).toEqual(view.paper);
  });
});

describe('publishing', () => {
  it('is refused with the sections that cannot be filled, and is no harm twice', async () => {
    const teacher = await aTeacher();
    const { id, bank } = await anAssessment(teacher, { published: false });
    await teacher.ask('PATCH', `/assessments/${id}`, {
      sections: [
        { bankId: bank.id, select: 1 },
        { bankId: bank.id, select: { hard: 1 } },
      ],
    });
    expect(await teacher.ask('POST', `/assessments/${id}/publish`)).toMatchObject({
      status: 409,
      json: { code: 'cannot_fill', errors: [{ pointer: '/sections/1' }] },
    });
    await teacher.ask('PATCH', `/assessments/${id}`, { sections: [{ bankId: bank.id, select: 3 }] });
    for (let i = 0; i < 2; i++)
      expect(await teacher.ask('POST', `/assessments/${id}/publish`)).toMatchObject({
        status: 200,
        json: { published: true },
      });
  });

  it('shows staff a preview with keys beforehand, the same for the same seed, and stores no attempt', async () => {
    const teacher = await aTeacher();
    const { id } = await anAssessment(teacher, { items: choices(10), published: false });
    const before = await db.select({ count: count() }).from(attempt);
    const [one, same, other] = [
      await teacher.ask('GET', `/assessments/${id}/preview?seed=x`),
      await teacher.ask('GET', `/assessments/${id}/preview?seed=x`),
      await teacher.ask('GET', `/assessments/${id}/preview`),
    ];
    expect(one.json.items).toHaveLength(10);
    expect((one.json.items as object[])[0]).toMatchObject({ key: { correct: ['a'] } });
    expect(same.json).toEqual(one.json);
    expect(other.json.seed).not.toBe('x');
    expect(await db.select({ count: count() }).from(attempt)).toEqual(before);
    expect((await teacher.ask('GET', `/assessments/${id}/attempts`)).json.count).toBe(0);
  });
});

describe('an assessment', () => {
  const good = { title: 'x', behaviour: 'exam' };
  test.each<[object, string]>([
    [{ title: ' ' }, '/title'],
    [{ title: undefined }, '/title'],
    [{ behaviour: 'quiz' }, '/behaviour'],
    [{ timeLimitSeconds: 4 }, '/timeLimitSeconds'],
    [{ timeLimitSeconds: 604_801 }, '/timeLimitSeconds'],
    [{ timeLimitSeconds: 5.5 }, '/timeLimitSeconds'],
    [{ opensAt: 'tomorrow' }, '/opensAt'],
    [{ opensAt: '2026-11-20' }, '/opensAt'],
    [{ opensAt: '2026-13-01T00:00:00Z' }, '/opensAt'],
    [{ opensAt: 1 }, '/opensAt'],
    [{ opensAt: '2026-11-20T08:00:00Z', closesAt: '2026-11-20T08:00:00Z' }, '/closesAt'],
    [{ attemptsAllowed: -1 }, '/attemptsAllowed'],
    [{ gradingMethod: 'worst' }, '/gradingMethod'],
    [{ passMark: 1.1 }, '/passMark'],
    [{ passMark: 80 }, '/passMark'],
    [{ passMark: '0.8' }, '/passMark'],
    [{ shuffleItems: 'yes' }, '/shuffleItems'],
    [{ sections: [] }, '/sections'],
    [{ sections: [{ bankId: 'none', select: 1 }] }, '/sections/0/bankId'],
    [{ sections: [{ select: 1 }] }, '/sections/0/bankId'],
    [{ select: 0 }, '/sections/0/select'],
    [{ select: -1 }, '/sections/0/select'],
    [{ select: {} }, '/sections/0/select'],
    [{ select: { easy: 0 } }, '/sections/0/select'],
    [{ review: { score: 'later' } }, '/review/score'],
    [{ review: { all: 'never' } }, '/review/all'],
    [{ published: true }, '/published'],
    [{ courseKey: 'none' }, '/courseKey'],
  ])('is refused when %j', async ({ select, ...changes }: { select?: unknown }, pointer) => {
    const teacher = await aTeacher();
    const { bank } = await anAssessment(teacher, { published: false });
    const sections = [{ bankId: bank.id, select: select ?? 1 }];
    const reply = await teacher.ask('POST', '/assessments', { ...good, sections, ...changes });
    expect(reply).toMatchObject({ status: 400, json: { code: 'invalid' } });
    expect(reply.json.errors.map((one) => one.pointer).join(' ')).toContain(pointer);
  });

  it('is made with the defaults of the contract, unpublished', async () => {
    const teacher = await aTeacher();
    const { bank } = await anAssessment(teacher, { published: false });
    const sections = [{ bankId: bank.id, select: 1 }];
    const made = await teacher.ask('POST', '/assessments', { ...good, sections });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      ...good,
      id: expect.stringMatching(/^asm_/),
      courseKey: null,
      timeLimitSeconds: null,
      opensAt: null,
      closesAt: null,
      attemptsAllowed: 1,
      gradingMethod: 'best',
      passMark: 0.8,
      shuffleItems: true,
      sections,
      review: { score: 'after_submit', correctness: 'after_close', key: 'after_close', feedback: 'after_close' },
      published: false,
    });
    expect((await teacher.ask('GET', `/assessments/${made.json.id}`)).json).toEqual(made.json);
  });

  it('over the bank of another is refused as over an unknown one', async () => {
    const [teacher, other] = [await aTeacher(), await aTeacher()];
    const { bank } = await anAssessment(other, { published: false });
    const make = async (bankId: string) =>
      (await teacher.ask('POST', '/assessments', { ...good, sections: [{ bankId, select: 1 }] })).json;
    expect({ ...(await make(bank.id)), requestId: '' }).toEqual({ ...(await make('bnk_none')), requestId: '' });
  });

  it('changes only in what a PATCH names; nothing is half done by a refused one', async () => {
    const teacher = await aTeacher();
    const { id } = await anAssessment(teacher, { published: false });
    const before = (await teacher.ask('GET', `/assessments/${id}`)).json;
    expect((await teacher.ask('PATCH', `/assessments/${id}`, { title: 'New', passMark: 7 })).status).toBe(400);
    expect((await teacher.ask('PATCH', `/assessments/${id}`, {})).json).toEqual(before);
    expect((await teacher.ask('PATCH', `/assessments/${id}`, { passMark: 0.5 })).json).toEqual({
      ...before,
      passMark: 0.5,
    });
    expect((await teacher.ask('PATCH', `/assessments/${id}`, { behaviour: 'practice' })).status).toBe(400);
  });

  it('in review settings changes only those that are named', async () => {
    const teacher = await aTeacher();
    const { id } = await anAssessment(teacher, { published: false, review: { score: 'never', key: 'never' } });
    const { json } = await teacher.ask('PATCH', `/assessments/${id}`, { review: { key: 'after_submit' } });
    expect(json.review).toEqual({
      score: 'never',
      correctness: 'after_close',
      key: 'after_submit',
      feedback: 'after_close',
    });
  });
});
