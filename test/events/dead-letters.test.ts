import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetDeadLetters, type Job, reactTo, record } from '../../src/events/index.ts';
import { deadLetter, event } from '../../src/events/schema.ts';
import { liveQueues, replayDeadLetter } from '../../src/home/operations/dead-letters.ts';
import { audit } from '../../src/identity/schema.ts';
import { consume } from '../../src/jobs.ts';
import { newId } from '../../src/lib/ids.ts';
import { mail } from '../../src/notifications/schema.ts';
import { syncRun } from '../../src/openedx/schema.ts';
import { aBrowser, said } from '../assessments/a-browser.ts';
import { aUser, away, db } from '../factories.ts';
import { makeCourse } from '../items/make.ts';

/* What runs in the background and failed: what staff see of it, and how it goes on. */

const DAY = 24 * 3_600_000;
const soon = { timeout: 10_000, interval: 100 };

afterEach(() => {
  vi.restoreAllMocks();
});

type Death = { queue?: string; times?: number; bindings?: Partial<Env> };
/** Lets a queue give up on a message; the id of the letter. */
async function dies(body: unknown, { queue = 've-edu-vault-dead-jobs', times = 1, bindings = {} }: Death = {}) {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const id = newId('request');
  let result: Awaited<ReturnType<typeof getQueueResult>> | undefined;
  for (let time = 0; time < times; time++) {
    const batch = createMessageBatch(queue, [{ id, timestamp: new Date(), attempts: 6, body }]);
    const context = createExecutionContext();
    await consume(batch, { ...env, ...bindings });
    result = await getQueueResult(batch, context);
  }
  return { id: `dlt_${id}`, acked: result?.explicitAcks.length === 1 };
}
const letter = async (id: string) => (await db.select().from(deadLetter).where(eq(deadLetter.id, id)))[0];
const eventOf = async (id: string) => (await db.select().from(event).where(eq(event.id, id)))[0];

/** An event whose reactions have failed too often. */
async function parked() {
  const eventId = newId('event');
  const happened = { type: 'assessment.times.changed', payload: { assessmentId: 'asm_none' } } as const;
  await record({ db, now: Date.now() }, happened, eventId);
  const fails = () => Promise.reject(new Error('the platform <b>is</b> away'));
  for (let time = 0; time < 8; time++) await reactTo({ db, now: Date.now() }, eventId, fails);
  expect(await eventOf(eventId)).toMatchObject({ nextAt: null, attempts: 8 });
  return eventId;
}

describe('a dead letter', () => {
  it('is kept once, with the queue it came from, and taken off', async () => {
    const job: Job = { job: 'react', eventId: 'evt_gone' };
    const { id, acked } = await dies(job, { times: 3 });
    expect(acked).toBe(true);
    expect(await letter(id)).toMatchObject({ queue: 've-edu-vault-jobs', body: job, attempts: 6, replayedAt: null });
  });

  it('comes again while it cannot be kept', async () => {
    expect(await dies({ job: 'react', eventId: 'evt_gone' }, { bindings: { DB: away } })).toMatchObject({
      acked: false,
    });
  });

  it('is sent again once, of ten admins who ask at once, to the queue it came from, and does its work', async () => {
    const eventId = newId('event');
    const happened = { type: 'assessment.times.changed', payload: { assessmentId: 'asm_none' } } as const;
    await record({ db, now: Date.now() }, happened, eventId);
    const { id } = await dies({ job: 'react', eventId });
    const admin = await aUser('admin');
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => admin.ask('POST', `/dead-letters/${id}/replay`)),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 9 }, () => 409)]);
    expect(replies.find(({ status }) => status === 202)?.json).toMatchObject({ id, replayedAt: expect.any(String) });
    await expect.poll(async () => (await eventOf(eventId))?.handledAt, soon).toEqual(expect.any(Number));
    expect(await db.select().from(audit).where(eq(audit.subject, id))).toMatchObject([
      { action: 'dead-letter.replayed', actorId: admin.id },
    ]);
  });

  it('waits as before while its queue cannot be reached, or is no more', async () => {
    const admin = await aUser('admin');
    const { id } = await dies({ job: 'react', eventId: 'evt_gone' });
    await expect(replayDeadLetter(admin.call(), id, liveQueues({ ...env, JOBS: away }))).rejects.toThrow('reached');
    await expect(replayDeadLetter(admin.call(), id, {})).rejects.toThrow('no queue');
    expect(await letter(id)).toMatchObject({ replayedAt: null });
    const { json } = await admin.ask('GET', '/dead-letters?state=waiting&pageSize=100');
    expect(json.results).toContainEqual(expect.objectContaining({ id }));
  });

  it('of a sync, whose run has failed with it, lets that run begin anew', async () => {
    const { courseId } = await makeCourse();
    const runId = newId('syncRun');
    const row = { id: runId, courseId, cause: 'staff', state: 'pending', isForced: false } as const;
    await db.insert(syncRun).values({ ...row, dueAt: Date.now() + DAY, attempts: 0, createdAt: Date.now() });
    const state = async () => (await db.select().from(syncRun).where(eq(syncRun.id, runId)))[0]?.state;
    const { id } = await dies({ runId }, { queue: 've-edu-vault-dead-syncs' });
    expect(await state()).toBe('failed');
    const sent: unknown[] = [];
    const send = async (body: unknown) => void sent.push(body);
    await replayDeadLetter((await aUser('admin')).call(), id, { 've-edu-vault-syncs': { send } as unknown as Queue });
    expect([await state(), sent]).toEqual(['pending', [{ runId }]]);
  });

  it('is forgotten a month after it was sent again, and not before somebody did', async () => {
    const now = Date.now();
    const [replayed, waiting] = [await dies({ id: 1 }), await dies({ id: 2 })];
    await db.update(deadLetter).set({ at: now - 400 * DAY });
    await db
      .update(deadLetter)
      .set({ replayedAt: now - 30 * DAY })
      .where(eq(deadLetter.id, replayed.id));
    await forgetDeadLetters({ db, now: now - 1 });
    expect(await letter(replayed.id)).toBeDefined();
    await forgetDeadLetters({ db, now });
    expect([await letter(replayed.id), await letter(waiting.id)]).toEqual([undefined, expect.anything()]);
  });
});

describe('a parked event', () => {
  it('is listed with its reason, and reacted to once more when an admin says so', async () => {
    const eventId = await parked();
    const admin = await aUser('admin');
    const { json } = await admin.ask('GET', '/events/parked?pageSize=100');
    expect(json.results).toContainEqual(
      expect.objectContaining({ id: eventId, attempts: 8, lastError: 'Error: the platform <b>is</b> away' }),
    );
    expect((await admin.ask('POST', `/events/${eventId}/retry`)).status).toBe(202);
    expect((await admin.ask('POST', `/events/${eventId}/retry`)).json.code).toBe('conflict');
    await expect.poll(async () => (await eventOf(eventId))?.handledAt, soon).toEqual(expect.any(Number));
  });
});

describe('the state of the house', () => {
  it('counts what waits, what failed and who came, by day in Malawi', async () => {
    const admin = await aUser('admin');
    const before = (await admin.ask('GET', '/status')).json;
    const now = Date.now();
    const person = await aUser('student', { email: 'x@status.test', createdAt: now - 3 * DAY });
    await aUser('student', { createdAt: now - 20 * DAY });
    await parked();
    await dies({ job: 'react', eventId: 'evt_gone' });
    const row = {
      eventId: newId('event'),
      kind: 'result',
      userId: person.id,
      locale: 'en',
      recipient: 'x@status.test',
    } as const;
    await db.insert(mail).values([
      { ...row, id: newId('mail'), subject: 'x', state: 'parked', createdAt: now },
      { ...row, id: newId('mail'), eventId: newId('event'), subject: 'x', nextAt: now + DAY, createdAt: now - DAY },
    ]);
    const { json, line } = await admin.ask('GET', '/status');
    const more = (name: string) => Number(json[name]) - Number(before[name]);
    expect([more('deadLetters'), more('parkedEvents'), more('parkedMails')]).toEqual([1, 1, 1]);
    expect(json).toMatchObject({ mailer: 'outbox', oldestMailAt: new Date(now - DAY).toISOString() });
    const signUps = json.signUps as { day: string; count: number }[];
    expect(signUps).toHaveLength(14);
    const day = (at: number) => new Date(at + 2 * 3_600_000).toISOString().slice(0, 10);
    expect([signUps[0]?.day, signUps.at(-1)?.day]).toEqual([day(now - 13 * DAY), day(now)]);
    expect(signUps.find((one) => one.day === day(now - 3 * DAY))?.count).toBe(1);
    expect(line.d1, 'one to see that they are still an admin, one for all of it').toBe(2);
  });

  it('is for admins: nobody else sees it, or what they can do there', async () => {
    const teacher = await aUser('instructor');
    const letterId = (await dies({ id: 1 })).id;
    for (const path of ['/status', '/dead-letters', '/events/parked', '/mails', '/outbox'])
      expect((await teacher.ask('GET', path)).status, path).toBe(403);
    expect((await teacher.ask('POST', `/dead-letters/${letterId}/replay`)).status).toBe(403);
    const page = await aBrowser(teacher);
    for (const path of ['/staff/status', '/staff/dead-letters', '/staff/mails', '/staff/outbox'])
      expect((await page.open(path)).status, path).toBe(403);
    expect((await page.post(`/staff/dead-letters/${letterId}/replay`)).status).toBe(403);
    expect((await letter(letterId))?.replayedAt).toBeNull();
  });
});

describe('the pages', () => {
  it('show what was given up, safely, and try it again by a form', async () => {
    const [eventId, { id }] = [
      await parked(),
      await dies({ job: 'react', eventId: '</code><script>alert(1)</script>' }),
    ];
    const admin = await aBrowser(await aUser('admin'));
    const { status, text } = await admin.open('/staff/dead-letters');
    expect(status).toBe(200);
    expect(text).not.toMatch(/<script>alert|<b>is/);
    expect(text).toContain(`/staff/dead-letters/${id}/replay`);
    const replayed = await admin.post(`/staff/dead-letters/${id}/replay`);
    expect(replayed).toMatchObject({ status: 303, to: '/staff/dead-letters?notice=again' });
    expect((await admin.post(`/staff/dead-letters/${id}/replay`)).to).toBe('/staff/dead-letters?notice=done');
    expect((await admin.post(`/staff/dead-letters/${eventId}/retry`)).to).toBe('/staff/dead-letters?notice=again');
    expect((await admin.send(`/staff/dead-letters/${id}/replay`)).status, 'without our token').toBe(400);
    expect(said((await admin.open(replayed.to)).text)).toContain('It is tried again now.');
    expect(said((await admin.open('/staff/status')).text)).toContain('Mails leave by the outbox page (local run)');
  });

  it('list mails without their texts, show those of a local run in its outbox, and send a parked one again', async () => {
    const person = await aUser('student', { email: 'list@mail.test', emailVerifiedAt: 1 });
    const admin = await aBrowser(await aUser('admin'));
    const row = { kind: 'result', userId: person.id, locale: 'en', recipient: 'list@mail.test' } as const;
    const [sent, stuck] = [newId('mail'), newId('mail')];
    const now = Date.now();
    await db.insert(mail).values([
      {
        ...row,
        id: sent,
        eventId: sent,
        subject: 'Your result',
        text: 'http://ve.test/attempts/1 <i>\n\nhttp://ve.test/attempts/1/result\n',
        state: 'sent',
        createdAt: now,
        sentAt: now,
      },
      {
        ...row,
        id: stuck,
        eventId: stuck,
        subject: 'Another',
        state: 'parked',
        lastError: 'bad <address>',
        createdAt: now,
      },
    ]);
    const list = await admin.open('/staff/mails?search=LIST@mail');
    expect(list.text).not.toContain('attempts/1');
    expect(said(list.text)).toContain('list@mail.test : result, not sent');
    expect(list.text).toContain('bad &lt;address&gt;');
    const outbox = await admin.open('/staff/outbox?search=list@mail.test');
    expect(outbox.text).toContain('&lt;i&gt;');
    expect(outbox.text).toContain('<a href="/attempts/1/result">http://ve.test/attempts/1/result</a>');
    expect(outbox.text).not.toContain('Another');
    const again = await admin.post(`/staff/mails/${stuck}/send`, { search: 'list@mail' });
    expect(again.to).toBe('/staff/mails?search=list%40mail&notice=sent');
    expect((await admin.post(`/staff/mails/${sent}/send`)).to).toBe('/staff/mails?notice=has');
    expect((await admin.post('/staff/mails/mai_none/send')).status).toBe(404);
  });

  it('have no outbox where mails really leave', async () => {
    const someone = await aUser('admin');
    const deployed = { bindings: { ENVIRONMENT: 'production' } };
    const admin = await aBrowser(someone);
    expect((await admin.go('GET', '/staff/outbox', deployed)).status).toBe(404);
    const list = await admin.go('GET', '/staff/mails', deployed);
    expect(said(list.text)).toContain('Mails wait: nobody has said');
    expect(list.text).not.toContain('/staff/outbox');
  });
});
