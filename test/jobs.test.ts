import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { asc, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Review } from '../src/assessments/definition.ts';
import { archiveAttempts, type Sessions, sessionsOf } from '../src/assessments/index.ts';
import { accommodation, attempt, result } from '../src/assessments/schema.ts';
import { type DomainEvent, type Job, record } from '../src/events/index.ts';
import { event } from '../src/events/schema.ts';
import { idempotency } from '../src/http/schema.ts';
import { consume as consumeBatch } from '../src/jobs.ts';
import { newId } from '../src/lib/ids.ts';
import { sweep } from '../src/sweep.ts';
import { aSession, HOUR, objectOf } from './durable-objects/a-session.ts';
import { anAssessment, aSittingStudent, aUser, db, set, start } from './factories.ts';

/* What runs when nobody asks: the queue's jobs and the cron sweep, on real bindings. */

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const soon = { timeout: 8_000, interval: 50 };
const at = (now: number) => vi.useFakeTimers({ toFake: ['Date'], now });

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Hands messages to the consumer and says what became of each. */
async function consume(messages: { body: Job; attempts?: number }[], queue = 've-edu-vault-jobs') {
  const batch = createMessageBatch<Job>(
    queue,
    messages.map(({ body, attempts = 1 }, index) => ({ id: `m${index}`, timestamp: Date.now(), attempts, body })),
  );
  const delays = new Map<string, unknown>(); // the result of a batch does not tell them
  for (const message of batch.messages) {
    const retry = message.retry.bind(message);
    vi.spyOn(message, 'retry').mockImplementation((options) => {
      delays.set(message.id, options?.delaySeconds);
      retry(options);
    });
  }
  const context = createExecutionContext();
  await consumeBatch(batch, env);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
  return {
    acked: explicitAcks,
    retried: retryMessages.map(({ msgId }) => ({ msgId, delaySeconds: delays.get(msgId) })),
  };
}

async function aSitting(settings: Parameters<typeof aSittingStudent>[1] = {}) {
  const teacher = await aUser('instructor');
  const sitting = await aSittingStudent(teacher, settings);
  const { id, endsAt } = sitting.view.attempt;
  return { teacher, ...sitting, ...objectOf(id), id, endsAt: Date.parse(endsAt ?? '') };
}

const rowOf = async (id: string) => (await db.select().from(attempt).where(eq(attempt.id, id)))[0];
const resultsOf = (id: string) => db.select().from(result).where(eq(result.attemptId, id)).orderBy(asc(result.number));
const eventOf = async (id: string) => (await db.select().from(event).where(eq(event.id, id)))[0];
const eventsAbout = async (type: DomainEvent['type'], key: string) =>
  (await db.select().from(event).where(eq(event.type, type))).filter(({ payload }) =>
    Object.values(payload).includes(key),
  );
const storeResult = (attemptId: string): Job => ({ job: 'store-result', attemptId });

/** Takes a table away while `work` runs, as if the database were. */
async function without(table: string, work: () => Promise<void>) {
  await env.DB.exec(`alter table "${table}" rename to "${table}_away"`);
  try {
    await work();
  } finally {
    await env.DB.exec(`alter table "${table}_away" rename to "${table}"`);
  }
}

/** Keeps the log out of the test's output and hands it over. */
function hearErrors() {
  const heard = vi.spyOn(console, 'error').mockImplementation(() => {});
  return () => heard.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
}

describe('store-result', () => {
  it('twice, and at once, makes one result and one event', async () => {
    const { id, rpc, student } = await aSitting();
    await rpc.submit(student.id, { kind: 'submit', epoch: 1 });
    const outcome = await consume([{ body: storeResult(id) }, { body: storeResult(id) }]);
    expect(outcome).toEqual({ acked: ['m0', 'm1'], retried: [] });
    await consume([{ body: storeResult(id) }]);
    expect(await resultsOf(id)).toHaveLength(1);
    expect(await eventsAbout('assessment.attempt.finished', id)).toHaveLength(1);
    expect(await rowOf(id)).toMatchObject({ state: 'graded' });
  });

  it('of an open attempt, or of one that never was, changes nothing and is done', async () => {
    const { id } = await aSitting();
    expect(await consume([{ body: storeResult(id) }, { body: storeResult('att_unknown') }])).toMatchObject({
      acked: ['m0', 'm1'],
    });
    expect(await rowOf(id)).toMatchObject({ state: 'open' });
    expect(await resultsOf(id)).toEqual([]);
  });

  it('after reopening stores number two, keeps the first, and an old message closes nothing', async () => {
    const { id, student, teacher, path, itemIds } = await aSitting();
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    const reopened = await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 600 });
    expect(reopened.status, reopened.text).toBe(200);
    await consume([{ body: storeResult(id) }]);
    expect(await rowOf(id)).toMatchObject({ state: 'open' });
    await student.ask('POST', `${path}/ops`, { epoch: 1, ops: [set(1, itemIds[0])] });
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    expect(await resultsOf(id)).toMatchObject([
      { number: 1, given: 0 },
      { number: 2, given: 1 },
    ]);
    expect((await student.ask('GET', `${path}/result`)).json.score).toEqual({ given: 1, maximum: 3 });
    expect(await eventsAbout('assessment.attempt.finished', id)).toHaveLength(2);
  });
});

describe('an old store-result', () => {
  it('closes nothing that staff have reopened, even before the object has heard of it', async () => {
    const { id, student, path } = await aSitting();
    await student.ask('POST', `${path}/submit`, { epoch: 1 });
    await db.update(attempt).set({ state: 'open', reopenings: 1, finishedAt: null }).where(eq(attempt.id, id));
    await consume([{ body: storeResult(id) }]);
    expect(await rowOf(id)).toMatchObject({ state: 'open', finishedAt: null });
    expect(await resultsOf(id)).toHaveLength(1);
  });
});

describe('a message that fails', () => {
  it.each([
    [1, 30],
    [2, 60],
    [4, 240],
    [20, 3600],
  ])('for the %i. time comes again after %i s, and does not hold up the others', async (attempts, delaySeconds) => {
    const errors = hearErrors();
    const [one, other] = [await aSitting(), await aSitting()];
    await one.rpc.submit(one.student.id, { kind: 'submit', epoch: 1 });
    await without('result', async () => {
      const messages = [{ body: storeResult(one.id), attempts }, { body: storeResult(other.id) }];
      expect(await consume(messages)).toEqual({ acked: ['m1'], retried: [{ msgId: 'm0', delaySeconds }] });
    });
    expect(errors()).toContainEqual(
      expect.objectContaining({ where: 'job', attempts, job: expect.stringContaining(one.id) }),
    );
    await consume([{ body: storeResult(one.id) }]);
  });

  it('once too often is dead: it is logged, kept for staff and taken off', async () => {
    const errors = hearErrors();
    expect(await consume([{ body: storeResult('att_dead'), attempts: 6 }], 've-edu-vault-dead-jobs')).toMatchObject({
      acked: ['m0'],
    });
    expect(errors()).toEqual([
      expect.objectContaining({ message: 'dead letter', body: expect.stringContaining('att_dead'), attempts: 6 }),
    ]);
  });
});

describe('the sweep', () => {
  it('finishes at its end what no alarm finished, and stores it', async () => {
    const { id, inside, endsAt } = await aSitting();
    await inside((storage) => storage.deleteAlarm());
    at(endsAt + HOUR);
    await sweep(env);
    expect(await rowOf(id)).toMatchObject({ state: 'graded', finishedAt: endsAt });
    expect(await resultsOf(id)).toMatchObject([{ number: 1, finishedAt: endsAt }]);
  });

  it('leaves alone what has time left, in D1 or in its object', async () => {
    const { id, rpc, endsAt } = await aSitting();
    at(endsAt - MINUTE);
    await sweep(env);
    expect(await rowOf(id)).toMatchObject({ state: 'open' });
    // The object was told of more time; D1 was not reached.
    await rpc.adjust({ endsAt: endsAt + HOUR, reopenings: 0, closesAt: null, review: Review.parse({}) });
    at(endsAt + MINUTE);
    await sweep(env);
    expect(await rowOf(id)).toMatchObject({ state: 'open' });
  });

  it('takes back a row whose object never started: it uses up no attempt', async () => {
    const student = await aUser();
    const { id: assessmentId } = await anAssessment(await aUser('instructor'));
    const now = Date.now();
    const row = {
      id: newId('attempt'),
      assessmentId,
      userId: student.id,
      number: 1,
      state: 'open',
      seed: 'x',
    } as const;
    await db.insert(attempt).values({ ...row, startedAt: now - 2 * HOUR, endsAt: now - HOUR });
    await sweep(env);
    expect(await rowOf(row.id)).toBeUndefined();
    expect(await start(student, assessmentId)).toMatchObject({ status: 201, attempt: { number: 1 } });
  });

  it('is not held up by attempts without an end that are still written', async () => {
    const { id, inside, endsAt, assessment } = await aSitting();
    await inside((storage) => storage.deleteAlarm());
    const begunAt = Date.now() - 40 * DAY;
    const endless = await Promise.all(
      Array.from({ length: 110 }, async () => {
        const { id: userId } = await aUser();
        const { spec } = await aSession({ endsAt: null, userId }, 1);
        const row = {
          id: spec.attemptId,
          assessmentId: assessment.id,
          userId,
          number: 1,
          state: 'open',
          seed: 'x',
        } as const;
        await db.insert(attempt).values({ ...row, startedAt: begunAt });
        return spec.attemptId;
      }),
    );
    at(endsAt + HOUR);
    for (let run = 0; run < 3; run++) await sweep(env);
    expect(await rowOf(id)).toMatchObject({ state: 'graded' });
    expect(await rowOf(endless[0] ?? '')).toMatchObject({ state: 'open' });
  });

  it('goes on with its next part when one fails', async () => {
    const errors = hearErrors();
    const { id: userId } = await aUser();
    const old = { userId, method: 'post', path: '/x', key: 'k', bodyHash: 'h', at: Date.now() - 2 * DAY };
    await db.insert(idempotency).values(old);
    await without('one_time_link', () => sweep(env));
    expect(errors()).toContainEqual(expect.objectContaining({ where: 'sweep', part: 'identity' }));
    expect(await db.select().from(idempotency).where(eq(idempotency.userId, userId))).toEqual([]);
  });
});

describe('the outbox', () => {
  it('gets to its reactions what a crash left behind', async () => {
    const { id, student, assessment, endsAt } = await aSitting();
    const [now, eventId] = [Date.now(), newId('event')];
    // The Worker wrote the terms and the event in one batch, and died before it told the object.
    await db.batch([
      db.insert(accommodation).values({ assessmentId: assessment.id, userId: student.id, extraTimeSeconds: 600 }),
      record(
        { db, now: now - MINUTE },
        { type: 'assessment.times.changed', payload: { assessmentId: assessment.id } },
        eventId,
      ),
    ]);
    await sweep(env);
    await vi.waitFor(
      async () => expect(await eventOf(eventId)).toMatchObject({ handledAt: expect.any(Number), nextAt: null }),
      soon,
    );
    expect(await rowOf(id)).toMatchObject({ endsAt: endsAt + 600_000 });
    expect((await student.ask('GET', `/attempts/${id}`)).json.attempt).toMatchObject({
      endsAt: new Date(endsAt + 600_000).toISOString(),
    });
  });

  it('backs off while a reaction fails, doubling from a minute, and parks it with its error', async () => {
    const eventId = newId('event');
    const begunAt = Date.now();
    await record(
      { db, now: begunAt },
      { type: 'assessment.times.changed', payload: { assessmentId: 'asm_1' } },
      eventId,
    );
    const waits: (number | null)[] = [];
    await without('accommodation', async () => {
      for (let now = begunAt, tries = 1; tries <= 8; tries++) {
        at(now);
        // A failure of a reaction is the outbox's business: the message itself is done.
        expect(await consume([{ body: { job: 'react', eventId }, attempts: 1 }])).toMatchObject({
          acked: ['m0'],
          retried: [],
        });
        const found = await eventOf(eventId);
        expect(found).toMatchObject({
          attempts: tries,
          handledAt: null,
          lastError: expect.stringContaining('accommodation'),
        });
        waits.push(found?.nextAt ? (found.nextAt - now) / MINUTE : null);
        now = found?.nextAt ?? now;
      }
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, null]);
  });

  it('handles an event once, however often its message comes', async () => {
    const eventId = newId('event');
    await record(
      { db, now: Date.now() },
      { type: 'assessment.times.changed', payload: { assessmentId: 'asm_1' } },
      eventId,
    );
    await consume([{ body: { job: 'react', eventId } }]);
    const handled = await eventOf(eventId);
    at(Date.now() + HOUR);
    await without('accommodation', async () => {
      await consume([{ body: { job: 'react', eventId } }, { body: { job: 'react', eventId: 'evt_unknown' } }]);
    });
    expect(await eventOf(eventId)).toEqual(handled);
  });
});

describe('the archive', () => {
  async function aGradedSitting() {
    const sitting = await aSitting();
    await sitting.student.ask('POST', `${sitting.path}/ops`, {
      epoch: 1,
      ops: [set(1, sitting.itemIds[0]), set(2, 'itm_unknown')],
    });
    await sitting.student.ask('POST', `${sitting.path}/submit`, { epoch: 1 });
    expect(await rowOf(sitting.id)).toMatchObject({ state: 'graded' });
    return sitting;
  }
  const call = (now: number) => ({ db, now });
  const sessions = sessionsOf(env.ATTEMPTS);

  it('takes an attempt 30 days after its end: R2 has view and ops, the object is gone, every read answers as before', async () => {
    const { id, student, teacher, path, tables, alarmAt } = await aGradedSitting();
    const looks = async () => {
      const replies = [
        await student.ask('GET', path),
        await teacher.ask('GET', `${path}/ops`),
        await student.ask('GET', `${path}/result`),
      ];
      return replies.map(({ status, json }) => {
        const { token: _, attempt: facts, ...rest } = json;
        return { status, ...rest, ...(facts !== undefined && { facts: { ...(facts as object), serverTime: 0 } }) };
      });
    };
    at(Date.now() + 29 * DAY);
    const before = await looks();
    await sweep(env);
    expect(await env.ARCHIVE.get(`attempt/${id}.json`)).toBeNull();

    at(Date.now() + 2 * DAY);
    for (let run = 0; run < 3; run++) await sweep(env);
    expect(await rowOf(id)).toMatchObject({ archivedAt: Date.now() });
    expect(await (await env.ARCHIVE.get(`attempt/${id}.json`))?.json()).toMatchObject({
      view: { attempt: { id, state: 'graded' } },
      ops: [{ seq: 1 }, { seq: 2, refused: 'unknown_item' }],
    });
    expect([await tables(), await alarmAt()]).toEqual([[], null]);
    expect(await looks()).toEqual(before);
    expect((await (await aUser()).ask('GET', path)).status, 'to somebody else it is absent').toBe(404);
    expect((await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 60 })).json.code).toBe('archived');
  });

  it('spares an attempt that is reopened just then', async () => {
    const { id, student, teacher, path } = await aGradedSitting();
    at(Date.now() + 31 * DAY);
    const meanwhile: Sessions = {
      async call(attemptId, method) {
        const answer = await sessions.call(attemptId, method);
        const row = await rowOf(id);
        if (row?.state === 'graded') await teacher.ask('POST', `${path}/reopen`, { extraSeconds: 600 });
        return answer;
      },
    };
    await archiveAttempts(call(Date.now()), meanwhile, env.ARCHIVE);
    expect(await rowOf(id)).toMatchObject({ state: 'open', archivedAt: null });
    expect((await student.ask('GET', path)).json).toMatchObject({
      attempt: { state: 'open' },
      responses: expect.objectContaining({}),
    });
    expect((await student.ask('POST', `${path}/submit`, { epoch: 1 })).json.result).toMatchObject({
      score: { given: 1, maximum: 3 },
    });
  });

  it('is not held up by an attempt that cannot be archived, and says in the end why', async () => {
    const [bad, good] = [await aGradedSitting(), await aGradedSitting()];
    await db.update(attempt).set({ finishedAt: 1 }).where(eq(attempt.id, bad.id));
    const later = Date.now() + 31 * DAY;
    at(later);
    const limping: Sessions = {
      async call(attemptId, method) {
        if (attemptId === bad.id) throw new Error('this object is away');
        return await sessions.call(attemptId, method);
      },
    };
    await expect(archiveAttempts(call(later), limping, env.ARCHIVE)).rejects.toThrow('away');
    expect([await rowOf(bad.id), await rowOf(good.id)]).toMatchObject([{ archivedAt: null }, { archivedAt: later }]);
    await archiveAttempts(call(later), sessions, env.ARCHIVE);
    expect(await rowOf(bad.id)).toMatchObject({ archivedAt: later });
  });

  it('that dies between mark and object leaves an event, and the object forgets all the same', async () => {
    const { id, tables } = await aGradedSitting();
    const later = Date.now() + 31 * DAY;
    at(later);
    const dying: Sessions = {
      async call(attemptId, method) {
        if ((await rowOf(id))?.archivedAt) throw new Error('the Worker died');
        return await sessions.call(attemptId, method);
      },
    };
    await expect(archiveAttempts(call(later), dying, env.ARCHIVE)).rejects.toThrow(/died/);
    expect(await tables()).not.toEqual([]);
    const [left] = await eventsAbout('assessment.attempt.archived', id);
    await consume([{ body: { job: 'react', eventId: left?.id ?? '' } }]);
    expect(await tables()).toEqual([]);
  });
});
