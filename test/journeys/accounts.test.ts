import { exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { newId } from '../../src/lib/ids.ts';
import { aUser, type Json } from '../factories.ts';

/* An account's life over HTTP only, through the Worker and its queue: the mails come by the outbox of a local run. */

type Given = { token?: string | undefined; body?: object };

async function ask(method: string, path: string, status: number, { token, body }: Given = {}): Promise<Json> {
  const response = await exports.default.fetch(`http://ve.test/api/v1${path}`, {
    method,
    headers: {
      'user-agent': 'Mozilla/5.0 (Linux; Android 10; K) Chrome/141.0.0.0 Mobile Safari/537.36',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect([response.status, `${method} ${path}: ${text}`]).toEqual([status, `${method} ${path}: ${text}`]);
  return (text === '' ? {} : JSON.parse(text)) as Json;
}

const post = (path: string, status: number, body: object = {}, token?: string) =>
  ask('POST', path, status, { token, body });
const signIn = async (email: string, password: string) =>
  (await post('/auth/login', 200, { email, password })).access as string;

test('somebody registers, shows their address, forgets the password, changes the address, and signs out elsewhere', {
  timeout: 60_000,
}, async () => {
  const admin = await aUser('admin');
  const [email, later] = [`${newId('user')}@school.test`, `${newId('user')}@school.test`];
  const [first, second, third] = ['mvula ikugwa lero', 'dzuwa likuwala lero', 'mphepo ikuomba lero'];

  /** The newest mail to an address with a link of this kind in it: what follows `/verify-email/` or `/password/`. */
  async function keyFor(to: string, kind: 'verify-email' | 'password', seen: readonly string[] = []): Promise<string> {
    const link = new RegExp(`http://ve\\.test/${kind}/([A-Za-z0-9_-]{43})`, 'g');
    let key = '';
    await expect
      .poll(
        async () => {
          const { results } = (await admin.ask('GET', `/outbox?search=${encodeURIComponent(to)}`)).json;
          const keys = results.flatMap(({ text }) => [...String(text).matchAll(link)].map(([, one = '']) => one));
          key = keys.find((one) => !seen.includes(one)) ?? '';
          return key;
        },
        { timeout: 20_000, interval: 200 },
      )
      .not.toBe('');
    return key;
  }

  const registered = await post('/auth/register', 201, { email, password: first, name: 'Thoko Phiri' });
  const token = String(registered.access);
  await post('/auth/register', 409, { email: email.toUpperCase(), password: second, name: 'Somebody else' });
  const key = await keyFor(email, 'verify-email');
  expect(await ask('GET', `/auth/verify-email/${key}`, 200)).toEqual({ verified: true });
  await ask('GET', `/auth/verify-email/${key}`, 400);
  expect(await ask('GET', '/auth/me', 200, { token })).toMatchObject({ email, emailVerified: true, role: 'student' });

  await post('/auth/password/reset', 202, { email: `nobody-${email}` });
  await post('/auth/password/reset', 202, { email });
  const reset = await keyFor(email, 'password');
  await post('/auth/password/reset/confirm', 400, { token: reset, password: 'password1' });
  await post('/auth/password/reset/confirm', 204, { token: reset, password: second });
  await post('/auth/password/reset/confirm', 400, { token: reset, password: third });
  await post('/auth/refresh', 401, { refresh: registered.refresh });
  await post('/auth/logout-all', 401, {}, token);
  await post('/auth/login', 401, { email, password: first });

  const here = await signIn(email, second);
  const there = await signIn(email, second);
  const listed = await ask('GET', '/auth/sessions', 200, { token: here });
  expect(listed.results).toHaveLength(2);
  expect(listed.results.every(({ device }) => device === 'Chrome on Android')).toBe(true);
  const other = listed.results.find(({ isCurrent }) => isCurrent === false)?.id;
  await ask('DELETE', `/auth/sessions/${other}`, 204, { token: here });
  await post('/auth/logout-all', 401, {}, there);

  await ask('PATCH', '/users/me', 200, { token: here, body: { email: later } });
  await ask('GET', `/auth/verify-email/${await keyFor(later, 'verify-email')}`, 200);
  await post('/auth/login', 401, { email, password: second });
  await post('/auth/password/change', 400, { currentPassword: first, newPassword: third }, here);
  await post('/auth/password/change', 204, { currentPassword: second, newPassword: third }, here);
  expect(await ask('GET', '/auth/me', 200, { token: await signIn(later, third) })).toMatchObject({ email: later });
  // The address they had hears of it.
  await expect
    .poll(async () => (await admin.ask('GET', `/outbox?search=${encodeURIComponent(email)}`)).json.count, {
      timeout: 20_000,
    })
    .toBeGreaterThan(2);
});
