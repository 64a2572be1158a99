import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { result } from '../../src/assessments/schema.ts';
import { user } from '../../src/identity/schema.ts';
import type { Item } from '../../src/items/index.ts';
import {
  anAssessment,
  aSittingStudent,
  aUser,
  away,
  choices,
  db,
  type Reply,
  set,
  start,
  stuck,
  theApp,
} from '../factories.ts';
import { choice } from '../items/make.ts';

/* CONTRACT "Assessments": ops, takeover, submit, tries, lists. The rule itself is tested in session.test.ts. */

const aTeacher = () => aUser('instructor');
const aSitting = async (settings: Parameters<typeof aSittingStudent>[1] = {}) => {
  const teacher = await aTeacher();
  const sitting = await aSittingStudent(teacher, { items: choices(5), shuffleItems: false, ...settings });
  const [first = '', second = '', third = ''] = sitting.itemIds;
  const ops = async (ops: unknown, epoch: unknown = 1) =>
    await sitting.student.ask('POST', `${sitting.path}/ops`, { epoch, ops });
  return { teacher, ...sitting, first, second, third, ops };
};
const attemptIn = ({ json }: Reply) =>
  json.attempt as { state: string; epoch: number; lastSeq: number; finishedAt: string; endsAt: string };

afterEach(() => vi.useRealTimers());

describe('ops', () => {
  it('are answered with a receipt of exactly seven fields', async () => {
    const { first, second, ops, view } = await aSitting();
    const { status, json } = await ops([set(1, first), set(2, second, 'b'), set(4, first, 'b')]);
    expect(status).toBe(200);
    expect(json).toEqual({
      epoch: 1,
      upTo: 2,
      missing: [3],
      refused: [],
      state: 'open',
      serverTime: expect.stringMatching(/Z$/),
      endsAt: view.attempt.endsAt,
    });
  });

  it('stand in the attempt view with their seq, and lastSeq is the highest received', async () => {
    const { student, path, first, second, ops } = await aSitting();
    await ops([set(5, first, 'b'), set(1, first), set(2, second)]);
    await ops([
      { seq: 3, itemId: second, kind: 'clear' },
      { seq: 4, itemId: second, kind: 'flag', value: true },
    ]);
    const { json } = await student.ask('GET', path);
    expect(json).toMatchObject({ attempt: { lastSeq: 5, epoch: 1 }, flagged: [second] });
    expect(json.responses).toEqual({ [first]: { response: { selected: ['b'] }, seq: 5 } });
    await ops([{ seq: 6, itemId: second, kind: 'flag', value: false }]);
    expect((await student.ask('GET', path)).json.flagged).toEqual([]);
  });

  it('are refused one by one with their reason, and never stop the others', async () => {
    const { student, path, first, second, ops } = await aSitting();
    const reply = await ops([
      set(1, first),
      { seq: 2, itemId: 'itm_none', kind: 'set', response: { selected: ['a'] } },
      { seq: 3, itemId: first, kind: 'set', response: { selected: ['z'] } },
      { seq: 4, itemId: first, kind: 'set', response: { selected: [] } },
      { seq: 5, itemId: first, kind: 'erase' },
      { seq: 6 },
      { seq: 7, itemId: first, kind: 'set', response: { selected: ['a'] }, more: 1 },
      { seq: 8, itemId: first, kind: 'set', response: { selected: ['a'] }, at: 'yesterday' },
      { seq: 9, itemId: first, kind: 'flag' },
      { seq: 10, itemId: { $ne: 1 }, kind: [], response: null },
      { seq: 11, itemId: first, kind: 'set', response: { value: '1' } },
      { seq: 12, itemId: first, kind: 'set', response: { selected: ['a', 'b'] } },
      { seq: 13, itemId: '__proto__', kind: 'set', response: { selected: ['a'] } },
      set(14, second, 'b'),
      set(1, first, 'b'),
      set(10_016, first),
    ]);
    const invalid = [3, 5, 6, 7, 8, 9, 10, 11, 12].map((seq) => ({ seq, reason: 'invalid' }));
    const others = [
      { seq: 1, reason: 'conflict' },
      { seq: 2, reason: 'unknown_item' },
      { seq: 4, reason: 'blank' },
      { seq: 13, reason: 'unknown_item' },
      { seq: 10_016, reason: 'too_far' },
    ];
    expect(reply.status).toBe(200);
    const refused = reply.json.refused as { seq: number }[];
    expect(refused.toSorted((a, b) => a.seq - b.seq)).toEqual(
      [...invalid, ...others].toSorted((a, b) => a.seq - b.seq),
    );
    expect(reply.json).toMatchObject({ upTo: 14, missing: [] });
    const { responses } = (await student.ask('GET', path)).json;
    expect(responses).toEqual({
      [first]: { response: { selected: ['a'] }, seq: 1 },
      [second]: { response: { selected: ['b'] }, seq: 14 },
    });
  });

  it('that repeat what was acknowledged are never refused, and refused ones only in the request that brings them', async () => {
    const { first, second, ops } = await aSitting();
    await ops([set(1, first), { seq: 2 }]);
    expect((await ops([set(1, first), set(3, second)])).json).toMatchObject({ upTo: 3, refused: [] });
    expect((await ops([{ seq: 2 }])).json).toMatchObject({ refused: [{ seq: 2, reason: 'invalid' }] });
  });

  it('too far ahead are not recorded and may be sent again, however large their seq', async () => {
    const { first, ops, student, path } = await aSitting();
    for (const seq of [10_001, 2 ** 53, 1e300]) {
      expect((await ops([set(seq, first)])).json).toMatchObject({
        upTo: 0,
        missing: [],
        refused: [{ seq, reason: 'too_far' }],
      });
    }
    expect(attemptIn(await student.ask('GET', path)).lastSeq).toBe(0);
    expect((await ops([set(10_000, first)])).json).toMatchObject({ upTo: 0, refused: [] });
    const { json } = await ops([]);
    expect([(json.missing as number[]).length, (json.missing as number[])[0]]).toEqual([1000, 1]);
    expect((await ops([set(1, first), set(10_001, first)])).json).toMatchObject({ upTo: 1, refused: [] });
  });

  const bad = (ops: unknown, epoch: unknown = 1) => ({ epoch, ops });
  const good = { seq: 1, itemId: 'x', kind: 'clear' };
  test.each<[string, object]>([
    ['no epoch', { ops: [] }],
    ['no ops', { epoch: 1 }],
    ['ops that are no list', bad({})],
    ['an epoch of 0', bad([], 0)],
    ['half an epoch', bad([], 1.5)],
    ['an epoch as text', bad([], '1')],
    ['an epoch that was never issued', bad([], 2)],
    ['another field', { ...bad([]), token: 'x' }],
    ['an entry without seq', bad([good, { itemId: 'x', kind: 'clear' }])],
    ['a seq of 0', bad([good, { ...good, seq: 0 }])],
    ['a negative seq', bad([good, { ...good, seq: -1 }])],
    ['half a seq', bad([good, { ...good, seq: 1.5 }])],
    ['a seq as text', bad([good, { ...good, seq: '2' }])],
    ['an entry that is a list', bad([good, [1]])],
    ['an entry that is null', bad([good, null])],
    ['more than 200 entries', bad(Array.from({ length: 201 }, (_, i) => ({ ...good, seq: i + 1 })))],
  ])('in an envelope with %s are a 400, and nothing is applied', async (_name, body) => {
    const { student, path, teacher } = await aSitting();
    expect((await student.ask('POST', `${path}/ops`, body)).status).toBe(400);
    expect(attemptIn(await student.ask('GET', path)).lastSeq).toBe(0);
    expect((await teacher.ask('GET', `${path}/ops`)).json.count).toBe(0);
  });

  it('are taken up to 200 in a request', async () => {
    const { first, ops } = await aSitting();
    const many = Array.from({ length: 200 }, (_, i) => set(i + 1, first, i % 2 ? 'a' : 'b'));
    expect((await ops(many)).json).toMatchObject({ upTo: 200, refused: [] });
  });

  it('in twenty parallel requests are all there', async () => {
    const { student, path, itemIds, ops } = await aSitting({ items: choices(20) });
    const replies = await Promise.all(itemIds.map((id, i) => ops([set(i + 1, id)])));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    const { json } = await student.ask('GET', path);
    expect(Object.keys(json.responses as object)).toHaveLength(20);
    expect((await ops([])).json).toMatchObject({ upTo: 20, missing: [] });
  });

  it('of every type of item are read back as they were given', async () => {
    const items = [
      choice({ correct: ['a', 'b'] }),
      {
        type: 'text_entry',
        prompt: '{{x}} {{y}}',
        difficulty: 'easy',
        maxScore: 2,
        blanks: ['x', 'y'].map((id) => ({ id, accepted: ['Zomba'], caseSensitive: false })),
      },
      {
        type: 'numeric',
        prompt: 'c?',
        difficulty: 'easy',
        maxScore: 1,
        answer: 3e8,
        tolerance: { kind: 'relative', value: 0.01 },
      },
    ] as Item[];
    const { student, path, itemIds, ops } = await aSitting({ items, review: { correctness: 'after_submit' } });
    const responses = [{ selected: ['b', 'a'] }, { blanks: { x: ' zomba ', y: '' } }, { value: '3×10⁸' }];
    await ops(responses.map((response, i) => ({ seq: i + 1, itemId: itemIds[i], kind: 'set', response })));
    const view = (await student.ask('GET', path)).json.responses as Record<string, { response: unknown }>;
    expect(itemIds.map((id) => view[id]?.response)).toEqual(responses);
    const { json } = await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 3 });
    const graded = (json.result as { items: { outcome: string; score: { given: number } }[] }).items;
    expect(graded.map(({ outcome, score }) => [outcome, score.given])).toEqual([
      ['right', 1],
      ['partial', 1],
      ['right', 1],
    ]);
  });
});

describe('a takeover', () => {
  it('begins the next epoch; the older may no longer write, and what it sends is kept for staff', async () => {
    const { student, path, teacher, first, second, ops } = await aSitting();
    await ops([set(1, first)]);
    expect(await student.ask('POST', `${path}/takeover`)).toMatchObject({ status: 200, json: { epoch: 2 } });
    expect(attemptIn(await student.ask('GET', path))).toMatchObject({ epoch: 2, lastSeq: 0 });
    expect(await ops([set(2, second)], 1)).toMatchObject({ status: 409, json: { code: 'stale_epoch', epoch: 2 } });
    expect(await student.ask('POST', `${path}/submit`, { epoch: 1 })).toMatchObject({
      status: 409,
      json: { code: 'stale_epoch', epoch: 2 },
    });
    expect((await ops([set(1, first, 'b')], 2)).json).toMatchObject({ epoch: 2, upTo: 1 });
    const { json } = await student.ask('GET', path);
    expect(json.responses).toEqual({ [first]: { response: { selected: ['b'] }, seq: 1 } });
    expect((await teacher.ask('GET', `${path}/ops`)).json.results).toMatchObject([
      { epoch: 1, seq: 1, itemId: first, kind: 'set', response: { selected: ['a'] } },
      { epoch: 1, seq: 2, itemId: second, refused: 'stale_epoch' },
      { epoch: 2, seq: 1 },
    ]);
  });

  it('needs no access token, only that of the attempt', async () => {
    const { path, view, first } = await aSitting();
    const headers = { authorization: `Bearer ${view.token}` };
    expect((await theApp.ask('POST', `${path}/takeover`, { headers })).json).toEqual({ epoch: 2 });
    expect(
      (await theApp.ask('POST', `${path}/ops`, { headers, body: { epoch: 2, ops: [set(1, first)] } })).json.upTo,
    ).toBe(1);
    expect((await theApp.ask('GET', path, { headers })).status).toBe(200);
    expect((await theApp.ask('POST', `${path}/submit`, { headers, body: { epoch: 2 } })).status).toBe(200);
    for (const [method, other] of [
      ['GET', `${path}/result`],
      ['GET', '/me/attempts'],
      ['GET', '/auth/me'],
      ['POST', '/auth/logout-all'],
    ] as const) {
      expect((await theApp.ask(method, other, { headers })).status, other).toBe(401);
    }
  });

  it('in parallel gives each its own epoch', async () => {
    const { student, path } = await aSitting();
    const replies = await Promise.all(Array.from({ length: 8 }, () => student.ask('POST', `${path}/takeover`)));
    expect(replies.map(({ json }) => Number(json.epoch)).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a submit', () => {
  it('grades, and repeated it answers the same result', async () => {
    const { student, path, itemIds, ops } = await aSitting();
    await ops(itemIds.map((id, i) => set(i + 1, id, i < 4 ? 'a' : 'b')));
    const [one, two] = [
      await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 5 }),
      await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 5 }),
    ];
    expect(one.json).toMatchObject({
      attempt: { state: 'graded' },
      result: { score: { given: 4, maximum: 5 }, percent: 80, passed: true },
    });
    expect([two.status, two.json.result, attemptIn(two).finishedAt]).toEqual([
      200,
      one.json.result,
      attemptIn(one).finishedAt,
    ]);
    const { attempt, ...read } = (await student.ask('GET', `${path}/result`)).json;
    expect(read).toEqual(one.json.result);
    expect(attempt).toMatchObject({ state: 'graded', finishedAt: attemptIn(one).finishedAt });
  });

  it('names what has not arrived and ends nothing', async () => {
    const { student, path, first, ops } = await aSitting();
    await ops([set(2, first)]);
    const reply = await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 4 });
    expect(reply).toMatchObject({ status: 409, json: { code: 'ops_missing', missing: [1, 3, 4] } });
    expect(attemptIn(await student.ask('GET', path)).state).toBe('open');
  });

  it('of an epoch never issued is 400; after the end an old epoch gets the result', async () => {
    const { student, path } = await aSitting();
    for (const epoch of [0, 2, '1', null])
      expect((await student.ask('POST', `${path}/submit`, { epoch })).status).toBe(400);
    await student.ask('POST', `${path}/takeover`);
    await student.ask('POST', `${path}/submit`, { epoch: 2 });
    expect((await student.ask('POST', `${path}/submit`, { epoch: 1, lastSeq: 99 })).status).toBe(200);
    expect(await student.ask('POST', `${path}/takeover`)).toMatchObject({ status: 409, json: { code: 'finished' } });
  });

  it('ends the writing: later ops are refused as finished and change no result', async () => {
    const { student, path, first, ops } = await aSitting();
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect((await ops([set(1, first)])).json).toMatchObject({
      upTo: 1,
      refused: [{ seq: 1, reason: 'finished' }],
      state: 'graded',
    });
    expect((await student.ask('GET', `${path}/result`)).json.percent).toBe(0);
  });

  it('in ten parallel calls gives one result', async () => {
    const { student, path, view } = await aSitting();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => student.ask('POST', `${path}/submit`, { epoch: 1 })),
    );
    expect(
      new Set(replies.map((reply) => JSON.stringify([reply.status, reply.json.result, attemptIn(reply).finishedAt])))
        .size,
    ).toBe(1);
    expect(
      await db.select({ number: result.number }).from(result).where(eq(result.attemptId, view.attempt.id)),
    ).toEqual([{ number: 1 }]);
  });

  it('and the alarm, in fifty interleavings on the real object, give one result that is finished no later than the end', async () => {
    const teacher = await aTeacher();
    const { id } = await anAssessment(teacher);
    const now = Date.now();
    for (let round = 0; round < 50; round++) {
      vi.useFakeTimers({ toFake: ['Date'], now });
      const student = await aUser();
      const {
        attempt: { id: attemptId, endsAt },
      } = await start(student, id);
      const end = Date.parse(endsAt ?? '');
      vi.setSystemTime(end + (round % 3) - 1);
      const stub = env.ATTEMPTS.get(env.ATTEMPTS.idFromName(attemptId));
      const submit = () => student.ask('POST', `/attempts/${attemptId}/submit`, { epoch: 1 });
      const alarm = () => runDurableObjectAlarm(stub);
      const order = [submit, alarm, submit, alarm].map((what, i) => ({ what, key: (round * 7 + i * 13) % 5 }));
      const all = await Promise.all(order.toSorted((a, b) => a.key - b.key).map(({ what }) => what()));
      const [one, two] = all.filter((reply): reply is Reply => typeof reply === 'object');
      if (!one || !two) throw new Error('two submits were sent');
      expect([one.status, two.status, attemptIn(two).finishedAt]).toEqual([200, 200, attemptIn(one).finishedAt]);
      expect(Date.parse(attemptIn(one).finishedAt)).toBe(Math.min(end, end + (round % 3) - 1));
      expect(await db.select({ number: result.number }).from(result).where(eq(result.attemptId, attemptId))).toEqual([
        { number: 1 },
      ]);
    }
  }, 30_000);
});

describe('while D1 and KV are away', () => {
  it('a student goes on saving, takes over, submits and is told the result, which reaches D1 later', async () => {
    const { teacher, student, view, path, itemIds } = await aSitting();
    const bindings = { DB: away, BANKS: away };
    const headers = { authorization: `Bearer ${view.token}` };
    const ask = async (method: string, suffix: string, body?: object) =>
      await theApp.ask(method, `${path}${suffix}`, { bindings, headers, ...(body && { body }) });
    expect((await ask('POST', '/takeover')).json).toEqual({ epoch: 2 });
    const ops = itemIds.map((id, i) => set(i + 1, id));
    expect((await ask('POST', '/ops', { epoch: 2, ops })).json).toMatchObject({ upTo: 5, refused: [] });
    expect((await ask('GET', '')).status).toBe(200);
    expect((await ask('POST', '/submit', { epoch: 2 })).json).toMatchObject({
      attempt: { state: 'graded' },
      result: { percent: 100 },
    });
    expect((await student.ask('GET', `${path}/result`)).json).toMatchObject({ percent: 100 });
    await student.ask('POST', `${path}/submit`, { epoch: 2 });
    expect((await teacher.ask('GET', `${path}/result`)).json).toMatchObject({ percent: 100 });
  });
});

describe('while D1 takes requests and never answers', () => {
  it('a student who submits is told the result all the same', async () => {
    const { student, view, path, first, ops } = await aSitting();
    await ops([set(1, first)]);
    const headers = { authorization: `Bearer ${view.token}` };
    const submitted = await theApp.ask('POST', `${path}/submit`, {
      bindings: { DB: stuck },
      headers,
      body: { epoch: 1 },
    });
    expect(submitted.json).toMatchObject({ attempt: { state: 'graded' }, result: { percent: 20 } });
    expect((await student.ask('GET', `${path}/result`)).json).toMatchObject({ percent: 20 });
  });
});

describe('lists', () => {
  it('show a student their own attempts, newest first, and only open ones if asked', async () => {
    const { student, path, view, assessment, first, ops } = await aSitting({ attemptsAllowed: 2 });
    await ops([set(1, first)]);
    const mine = (await student.ask('GET', '/me/attempts?state=open')).json;
    expect(mine).toEqual({
      count: 1,
      next: null,
      previous: null,
      results: [
        {
          attemptId: view.attempt.id,
          assessmentId: assessment.id,
          title: 'A paper',
          state: 'open',
          startedAt: view.attempt.startedAt,
          endsAt: view.attempt.endsAt,
          items: 5,
          answered: 1,
        },
      ],
    });
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    await start(student, assessment.id);
    expect(
      (await student.ask('GET', '/me/attempts')).json.results.map(({ state, answered }) => [state, answered]),
    ).toEqual([
      ['open', 0],
      ['graded', 1],
    ]);
    expect((await student.ask('GET', '/me/attempts?state=open')).json.count).toBe(1);
    expect((await student.ask('GET', '/me/attempts?state=gone')).status).toBe(400);
    expect((await (await aUser()).ask('GET', '/me/attempts')).json.count).toBe(0);
  });

  it('show staff who sat, and every op in the order of arrival, refused ones with their reason', async () => {
    const { teacher, student, assessment, path, first, second, ops } = await aSitting();
    const at = '2001-01-01T00:00:00.000Z';
    await ops([{ ...set(2, first), at }]);
    await ops([
      { seq: 1, itemId: second, kind: 'flag', value: true },
      { seq: 3, kind: 'nonsense' },
    ]);
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const attempts = (await teacher.ask('GET', `/assessments/${assessment.id}/attempts`)).json;
    expect(attempts).toMatchObject({
      count: 1,
      results: [{ user: { id: student.id }, number: 1, state: 'graded', percent: 20, passed: false }],
    });
    const kept = (await teacher.ask('GET', `${path}/ops?pageSize=2`)).json;
    const receivedAt = expect.stringMatching(/Z$/);
    expect(kept).toMatchObject({ count: 3, next: expect.stringContaining('page=2') });
    expect(kept.results).toEqual([
      { epoch: 1, seq: 2, itemId: first, kind: 'set', response: { selected: ['a'] }, at, receivedAt },
      { epoch: 1, seq: 1, itemId: second, kind: 'flag', response: null, value: true, at: null, receivedAt },
    ]);
    const rest = (await teacher.ask('GET', `${path}/ops?pageSize=2&page=2`)).json.results;
    expect(rest).toMatchObject([{ seq: 3, refused: 'invalid', raw: '{"seq":3,"kind":"nonsense"}' }]);
  });
});

describe('a practice', () => {
  const items = [
    choice({ hint: 'HINT', solution: { explanation: 'SOLUTION', steps: ['STEP'] }, shuffle: false }),
    ...choices(1),
  ];
  const aPractice = async () => {
    const sitting = await aSitting({ behaviour: 'practice', timeLimitSeconds: null, items });
    const tryIt = async (tryNumber: number, selected: string, itemId: string | undefined = sitting.first) =>
      await sitting.student.ask('POST', `${sitting.path}/tries`, {
        itemId,
        response: { selected: [selected] },
        tryNumber,
      });
    return { ...sitting, tryIt };
  };

  it('says try again, then hints, then gives the solution, the misconception and the key, and not before', async () => {
    const { tryIt } = await aPractice();
    const miss = { score: { given: 0, maximum: 1 }, outcome: 'wrong', mastered: false };
    const [one, two, three] = [await tryIt(1, 'b'), await tryIt(2, 'b'), await tryIt(3, 'b')];
    expect(one.json).toEqual({ ...miss, tryNumber: 1, triesLeft: 2, feedback: { message: expect.any(String) } });
    expect(two.json).toEqual({
      ...miss,
      tryNumber: 2,
      triesLeft: 1,
      feedback: { message: expect.any(String), hint: expect.stringContaining('HINT') },
    });
    expect(three.json).toEqual({
      ...miss,
      tryNumber: 3,
      triesLeft: 0,
      feedback: {
        message: expect.any(String),
        solution: { explanation: expect.stringContaining('SOLUTION'), steps: [expect.stringContaining('STEP')] },
        misconceptions: [{ id: 'b', text: expect.stringContaining('side by side') }],
        key: { correct: ['a'] },
      },
    });
    expect(await tryIt(4, 'a')).toMatchObject({ status: 409, json: { code: 'item_over' } });
    expect((await tryIt(2, 'b')).json, 'the same number and response repeats its answer').toEqual(two.json);
  });

  it('is mastered by a right try, keeps the best score, and its result is made of tries', async () => {
    const { tryIt, student, path, second, ops, first } = await aPractice();
    await tryIt(1, 'b');
    expect((await tryIt(2, 'a')).json).toMatchObject({
      outcome: 'right',
      mastered: true,
      triesLeft: 0,
      score: { given: 1, maximum: 1 },
    });
    expect((await tryIt(3, 'a')).json.code).toBe('item_over');
    await ops([set(1, second), set(2, first, 'b')]);
    const { json } = await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect(json.result).toMatchObject({ score: { given: 1, maximum: 2 }, percent: 50 });
    expect(await tryIt(1, 'a', second)).toMatchObject({ status: 409, json: { code: 'finished' } });
  });

  it('counts tries in order, once each, in parallel too', async () => {
    const { tryIt } = await aPractice();
    expect(await tryIt(2, 'b')).toMatchObject({ status: 409, json: { code: 'wrong_try', next: 1 } });
    const replies = await Promise.all(Array.from({ length: 6 }, () => tryIt(1, 'b')));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect((await tryIt(1, 'a')).status, 'the same number, another response').toBe(409);
    expect((await tryIt(2, 'b')).json.triesLeft).toBe(1);
  });

  test.each([
    [{ itemId: 'itm_none' }, '/itemId'],
    [{ response: { selected: [] } }, '/response'],
    [{ response: { selected: ['z'] } }, '/response'],
    [{ response: undefined }, '/response'],
    [{ tryNumber: 0 }, '/tryNumber'],
    [{ tryNumber: '1' }, '/tryNumber'],
    [{ epoch: 1 }, '/epoch'],
  ])('refuses a try with %j and uses none', async (changes, pointer) => {
    const { student, path, first, tryIt } = await aPractice();
    const body = { itemId: first, response: { selected: ['b'] }, tryNumber: 1, ...changes };
    expect(await student.ask('POST', `${path}/tries`, body)).toMatchObject({
      status: 400,
      json: { errors: [{ pointer }] },
    });
    expect((await tryIt(1, 'b')).json.triesLeft).toBe(2);
  });

  it('is no exam: tries at an exam are refused', async () => {
    const { student, path, first } = await aSitting();
    const body = { itemId: first, response: { selected: ['a'] }, tryNumber: 1 };
    expect(await student.ask('POST', `${path}/tries`, body)).toMatchObject({
      status: 409,
      json: { code: 'not_practice' },
    });
  });
});

describe('grades over several attempts', () => {
  test.each([
    ['best', 60],
    ['last', 40],
    ['first', 20],
    ['average', 40],
  ] as const)('by %s come to %d per cent', async (gradingMethod, percent) => {
    const { student, assessment, teacher } = await aSitting({ attemptsAllowed: 3, gradingMethod, passMark: 0.5 });
    for (const right of [1, 3, 2]) {
      const { attempt, paper } = await start(student, assessment.id);
      const ops = paper.items.map(({ id }, i) => set(i + 1, id, i < right ? 'a' : 'b'));
      await student.ask('POST', `/attempts/${attempt.id}/ops`, { epoch: 1, ops });
      await student.ask('POST', `/attempts/${attempt.id}/submit`, { epoch: 1 });
    }
    const { mine } = (await student.ask('GET', `/assessments/${assessment.id}`)).json;
    expect(mine).toMatchObject({
      grade: { percent, passed: percent >= 50, score: { given: percent / 20, maximum: 5 } },
    });
    expect((await teacher.ask('GET', `/assessments/${assessment.id}`)).json.mine).toBeUndefined();
  });
});

describe('a student who is blocked in mid-attempt', () => {
  const blocked = async () => {
    const sitting = await aSitting();
    await db.update(user).set({ blockedAt: Date.now() }).where(eq(user.id, sitting.student.id));
    return sitting;
  };

  it('goes on saving, takes over and submits, and is not told the result', async () => {
    const { student, teacher, path, first, ops } = await blocked();
    expect((await ops([set(1, first)])).json).toMatchObject({ upTo: 1, refused: [] });
    expect((await student.ask('GET', path)).status).toBe(200);
    expect((await student.ask('POST', `${path}/takeover`)).status).toBe(200);
    const submitted = await student.ask('POST', `${path}/submit`, { epoch: 2 });
    expect(submitted).toMatchObject({ status: 200, json: { attempt: { state: 'graded' } } });
    expect(submitted.json.result).toBeUndefined();
    expect((await student.ask('GET', `${path}/result`)).status).toBe(401);
    expect((await teacher.ask('GET', `${path}/result`)).json).toMatchObject({ percent: 20 });
  });

  it('starts nothing, not even again', async () => {
    const { student, assessment } = await blocked();
    const other = await anAssessment(await aTeacher());
    for (const { id } of [assessment, other])
      expect((await student.ask('POST', `/assessments/${id}/attempts`)).status).toBe(401);
  });
});

describe('staff who are blocked or demoted', () => {
  it('lose the privileged routes at once, reading included', async () => {
    const { teacher, path, assessment } = await aSitting();
    const privileged = [
      `/banks/${assessment.bank.id}/items`,
      `/assessments/${assessment.id}/preview`,
      `/assessments/${assessment.id}/attempts`,
      `${path}/ops`,
    ];
    const statuses = async () =>
      await Promise.all(privileged.map(async (url) => (await teacher.ask('GET', url)).status));
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    await db.update(user).set({ role: 'student' }).where(eq(user.id, teacher.id));
    expect(await statuses()).toEqual([403, 403, 403, 403]);
    expect((await teacher.ask('POST', `/assessments/${assessment.id}/extra-time`, { extraSeconds: 1 })).status).toBe(
      403,
    );
    await db.update(user).set({ role: 'instructor', blockedAt: 1 }).where(eq(user.id, teacher.id));
    expect(await statuses()).toEqual([401, 401, 401, 401]);
    expect((await teacher.ask('GET', '/courses')).status, 'other reads live out the token').toBe(200);
  });
});
