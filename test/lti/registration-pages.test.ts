import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { countLaunch } from '../../src/lti/launch-log.ts';
import { deployment, registration } from '../../src/lti/schema.ts';
import { aUser, db } from '../factories.ts';
import { aBrowserOf, ORIGIN } from '../openedx/a-browser.ts';
import { aPlatform } from './a-platform.ts';

const LIST = '/staff/lti';
const NEW = `${LIST}/registrations/new`;

afterEach(() => {
  vi.unstubAllGlobals();
});

const asAdmin = async () => await aBrowserOf(await aUser('admin'));

/** The form as somebody fills it in who pastes the five values. */
const form = (changes: Record<string, string> = {}) => {
  const { deployments: _, ...values } = aPlatform();
  return { ...values, name: '', audience: '', deployments: '1', frameOrigins: '', ...changes };
};

/** A registration made on the pages. */
async function made(changes: Record<string, string> = {}) {
  const [browser, given] = [await asAdmin(), form(changes)];
  await browser.open(NEW);
  const { status, to, text } = await browser.send(NEW, given);
  expect(status, text).toBe(303);
  const path = to.replace('?saved', '');
  const id = path.split('/').at(-1) ?? '';
  const read = async () => (await db.select().from(registration).where(eq(registration.id, id)))[0];
  return { browser, given, path, id, read };
}

/** What the settings of a page hold, as a browser would send them. */
function settingsOf(text: string, action: string) {
  const [, body = ''] = new RegExp(`<form method="post" action="${action}"[^>]*>([^]*?)</form>`).exec(text) ?? [];
  const plain = (value = '') => value.replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const fields: Record<string, string> = {};
  for (const [input] of body.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1];
    const name = attribute('name');
    if (!name || name === 'csrf') continue;
    if (attribute('type') !== 'checkbox' || /\schecked/.test(input)) fields[name] = plain(attribute('value'));
  }
  for (const [, name = '', value] of body.matchAll(/<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</g))
    fields[name] = plain(value);
  return fields;
}

/** Every control that can be seen has a label that names it, or a name of its own. */
function unlabelled(text: string) {
  return [...text.matchAll(/<(?:input|textarea|select)\b[^>]*>/g)]
    .map(([control]) => control)
    .filter((control) => !/type="hidden"/.test(control))
    .filter((control) => {
      const id = /\sid="([^"]+)"/.exec(control)?.[1];
      return id === undefined || !text.includes(`<label for="${id}">`);
    });
}

describe('the pages of registrations', () => {
  it('are for admins, the desks of places are not among them', async () => {
    const { path } = await made();
    for (const role of ['student', 'instructor'] as const) {
      const browser = await aBrowserOf(await aUser(role));
      for (const one of [LIST, NEW, path, `${path}/delete`]) expect((await browser.open(one)).status, one).toBe(403);
      expect((await browser.send(`${LIST}/invitations`)).status).toBe(403);
    }
    expect((await (await aBrowserOf(await aUser('instructor'))).open(`${LIST}/links/lnk_none`)).status).toBe(404);
    expect((await (await aBrowserOf(await aUser('superadmin'))).open(path)).status).toBe(200);
  });

  it('take no form that is not ours', async () => {
    const { browser, path, given, read } = await made();
    for (const [to, fields] of [
      [NEW, given],
      [path, given],
      [`${path}/activate`, {}],
      [`${path}/deployments`, { deploymentId: 'x', do: 'approve' }],
      [`${path}/test`, {}],
      [`${path}/delete`, {}],
      [`${LIST}/invitations`, {}],
    ] as const)
      expect((await browser.send(to, { ...fields, csrf: 'wrong' })).status, to).toBe(400);
    expect((await read())?.deletedAt).toBeNull();
  });

  it('answer 404 for what is not there', async () => {
    const browser = await asAdmin();
    for (const path of ['', '/delete'])
      expect((await browser.open(`${LIST}/registrations/reg_none${path}`)).status).toBe(404);
  });

  it('have a label at every control and need no script', async () => {
    const { browser, path } = await made();
    for (const one of [LIST, NEW, path]) {
      const { text } = await browser.open(one);
      expect(unlabelled(text), one).toEqual([]);
      expect(text).not.toMatch(/<script|style="|onclick/);
      expect(text.match(/<h1>/g)).toHaveLength(1);
    }
    expect((await (await asAdmin()).open('/staff')).text).toContain('href="/staff/lti"');
    expect((await (await aBrowserOf(await aUser('instructor'))).open('/staff')).text).not.toContain(
      'href="/staff/lti"',
    );
  });

  it('show our addresses to copy, how to connect, and every registration with its state', async () => {
    await db.update(registration).set({ deletedAt: 1 });
    const empty = await (await asAdmin()).open(LIST);
    expect(empty.text).toContain('No platform is registered yet');
    for (const path of ['login', 'launch', 'jwks']) expect(empty.text).toContain(`value="${ORIGIN}/lti/${path}"`);
    for (const one of ['Open edX', 'Moodle', 'Canvas']) expect(empty.text).toContain(`<h3>${one}</h3>`);
    const { browser, path, id, given } = await made({ name: 'Zomba' });
    await db.insert(deployment).values({ registrationId: id, deploymentId: 'w', isApproved: false, createdAt: 1 });
    const { text } = await browser.open(LIST);
    expect(text).toContain(`href="${path}">Zomba</a>`);
    expect(text).toContain(
      `https://lms.example.mw · ${given.clientId} · active · installations waiting for approval: 1`,
    );
  });
});

describe('registering and changing', () => {
  it('takes the five values as they are pasted, with blanks about them', async () => {
    const { read, given, browser, path, id } = await made({
      issuer: ' https://lms.example.mw/ ',
      deployments: '1\r\n\r\n 2 ',
    });
    expect(await read()).toMatchObject({ issuer: 'https://lms.example.mw/', clientId: given.clientId, isActive: true });
    expect((await read())?.frameOrigins).toContain('https://studio.example.mw');
    const its = await db.select().from(deployment).where(eq(deployment.registrationId, id));
    expect(its.map(({ deploymentId }) => deploymentId).sort()).toEqual(['1', '2']);
    expect((await browser.open(`${path}?saved`)).text).toContain('<p role="status">Saved.</p>');
  });

  it('says at each field what is wrong, and keeps what was typed', async () => {
    const [browser, taken] = [await asAdmin(), await made()];
    await browser.open(NEW);
    for (const [changes, words] of [
      [{ issuer: '' }, 'Enter the issuer'],
      [{ clientId: '' }, 'Enter the client id'],
      [{ keySetUrl: '' }, 'Write the whole address'],
      [{ authTokenUrl: 'http://lms.example.mw/t' }, 'must begin with https://'],
      [{ frameOrigins: 'https://a.example.mw\nhttps://b.example.mw/x' }, 'https://b.example.mw/x: Write a site'],
      [{ clientId: taken.given.clientId }, 'registered with this client id already'],
    ] as const) {
      const fields = form({ name: 'Kept & typed', ...changes });
      const { status, text } = await browser.send(NEW, fields);
      expect([status, text.includes(words)], words).toEqual([400, true]);
      expect(text).toContain('value="Kept &amp; typed"');
      const [name] = Object.keys(changes);
      expect(text).toContain(`href="#${name}"`);
      expect(text).toContain(`id="${name}-problem"`);
    }
  });

  it('saves a form as it was shown without changing anything', async () => {
    const { browser, path, read } = await made({ audience: 'https://auth.example.mw', allowAnonymous: 'on' });
    const before = await read();
    const fields = settingsOf((await browser.open(path)).text, path);
    expect(fields).toMatchObject({ active: 'on', allowAnonymous: 'on', deployments: '1' });
    expect((await browser.send(path, fields)).status).toBe(303);
    expect(await read()).toEqual(before);
    const { active: _, ...off } = fields;
    await browser.send(path, { ...off, name: 'Off', audience: '' });
    expect(await read()).toMatchObject({ isActive: false, name: 'Off', audience: null });
    expect((await browser.open(path)).text).toContain('switched off');
  });

  it('approves one that registered itself, at the press of a button', async () => {
    const { browser, path, id, read } = await made();
    await db.update(registration).set({ isActive: false, isDynamic: true }).where(eq(registration.id, id));
    expect((await browser.open(path)).text).toContain('waits for your approval');
    expect((await browser.send(`${path}/activate`)).status).toBe(303);
    expect(await read()).toMatchObject({ isActive: true });
    expect((await browser.open(path)).text).not.toContain(`action="${path}/activate"`);
  });

  it('approves and refuses installations that wait', async () => {
    const { browser, path, id } = await made();
    for (const deploymentId of ['<b>good</b>', 'bad'])
      await db.insert(deployment).values({ registrationId: id, deploymentId, isApproved: false, createdAt: 1 });
    const { text } = await browser.open(path);
    expect(text).toContain('&lt;b&gt;good&lt;/b&gt;');
    expect(text).toContain('aria-label="Refuse: bad"');
    await browser.send(`${path}/deployments`, { deploymentId: '<b>good</b>', do: 'approve' });
    await browser.send(`${path}/deployments`, { deploymentId: 'bad', do: 'refuse' });
    const its = await db.select().from(deployment).where(eq(deployment.registrationId, id));
    expect(its.map((one) => [one.deploymentId, one.isApproved]).sort()).toEqual([
      ['1', true],
      ['<b>good</b>', true],
    ]);
  });

  it('asks before it removes', async () => {
    const { browser, path, read } = await made({ name: 'Mzuzu' });
    const asked = await browser.open(`${path}/delete`);
    expect(asked.text).toContain('Remove the platform “Mzuzu”?');
    expect((await read())?.deletedAt).toBeNull();
    expect(await browser.send(`${path}/delete`)).toMatchObject({ status: 303, to: LIST });
    expect((await browser.open(path)).status).toBe(404);
  });
});

describe('helping a platform on', () => {
  it('tests it, and says in words what does not work', async () => {
    const { browser, path } = await made();
    vi.stubGlobal('fetch', async () => new Response('down', { status: 503 }));
    await browser.open(path);
    const { status, text } = await browser.send(`${path}/test`);
    expect(status).toBe(200);
    expect(text).toContain('It does not work yet.');
    expect(text).toContain('The keys of the platform cannot be fetched');
    expect(text).toContain('The platform gives no token just now (503)');
  });

  it('shows how launches ended, in words, the last first', async () => {
    const { browser, path, id } = await made();
    expect((await browser.open(path)).text).toContain('Nobody has launched from it yet.');
    const count = (now: number, code: Parameters<typeof countLaunch>[2]) =>
      db.batch([countLaunch({ db, now, requestId: `req_${code}`, address: '127.0.0.1' }, id, code)]);
    const hour = 3_600_000;
    await count(10 * hour, 'accepted');
    await count(10 * hour + 5, 'accepted');
    await count(12 * hour, 'key_unknown');
    const { text } = await browser.open(path);
    const rows = [...text.matchAll(/<li>[^]*?<\/li>/g)].map(([row]) => row.replaceAll(/<[^>]+>/g, '|'));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/not among its published keys.*1 ×, last .*1970.*key_unknown.*req_key_unknown/);
    expect(rows[1]).toMatch(/Opened\..*2 ×/);
    expect(rows[1]).not.toContain('req_');
  });

  it('makes a link by which it registers itself, shown this once', async () => {
    const browser = await asAdmin();
    await browser.open(LIST);
    const { status, text, headers } = await browser.send(`${LIST}/invitations`);
    expect(status).toBe(200);
    const secret = /http:\/\/ve\.test\/lti\/register\?invitation=([\w-]{43})/.exec(text)?.[1] ?? 'none';
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect((await browser.open(LIST)).text).not.toContain(secret);
    expect(
      (await browser.open(`/lti/register?invitation=${secret}&openid_configuration=https://a.example.mw/c`)).text,
    ).toContain('it can be used at once');
  });
});
