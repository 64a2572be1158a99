import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../src/lib/crypto.ts';
import { openSecret } from '../../src/openedx/connection-secrets.ts';
import { connection, followedCourse, webhookSecret } from '../../src/openedx/schema.ts';
import { aUser, db } from '../factories.ts';
import { makeCourse } from '../items/make.ts';
import { aBrowserOf, ORIGIN } from './a-browser.ts';
import { LMS } from './a-connection.ts';

const LIST = '/staff/connections';
const NEW = `${LIST}/new`;
const site = {
  name: 'Zomba',
  lmsUrl: LMS,
  studioUrl: '',
  clientId: 'vault-backend',
  clientSecret: 'in clear',
  signInClientId: '',
  signInClientSecret: '',
};

afterEach(() => {
  vi.unstubAllGlobals();
});

const asAdmin = async () => await aBrowserOf(await aUser('admin'));
async function read(id: string) {
  const [row] = await db.select().from(connection).where(eq(connection.id, id));
  if (!row) throw new Error('no such connection');
  return row;
}

/** A connection made on the pages. */
async function made(more: object = {}) {
  const browser = await asAdmin();
  await browser.open(NEW);
  const shown = await browser.send(NEW, { ...site, ...more });
  const id = /\/staff\/connections\/(con_\w+)/.exec(shown.text)?.[1] ?? '';
  return { browser, shown, id, path: `${LIST}/${id}` };
}
const addressIn = (text: string) =>
  /http:\/\/ve\.test\/[^\s<]+\/webhooks\/openedx\/([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? '';

/** What the settings of a page hold, as a browser would send them. */
function settingsOf(text: string) {
  const fields: Record<string, string> = {};
  for (const [input] of text.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1];
    const name = attribute('name');
    if (!name || name === 'csrf') continue;
    if (attribute('type') !== 'checkbox' || /\schecked/.test(input)) fields[name] = attribute('value') ?? '';
  }
  return fields;
}

describe('the pages of connections', () => {
  it('are for admins', async () => {
    const { path } = await made();
    for (const role of ['student', 'instructor'] as const) {
      const browser = await aBrowserOf(await aUser(role));
      for (const one of [LIST, NEW, path, `${path}/delete`]) expect((await browser.open(one)).status).toBe(403);
    }
    expect((await (await aBrowserOf(await aUser('superadmin'))).open(path)).status).toBe(200);
  });

  it('begin empty, with the way to the first', async () => {
    await db.update(connection).set({ deletedAt: 1 });
    const { status, text } = await (await asAdmin()).open(LIST);
    expect(status).toBe(200);
    expect(text).toContain('Nothing is connected yet');
    expect(text).toContain(`href="${NEW}"`);
  });

  it('take no form that is not ours', async () => {
    const { browser, path, id } = await made();
    for (const [to, fields] of [
      [NEW, site],
      [path, site],
      [`${path}/test`, {}],
      [`${path}/webhook-secrets`, {}],
      [`${path}/hmac-secret`, {}],
      [`${path}/delete`, {}],
    ] as const)
      expect((await browser.send(to, { ...fields, csrf: 'wrong' })).status).toBe(400);
    expect((await read(id)).deletedAt).toBeNull();
  });

  it('answer 404 for what is not there', async () => {
    const browser = await asAdmin();
    for (const path of ['', '/delete', '/hmac-secret', '/webhook-secrets/x/end'])
      expect((await browser.open(`${LIST}/con_none${path}`)).status).toBe(404);
  });
});

describe('connecting a site', () => {
  it('shows the whole webhook address and the secret for signatures, this once', async () => {
    const { shown, browser, id, path } = await made();
    expect(shown.status).toBe(200);
    expect(shown.headers.get('cache-control')).toBe('private, no-store');
    const secret = addressIn(shown.text);
    expect(await sha256(secret)).toBe(
      (await db.select().from(webhookSecret).where(eq(webhookSecret.connectionId, id)))[0]?.secretHash,
    );
    const hmac = (await openSecret(env.SECRETS_KEY, await read(id), 'hmac')) ?? 'none';
    expect(shown.text).toContain(hmac);
    expect(shown.text).not.toContain('in clear');
    for (const one of [LIST, path, NEW]) {
      const { text } = await browser.open(one);
      for (const clear of [secret, hmac, 'in clear']) expect(text).not.toContain(clear);
    }
    expect((await browser.open(LIST)).text).toMatch(new RegExp(`href="${path}">Zomba</a>`));
  });

  it('says at each field what is wrong, keeps what was typed, and never a secret', async () => {
    const browser = await asAdmin();
    const form = await browser.open(NEW);
    expect(form.text).toContain(`${ORIGIN}/sign-in/openedx/callback`);
    expect(form.text.match(/type="password"/g)).toHaveLength(2);
    const wrong = { ...site, name: '', lmsUrl: 'https://10.0.0.1', clientSecret: 'typed secret' };
    const named = await browser.send(NEW, wrong);
    expect(named.status).toBe(400);
    expect(named.text).toContain('href="#name"');
    const { text, status } = await browser.send(NEW, { ...wrong, name: '"Zomba" <b>' });
    expect(status).toBe(400);
    expect(text).toMatch(/role="alert"[\s\S]*href="#lmsUrl">This address is private or reserved\./);
    expect(text).toContain('value="https://10.0.0.1"');
    expect(text).toContain('value="&quot;Zomba&quot; &lt;b&gt;"');
    expect(text + named.text).not.toContain('typed secret');
  });
});

describe('the page of a connection', () => {
  it('saves the settings it shows, and leaves the secret it does not', async () => {
    const { browser, path, id } = await made();
    const before = await read(id);
    const { text } = await browser.open(path);
    const saved = await browser.send(path, settingsOf(text));
    expect(saved).toMatchObject({ status: 303, to: `${path}?saved` });
    expect(await read(id)).toEqual(before);
    expect((await browser.open(saved.to)).text).toMatch(/role="status">Saved\./);
    const { allowSignIn: _, ...settings } = settingsOf(text);
    await browser.send(path, { ...settings, requireSignature: 'on', debounceSeconds: '45', name: 'Blantyre' });
    expect(await read(id)).toMatchObject({
      name: 'Blantyre',
      allowSignIn: false,
      requireSignature: true,
      debounceSeconds: 45,
    });
  });

  it('comes back with what was typed when it cannot be saved', async () => {
    const { browser, path, id } = await made();
    const { allowSignIn: _, ...settings } = settingsOf((await browser.open(path)).text);
    const refused = await browser.send(path, { ...settings, debounceSeconds: '601', vanishLimit: 'many' });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(/href="#debounceSeconds"[\s\S]*href="#vanishLimit"/);
    expect(settingsOf(refused.text)).toMatchObject({ debounceSeconds: '601', vanishLimit: 'many' });
    expect(settingsOf(refused.text)).not.toHaveProperty('allowSignIn');
    const moved = await browser.send(path, { ...settings, lmsUrl: 'https://elsewhere.example.org' });
    expect(moved.text).toContain('href="#clientSecret">Give the secret again');
    expect((await read(id)).lmsUrl).toBe(LMS);
  });

  it('sets and clears the client for signing in', async () => {
    const { browser, path, id } = await made();
    const settings = settingsOf((await browser.open(path)).text);
    await browser.send(path, { ...settings, signInClientId: 'sso', signInClientSecret: 'x' });
    expect(await read(id)).toMatchObject({ signInClientId: 'sso', signInClientSecret: expect.stringMatching(/^v1\./) });
    await browser.send(path, { ...settings, signInClientId: 'other', signInClientSecret: '' });
    expect(await read(id)).toMatchObject({
      signInClientId: 'other',
      signInClientSecret: expect.stringMatching(/^v1\./),
    });
    await browser.send(path, { ...settings, signInClientId: '' });
    expect(await read(id)).toMatchObject({ signInClientId: null, signInClientSecret: null });
  });

  it('tests the connection and says what is missing', async () => {
    const { browser, path } = await made();
    vi.stubGlobal('fetch', async () => new Response('', { status: 401 }));
    const failing = await browser.send(`${path}/test`, { courseKey: 'course-v1:a+b+c' });
    expect(failing.status).toBe(200);
    expect(failing.text).toMatch(/role="alert"[^>]*>The connection does not work yet/);
    expect(failing.text).toContain('Make a confidential application');
    expect(settingsOf(failing.text)).toMatchObject({ courseKey: 'course-v1:a+b+c', name: 'Zomba' });
    vi.stubGlobal('fetch', async () => Response.json({ access_token: 'a.b.c', token_type: 'JWT', expires_in: 60 }));
    const token = await browser.send(`${path}/test`);
    expect(token.text).toMatch(/role="status">The site takes our credentials\./);
    expect(token.text).toContain('<strong>not tried</strong>');
  });

  it('rotates webhook addresses: a new one, then the end of the old one', async () => {
    const { browser, path, shown } = await made();
    const old = await sha256(addressIn(shown.text));
    const next = addressIn((await browser.send(`${path}/webhook-secrets`)).text);
    const end = `${path}/webhook-secrets/${old}/end`;
    expect((await browser.open(path)).text).toContain(`href="${end}"`);
    expect((await browser.open(end)).text).toContain('End the webhook address made');
    expect((await browser.send(end)).status).toBe(303);
    const { text } = await browser.open(path);
    expect(text).not.toContain(old);
    expect(text).toContain(await sha256(next));
    for (let count = 1; count < 5; count++) await browser.send(`${path}/webhook-secrets`);
    const full = await browser.send(`${path}/webhook-secrets`);
    expect(full.status).toBe(409);
    expect(full.text).toContain('Five work already');
  });

  it('makes another secret for signatures after asking', async () => {
    const { browser, path, id } = await made();
    const before = await openSecret(env.SECRETS_KEY, await read(id), 'hmac');
    expect((await browser.open(`${path}/hmac-secret`)).text).toContain('is refused from now on');
    const { text } = await browser.send(`${path}/hmac-secret`, { confirmed: 'yes' });
    const after = await openSecret(env.SECRETS_KEY, await read(id), 'hmac');
    expect(after).not.toBe(before);
    expect(text).toContain(after);
  });

  it('is removed after asking, and not while courses follow', async () => {
    const { browser, path, id } = await made();
    const { courseId } = await makeCourse();
    expect((await browser.open(`${path}/delete`)).text).toContain('Remove the connection “Zomba”?');
    await db.insert(followedCourse).values({ courseId, connectionId: id, reconcileAt: 1 });
    const refused = await browser.send(`${path}/delete`, { confirmed: 'yes' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('It cannot be removed');
    await db.delete(followedCourse).where(eq(followedCourse.courseId, courseId));
    expect(await browser.send(`${path}/delete`, { confirmed: 'yes' })).toMatchObject({ status: 303, to: LIST });
    expect((await browser.open(path)).status).toBe(404);
  });
});
