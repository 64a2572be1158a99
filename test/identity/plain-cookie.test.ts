import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { newSecret } from '../../src/lib/crypto.ts';

const app = createApp({ log: () => {} });
const get = async (address: string, bindings: Partial<Env> = {}, headers: Record<string, string> = {}) =>
  await app.request(address, { headers }, { ...env, ...bindings }, createExecutionContext());
const names = (answer: Response) => answer.headers.getSetCookie().map((cookie) => cookie.split('=')[0]);

it('a text browser on this machine, which keeps no Secure cookie over http, gets a plain one too', async () => {
  for (const address of ['http://127.0.0.1:8787/sign-in', 'http://localhost/sign-in']) {
    expect(names(await get(address))).toEqual(['__Host-ve_anon', 've_anon']);
  }
});

it.each([
  ['over https', 'https://127.0.0.1/sign-in', {}],
  ['on another host', 'http://127.0.0.1.ve.test/sign-in', {}],
  ['in production', 'http://127.0.0.1/sign-in', { ENVIRONMENT: 'production' }],
])('%s there is none, and none is believed', async (_, address, bindings) => {
  expect(names(await get(address, bindings))).toEqual(['__Host-ve_anon']);
  const given = await get(address, bindings, { cookie: `ve_anon=${newSecret()}` });
  expect(names(given)).toEqual(['__Host-ve_anon']);
});
