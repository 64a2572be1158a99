import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { attempt } from '../../src/assessments/schema.ts';
import { newId } from '../../src/lib/ids.ts';
import { keepGrade, keepGradeOf } from '../../src/lti/keep-grade.ts';
import { linkUser, passback, resourceLink } from '../../src/lti/schema.ts';
import { scopes } from '../../src/lti/words.ts';
import { aUser, db } from '../factories.ts';
import { answer, LINE_ITEM, LINE_ITEMS, PLATFORM } from './a-gradebook.ts';
import { type APassback, aPassback, everyScope } from './a-passback.ts';

// The sweep of one test has nothing to do with the rows of another.
afterEach(async () => {
  await db.delete(passback);
});

const HOUR = 3600_000;
const DAY = 24 * HOUR;

const finals = ({ gradebook }: APassback) =>
  gradebook.posted.filter(({ gradingProgress }) => gradingProgress === 'FullyGraded');

describe('a grade', () => {
  it('goes to the line item as soon as the attempt is graded, with the exact words of the specification', async () => {
    const one = await aPassback();
    const attemptId = await one.start();
    one.gradebook.later(60_000);
    await one.finish(7.5);
    await one.react(attemptId);
    await one.drain();
    expect(one.gradebook.seen).toEqual(['POST /token', 'POST /lineitem/scores?type_id=3']);
    expect(one.gradebook.posted).toEqual([
      {
        userId: one.sub,
        timestamp: '2026-11-21T08:01:00.000Z',
        activityProgress: 'Completed',
        gradingProgress: 'FullyGraded',
        scoreGiven: 7.5,
        scoreMaximum: 10,
        submission: { startedAt: '2026-11-21T08:00:00.000Z', submittedAt: '2026-11-21T08:01:00.000Z' },
      },
    ]);
    expect(await one.row()).toMatchObject({
      state: 'delivered',
      slot: LINE_ITEM,
      revision: 1,
      attempts: 1,
      lastStatus: 201,
      nextAt: null,
      leaseUntil: null,
      finalAt: one.outside.now(),
    });
  });

  it.each([
    ['best', 0.8],
    ['last', 0.4],
    ['first', 0.2],
    ['average', 0.4667],
  ] as const)('of several attempts is the one by the method %s', async (gradingMethod, share) => {
    const one = await aPassback({ gradingMethod });
    for (const given of [2, 8, 4]) {
      await one.graded(given);
      await one.drain();
    }
    expect(one.shows()).toBeCloseTo(share, 3);
  });

  it('that did not change is not sent again, however often its event comes', async () => {
    const one = await aPassback({ gradingMethod: 'best' });
    await one.graded(8);
    await one.drain();
    const attemptId = await one.finish(3);
    for (let times = 0; times < 3; times++) await one.react(attemptId);
    await one.drain();
    expect(finals(one)).toHaveLength(1);
    expect(await one.row()).toMatchObject({ revision: 1, state: 'delivered' });
  });

  it('that changes while the platform is away goes out once, as the last of them', async () => {
    const one = await aPassback();
    one.gradebook.settings.isDown = true;
    for (const given of [1, 5, 9]) {
      await one.graded(given);
      await one.drain();
    }
    one.gradebook.settings.isDown = false;
    await one.next();
    expect(one.gradebook.stored.map(({ scoreGiven }) => scoreGiven)).toEqual([9]);
    expect(await one.row()).toMatchObject({ revision: 3, state: 'delivered' });
  });

  it('has a timestamp at least a second after the one before it, though both come in one second', async () => {
    const one = await aPassback();
    for (const given of [1, 5, 9]) {
      await one.graded(given);
      await one.drain();
      one.gradebook.later(10);
    }
    const times = one.gradebook.stored.map(({ timestamp }) => Date.parse(timestamp));
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1000, 2000]);
    expect(one.shows()).toBe(0.9);
  });

  it('out of nothing is no score: platforms divide by it', async () => {
    const one = await aPassback();
    await one.graded(0, 0);
    await one.drain();
    expect(one.gradebook.posted).toMatchObject([{ gradingProgress: 'NotReady' }]);
    expect(one.gradebook.posted[0]).not.toHaveProperty('scoreGiven');
  });

  it('of somebody who came by no link, or where the platform takes no scores, stays here', async () => {
    const [unlinked, mute, placeless] = [
      await aPassback(),
      await aPassback({ link: { scopes: [scopes.result] } }),
      await aPassback({ link: { lineItem: null, lineItems: null } }),
    ];
    await db.delete(linkUser).where(eq(linkUser.linkId, unlinked.linkId));
    for (const one of [unlinked, mute, placeless]) {
      await one.graded(5);
      expect(await one.rows()).toEqual([]);
    }
  });

  it('goes to every link of the assessment that the student came by', async () => {
    const one = await aPassback();
    const linkId = newId('resourceLink');
    const lineItem = `${PLATFORM}/lti/7/other`;
    one.gradebook.setColumns([
      ...one.gradebook.columns(),
      { id: lineItem, resourceLinkId: 'link-2', scoreMaximum: 100 },
    ]);
    await db.insert(resourceLink).values({
      ...{ id: linkId, registrationId: one.registration.id, deploymentId: '1', resourceLinkId: 'link-2', title: 'x' },
      ...{ assessmentId: one.assessmentId, lineItem, scopes: everyScope, createdAt: 0 },
    });
    await db.insert(linkUser).values({ linkId, userId: one.student.id, sub: one.sub, at: 0 });
    await one.graded(6);
    await one.drain();
    expect([one.shows(), one.shows(lineItem)]).toEqual([0.6, 0.6]);
  });

  it('of Canvas asks for no new submission', async () => {
    const one = await aPassback({
      registration: { issuer: `https://canvas.instructure.com/${newId('registration')}` },
    });
    await one.graded(5);
    await one.drain();
    expect(one.gradebook.posted).toMatchObject([
      { 'https://canvas.instructure.com/lti/submission': { new_submission: false } },
    ]);
  });
});

describe('progress', () => {
  it('goes out when an attempt begins, without a score, and the grade follows it', async () => {
    const one = await aPassback();
    await one.react(await one.start());
    await one.drain();
    expect(one.gradebook.posted).toMatchObject([{ activityProgress: 'Started', gradingProgress: 'NotReady' }]);
    expect(one.gradebook.posted[0]).not.toHaveProperty('scoreGiven');
    one.gradebook.later(100);
    await one.graded(4);
    await one.drain();
    expect(one.shows()).toBe(0.4);
    expect((await one.row()).finalAt).toBe(one.outside.now());
  });

  it('is never sent once a score is wanted, delivered or not', async () => {
    const one = await aPassback();
    one.gradebook.settings.isDown = true;
    await one.graded(4);
    await one.drain();
    await one.react(await one.start());
    one.gradebook.settings.isDown = false;
    await one.next();
    await one.react(await one.start());
    await one.drain();
    expect(one.gradebook.posted.map(({ gradingProgress }) => gradingProgress)).toEqual(['FullyGraded']);
  });

  it('of an attempt that staff have reopened leaves the grade that was sent', async () => {
    const one = await aPassback();
    const attemptId = await one.finish(4);
    await one.react(attemptId);
    await one.drain();
    await db.update(attempt).set({ state: 'open', reopenings: 1, finishedAt: null }).where(eq(attempt.id, attemptId));
    await one.react(attemptId);
    await one.drain();
    expect(one.gradebook.posted).toHaveLength(1);
    expect(await one.row()).toMatchObject({ scoreGiven: 4, state: 'delivered' });
  });

  it('that has not left yet makes room for the grade', async () => {
    const one = await aPassback();
    const attemptId = await one.start();
    await keepGrade(one.call(), { attemptId });
    await one.finish(4);
    await one.react(attemptId);
    await one.drain();
    expect(one.gradebook.posted).toMatchObject([{ gradingProgress: 'FullyGraded', scoreGiven: 4 }]);
  });

  it('that the platform finds too late has been overtaken: it is over', async () => {
    const one = await aPassback();
    await one.react(await one.start());
    one.gradebook.faults.push(answer(409));
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'delivered', finalAt: null });
  });
});

describe('who launches after finishing', () => {
  it('has the grade sent by that link', async () => {
    const one = await aPassback();
    await one.finish(5);
    expect(await keepGradeOf(one.call(), { linkId: one.linkId, userId: one.student.id })).toHaveLength(1);
    await one.sweep();
    expect(one.messages, 'a message that is not late is left alone').toEqual([]);
    one.gradebook.later(6_000);
    await one.sweep();
    await one.drain();
    expect(one.shows()).toBe(0.5);
  });

  it('and never began has nothing sent', async () => {
    const one = await aPassback();
    expect(await keepGradeOf(one.call(), { linkId: one.linkId, userId: one.student.id })).toEqual([]);
    expect(await one.rows()).toEqual([]);
  });

  it('by a line item that has moved has the grade sent to its new place', async () => {
    const one = await aPassback();
    await one.graded(5);
    await one.drain();
    const moved = `${PLATFORM}/lti/8/lineitem`;
    one.gradebook.setColumns([{ id: moved, resourceLinkId: 'link-1', scoreMaximum: 100 }]);
    await db.update(resourceLink).set({ lineItem: moved }).where(eq(resourceLink.id, one.linkId));
    const due = await keepGradeOf(one.call(), { linkId: one.linkId, userId: one.student.id });
    for (const id of due) await one.pass(id);
    expect(one.shows(moved)).toBe(0.5);
    expect(await one.rows()).toMatchObject([{ slot: moved, revision: 2, state: 'delivered' }]);
  });
});

describe('two at once', () => {
  it('reactions end with the grade as it stands, whichever read first', async () => {
    for (const order of [0, 1]) {
      const one = await aPassback();
      const first = await one.finish(3);
      await keepGrade(one.call(), { attemptId: first });
      const second = await one.finish(9);
      const calls = [first, second].map((attemptId) => keepGrade(one.call(), { attemptId }));
      await Promise.all(order === 0 ? calls : calls.reverse());
      expect(await one.rows()).toMatchObject([{ scoreGiven: 9, state: 'pending' }]);
    }
  });

  it('a reaction that read before another wrote does not put its old grade back', async () => {
    const one = await aPassback();
    await one.graded(3);
    const old = await one.finish(5);
    let times = 0;
    // Between its reading and its writing a later attempt ends and is kept.
    const slow = new Proxy(one.call().db, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'update' || ++times > 1) return typeof member === 'function' ? member.bind(target) : member;
        return (table: never) => ({
          set: (values: never) => ({
            where: async (where: never) => {
              await one.finish(9);
              await keepGrade(one.call(), { attemptId: old });
              return await target.update(table).set(values).where(where);
            },
          }),
        });
      },
    });
    await keepGrade({ db: slow, now: one.outside.now() }, { attemptId: old });
    expect(times).toBeGreaterThan(0);
    expect(await one.row()).toMatchObject({ scoreGiven: 9, revision: 2 });
  });

  it('consumers send a row once', async () => {
    const one = await aPassback();
    await one.graded(5);
    const { id } = await one.row();
    expect(await Promise.all([one.pass(id), one.pass(id), one.pass(id)])).toEqual([
      { kind: 'done' },
      { kind: 'done' },
      { kind: 'done' },
    ]);
    expect(one.gradebook.posted).toHaveLength(1);
  });

  it('a grade that changes in the middle of a delivery is sent after it', async () => {
    const one = await aPassback();
    await one.graded(5);
    one.gradebook.settings.meanwhile = async () => {
      one.gradebook.settings.meanwhile = undefined;
      await one.graded(8);
      expect(await one.row()).toMatchObject({ state: 'sending', revision: 2 });
      const { id } = await one.row();
      expect(await one.pass(id), 'nobody else may send meanwhile').toEqual({ kind: 'done' });
    };
    await one.drain();
    expect(one.gradebook.stored.map(({ scoreGiven }) => scoreGiven)).toEqual([5, 8]);
    expect(await one.row()).toMatchObject({ state: 'delivered', revision: 2, isUnclear: false });
  });

  it('a grade that changes in the middle of a delivery that is refused for good is sent all the same', async () => {
    const one = await aPassback();
    await one.graded(5);
    one.gradebook.faults.push(answer(422));
    one.gradebook.settings.meanwhile = async () => {
      one.gradebook.settings.meanwhile = undefined;
      await one.graded(8);
    };
    await one.drain();
    expect(one.shows()).toBe(0.8);
    expect(await one.row()).toMatchObject({ state: 'delivered', lastError: null });
  });
});

describe('an answer that never came', () => {
  it('though the score was stored: what the platform holds is the same, so it is delivered, and stored once', async () => {
    const one = await aPassback();
    await one.graded(5);
    one.gradebook.faults.push({ kind: 'stored, answer lost' });
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'pending', isUnclear: true, attempts: 1, lastStatus: null });
    await one.next();
    expect(one.gradebook.stored).toHaveLength(1);
    expect(await one.row()).toMatchObject({ state: 'delivered', isUnclear: false, lastError: null });
  });

  it.each([409, 400])(
    'and results that may not be read: a refused timestamp (%i) is followed by a later one',
    async (status) => {
      const one = await aPassback({ link: { scopes: [scopes.score] } });
      one.gradebook.settings.lateStatus = status;
      await one.graded(5);
      one.gradebook.faults.push(answer(500, { isStored: true }));
      await one.drain();
      await one.next();
      const times = one.gradebook.posted.map(({ timestamp }) => Date.parse(timestamp));
      expect(times).toHaveLength(3);
      expect(times[1]).toBe(times[0]);
      expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(1000);
      expect(await one.row()).toMatchObject({ state: 'delivered', isRetimed: true });
    },
  );

  it('and was not stored: it is sent again, the same', async () => {
    const one = await aPassback();
    await one.graded(5);
    one.gradebook.faults.push({ kind: 'lost' });
    await one.drain();
    await one.next();
    expect(one.gradebook.posted.map(({ timestamp }) => timestamp)).toEqual(Array(2).fill('2026-11-21T08:00:00.000Z'));
    expect(one.shows()).toBe(0.5);
  });

  it('because we crashed: the row is taken up when its lease ends, and nothing is stored twice', async () => {
    for (const isStored of [true, false]) {
      const one = await aPassback();
      one.gradebook.settings.takesEqual = true;
      await one.graded(5);
      const { id } = await one.row();
      one.messages.length = 0;
      const dying = new Error('the Worker died');
      one.gradebook.settings.meanwhile = async () => {
        one.gradebook.settings.meanwhile = undefined;
        if (isStored) one.gradebook.faults.push({ kind: 'stored, answer lost' });
        else one.gradebook.faults.push({ kind: 'lost' });
        const broken = Object.assign(one.outside, { now: one.gradebook.now });
        Object.defineProperty(broken, 'now', {
          configurable: true,
          get: () => {
            throw dying;
          },
        });
      };
      await expect(one.pass(id)).rejects.toThrow(dying);
      Object.defineProperty(one.outside, 'now', { configurable: true, value: one.gradebook.now });
      expect(await one.row()).toMatchObject({ state: 'sending' });
      one.gradebook.later(59_000);
      await one.sweep();
      expect(one.messages).toEqual([]);
      one.gradebook.later(2_000);
      await one.sweep();
      await one.drain();
      expect(one.gradebook.stored).toHaveLength(1);
      expect(await one.row()).toMatchObject({ state: 'delivered' });
    }
  });
});

describe('a timestamp that is refused', () => {
  it('where another score stands: it is sent once more, later than that by the clock of the platform', async () => {
    const one = await aPassback();
    one.gradebook.settings.aheadMs = 30_000;
    one.gradebook.stored.push({
      ...{ at: LINE_ITEM, userId: one.sub, activityProgress: 'Completed', gradingProgress: 'FullyGraded' },
      ...{ timestamp: new Date(one.outside.now() + 30_000).toISOString(), scoreGiven: 1, scoreMaximum: 10 },
    });
    await one.graded(5);
    await one.drain();
    expect(one.shows()).toBe(0.5);
    expect(one.gradebook.posted).toHaveLength(2);
    expect(await one.row()).toMatchObject({ state: 'delivered' });
  });

  it('in the very second of ours, by a platform whose clock is behind: a whole second later will do', async () => {
    const one = await aPassback();
    one.gradebook.settings.aheadMs = -60_000;
    one.gradebook.stored.push({
      ...{ at: LINE_ITEM, userId: one.sub, activityProgress: 'Completed', gradingProgress: 'FullyGraded' },
      ...{ timestamp: new Date(one.outside.now()).toISOString(), scoreGiven: 1, scoreMaximum: 10 },
    });
    await one.graded(5);
    await one.drain();
    expect(one.shows()).toBe(0.5);
  });

  it('twice is for people, who may send it again', async () => {
    const one = await aPassback();
    one.gradebook.faults.push(answer(409, { body: 'Conflict' }), answer(409, { body: 'Conflict' }));
    await one.graded(5);
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'parked', lastStatus: 409, lastError: 'Conflict', nextAt: null });
    expect(one.gradebook.posted).toHaveLength(2);
    await one.graded(6);
    await one.drain();
    expect(one.shows(), 'another grade begins anew').toBe(0.6);
  });

  it('is no matter where the platform holds that very score, by another maximum', async () => {
    const one = await aPassback();
    one.gradebook.settings.resultMaximum = 20;
    one.gradebook.stored.push({
      ...{ at: LINE_ITEM, userId: one.sub, activityProgress: 'Completed', gradingProgress: 'FullyGraded' },
      ...{ timestamp: new Date(one.outside.now() + 90_000).toISOString(), scoreGiven: 50, scoreMaximum: 100 },
    });
    await one.graded(5);
    await one.drain();
    expect(one.gradebook.posted).toHaveLength(1);
    expect(await one.row()).toMatchObject({ state: 'delivered' });
  });
});

describe('a platform that is away', () => {
  it('for twenty tries gets the score once, with waits that double to an hour', async () => {
    const one = await aPassback();
    one.gradebook.faults.push(
      ...Array.from({ length: 20 }, (_, n) => (n % 2 ? answer(503) : ({ kind: 'lost' } as const))),
    );
    await one.graded(5);
    const waits: number[] = [];
    await one.drain();
    while (one.messages.length > 0) {
      const before = one.outside.now();
      await one.next();
      waits.push((one.outside.now() - before) / 1000);
    }
    expect(waits.slice(0, 9)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    expect(one.gradebook.stored).toHaveLength(1);
    expect(new Set(one.gradebook.posted.map(({ timestamp }) => timestamp)).size, 'the same body each time').toBe(1);
    expect(await one.row()).toMatchObject({ state: 'delivered', attempts: 21 });
  });

  it('for two days loses nothing and gets each score once, though queue and Worker forget everything', async () => {
    const one = await aPassback();
    one.gradebook.settings.isDown = true;
    await one.graded(3);
    for (let hours = 0; hours < 48; hours += 4) {
      await one.drain();
      if (hours === 24) await one.graded(4);
      one.gradebook.later(4 * HOUR);
      one.messages.length = 0;
      await one.sweep();
    }
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'pending', attempts: 13 });
    one.gradebook.settings.isDown = false;
    one.gradebook.later(2 * HOUR);
    await one.sweep();
    await one.drain();
    expect(one.gradebook.stored.map(({ scoreGiven }) => scoreGiven)).toEqual([4]);
  });

  it('is asked no sooner than it wants', async () => {
    const one = await aPassback();
    one.gradebook.faults.push(answer(429, { headers: { 'retry-after': '7200' } }));
    await one.graded(5);
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'pending', isUnclear: false, nextAt: one.outside.now() + 2 * HOUR });
    expect(one.messages).toMatchObject([{ at: one.outside.now() + 2 * HOUR }]);
    one.gradebook.later(2 * HOUR - 1000);
    await one.pass((await one.row()).id);
    expect(one.gradebook.posted, 'a message that comes early finds nothing to do').toHaveLength(1);
  });

  it('for more than two weeks is somebody’s business', async () => {
    const one = await aPassback();
    one.gradebook.settings.isDown = true;
    await one.graded(5);
    await one.drain();
    for (let halves = 0; halves < 26; halves++) {
      one.gradebook.later(DAY / 2);
      await one.next();
    }
    expect(await one.row()).toMatchObject({ state: 'pending', attempts: 27 });
    one.gradebook.later(DAY + 1);
    await one.next();
    expect(await one.row()).toMatchObject({ state: 'parked', lastError: 'The platform cannot be reached.' });
  });
});

describe('a line item', () => {
  it('that the launch did not name is found where the platform lists them', async () => {
    const one = await aPassback({ link: { lineItem: null } });
    await one.graded(5);
    expect(await one.row()).toMatchObject({ slot: one.linkId });
    await one.drain();
    expect(one.gradebook.seen).toContain('GET /lineitems?resource_link_id=link-1');
    expect(one.shows()).toBe(0.5);
    expect(await one.row()).toMatchObject({ slot: LINE_ITEM, state: 'delivered', revision: 1 });
    const [link] = await db.select().from(resourceLink).where(eq(resourceLink.id, one.linkId));
    expect(link).toMatchObject({ lineItem: LINE_ITEM, lineItemSoughtUntil: null });
  });

  it('that is nowhere is made, once, though many scores want it at once', async () => {
    const one = await aPassback({ link: { lineItem: null, title: `Surds ${'x'.repeat(200)}` } });
    one.gradebook.setColumns([]);
    await one.graded(5);
    const others = await Promise.all(Array.from({ length: 4 }, () => aUser()));
    const rows = others.map(({ id }) => ({
      ...{
        id: newId('passback'),
        registrationId: one.registration.id,
        linkId: one.linkId,
        slot: one.linkId,
        userId: id,
        sub: id,
      },
      ...{ revision: 1, scoreGiven: 3, scoreMaximum: 10, timestamp: one.outside.now(), state: 'pending' as const },
      ...{ nextAt: one.outside.now(), createdAt: 0 },
    }));
    for (const row of rows) await db.insert(passback).values(row);
    await Promise.all([(await one.row()).id, ...rows.map(({ id }) => id)].map(one.pass));
    while (one.messages.length > 0) await one.next();
    expect(one.gradebook.columns()).toEqual([
      {
        id: `${PLATFORM}/lti/7/made-1`,
        scoreMaximum: 100,
        label: `Surds ${'x'.repeat(94)}`,
        tag: 'grade',
        resourceId: one.assessmentId,
        resourceLinkId: 'link-1',
      },
    ]);
    const stored = one.gradebook.stored.filter(({ at }) => at === `${PLATFORM}/lti/7/made-1`);
    expect(stored.map(({ userId }) => userId).sort()).toEqual([one.sub, ...others.map(({ id }) => id)].sort());
  });

  it('that is nowhere and may not be made is for people', async () => {
    const one = await aPassback({ link: { lineItem: null, scopes: [scopes.score, scopes.lineItemReadOnly] } });
    one.gradebook.setColumns([]);
    await one.graded(5);
    await one.drain();
    expect(await one.row()).toMatchObject({
      state: 'parked',
      lastError: 'The platform has no line item for this link.',
    });
    expect(one.gradebook.columns()).toEqual([]);
  });

  it('that has gone elsewhere is found again, and the score goes there', async () => {
    const one = await aPassback();
    const moved = `${PLATFORM}/lti/7/moved`;
    one.gradebook.setColumns([{ id: moved, resourceLinkId: 'link-1', scoreMaximum: 100 }]);
    await one.graded(5);
    await one.drain();
    expect(one.shows(moved)).toBe(0.5);
    expect(await one.rows()).toMatchObject([{ slot: moved, state: 'delivered' }]);
  });

  it('that is gone is not made again: whoever deleted it meant it', async () => {
    const one = await aPassback();
    one.gradebook.setColumns([]);
    await one.graded(5);
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'parked', lastStatus: 404, lastError: 'Not found.' });
    expect(one.gradebook.columns()).toEqual([]);
  });

  it('on another site than the launch named gets neither token nor score', async () => {
    const one = await aPassback({ link: { lineItem: null } });
    one.gradebook.setColumns([
      { id: 'https://elsewhere.example.mw/lineitem', resourceLinkId: 'link-1', scoreMaximum: 1 },
    ]);
    await db
      .update(resourceLink)
      .set({ scopes: [scopes.score, scopes.lineItemReadOnly] })
      .where(eq(resourceLink.id, one.linkId));
    await one.graded(5);
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'parked' });
    expect(one.gradebook.seen.some((line) => line.includes('scores'))).toBe(false);
  });

  it('on a private address is never asked', async () => {
    const one = await aPassback({ link: { lineItem: 'https://10.0.0.7/lineitem' } });
    await one.graded(5);
    await one.drain();
    expect(one.gradebook.seen).toEqual(['POST /token']);
    expect(await one.row()).toMatchObject({ state: 'parked', lastError: expect.stringContaining('may not be used') });
  });

  it('whose platform keeps its lists to itself just now is looked for later', async () => {
    const one = await aPassback({ link: { lineItem: null } });
    await one.graded(5);
    one.gradebook.settings.tokenStatus = 503;
    await one.drain();
    expect(await one.row()).toMatchObject({ state: 'pending', isUnclear: false, lastStatus: 503 });
    one.gradebook.settings.tokenStatus = 200;
    await one.next();
    expect(one.shows()).toBe(0.5);
  });
});

describe('a token', () => {
  it('that the platform has forgotten is asked for anew, and the score goes out in the same try', async () => {
    const one = await aPassback();
    await one.graded(5);
    await one.drain();
    one.gradebook.revoke();
    await one.graded(6);
    await one.drain();
    expect(one.shows()).toBe(0.6);
    expect(one.gradebook.seen.filter((line) => line === 'POST /token')).toHaveLength(2);
  });

  it.each([401, 403])(
    'that is refused twice with %i needs somebody, and says so in the platform’s words',
    async (status) => {
      const one = await aPassback();
      const body = '<html><head><title>x</title></head><body><h1>No</h1> entry, Bearer abc.def</body></html>';
      one.gradebook.faults.push(answer(status, { body }), answer(status, { body }), answer(status, { body }));
      await one.graded(5);
      await one.drain();
      expect(one.gradebook.posted).toHaveLength(2);
      expect(await one.row()).toMatchObject({ state: 'parked', lastStatus: status, lastError: 'No entry, …' });
    },
  );

  it('that does not hold what was asked for is of no use', async () => {
    const one = await aPassback();
    one.gradebook.settings.scope = '';
    await one.graded(5);
    await one.drain();
    expect(await one.row()).toMatchObject({
      state: 'parked',
      lastError: 'The platform does not grant us https://purl.imsglobal.org/spec/lti-ags/scope/score.',
    });
    expect(one.gradebook.posted).toEqual([]);
  });
});

describe('a platform that was switched off here', () => {
  it('is sent nothing', async () => {
    const one = await aPassback({ registration: { isActive: false } });
    await one.graded(5);
    await one.drain();
    expect(one.gradebook.seen).toEqual([]);
    expect(await one.row()).toMatchObject({ state: 'parked', lastError: 'The platform is switched off here.' });
  });
});

describe('links that lead to one line item', () => {
  it('have one row for it', async () => {
    const one = await aPassback({ link: { lineItem: null, lineItems: LINE_ITEMS } });
    const linkId = newId('resourceLink');
    await db.insert(resourceLink).values({
      ...{ id: linkId, registrationId: one.registration.id, deploymentId: '1', resourceLinkId: 'link-2', title: 'x' },
      ...{ assessmentId: one.assessmentId, lineItem: LINE_ITEM, scopes: everyScope, createdAt: 0 },
    });
    await db.insert(linkUser).values({ linkId, userId: one.student.id, sub: one.sub, at: 0 });
    await one.graded(6);
    await one.drain();
    expect(await one.rows()).toMatchObject([{ slot: LINE_ITEM, state: 'delivered' }]);
    expect(one.gradebook.stored).toHaveLength(1);
  });
});
