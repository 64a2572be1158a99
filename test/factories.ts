import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type * as z from 'zod';
import { createApp } from '../src/app.ts';
import type * as answers from '../src/assessments/answers.ts';
import { createAssessment, publishAssessment } from '../src/assessments/index.ts';
import { CreateAssessmentInput } from '../src/assessments/input.ts';
import { enrol } from '../src/courses/index.ts';
import { refreshFamily, user } from '../src/identity/schema.ts';
import { signAccessToken } from '../src/identity/tokens.ts';
import type { Item } from '../src/items/index.ts';
import type { Actor, Call, Role } from '../src/lib/call.ts';
import { newId } from '../src/lib/ids.ts';
import type { LogLine } from '../src/lib/log.ts';
import { choice, db, makeBank } from './items/make.ts';

export { db };

const DAY_MS = 24 * 3600 * 1000;

/** Whatever an API answer holds, as far as tests look inside. */
export type Json = {
  id: string;
  code: string;
  detail: string;
  requestId: string;
  count: number;
  results: (Record<string, unknown> & { id: string })[];
  errors: { pointer: string; message: string }[];
  [more: string]: unknown;
};
export type Reply = { status: number; headers: Headers; text: string; json: Json; line: LogLine };
export type AskOptions = { body?: unknown; headers?: Record<string, string>; bindings?: Partial<Env> };

/** The whole app and the log it writes. `ask` sends text bodies as they are, everything else as JSON. */
export function testApp(options: Omit<NonNullable<Parameters<typeof createApp>[0]>, 'log'> = {}) {
  const lines: LogLine[] = [];
  const app = createApp({ ...options, log: (level, line) => lines.push({ level, ...line }) });

  async function send(method: string, path: string, { body, headers, bindings }: AskOptions = {}): Promise<Response> {
    const isRaw =
      typeof body === 'string' ||
      body instanceof Uint8Array ||
      body instanceof FormData ||
      body instanceof URLSearchParams;
    return await app.request(
      `http://ve.test${path}`,
      {
        method,
        headers: { ...(typeof body === 'object' && !isRaw && { 'content-type': 'application/json' }), ...headers },
        redirect: 'manual',
        ...(body !== undefined && { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
      },
      { ...env, ...bindings },
      createExecutionContext(),
    );
  }

  async function ask(method: string, path: string, given: AskOptions = {}): Promise<Reply> {
    const response = await send(
      method,
      /^\/(api|health|lti\/(jwks|session))/.test(path) ? path : `/api/v1${path}`,
      given,
    );
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    const id = response.headers.get('x-request-id');
    const line = lines.find((one) => one.request_id === id && one.message === 'request') ?? {};
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (isJson ? JSON.parse(text) : {}) as Json,
      line,
    };
  }

  return { send, ask, lines };
}

/** A binding of any kind whose other end cannot be reached. */
export const away = new Proxy(
  {},
  {
    get: () => () => {
      throw new Error('cannot be reached');
    },
  },
) as never;

/** A database that takes everything and never answers. */
export const stuck: never = new Proxy(
  {},
  { get: (_, name) => (name === 'prepare' || name === 'bind' ? () => stuck : () => new Promise(() => {})) },
) as never;

/** The app as the Worker has it, for every test of a file. */
export const theApp = testApp();

/** The header of an access token that is fresh at the moment of asking, so that tests may move the clock. */
export const bearer = async (actor: Actor) => ({
  authorization: `Bearer ${await signAccessToken(env.ACCESS_TOKEN_KEY, actor, Date.now())}`,
});

/** Somebody signed in, without the work of a password. `ask` asks the whole app as them. */
export async function aUser(role: Role = 'student', changes: Partial<typeof user.$inferInsert> = {}) {
  const now = Date.now();
  const actor: Actor = { userId: newId('user'), role, sessionId: newId('refreshToken') };
  await db.batch([
    db.insert(user).values({ id: actor.userId, name: `A ${role}`, role, createdAt: now, ...changes }),
    db.insert(refreshFamily).values({
      id: actor.sessionId,
      userId: actor.userId,
      confirmedAt: now,
      createdAt: now,
      expiresAt: now + 90 * DAY_MS,
    }),
  ]);
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    await theApp.ask(method, path, {
      ...(body !== undefined && { body }),
      headers: { ...(await bearer(actor)), ...headers },
    });
  const call = (): Call => ({ db, now: Date.now(), actor, requestId: newId('request'), address: '127.0.0.1' });
  return { actor, id: actor.userId, ask, call };
}
export type Somebody = Awaited<ReturnType<typeof aUser>>;

/** Choice items whose right answer is always `a`. */
export const choices = (count: number, more: Partial<Item> = {}) =>
  Array.from({ length: count }, (_, index) => choice({ prompt: `Question ${index + 1}?`, ...more }));

type Settings = Partial<z.input<typeof CreateAssessmentInput>> & { items?: Item[]; published?: boolean };

/** A published assessment over a bank of its own, of three choice items unless told otherwise. */
export async function anAssessment(
  teacher: Somebody,
  { items = choices(3), published = true, ...settings }: Settings = {},
) {
  const call = teacher.call();
  const bank = await makeBank(call, items);
  const input = CreateAssessmentInput.parse({
    title: 'A paper',
    behaviour: 'exam',
    timeLimitSeconds: 3600,
    sections: [{ bankId: bank.id, select: items.length }],
    ...settings,
  });
  const { id } = await createAssessment(call, input);
  if (published) await publishAssessment(call, { id }, env.BANKS);
  return { id, bank };
}

export const enrolIn = (courseId: string, who: Somebody) =>
  enrol({ db, now: Date.now() }, { courseId, userId: who.id });

export type View = z.output<typeof answers.AttemptView>;

/** Starts or resumes, and expects no refusal. */
export async function start(student: Somebody, assessmentId: string): Promise<View & { status: number }> {
  const { status, json, text } = await student.ask('POST', `/assessments/${assessmentId}/attempts`);
  if (status >= 400) throw new Error(`start was refused: ${text}`);
  return { status, ...(json as unknown as View) };
}

/** A student in the middle of an attempt of their own. */
export async function aSittingStudent(teacher: Somebody, settings: Settings = {}) {
  const [student, assessment] = [await aUser(), await anAssessment(teacher, settings)];
  const view = await start(student, assessment.id);
  return {
    student,
    assessment,
    view,
    path: `/attempts/${view.attempt.id}`,
    itemIds: view.paper.items.map(({ id }) => id),
  };
}

export const set = (seq: number, itemId: string | undefined, selected = 'a') => ({
  seq,
  itemId,
  kind: 'set',
  response: { selected: [selected] },
});
