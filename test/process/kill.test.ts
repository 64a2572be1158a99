import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type * as answers from '../../src/assessments/answers.ts';
import { freePort, type Server, startServer } from './server.ts';

/*
 * A power cut: `kill -9` of the whole server in the middle of a storm of ops, and a start on the same state. What a receipt
 * acknowledged must be there; nothing else is promised.
 */

type View = z.output<typeof answers.AttemptView>;
type Op = { epoch: number; seq: number; response: { selected: string[] } };
type Listed = { id: string; state: string; endsAt: string; finishedAt: string | null; percent?: number };
type Writer = { view: View; token: string; seq: number; acknowledged: Map<number, { itemId: string; choice: string }> };

const WRITERS_OF_EACH = 3;
/** The storm lasts until every attempt has had this many receipts, or so long. */
const RECEIPTS = 8;
const LONGEST_STORM_MS = 6_000;
/** A slow disk is slow at starting too. */
const PATIENCE_MS = 150_000;
/** Long enough to be started in, short enough to be over before the server is back. */
const SHORT_SECONDS = 8;

let server: Server;
let state: string;
let port: number;

async function ask<T>(
  method: string,
  path: string,
  token?: string,
  body?: unknown,
): Promise<{ status: number; json: T }> {
  const response = await fetch(`${server.address}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as T };
}

/** Asks and expects no refusal. */
async function get<T>(...question: Parameters<typeof ask>): Promise<T> {
  const { status, json } = await ask<T>(...question);
  if (status >= 300) throw new Error(`${question[0]} ${question[1]}: ${status} ${JSON.stringify(json)}`);
  return json;
}

const signIn = async (name: string) =>
  (
    await get<{ access: string }>('POST', '/auth/login', undefined, {
      email: `${name}@demo.test`,
      password: 'demo-malawi-2026',
    })
  ).access;

/** Sends one op after another until the server is gone; notes what receipts acknowledge. */
async function write(writer: Writer) {
  const { view, token, acknowledged } = writer;
  for (;;) {
    writer.seq += 1;
    const { seq } = writer;
    const item = view.paper.items[seq % view.paper.items.length];
    const choice = item?.choices?.[seq % (item.choices.length || 1)]?.id ?? '';
    const op = { seq, itemId: item?.id, kind: 'set', response: { selected: [choice] }, at: new Date().toISOString() };
    try {
      const { json } = await ask<z.output<typeof answers.Receipt>>('POST', `/attempts/${view.attempt.id}/ops`, token, {
        epoch: 1,
        ops: [op],
      });
      if (!json.refused?.some((one) => one.seq === seq)) acknowledged.set(seq, { itemId: item?.id ?? '', choice });
    } catch {
      return; // the line is dead
    }
  }
}

/** Every op that staff see, by seq. */
async function keptOps(attemptId: string, token: string) {
  const kept = new Map<number, Op>();
  for (let page = 1; ; page++) {
    const path = `/attempts/${attemptId}/ops?page=${page}&pageSize=100`;
    const { results, next } = await get<{ results: Op[]; next: string | null }>('GET', path, token);
    for (const op of results) kept.set(op.seq, op);
    if (!next) return kept;
  }
}

async function eventually<T>(look: () => Promise<T>, isGood: (seen: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const seen = await look();
    if (isGood(seen) || tries >= 100) return seen;
    await sleep(100);
  }
}

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 've-kill-'));
  port = await freePort();
  server = await startServer(state, port);
}, PATIENCE_MS);

afterAll(async () => {
  await server?.kill();
  await rm(state, { recursive: true, force: true });
});

describe('a server killed in the middle of a storm, and started again', () => {
  it(
    'has every acknowledged op, has ended what became overdue at its end, and has every acknowledged result',
    async () => {
      const [teacher, ...students] = await Promise.all(['instructor', 'student', 'student2'].map(signIn));
      const bank = await get<{ id: string }>('POST', '/banks', teacher, { title: 'Storm' });
      const choices = ['a', 'b', 'c', 'd'].map((id) => ({ id, text: id }));
      const items = Array.from({ length: 5 }, (_, index) => ({
        type: 'choice',
        prompt: `Which, ${index}?`,
        difficulty: 'easy',
        choices,
        correct: ['a'],
      }));
      await get('POST', `/banks/${bank.id}/items`, teacher, { items });
      const assessment = async (timeLimitSeconds: number) => {
        const sections = [{ bankId: bank.id, select: 5 }];
        const { id } = await get<{ id: string }>('POST', '/assessments', teacher, {
          title: 'Storm',
          behaviour: 'exam',
          timeLimitSeconds,
          sections,
        });
        await get('POST', `/assessments/${id}/publish`, teacher, {});
        return id;
      };
      const start = async (assessmentId: string) =>
        await Promise.all(
          students.map(async (token): Promise<Writer> => {
            const view = await get<View>('POST', `/assessments/${assessmentId}/attempts`, token, {});
            return { view, token: view.token, seq: 0, acknowledged: new Map() };
          }),
        );

      const long = await Promise.all([3600, 3600, 3600].map(assessment));
      const [submitted, short] = [await assessment(3600), await assessment(SHORT_SECONDS)];
      const writers = (await Promise.all(long.map(start))).flat();
      const handingIn = await start(submitted);
      const overdue = await start(short);

      const storm = writers.flatMap((writer) => Array.from({ length: WRITERS_OF_EACH }, () => write(writer)));
      const late = overdue.map(write);
      const everyone = [...writers, ...overdue];
      const begunAt = Date.now();
      while (
        everyone.some(({ acknowledged }) => acknowledged.size < RECEIPTS) &&
        Date.now() - begunAt < LONGEST_STORM_MS
      )
        await sleep(20);
      const handedIn = new Set<string>();
      const submits = handingIn.map(async ({ view, token }) => {
        const { status } = await ask('POST', `/attempts/${view.attempt.id}/submit`, token, { epoch: 1 });
        if (status === 200) handedIn.add(view.attempt.id);
      });
      await Promise.any(submits); // the answer is hardly here when the lights go out
      await server.kill();
      await Promise.allSettled([...storm, ...late, ...submits]);

      const ends = overdue.map(({ view }) => Date.parse(view.attempt.endsAt ?? ''));
      await sleep(Math.max(0, Math.max(...ends) + 200 - Date.now()));
      server = await startServer(state, port);

      // Lists come from D1: nobody reads the attempts that ended before the alarm or the sweep has closed them.
      const listed = async (id: string) =>
        (await get<{ results: Listed[] }>('GET', `/assessments/${id}/attempts`, teacher)).results;
      const closed = await eventually(
        () => listed(short),
        (list) => list.every(({ state }) => state === 'graded'),
      );
      expect(closed).toHaveLength(students.length);
      for (const one of closed) expect(one).toMatchObject({ state: 'graded', finishedAt: one.endsAt });
      expect(closed.map(({ endsAt }) => Date.parse(endsAt)).sort()).toEqual([...ends].sort());

      expect(handedIn.size).toBeGreaterThan(0);
      const results = await eventually(
        () => listed(submitted),
        (list) => list.filter(({ id }) => handedIn.has(id)).every(({ state }) => state === 'graded'),
      );
      for (const one of results.filter(({ id }) => handedIn.has(id)))
        expect(one).toMatchObject({ state: 'graded', percent: 0 });

      for (const { view, token, acknowledged } of everyone) {
        const { id } = view.attempt;
        expect(acknowledged.size, 'the storm was one').toBeGreaterThan(0);
        const kept = await keptOps(id, teacher ?? '');
        const lost = [...acknowledged].filter(([seq, { choice }]) => kept.get(seq)?.response.selected[0] !== choice);
        expect(lost, `acknowledged ops of ${id} that are gone`).toEqual([]);
        const { responses, attempt } = await get<View>('GET', `/attempts/${id}`, token);
        for (const [seq, { itemId }] of acknowledged) expect(responses[itemId]?.seq).toBeGreaterThanOrEqual(seq);
        expect(attempt.endsAt).toBe(view.attempt.endsAt);
      }
    },
    PATIENCE_MS,
  );
});
