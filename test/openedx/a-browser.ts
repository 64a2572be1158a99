import { session } from '../../src/identity/schema.ts';
import { newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { db, type Somebody, theApp } from '../factories.ts';

export const ORIGIN = 'http://ve.test';

/** A browser as far as these pages need one: it keeps cookies, and sends forms with the token it finds in the page. */
export function aBrowser(bindings: Partial<Env> = {}) {
  const cookies = new Map<string, string>();
  let csrf = '';
  async function open(path: string, init: { method?: string; body?: URLSearchParams } = {}) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { method = 'GET', body } = init;
    const answer = await theApp.send(method, path, { headers: { cookie }, bindings, ...(body && { body }) });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await answer.text();
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
    return { status: answer.status, headers: answer.headers, text, to: answer.headers.get('location') ?? '' };
  }
  return {
    cookies,
    csrf: () => csrf,
    open,
    /** Sends a form with the token of the page opened last. */
    send: (path: string, fields: Record<string, string> = {}) =>
      open(path, { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) }),
  };
}
export type Browser = ReturnType<typeof aBrowser>;

/** A browser in which somebody is signed in. */
export async function aBrowserOf(who: Pick<Somebody, 'id'>, bindings: Partial<Env> = {}): Promise<Browser> {
  const [browser, secret, now] = [aBrowser(bindings), newSecret(), Date.now()];
  await db.insert(session).values({
    secretHash: await sha256(secret),
    id: newId('session'),
    userId: who.id,
    createdAt: now,
    expiresAt: now + 3_600_000,
  });
  browser.cookies.set('__Host-ve_session', secret);
  return browser;
}
