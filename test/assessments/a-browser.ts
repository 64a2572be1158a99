import { session } from '../../src/identity/schema.ts';
import { hmac, newSecret, sha256 } from '../../src/lib/crypto.ts';
import { newId } from '../../src/lib/ids.ts';
import { type AskOptions, db, type Somebody, theApp } from '../factories.ts';

export type Sent = Record<string, string | readonly string[]>;

const encoded = (fields: Sent) =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one])),
  );

/** Somebody's browser without script, signed in unless told otherwise. */
export async function aBrowser(who?: Somebody) {
  const secret = newSecret();
  if (who) {
    const now = Date.now();
    await db.insert(session).values({
      secretHash: await sha256(secret),
      id: newId('session'),
      userId: who.id,
      confirmedAt: now,
      createdAt: now,
      expiresAt: now + 3_600_000,
    });
  }
  const csrf = await hmac(secret, 'csrf');
  const cookie = who ? `__Host-ve_session=${secret}` : '';
  async function go(method: string, path: string, { headers, ...options }: AskOptions = {}) {
    const response = await theApp.send(method, path, {
      ...options,
      headers: { ...(cookie && { cookie }), ...headers },
    });
    const requestId = response.headers.get('x-request-id');
    const text = (await response.text()).replaceAll('&#39;', "'");
    const line = theApp.lines.find((one) => one.request_id === requestId && one.message === 'request');
    return { status: response.status, to: response.headers.get('location') ?? '', text, d1: line?.d1, kv: line?.kv };
  }
  return {
    cookie,
    go,
    open: (path: string, headers: Record<string, string> = {}) => go('GET', path, { headers }),
    send: (path: string, fields: Sent = {}, options: AskOptions = {}) =>
      go('POST', path, { ...options, body: encoded(fields) }),
    /** A form of ours, with the token of the page. */
    post: (path: string, fields: Sent = {}) => go('POST', path, { body: encoded({ csrf, ...fields }) }),
  };
}

/** The first hidden field of this name on a page. */
export const hidden = (text: string, name: string): string =>
  new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '';

/** What a page says, without its tags. */
export const said = (text: string): string =>
  text
    .replace(/^.*<main[^>]*>|<script.*?<\/script>|<\/main>.*$/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** What the last form of a page that leads to `action` would send of hidden fields, a name's last value. */
export const hiddenIn = (text: string, action: string): Record<string, string> => {
  const form =
    text.split('<form ').findLast((one) => one.includes(`action="${action.replaceAll('&', '&amp;')}"`)) ?? '';
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]));
};
