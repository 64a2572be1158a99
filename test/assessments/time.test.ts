import { asc, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { result } from '../../src/assessments/schema.ts';
import {
  anAssessment,
  aSittingStudent,
  aUser,
  db,
  type Reply,
  type Somebody,
  set,
  start,
  theApp,
} from '../factories.ts';

/* CONTRACT "Assessments": the end, extra time, reopening, lateness. Time is driven: both the Worker and the object read `Date`. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const aTeacher = () => aUser('instructor');
const iso = (at: number) => new Date(at).toISOString();
const at = (now: number) => vi.useFakeTimers({ toFake: ['Date'], now });
const attemptIn = ({ json }: Reply) =>
  json.attempt as {
    state: string;
    endsAt: string | null;
    finishedAt: string | null;
    epoch: number;
    remainingSeconds: number | null;
  };
const endOf = async (student: Somebody, path: string) =>
  Date.parse(attemptIn(await student.ask('GET', path)).endsAt ?? '');
const aSitting = async (settings: Parameters<typeof aSittingStudent>[1] = {}) => {
  const teacher = await aTeacher();
  const sitting = await aSittingStudent(teacher, settings);
  const end = Date.parse(sitting.view.attempt.endsAt ?? '');
  const terms = `/assessments/${sitting.assessment.id}/accommodations/${sitting.student.id}`;
  return {
    teacher,
    ...sitting,
    end,
    terms,
    begun: Date.parse(sitting.view.attempt.startedAt),
    url: `/assessments/${sitting.assessment.id}`,
  };
};

afterEach(() => vi.useRealTimers());

describe("a student's own terms", () => {
  it('reach an open attempt at once, and a PUT replaces all three', async () => {
    const { teacher, student, path, terms, begun, end, assessment } = await aSitting();
    const first = await teacher.ask('PUT', terms, { extraTimeSeconds: 300, timeMultiplier: 1.5 });
    expect([first.status, first.json]).toEqual([200, { extraTimeSeconds: 300, timeMultiplier: 1.5, extraAttempts: 0 }]);
    expect(await endOf(student, path)).toBe(begun + 95 * MINUTE);
    const second = await teacher.ask('PUT', terms, { extraAttempts: 1 });
    expect(second.json).toEqual({ extraTimeSeconds: 0, timeMultiplier: 1, extraAttempts: 1 });
    expect(await endOf(student, path), 'what was given to an open attempt is not taken away').toBe(begun + 95 * MINUTE);
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const next = await start(student, assessment.id);
    expect(Date.parse(next.attempt.endsAt ?? '') - Date.parse(next.attempt.startedAt)).toBe(end - begun);
  });

  it('allow extra attempts', async () => {
    const { teacher, student, path, terms, assessment } = await aSitting();
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect((await student.ask('POST', `/assessments/${assessment.id}/attempts`)).json.code).toBe('no_attempts_left');
    await teacher.ask('PUT', terms, { extraAttempts: 1 });
    expect((await student.ask('GET', `/assessments/${assessment.id}`)).json.mine).toMatchObject({
      attemptsUsed: 1,
      attemptsLeft: 1,
    });
    expect((await start(student, assessment.id)).attempt.number).toBe(2);
  });

  it('are of one student, and of nobody else', async () => {
    const { teacher, terms, assessment } = await aSitting();
    await teacher.ask('PUT', terms, { timeMultiplier: 2 });
    const other = await start(await aUser(), assessment.id);
    expect(other.attempt.remainingSeconds).toBeLessThanOrEqual(3600);
  });

  it('reach past the closing time by extra time only', async () => {
    const closesAt = Date.now() + 30 * MINUTE;
    const { teacher, student, path, terms } = await aSitting({ closesAt: iso(closesAt) });
    await teacher.ask('PUT', terms, { timeMultiplier: 3 });
    expect(await endOf(student, path)).toBe(closesAt);
    await teacher.ask('PUT', terms, { extraTimeSeconds: 60 });
    expect(await endOf(student, path)).toBe(closesAt + MINUTE);
  });

  test.each([
    [{ timeMultiplier: 0.5 }, '/timeMultiplier'],
    [{ timeMultiplier: '2' }, '/timeMultiplier'],
    [{ extraTimeSeconds: -1 }, '/extraTimeSeconds'],
    [{ extraTimeSeconds: 1.5 }, '/extraTimeSeconds'],
    [{ extraAttempts: -1 }, '/extraAttempts'],
    [{ extraAttempts: null }, '/extraAttempts'],
  ])('are refused when %j', async (body, pointer) => {
    const { teacher, terms } = await aSitting();
    expect(await teacher.ask('PUT', terms, body)).toMatchObject({ status: 400, json: { errors: [{ pointer }] } });
  });

  it('of nobody are 404', async () => {
    const { teacher, url } = await aSitting();
    expect((await teacher.ask('PUT', `${url}/accommodations/usr_none`, {})).status).toBe(404);
  });
});

describe('a closing time', () => {
  it('that moves later reaches open attempts at once; one that moves earlier only new ones', async () => {
    const closesAt = Date.now() + 30 * MINUTE;
    const { teacher, student, path, url, assessment } = await aSitting({ closesAt: iso(closesAt) });
    await teacher.ask('PATCH', url, { closesAt: iso(closesAt + 10 * MINUTE) });
    expect(await endOf(student, path)).toBe(closesAt + 10 * MINUTE);
    await teacher.ask('PATCH', url, { closesAt: iso(closesAt - 10 * MINUTE) });
    expect(await endOf(student, path)).toBe(closesAt + 10 * MINUTE);
    const late = await start(await aUser(), assessment.id);
    expect(Date.parse(late.attempt.endsAt ?? '')).toBe(closesAt - 10 * MINUTE);
  });

  it('that is taken away leaves the limit', async () => {
    const { teacher, student, path, url, begun } = await aSitting({ closesAt: iso(Date.now() + 30 * MINUTE) });
    expect((await teacher.ask('PATCH', url, { closesAt: null })).status).toBe(200);
    expect(await endOf(student, path)).toBe(begun + HOUR);
  });

  it('that comes to an attempt without an end does not end it', async () => {
    const { teacher, student, path, url } = await aSitting({ timeLimitSeconds: null });
    await teacher.ask('PATCH', url, { closesAt: iso(Date.now() + MINUTE) });
    expect(attemptIn(await student.ask('GET', path))).toMatchObject({ endsAt: null, remainingSeconds: null });
  });

  it('before the opening time is refused, whichever of the two is changed', async () => {
    const now = Date.now();
    const teacher = await aTeacher();
    const { id } = await anAssessment(teacher, { opensAt: iso(now), closesAt: iso(now + HOUR) });
    for (const body of [{ closesAt: iso(now - 1) }, { opensAt: iso(now + HOUR) }]) {
      expect((await teacher.ask('PATCH', `/assessments/${id}`, body)).status).toBe(400);
    }
    expect((await teacher.ask('PATCH', `/assessments/${id}`, { opensAt: null, closesAt: iso(now - 1) })).status).toBe(
      200,
    );
  });
});

describe('extra time for everybody', () => {
  it('reaches every open attempt and no other, and adds up', async () => {
    const { teacher, student, path, url, end, assessment } = await aSitting();
    const [second, done] = [await aUser(), await aUser()];
    await start(second, assessment.id);
    const { attempt } = await start(done, assessment.id);
    await done.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1 });
    expect(await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 60 })).toMatchObject({
      status: 200,
      json: { attempts: 2 },
    });
    expect(await endOf(student, path)).toBe(end + MINUTE);
    await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 60 });
    expect(await endOf(student, path)).toBe(end + 2 * MINUTE);
    expect((await start(await aUser(), assessment.id)).attempt.remainingSeconds).toBeLessThanOrEqual(3600);
  });

  it('adds to the own terms of a student, whichever comes first', async () => {
    const { teacher, student, path, url, terms, end } = await aSitting();
    await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 60 });
    await teacher.ask('PUT', terms, { extraTimeSeconds: 120 });
    expect(await endOf(student, path)).toBe(end + 3 * MINUTE);
  });

  it('given five seconds before the end counts; the receipt says so', async () => {
    const { teacher, student, path, url, end, itemIds } = await aSitting();
    at(end - 5_000);
    await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 600 });
    at(end + 5 * MINUTE);
    const receipt = await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0])] });
    expect(receipt.json).toMatchObject({ upTo: 1, refused: [], state: 'open', endsAt: iso(end + 10 * MINUTE) });
  });

  it('given after the end reaches nobody', async () => {
    const { teacher, student, path, url, end } = await aSitting();
    at(end + 1);
    expect((await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 600 })).json).toEqual({ attempts: 0 });
    expect(attemptIn(await student.ask('GET', path))).toMatchObject({ endsAt: iso(end), finishedAt: iso(end) });
  });

  test.each([0, -60, 1.5, '60', null, 604_801])('of %j is refused', async (extraSeconds) => {
    const { teacher, url } = await aSitting();
    expect((await teacher.ask('POST', `${url}/extra-time`, { extraSeconds })).status).toBe(400);
  });
});

describe('the end', () => {
  it('is kept by whoever looks first: the attempt is finished at its end, never after', async () => {
    for (const look of ['', '/result', '/submit'] as const) {
      const { student, path, end } = await aSitting();
      at(end + 3 * HOUR);
      const reply =
        look === '/submit'
          ? await student.ask('POST', `${path}${look}`, { epoch: 1 })
          : await student.ask('GET', `${path}${look}`);
      expect(reply.status).toBe(200);
      expect(attemptIn(reply)).toMatchObject({ endsAt: iso(end), finishedAt: iso(end), remainingSeconds: 0 });
      expect(['expired', 'graded']).toContain(attemptIn(reply).state);
      vi.useRealTimers();
    }
  });

  it("refuses ops by the server's clock, whatever the phone's says, and shows them to staff", async () => {
    const { teacher, student, path, url, end, itemIds } = await aSitting();
    const wrongClock = (seq: number, hours: number) => ({
      ...set(seq, itemIds[0]),
      at: iso(Date.now() + hours * HOUR),
    });
    at(end - 1);
    expect((await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [wrongClock(1, 2)] })).json).toMatchObject({
      upTo: 1,
      refused: [],
    });
    at(end);
    const late = await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0]), wrongClock(2, -2)] });
    // The first was sent before with another `at`: the same content, acknowledged before, never refused when repeated.
    expect(late).toMatchObject({ status: 200, json: { upTo: 2, refused: [{ seq: 2, reason: 'late' }] } });
    expect((await teacher.ask('GET', `${path}/result`)).json).toMatchObject({ lateOps: 1 });
    expect((await teacher.ask('GET', `${path}/ops`)).json.results).toMatchObject([
      { seq: 1 },
      { seq: 2, refused: 'late', receivedAt: iso(end) },
    ]);
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect((await teacher.ask('GET', `${url}/attempts`)).json.results).toMatchObject([{ state: 'graded', lateOps: 1 }]);
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(3, itemIds[0])] });
    expect((await teacher.ask('GET', `${path}/result`)).json, 'also what came after the grading').toMatchObject({
      lateOps: 2,
    });
  });

  it('is listed as expired before anybody looked', async () => {
    const { teacher, student, url, end } = await aSitting();
    at(end + 1);
    expect((await teacher.ask('GET', `${url}/attempts`)).json.results[0]?.state).toMatch(/expired|graded/);
    expect((await student.ask('GET', '/me/attempts?state=open')).json.count).toBe(0);
  });

  it('of an attempt with none is null', async () => {
    const { student, path, teacher, terms } = await aSitting({ timeLimitSeconds: null });
    await teacher.ask('PUT', terms, { extraTimeSeconds: 60 });
    expect(attemptIn(await student.ask('GET', path))).toMatchObject({
      endsAt: null,
      remainingSeconds: null,
      state: 'open',
    });
  });
});

describe('the token of an attempt', () => {
  const withToken = async (path: string, token: string) =>
    (await theApp.ask('GET', path, { headers: { authorization: `Bearer ${token}` } })).status;

  it('is good until its end plus a day', async () => {
    const { path, view, end } = await aSitting();
    at(end + 24 * HOUR - 1_000);
    expect(await withToken(path, view.token)).toBe(200);
    at(end + 24 * HOUR + 1_000);
    expect(await withToken(path, view.token)).toBe(401);
  });

  it('is good for 30 days where there is no end', async () => {
    const { path, view, begun } = await aSitting({ timeLimitSeconds: null });
    at(begun + 30 * 24 * HOUR - 2_000);
    expect(await withToken(path, view.token)).toBe(200);
    at(begun + 30 * 24 * HOUR + 1_000);
    expect(await withToken(path, view.token)).toBe(401);
  });
});

describe('reopening', () => {
  const finished = async (settings: Parameters<typeof aSittingStudent>[1] = {}) => {
    const sitting = await aSitting({ review: { correctness: 'after_submit' }, ...settings });
    const { student, path, itemIds } = sitting;
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0], 'b')] });
    await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 1 });
    return sitting;
  };

  it('gives until now plus the extra seconds, past the closing time, in the same epoch, and uses no attempt', async () => {
    const closesAt = Date.now() + 30 * MINUTE;
    const { teacher, student, path, assessment } = await finished({ closesAt: iso(closesAt) });
    const now = closesAt + 2 * HOUR;
    at(now);
    const reply = await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 600 });
    expect(reply.status).toBe(200);
    expect(attemptIn(reply)).toMatchObject({
      state: 'open',
      epoch: 1,
      endsAt: iso(now + 10 * MINUTE),
      finishedAt: null,
    });
    expect(attemptIn(await student.ask('GET', path))).toMatchObject({
      state: 'open',
      endsAt: iso(now + 10 * MINUTE),
      remainingSeconds: 600,
    });
    expect((await student.ask('GET', `/assessments/${assessment.id}`)).json.mine).toMatchObject({
      attemptsUsed: 1,
      attemptsLeft: 0,
    });
    expect((await start(student, assessment.id)).status, 'a start resumes it').toBe(200);
  });

  it('is until then whatever extra time there was before; what is given afterwards adds', async () => {
    const { teacher, path, terms, url, student } = await aSitting();
    await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 120 });
    await teacher.ask('PUT', terms, { extraTimeSeconds: 300 });
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const now = Date.now() + MINUTE;
    at(now);
    const reopened = await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 600 });
    expect(attemptIn(reopened).endsAt).toBe(iso(now + 10 * MINUTE));
    await teacher.ask('POST', `${url}/extra-time`, { extraSeconds: 60 });
    expect(await endOf(student, path)).toBe(now + 11 * MINUTE);
  });

  it('lets the later result replace the earlier, which is kept', async () => {
    const { teacher, student, path, itemIds, url, view } = await finished();
    const [first] = (await teacher.ask('GET', `${url}/attempts`)).json.results;
    expect(first).toMatchObject({ percent: 0, passed: false });
    await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 600 });
    expect((await student.ask('GET', `${path}/result`)).json.code).toBe('not_finished');
    expect((await student.ask('GET', path)).json.responses).toMatchObject({
      [itemIds[0] ?? '']: { response: { selected: ['b'] }, seq: 1 },
    });
    const ops = itemIds.map((id, index) => set(index + 2, id));
    expect((await student.ask('POST', `${path}/ops`, { epoch: 1, ops })).json).toMatchObject({ upTo: 4, refused: [] });
    await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 4 });
    expect((await student.ask('GET', `${path}/result`)).json).toMatchObject({ percent: 100, passed: true });
    expect((await student.ask('GET', url)).json.mine).toMatchObject({ grade: { percent: 100, passed: true } });
    expect((await teacher.ask('GET', `${url}/attempts`)).json).toMatchObject({ count: 1, results: [{ percent: 100 }] });
    const kept = await db
      .select({ number: result.number, percent: result.percent })
      .from(result)
      .where(eq(result.attemptId, view.attempt.id))
      .orderBy(asc(result.number));
    expect(kept).toEqual([
      { number: 1, percent: 0 },
      { number: 2, percent: 100 },
    ]);
  });

  it('runs out at its new end', async () => {
    const { teacher, student, path } = await finished();
    const now = Date.now() + 2 * HOUR;
    at(now);
    await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 60 });
    at(now + HOUR);
    expect(attemptIn(await student.ask('GET', path))).toMatchObject({ state: 'graded', finishedAt: iso(now + MINUTE) });
  });

  it('of an attempt that ran out unseen works as well', async () => {
    const { teacher, path, end } = await aSitting();
    at(end + HOUR);
    expect(attemptIn(await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 60 }))).toMatchObject({
      state: 'open',
    });
  });

  it('in parallel happens once', async () => {
    const { teacher, path } = await finished();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => teacher.ask('POST', `${path}/reopen`, { extraSeconds: 60 })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(4);
  });

  it('is refused for an open attempt, and while another is open', async () => {
    const { teacher, student, path, assessment } = await aSitting({ attemptsAllowed: 2 });
    expect((await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 60 })).json.code).toBe('not_finished');
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    await start(student, assessment.id);
    expect(await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 60 })).toMatchObject({
      status: 409,
      json: { code: 'another_open' },
    });
  });
});

describe('a time of opening or closing', () => {
  it('is of years that clocks here go to', async () => {
    const teacher = await aUser('instructor');
    const { id } = await anAssessment(teacher);
    for (const [field, time] of [
      ['closesAt', '2300-01-01T00:00:00Z'],
      ['closesAt', '9999-12-31T23:59:59-23:59'],
      ['opensAt', '0000-01-01T00:00:00+10:00'],
    ] as const)
      expect(await teacher.ask('PATCH', `/assessments/${id}`, { [field]: time }), time).toMatchObject({
        status: 400,
        json: { errors: [{ pointer: `/${field}` }] },
      });
    const last = '2199-12-31T23:59:59.999Z';
    expect(
      (await teacher.ask('PATCH', `/assessments/${id}`, { timeLimitSeconds: null, closesAt: last })).json.closesAt,
    ).toBe(last);
    const sitting = await start(await aUser(), id);
    expect(sitting.status).toBe(201);
  });
});

describe('after closing', () => {
  it('review shows what it kept back', async () => {
    const closesAt = Date.now() + 30 * MINUTE;
    const { student, path, url } = await aSitting({ closesAt: iso(closesAt), review: { score: 'after_close' } });
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const before = await student.ask('GET', `${path}/result`);
    expect(Object.keys((before.json.items as object[])[0] ?? {}).sort()).toEqual(['itemId', 'response']);
    expect([before.json.score, (await student.ask('GET', url)).json.mine]).toEqual([
      undefined,
      expect.not.objectContaining({ grade: expect.anything() }),
    ]);
    at(closesAt);
    const after = await student.ask('GET', `${path}/result`);
    expect(after.json).toMatchObject({ percent: 0, passed: false });
    expect((after.json.items as object[])[0]).toMatchObject({
      outcome: 'unscorable',
      score: { given: 0, maximum: 1 },
      key: { correct: ['a'] },
    });
  });
});
