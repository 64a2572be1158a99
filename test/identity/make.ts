import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createApp } from '../../src/app.ts';
import { connect } from '../../src/db/index.ts';
import { hashPassword } from '../../src/identity/password.ts';
import { user } from '../../src/identity/schema.ts';
import type { Role } from '../../src/lib/call.ts';
import { newId } from '../../src/lib/ids.ts';
import type { LogLine } from '../../src/lib/log.ts';

export const db = connect(env.DB, { d1: 0, kv: 0 });
export const PASSWORD = 'correct horse battery';
const passwordHash = await hashPassword(PASSWORD, env.PASSWORD_PEPPER);

type More = Partial<
  Pick<typeof user.$inferSelect, 'blockedAt' | 'passwordHash' | 'username' | 'mustChangePassword' | 'emailVerifiedAt'>
>;

/** Somebody with a password. */
export async function makeUser(role: Role = 'student', more: More = {}) {
  const id = newId('user');
  const row = {
    id,
    email: `${id}@school.test`,
    name: 'Chikondi Banda',
    role,
    passwordHash,
    createdAt: Date.now(),
    ...more,
  };
  await db.insert(user).values(row);
  return row;
}

type Json = Record<string, unknown> & {
  access: string;
  refresh: string;
  code: string;
  user: Record<string, unknown>;
  errors: { pointer: string }[];
};

let line: LogLine = {};
const app = createApp({ log: (_level, written) => (line = written) });

/** A request to the whole app, and its cost in database round trips. */
export async function ask(path: string, init: RequestInit = {}, settings: object = {}) {
  const response = await app.request(path, init, { ...env, ...settings }, createExecutionContext());
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (isJson ? JSON.parse(text) : {}) as Json,
    d1: line.d1,
  };
}

export const post = (path: string, body: unknown, headers: Record<string, string> = {}, settings: object = {}) =>
  ask(
    path,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    },
    settings,
  );

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const logIn = ({ email }: { email: string }, password = PASSWORD) =>
  post('/api/v1/auth/login', { email, password });
