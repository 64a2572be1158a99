import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Query } from 'drizzle-orm';
import { createApp } from '../../src/app.ts';
import { assignStaff, type CreateOutlineInput, createOutline } from '../../src/courses/index.ts';
import { connect } from '../../src/db/index.ts';
import { refreshFamily, user } from '../../src/identity/schema.ts';
import { signAccessToken } from '../../src/identity/tokens.ts';
import { addItems, createBank, ItemInput } from '../../src/items/index.ts';
import type { Call, Role } from '../../src/lib/call.ts';
import { newId } from '../../src/lib/ids.ts';
import type { LogLine } from '../../src/lib/log.ts';

type Json = Record<string, unknown> & { id: string; version: number; results: Json[]; items: Json[]; errors: Json[] };

export const trips = { d1: 0, kv: 0 };
export const db = connect(env.DB, trips);

/** What `work` asks of database and cache, in round trips. */
export async function tripsOf(work: () => Promise<unknown>) {
  const before = { ...trips };
  await work();
  return { d1: trips.d1 - before.d1, kv: trips.kv - before.kv };
}

/** Somebody signed in. */
export async function makeCall(role: Role = 'instructor'): Promise<Call> {
  const now = Date.now();
  const [userId, sessionId] = [newId('user'), newId('session')];
  await db.batch([
    db.insert(user).values({ id: userId, name: userId, role, createdAt: now }),
    db.insert(refreshFamily).values({ id: sessionId, userId, createdAt: now, expiresAt: now + 3_600_000 }),
  ]);
  return { db, now, requestId: newId('request'), address: '127.0.0.1', actor: { userId, role, sessionId } };
}

type Statement = { toSQL?: () => Query; getQuery?: () => Query };

/** The same call, but before each batch that writes, `meanwhile` happens: somebody else was faster. */
export function overtaken(call: Call, meanwhile: (time: number, batch: Query[]) => unknown): Call {
  let time = 0;
  const db = new Proxy(call.db, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name !== 'batch') return member.bind(target);
      return async (statements: Statement[]) => {
        const batch = statements.flatMap((one) => one.toSQL?.() ?? one.getQuery?.() ?? []);
        if (batch.some(({ sql }) => /^(update|insert)/i.test(sql))) await meanwhile(++time, batch);
        return await member.call(target, statements);
      };
    },
  });
  return { ...call, db };
}

/** Requests to the whole app as somebody, and what each cost in round trips. */
export async function makeClient(call: Call) {
  const token = await signAccessToken(env.ACCESS_TOKEN_KEY, call.actor, Date.now());
  let line: LogLine = {};
  const app = createApp({ log: (_level, written) => (line = written) });
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await app.request(
      `/api/v1${path}`,
      {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      env,
      createExecutionContext(),
    );
    const text = await response.text();
    const json = text === '' ? undefined : (JSON.parse(text) as Json);
    return { status: response.status, json, headers: response.headers, d1: line.d1 };
  };
}

export const choice = (more: object = {}) =>
  ItemInput.parse({
    type: 'choice',
    prompt: 'What is $1 + 1$?',
    choices: [
      { id: 'a', text: '2' },
      { id: 'b', text: '11', misconception: 'You wrote the digits side by side.' },
    ],
    correct: ['a'],
    difficulty: 'easy',
    ...more,
  });

export const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => choice({ prompt: `Item ${index}` }));

export async function makeBank(call: Call, items = numbered(3)) {
  const bank = await createBank(call, { title: 'Numbers' });
  const added = items.length > 0 ? await addItems(call, { bankId: bank.id, items }) : [];
  return { ...bank, version: items.length > 0 ? 2 : 1, items: added };
}

export async function makeCourse(teacher?: Call) {
  const courseKey = `course-v1:VE+${newId('course')}+2026`;
  const outline: CreateOutlineInput = {
    courseKey,
    title: 'MSCE Mathematics',
    examinationLevel: 'MSCE',
    academicClass: 'Form 4',
    topics: [
      {
        title: 'Numbers',
        subtopics: [
          { title: 'Adding', objectives: [{ slug: 'add', title: 'Add two numbers' }] },
          { title: 'Surds', objectives: [{ slug: 'surd', title: 'Simplify surds' }] },
        ],
      },
      { title: 'Sets', subtopics: [] },
    ],
  };
  const made = await createOutline({ db, now: Date.now() }, outline);
  if (teacher) await assignStaff(teacher, { courseId: made.courseId, userId: teacher.actor.userId });
  return { ...made, courseKey, objectiveId: made.objectives.get('add') ?? '' };
}
