import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { consume } from '../../../src/jobs.ts';
import { sweep } from '../../../src/sweep.ts';
import { pass } from './a-school.ts';

/*
 * The queues and the cron of the app, by a clock that is moved on: what waits an hour is there at once. Whatever the app itself puts
 * into its real queues may be done meanwhile too; nothing here counts on who was first.
 */

const names = { JOBS: 've-edu-vault-jobs', PASSBACKS: 've-edu-vault-passbacks' } as const;

type Message = { queue: string; body: unknown; at: number };
type Delay = { delaySeconds?: number };

let messages: Message[] = [];

const queueOf = (queue: string) =>
  ({
    async send(body: unknown, { delaySeconds = 0 }: Delay = {}) {
      messages.push({ queue, body, at: Date.now() + delaySeconds * 1000 });
    },
    async sendBatch(all: Iterable<{ body: unknown }>) {
      for (const { body } of all) messages.push({ queue, body, at: Date.now() });
    },
  }) as unknown as Queue;

/** What requests, consumers and the sweep are given in place of the real ones. */
export const queues = { JOBS: queueOf(names.JOBS), PASSBACKS: queueOf(names.PASSBACKS) } as unknown as Partial<Env>;
const itsEnv = () => ({ ...env, ...queues }) as Env;

/** Loses everything that waits, as a queue does that breaks. */
export function loseMessages() {
  messages = [];
}

async function consumeDue() {
  for (let due = takeDue(); due.length > 0; due = takeDue())
    for (const queue of new Set(due.map((one) => one.queue))) {
      const mine = due.filter((one) => one.queue === queue);
      const batch = createMessageBatch(
        queue,
        mine.map(({ body }, index) => ({ id: `m${index}`, timestamp: new Date(), attempts: 1, body })),
      );
      await consume(batch, itsEnv());
      const { retryMessages } = await getQueueResult(batch, createExecutionContext());
      for (const { msgId } of retryMessages) {
        const body = mine[Number(msgId.slice(1))]?.body;
        messages.push({ queue, body, at: Date.now() + 30_000 });
      }
    }
}

function takeDue(): Message[] {
  const due = messages.filter(({ at }) => at <= Date.now());
  messages = messages.filter(({ at }) => at > Date.now());
  return due;
}

const MINUTE = 61;

/**
 * Lets time go by until something is so: to the next message, or a minute to the next sweep where none waits. Fails after `most` steps,
 * with what was seen last.
 */
export async function until<T>(look: () => T, isSo: (seen: T) => boolean, most = 100): Promise<T> {
  for (let step = 0; ; step++) {
    await consumeDue();
    const seen = look();
    if (isSo(seen)) return seen;
    if (step >= most) throw new Error(`It never came to that: ${JSON.stringify(seen)}`);
    const next = Math.min(...messages.map(({ at }) => at));
    if (Number.isFinite(next)) pass(Math.max(0, next - Date.now()) / 1000);
    else await tick();
  }
}

/** A minute, and the sweep at its end. */
export async function tick(seconds = MINUTE) {
  pass(seconds);
  await sweep(itsEnv());
  await consumeDue();
}

export const stopClock = () => {
  pass(0);
};
export const startClock = () => {
  messages = [];
  vi.useRealTimers();
};
