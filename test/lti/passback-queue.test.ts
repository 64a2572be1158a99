import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { record } from '../../src/events/index.ts';
import { event } from '../../src/events/schema.ts';
import { consume, consumeJobs } from '../../src/jobs.ts';
import { newId } from '../../src/lib/ids.ts';
import type { PassbackJob } from '../../src/lti/passback-queue.ts';
import { passback } from '../../src/lti/schema.ts';
import { sweep } from '../../src/sweep.ts';
import { db } from '../factories.ts';
import { type APassback, aPassback } from './a-passback.ts';

/* Queue, sweep and reactions as the Worker has them. There is no network: the token endpoint answers 503. */

afterEach(async () => {
  vi.restoreAllMocks();
  await db.delete(passback);
});

const quiet = () => ({ send: vi.fn(async () => {}), sendBatch: vi.fn(async () => {}) });
type Quiet = ReturnType<typeof quiet>;
const envWith = (PASSBACKS: Quiet): Env => ({ ...env, PASSBACKS: PASSBACKS as unknown as Queue });

async function handOut(body: PassbackJob, queue: Quiet, name = 've-edu-vault-passbacks', attempts = 1) {
  const batch = createMessageBatch<PassbackJob>(name, [{ id: 'm', timestamp: new Date(), attempts, body }]);
  const context = createExecutionContext();
  await consume(batch, envWith(queue));
  return await getQueueResult(batch, context);
}

/** A row that is due by the clock on the wall. */
async function due(one: APassback) {
  await one.graded(5);
  const { id } = await one.row();
  await db.update(passback).set({ nextAt: 1, timestamp: Date.now() }).where(eq(passback.id, id));
  return id;
}

describe('the consumer', () => {
  it('of a score that must wait writes down until when, is done with its message and sends another', async () => {
    const [one, queue] = [await aPassback(), quiet()];
    const id = await due(one);
    const before = Date.now();
    expect(await handOut({ id }, queue)).toMatchObject({ explicitAcks: ['m'], retryMessages: [] });
    const row = await one.row();
    expect(row).toMatchObject({ state: 'pending', attempts: 1, lastStatus: 503, isUnclear: false });
    expect(row.nextAt).toBeGreaterThanOrEqual(before + 24_000);
    expect(queue.send).toHaveBeenCalledTimes(1);
    const [body, { delaySeconds }] = queue.send.mock.calls[0] as unknown as [PassbackJob, { delaySeconds: number }];
    expect(body).toEqual({ id });
    expect(delaySeconds).toBeGreaterThanOrEqual(24);
    expect(delaySeconds).toBeLessThanOrEqual(37);
  });

  it('of nothing to do is done', async () => {
    const queue = quiet();
    expect(await handOut({ id: 'pas_none' }, queue)).toMatchObject({ explicitAcks: ['m'] });
    expect(queue.send).not.toHaveBeenCalled();
  });

  it('that fails by an error of ours is asked again, and a dead message is logged: the sweep has the row', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => {});
    const [one, queue] = [await aPassback(), quiet()];
    const id = await due(one);
    queue.send.mockRejectedValue(new Error('the queue is away'));
    expect(await handOut({ id }, queue)).toMatchObject({ explicitAcks: [], retryMessages: [{ msgId: 'm' }] });
    expect(await handOut({ id }, queue, 've-edu-vault-dead-passbacks', 4)).toMatchObject({ explicitAcks: ['m'] });
    const lines = heard.mock.calls.map(([line]) => JSON.parse(String(line)) as object);
    expect(lines).toMatchObject([
      { where: 'passback', id, error: 'the queue is away' },
      { message: 'dead letter', body: JSON.stringify({ id }), attempts: 4 },
    ]);
    await db.update(passback).set({ nextAt: 1 }).where(eq(passback.id, id));
    await sweep(envWith(queue));
    expect(queue.sendBatch).toHaveBeenCalledWith([{ body: { id } }]);
  });
});

describe('the reactions to an attempt that begins or ends', () => {
  it.each(['assessment.attempt.started', 'assessment.attempt.finished'] as const)('%s', async (type) => {
    const [one, queue] = [await aPassback(), quiet()];
    const attemptId = type === 'assessment.attempt.started' ? await one.start() : await one.finish(5);
    await db.update(passback).set({ nextAt: 1 });
    const eventId = newId('event');
    const payload = { attemptId, resultNumber: 1 };
    await record({ db, now: Date.now() }, { type, payload }, eventId);
    const batch = createMessageBatch('ve-edu-vault-jobs', [
      { id: 'j', timestamp: new Date(), attempts: 1, body: { job: 'react' as const, eventId } },
    ]);
    await consumeJobs(batch, envWith(queue));
    const row = await one.row();
    expect(row).toMatchObject({ state: 'pending', scoreGiven: type.endsWith('started') ? null : 5 });
    expect(queue.sendBatch).toHaveBeenCalledWith([{ body: { id: row.id } }]);
    expect((await db.select().from(event).where(eq(event.id, eventId)))[0]?.handledAt).not.toBeNull();
  });
});
