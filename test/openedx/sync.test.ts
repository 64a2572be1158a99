import { and, eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { course, enrolment } from '../../src/courses/index.ts';
import { confirmRun, requestSync, retryRun } from '../../src/openedx/request-sync.ts';
import { readRun } from '../../src/openedx/runs.ts';
import { followedCourse, syncPatch, syncRun } from '../../src/openedx/schema.ts';
import { buryDeadSync } from '../../src/openedx/sync-jobs.ts';
import { undoRun } from '../../src/openedx/undo-run.ts';
import { workOnRun } from '../../src/openedx/work-on-run.ts';
import { db } from '../factories.ts';
import { aFollowedCourse, type Followed } from './a-followed-course.ts';

// The sweep of one test has nothing to do with the courses of another.
afterEach(async () => {
  await db.delete(followedCourse);
});

const MINUTE = 60_000;
const page = { page: 1, pageSize: 100 };

/** A course that was synced once. */
async function synced(options: Parameters<typeof aFollowedCourse>[0] = {}) {
  const one = await aFollowedCourse(options);
  await one.drain();
  return one;
}

const last = async (one: Followed) => {
  const run = (await one.runs()).at(-1);
  if (!run) throw new Error('there is no run');
  return run;
};

const changesOf = async (one: Followed, id: string) => (await readRun(one.staff(), id, page)).changes.results;
const liveVersion = async (one: Followed) =>
  (await db.select({ version: course.version }).from(course).where(eq(course.id, one.courseId)))[0]?.version;

describe('following a course', () => {
  it('brings its whole outline with the first sync, told by its topmost nodes', async () => {
    const one = await synced();
    expect(await one.runs()).toMatchObject([{ state: 'succeeded', cause: 'staff', counts: { added: 2 } }]);
    expect(await one.titles()).toEqual([
      'Numbers',
      '  Surds',
      '    What is a surd?',
      '      Text',
      '      First',
      '      Second',
      '  Sets',
      '    Union',
      '      Film',
      'Shapes',
      '  Circles',
      '    Chords',
      '      Third',
      '    Angles',
      '      Fourth',
    ]);
  });

  it('asks learning_sequences, Blocks, and learning_sequences again, with one token', async () => {
    const one = await synced();
    expect(one.asked.map((path) => path.replace(/\/course-v1.*/, '/{key}'))).toEqual([
      '/oauth2/access_token',
      '/api/learning_sequences/v1/course_outline/{key}',
      '/api/courses/v1/blocks/',
      '/api/learning_sequences/v1/course_outline/{key}',
    ]);
  });
});

describe('a publication', () => {
  it('is one run of the course, a debounce after its first event, however many events there are', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_b'), name: 'Forms' });
    const first = one.clock.now;
    expect(one.outbox.length).toBeGreaterThan(3);
    expect(new Set(await one.deliver())).toEqual(new Set(['accepted']));
    one.clock.now += 20_000;
    one.edit({ kind: 'rename', id: one.usageKey('sequential', 's_a'), name: 'Roots' });
    await one.deliver();
    const pending = await last(one);
    expect(pending).toMatchObject({ state: 'pending', cause: 'event', dueAt: first + 30_000 });
    await one.drain();
    expect(await one.runs()).toHaveLength(2);
    const done = await last(one);
    expect(done).toMatchObject({
      id: pending.id,
      state: 'succeeded',
      startedAt: first + 30_000,
      counts: { renamed: 3 },
    });
    expect(await changesOf(one, done.id)).toMatchObject([
      { op: 'renamed', from: 'Numbers', to: 'Figures' },
      { op: 'renamed', from: 'Surds', to: 'Roots' },
      { op: 'renamed', from: 'Shapes', to: 'Forms' },
    ]);
  });

  it('that comes while a run works is a run of its own, afterwards', async () => {
    const one = await synced();
    one.platform.faults.outlineLagMs = one.platform.faults.blocksLagMs = 40_000;
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    await one.drain(one.clock.now + 30_000);
    expect(await last(one)).toMatchObject({ state: 'running', leaseUntil: null });
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_b'), name: 'Forms' });
    await one.deliver();
    expect((await one.runs()).map(({ state }) => state)).toEqual(['succeeded', 'running', 'pending']);
    await one.drain();
    expect((await one.runs()).map(({ state, counts }) => [state, counts?.renamed])).toEqual([
      ['succeeded', 0],
      ['succeeded', 1],
      ['succeeded', 1],
    ]);
    expect(await one.titles()).toEqual(expect.arrayContaining(['Figures', 'Forms']));
  });

  it('that the caches do not show yet is looked for every ten seconds, by messages, and found', async () => {
    const one = await synced();
    one.platform.faults.outlineLagMs = one.platform.faults.blocksLagMs = 65_000;
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const at = one.clock.now;
    await one.deliver();
    await one.drain();
    const done = await last(one);
    expect(done).toMatchObject({ state: 'succeeded', attempts: 0, counts: { renamed: 1 }, finishedAt: at + 70_000 });
  });

  it('that never shows ends the run without changes after five minutes', async () => {
    const one = await synced();
    one.platform.faults.outlineLagMs = 60 * MINUTE;
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const at = one.clock.now;
    await one.deliver();
    await one.drain();
    const done = await last(one);
    expect(done).toMatchObject({ state: 'succeeded', counts: null, error: null });
    expect(done.finishedAt).toBe(at + 30_000 + 5 * MINUTE);
  });

  it('of the fork, without id and time, is a duplicate only while the run it joined waits', async () => {
    const one = await synced();
    one.platform.layout = 'virtue-customized';
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const [body] = one.outbox.slice(0, 1);
    if (!body) throw new Error('nothing was sent');
    expect(await one.deliver()).toEqual(['accepted']);
    expect(await one.deliver([body])).toEqual(['duplicate']);
    await one.drain();
    expect(await one.deliver([body])).toEqual(['accepted']);
  });

  it('that was seen already costs one look and no run of ten', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const [late] = one.outbox.splice(0, 1);
    await one.deliver();
    await one.drain();
    if (!late) throw new Error('nothing was sent');
    one.asked.splice(0);
    await one.deliver([late]);
    await one.drain();
    expect(await last(one)).toMatchObject({ state: 'succeeded', counts: null });
    expect(one.asked).toHaveLength(1);
  });
});

describe('a version that moves while it is pulled', () => {
  it('is started over, and only the whole of one version is applied', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    const ask = one.outside.fetch;
    let hasMoved = false;
    one.outside.fetch = async (input, init) => {
      const answer = await ask(input, init);
      if (!hasMoved && new URL(new Request(input).url).pathname.includes('/blocks')) {
        hasMoved = true;
        // A unit, which learning_sequences does not show: only the version tells.
        one.edit({ kind: 'rename', id: one.usageKey('vertical', 'u_a'), name: 'A surd' });
        one.edit({ kind: 'publish', id: one.usageKey('vertical', 'u_a') });
        one.outbox.splice(0);
      }
      return answer;
    };
    await one.drain();
    expect(await one.titles()).toEqual(expect.arrayContaining(['Figures', '    A surd']));
    expect(await last(one)).toMatchObject({ state: 'succeeded', counts: { renamed: 2 } });
    expect(await one.runs()).toHaveLength(2);
  });
});

describe('a move', () => {
  it('keeps the node, its children and its id, also when its old chapter is deleted', async () => {
    const one = await synced();
    const before = new Map((await one.rows()).map((row) => [row.usageKey, row.id]));
    one.edit({ kind: 'move', id: one.usageKey('sequential', 's_c'), parent: one.usageKey('chapter', 'c_a'), index: 1 });
    one.edit({ kind: 'remove', id: one.usageKey('chapter', 'c_b') });
    await one.deliver();
    await one.drain();
    const { id } = await last(one);
    expect(await changesOf(one, id)).toMatchObject([
      { op: 'removed', usageKey: one.usageKey('chapter', 'c_b'), nodes: 1 },
      { op: 'moved', usageKey: one.usageKey('sequential', 's_c'), fromPosition: 0, toPosition: 1 },
    ]);
    expect((await one.titles()).slice(0, 12)).toEqual([
      ...['Numbers', '  Surds', '    What is a surd?', '      Text', '      First', '      Second'],
      ...['  Circles', '    Chords', '      Third', '    Angles', '      Fourth', '  Sets'],
    ]);
    for (const row of await one.rows()) expect(row.id).toBe(before.get(row.usageKey));
  });
});

describe('a removal', () => {
  it('retires the node with what is under it, and it comes back as it was', async () => {
    const one = await synced();
    const before = await one.rows();
    one.edit({ kind: 'remove', id: one.usageKey('sequential', 's_b') });
    await one.deliver();
    await one.drain();
    expect((await one.rows()).filter(({ retiredAt }) => retiredAt !== null)).toHaveLength(3);
    one.edit({ kind: 'restore', id: one.usageKey('sequential', 's_b') });
    await one.deliver();
    await one.drain();
    expect(await one.rows()).toEqual(before);
  });
});

describe('what looks wrong is held', () => {
  it('a third of the outline gone: nothing is applied, staff see what would be, and may confirm', async () => {
    const one = await synced();
    const before = await one.titles();
    one.edit({ kind: 'remove', id: one.usageKey('chapter', 'c_b') });
    await one.deliver();
    await one.drain();
    const held = await last(one);
    expect(held).toMatchObject({ state: 'held', dueAt: null, counts: { removed: 1 } });
    expect(held.error).toMatch(/40 % of the outline would vanish \(limit 30 %\)/);
    expect(await one.titles()).toEqual(before);
    expect(await changesOf(one, held.id)).toMatchObject([{ op: 'removed', nodes: 6 }]);

    const { runId } = await confirmRun(one.staff(), held.id);
    expect(runId).toBe(held.id);
    await one.queue.send({ runId });
    await one.drain();
    expect(await last(one)).toMatchObject({ id: held.id, state: 'succeeded', error: null });
    expect(await one.titles()).toEqual(before.slice(0, 9));
  });

  it('a confirmed version is that version: another that looks wrong is held again', async () => {
    const one = await synced();
    one.edit({ kind: 'remove', id: one.usageKey('chapter', 'c_b') });
    await one.deliver();
    await one.drain();
    const held = await last(one);
    const { runId } = await confirmRun(one.staff(), held.id);
    one.edit({ kind: 'remove', id: one.usageKey('sequential', 's_a') });
    one.outbox.splice(0);
    await one.queue.send({ runId });
    await one.drain();
    expect(await last(one)).toMatchObject({ id: held.id, state: 'held' });
    expect(await one.titles()).toHaveLength(15);
  });

  it.each([
    ['a learner’s view', { learnerView: { times: 3 } }],
    ['a chapter left out', { missingChapter: { times: 3 } }],
    ['a child without its block', { missingBlock: { times: 3 } }],
    ['Blocks of the version before', { staleBlocks: { times: 3 } }],
  ])('%s, that passes while it looks again: nothing wrong is ever shown', async (_, faults) => {
    const one = await synced();
    // A draft that learners do not see would be left out of their view.
    one.edit({ kind: 'set', id: one.usageKey('sequential', 's_b'), field: 'visible_to_staff_only', value: true });
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    Object.assign(one.platform.faults, faults);
    await one.deliver();
    await one.drain();
    const done = await last(one);
    expect(done.state).toBe('succeeded');
    expect(await one.titles()).toHaveLength(15);
    expect((await one.titles())[0]).toBe('Figures');
  });

  it('a stale answer that lasts waits for staff; the next run takes its place', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    one.platform.faults.missingBlock = true;
    await one.deliver();
    await one.drain();
    const held = await last(one);
    expect(held).toMatchObject({ state: 'held', dueAt: null });
    expect(held.error).toMatch(/named but absent/);
    one.platform.faults.missingBlock = false;
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Numbers again' });
    await one.deliver();
    await one.drain();
    expect((await one.runs()).map(({ state }) => state)).toEqual(['succeeded', 'failed', 'succeeded']);
    expect((await one.runs())[1]?.error).toMatch(/superseded by syn_/);
    expect((await one.titles())[0]).toBe('Numbers again');
  });

  it('reconciliation looks at a held run again instead of making another', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    one.platform.faults.missingChapter = true;
    await one.deliver();
    await one.drain();
    one.platform.faults.missingChapter = false;
    await one.sweep();
    await one.drain();
    expect((await one.runs()).map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
  });
});

describe('an answer older than the one seen', () => {
  it('is never applied, in whatever order pulls end', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Newest' });
    await one.deliver();
    await one.drain();
    // Another web server of the platform still has what was there before.
    one.clock.now += 1000;
    one.platform.faults.outlineLagMs = one.platform.faults.blocksLagMs = 60 * MINUTE;
    one.platform.layout = 'virtue-customized';
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_b'), name: 'Later' });
    await one.deliver();
    await one.drain();
    expect(await last(one)).toMatchObject({ state: 'succeeded', counts: null });
    expect((await one.titles())[0]).toBe('Newest');
    // Not even when staff ask, before they have confirmed it.
    const { runId } = await requestSync(one.staff(), one.courseKey);
    await one.queue.send({ runId });
    await one.drain();
    expect(await last(one)).toMatchObject({ id: runId, state: 'held' });
    expect((await one.titles())[0]).toBe('Newest');
  });
});

describe('failures of the platform', () => {
  it.each([
    ['500', { serverError: { times: 2 } }],
    ['429', { throttled: { times: 2 }, retryAfterSeconds: 37 }],
    ['half an answer', { cutBody: { times: 2 } }],
    ['a token that has expired', { expiredToken: { times: 1 } }],
  ])('%s is tried again', async (_, faults) => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    Object.assign(one.platform.faults, faults);
    await one.deliver();
    await one.drain();
    expect(await last(one)).toMatchObject({ state: 'succeeded', error: null });
    expect((await one.titles())[0]).toBe('Figures');
  });

  it('429 is tried again no sooner than it says', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    Object.assign(one.platform.faults, { throttled: { times: 1 }, retryAfterSeconds: 237 });
    await one.deliver();
    await one.drain();
    const { startedAt, finishedAt, attempts } = await last(one);
    expect((finishedAt ?? 0) - (startedAt ?? 0)).toBeGreaterThanOrEqual(237_000);
    expect(attempts).toBe(1);
  });

  it('429 that asks for a day is asked again after five minutes, or at once when staff say so', async () => {
    const [patient, eager] = [await synced(), await synced()];
    for (const one of [patient, eager]) {
      one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
      Object.assign(one.platform.faults, { throttled: { times: 1 }, retryAfterSeconds: 86_400 });
      await one.deliver();
      await one.drain(one.clock.now + 30_000);
      expect(await last(one)).toMatchObject({ state: 'running', leaseUntil: null, attempts: 1 });
    }
    await patient.drain();
    const { startedAt, finishedAt } = await last(patient);
    expect((finishedAt ?? 0) - (startedAt ?? 0)).toBe(300_000);

    eager.messages.splice(0);
    const { runId } = await retryRun(eager.staff(), (await last(eager)).id);
    await eager.queue.send({ runId });
    await eager.drain();
    expect(await last(eager)).toMatchObject({ id: runId, state: 'succeeded', counts: { renamed: 1 } });
  });

  it('a sync that staff ask for does not wait for a run that only waits', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    Object.assign(one.platform.faults, { throttled: { times: 1 }, retryAfterSeconds: 86_400 });
    await one.deliver();
    await one.drain(one.clock.now + 30_000);
    one.messages.splice(0);
    const now = one.clock.now;
    const { runId } = await requestSync(one.staff(), one.courseKey);
    await one.queue.send({ runId });
    await one.drain();
    expect((await one.runs()).map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(one.clock.now).toBe(now);
  });

  it('that last fail the run after three retries with the reason; staff retry it', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    one.platform.faults.serverError = true;
    await one.deliver();
    await one.drain();
    const failed = await last(one);
    expect(failed).toMatchObject({ state: 'failed', attempts: 4, leaseUntil: null, dueAt: null });
    expect(failed.error).toMatch(/^The platform is away or too busy: /);
    expect((await one.titles())[0]).toBe('Numbers');

    one.platform.faults.serverError = false;
    const { runId } = await retryRun(one.staff(), failed.id);
    await one.queue.send({ runId });
    await one.drain();
    expect(await last(one)).toMatchObject({ id: failed.id, state: 'succeeded', error: null, attempts: 0 });
    expect((await one.titles())[0]).toBe('Figures');
  });

  it('403 fails it at once, says which right is missing, and removes nothing', async () => {
    const one = await synced();
    one.edit({ kind: 'remove', id: one.usageKey('sequential', 's_b') });
    one.platform.faults.forbidden = true;
    await one.deliver();
    await one.drain();
    const failed = await last(one);
    expect(failed).toMatchObject({ state: 'failed', attempts: 1 });
    expect(failed.error).toMatch(/make it course staff/);
    expect(await one.titles()).toHaveLength(15);
  });

  it('an error of ours is kept in plain words, without what is inside, and tried again', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    const { id, dueAt } = await last(one);
    one.clock.now = dueAt ?? 0;
    const broken = { ...one.outside, secretsKey: 'not a key', tokens: new Map() };
    await expect(workOnRun(one.call(), id, broken, one.waits)).rejects.toThrow(/SECRETS_KEY/);
    expect(await last(one)).toMatchObject({
      ...{ id, state: 'running', leaseUntil: null, attempts: 1 },
      error: 'Something went wrong on our side; the log says what',
    });
    one.clock.now += MINUTE;
    await one.sweep();
    await one.drain();
    expect(await last(one)).toMatchObject({ id, state: 'succeeded', error: null });
  });

  it('of one course do not stop another', async () => {
    const [sick, well] = [await synced(), await synced()];
    sick.platform.faults.serverError = true;
    for (const one of [sick, well]) {
      one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
      await one.deliver();
      await one.drain();
    }
    expect(await last(sick)).toMatchObject({ state: 'failed' });
    expect(await last(well)).toMatchObject({ state: 'succeeded' });
  });

  it('the dead-letter queue fails a run that nobody failed, and leaves one that ended', async () => {
    const one = await aFollowedCourse();
    const run = await last(one);
    await buryDeadSync(one.call(), { runId: run.id });
    expect(await last(one)).toMatchObject({ state: 'failed', error: 'It was tried too often' });
    const other = await synced();
    await buryDeadSync(other.call(), { runId: (await last(other)).id });
    expect(await last(other)).toMatchObject({ state: 'succeeded' });
  });
});

describe('messages and workers', () => {
  it('a message that is lost is sent again by the sweep', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    one.messages.splice(0);
    await one.sweep();
    expect(one.messages, 'it is not due').toEqual([]);
    one.clock.now += MINUTE;
    await one.sweep();
    await one.drain();
    expect((await one.titles())[0]).toBe('Figures');
    expect(await one.runs()).toHaveLength(2);
  });

  it('a message that comes too early does nothing', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    const { id } = await last(one);
    expect(await workOnRun(one.call(), id, one.outside, one.waits)).toEqual({ kind: 'nothing' });
    expect(await last(one)).toMatchObject({ id, state: 'pending', startedAt: null });
  });

  it('a run that is due waits for the one of its course that is under way, and is called when that ends', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    const first = await last(one);
    // Blocks takes its time: meanwhile another event makes another run, which is due before the first has ended.
    const ask = one.outside.fetch;
    const seen: unknown[] = [];
    one.outside.fetch = async (input, init) => {
      const answer = await ask(input, init);
      if (seen.length === 0 && new URL(new Request(input).url).pathname.includes('/blocks')) {
        await requestSync(one.staff(), one.courseKey);
        const second = await last(one);
        seen.push(await workOnRun(one.call(), second.id, one.outside, one.waits), second.state);
      }
      return answer;
    };
    await one.drain();
    expect(seen).toEqual([{ kind: 'nothing' }, 'pending']);
    const [, done, next] = await one.runs();
    expect(done).toMatchObject({ id: first.id, state: 'succeeded' });
    expect(next).toMatchObject({ state: 'succeeded', cause: 'staff' });
  });

  it('two messages for one run are one run; a worker that died leaves it after its lease', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    const { id } = await last(one);
    await one.queue.send({ runId: id });
    // Somebody took it and died: the state it leaves behind.
    await db
      .update(syncRun)
      .set({ state: 'running', startedAt: one.clock.now, dueAt: one.clock.now, leaseUntil: one.clock.now + 3 * MINUTE })
      .where(eq(syncRun.id, id));
    await one.drain(one.clock.now + MINUTE);
    expect(await last(one)).toMatchObject({ id, state: 'running' });
    const { leaseUntil } = await last(one);
    one.clock.now = (leaseUntil ?? 0) - 50_000;
    await one.sweep();
    await one.drain();
    expect(one.clock.now, 'not before its lease ends, and no later').toBe(leaseUntil);
    expect(await last(one)).toMatchObject({ id, state: 'succeeded' });
    expect(await one.runs()).toHaveLength(2);
  });
});

describe('undo', () => {
  it('brings back every row as it was, places too, as a run of its own', async () => {
    const one = await synced();
    const before = await one.rows();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    one.edit({ kind: 'move', id: one.usageKey('sequential', 's_c'), parent: one.usageKey('chapter', 'c_a'), index: 0 });
    one.edit({ kind: 'remove', id: one.usageKey('sequential', 's_b') });
    one.edit({ kind: 'set', id: one.usageKey('chapter', 'c_b'), field: 'due', value: '2026-06-01T21:59:00Z' });
    await one.deliver();
    await one.drain();
    const done = await last(one);
    expect(await one.rows()).not.toEqual(before);
    one.clock.now += MINUTE;
    const { runId } = await undoRun(one.staff(), done.id);
    expect(await one.rows()).toEqual(before);
    expect(await one.runs()).toMatchObject([
      {},
      { id: done.id, state: 'undone', undoneBy: runId },
      {
        id: runId,
        state: 'succeeded',
        cause: 'undo',
        undoes: done.id,
        counts: { renamed: 1, moved: 1, added: 1, field: 1 },
      },
    ]);
  });

  it('is not undone by reconciliation at the same version; a newer one or a staff sync applies what is there', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    await one.drain();
    await undoRun(one.staff(), (await last(one)).id);
    for (let minute = 0; minute < 3; minute++) {
      one.clock.now += 15 * MINUTE;
      await one.sweep();
      await one.drain();
    }
    expect((await one.titles())[0]).toBe('Numbers');
    expect(await one.runs()).toHaveLength(3);
    const { runId } = await requestSync(one.staff(), one.courseKey);
    await one.queue.send({ runId });
    await one.drain();
    expect((await one.titles())[0]).toBe('Figures');
  });

  it('twice is refused, and of a run that changed nothing', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    await one.drain();
    const { id } = await last(one);
    const both = await Promise.allSettled([undoRun(one.staff(), id), undoRun(one.staff(), id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(undoRun(one.staff(), id)).rejects.toMatchObject({ code: 'conflict' });
    const { runId } = await requestSync(one.staff(), one.courseKey);
    await one.queue.send({ runId });
    await one.drain();
    const { runId: empty } = await requestSync(one.staff(), one.courseKey);
    await one.queue.send({ runId: empty });
    await one.drain();
    await expect(undoRun(one.staff(), empty)).rejects.toMatchObject({
      code: 'conflict',
      message: 'This run changed nothing',
    });
  });

  async function edited(one: Followed, ...edits: Parameters<Followed['edit']>[0][]) {
    for (const edit of edits) one.edit(edit);
    await one.deliver();
    await one.drain();
    one.clock.now += MINUTE;
    return await last(one);
  }

  it('is refused while a later run touched the same node, and names run and node', async () => {
    const one = await synced();
    const chapter = one.usageKey('chapter', 'c_a');
    const first = await edited(one, { kind: 'rename', id: chapter, name: 'Figures' });
    const second = await edited(one, { kind: 'rename', id: chapter, name: 'Quantities' });
    await expect(undoRun(one.staff(), first.id)).rejects.toMatchObject({
      code: 'later_changes',
      more: { errors: [{ runId: second.id, usageKey: chapter, message: expect.stringContaining(second.id) }] },
    });
    await undoRun(one.staff(), second.id);
    await undoRun(one.staff(), first.id);
    expect((await one.titles())[0]).toBe('Numbers');
  });

  it('of what does not touch the later runs goes through', async () => {
    const one = await synced();
    const first = await edited(one, { kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await edited(one, { kind: 'rename', id: one.usageKey('chapter', 'c_b'), name: 'Forms' });
    await undoRun(one.staff(), first.id);
    expect((await one.titles()).filter((title) => !title.startsWith(' '))).toEqual(['Numbers', 'Forms']);
  });

  it('is refused where a node would be left without its parent', async () => {
    const one = await synced();
    const added = await edited(one, {
      kind: 'add',
      parent: one.usageKey('course', 'course'),
      type: 'chapter',
      name: 'New',
      blockId: 'c_new',
      index: 2,
    });
    const below = await edited(one, {
      kind: 'add',
      parent: one.usageKey('chapter', 'c_new'),
      type: 'sequential',
      name: 'Under',
      blockId: 's_new',
    });
    await expect(undoRun(one.staff(), added.id)).rejects.toMatchObject({
      code: 'later_changes',
      more: { errors: [{ runId: below.id, usageKey: one.usageKey('sequential', 's_new') }] },
    });
    expect((await one.titles()).at(-1)).toBe('  Under');
  });

  it('can be undone itself', async () => {
    const one = await synced();
    const renamed = await edited(one, { kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    const { runId } = await undoRun(one.staff(), renamed.id);
    await undoRun(one.staff(), runId);
    expect((await one.titles())[0]).toBe('Figures');
  });
});

describe('settling', () => {
  it('finds what Blocks showed too late, and ends', async () => {
    const one = await synced();
    // Only units differ, which learning_sequences does not show: both answers agree, and Blocks is stale.
    one.platform.faults.blocksLagMs = 45_000;
    one.edit({ kind: 'rename', id: one.usageKey('vertical', 'u_a'), name: 'A surd' });
    one.edit({ kind: 'publish', id: one.usageKey('vertical', 'u_a') });
    one.clock.now += 1000;
    await one.deliver();
    await one.drain();
    expect(await one.titles()).toContain('    What is a surd?');
    one.clock.now += 61_000;
    await one.sweep();
    await one.drain();
    expect(await one.titles()).toContain('    A surd');
    expect(await last(one)).toMatchObject({ cause: 'reconciliation', state: 'succeeded', counts: { renamed: 1 } });
    for (let look = 0; look < 4; look++) {
      one.clock.now += 11 * MINUTE;
      await one.sweep();
      await one.drain();
    }
    const [followed] = await db.select().from(followedCourse).where(eq(followedCourse.courseId, one.courseId));
    expect(followed?.settleAt).toBeNull();
    expect(await one.runs()).toHaveLength(3);
  });
});

describe('the list of enrolments', () => {
  it('is never followed to another origin, and read from its beginning after that', async () => {
    const one = await synced();
    one.platform.learner({ kind: 'enrol', username: 'chisomo_banda', courseKey: one.courseKey });
    one.platform.learner({ kind: 'enrol', username: 'tadala_nkhoma', courseKey: one.courseKey });
    one.outbox.splice(0);
    const ask = one.outside.fetch;
    const origins = new Set<string>();
    let isLying = true;
    one.outside.fetch = async (input, init) => {
      const { origin, pathname } = new URL(new Request(input).url);
      origins.add(origin);
      const answer = await ask(input, init);
      if (!isLying || !pathname.includes('/enrollments')) return answer;
      const page = await answer.json<{ results: unknown[] }>();
      return Response.json({
        ...page,
        results: page.results.slice(0, 1),
        next: 'https://elsewhere.example/enrollments/?cursor=x',
      });
    };
    const enrolled = async () =>
      (await db.select().from(enrolment).where(eq(enrolment.courseId, one.courseId))).filter(({ isActive }) => isActive)
        .length;
    await one.sweep();
    expect(await enrolled()).toBe(1);
    const [told] = await db.select().from(followedCourse).where(eq(followedCourse.courseId, one.courseId));
    expect(told).toMatchObject({ enrolmentsNext: null, lastError: expect.stringMatching(/^Enrolments: /) });
    isLying = false;
    await one.sweep();
    expect(await enrolled()).toBe(2);
    expect(origins).toEqual(new Set(['https://lms.example.mw']));
  });
});

describe('one batch', () => {
  it('a writer that comes in between makes the run decide again on what is there then', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    await one.drain();
    const renamed = await last(one);
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_b'), name: 'Forms' });
    await one.deliver();
    // The undo comes while Blocks is being read.
    const ask = one.outside.fetch;
    let undone = false;
    one.outside.fetch = async (input, init) => {
      const answer = await ask(input, init);
      if (!undone && new URL(new Request(input).url).pathname.includes('/blocks')) {
        undone = true;
        await undoRun(one.staff(), renamed.id);
      }
      return answer;
    };
    await one.drain();
    expect((await one.titles()).filter((title) => !title.startsWith(' '))).toEqual(['Figures', 'Forms']);
    // 1 first sync, 2 rename, 3 undo, 4 the newer version, which holds both names.
    expect(await liveVersion(one)).toBe(5);
  });

  it('keeps how to take every change back, one row a node', async () => {
    const one = await synced();
    one.edit({ kind: 'rename', id: one.usageKey('chapter', 'c_a'), name: 'Figures' });
    await one.deliver();
    await one.drain();
    const { id } = await last(one);
    expect(
      await db
        .select()
        .from(syncPatch)
        .where(and(eq(syncPatch.runId, id))),
    ).toEqual([
      {
        runId: id,
        usageKey: one.usageKey('chapter', 'c_a'),
        patch: { usageKey: one.usageKey('chapter', 'c_a'), set: { title: ['Numbers', 'Figures'] } },
      },
    ]);
  });
});
