import { vi } from 'vitest';
import type { Link } from '../../scripts/lms/lti/lti-state.ts';
import type { Mode } from '../../scripts/lms/lti/modes.ts';
import { createPlatform, type Platform } from '../../scripts/lms/platform.ts';
import { seededRandom } from '../../scripts/lms/random-source.ts';
import { newId } from '../../src/lib/ids.ts';
import { deployment, registration } from '../../src/lti/schema.ts';
import { db, theApp } from '../factories.ts';
import { mintKey } from './a-launch.ts';

/** Where the app is in tests; nothing listens there. */
const TOOL = 'http://ve.test';

export const STUDENT = 'chisomo_banda';
export const ANOTHER = 'kondwani_mbewe';
export const TEACHER = 'mercy_teacher';

/** Platforms by their host: what the app asks of one is answered here, in this isolate. */
const platforms = new Map<string, Platform>();

/** With every platform anew: files of one worker share this module, and one of the others may have taken the stub away. */
const answerTheApp = () =>
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init);
    const platform = platforms.get(new URL(request.url).host);
    return platform ? await platform.fetch(request) : new Response('nobody there', { status: 503 });
  });

/** Platforms sign with one key unless told otherwise: making one takes a while. */
let sharedKey: ReturnType<typeof mintKey> | undefined;

/** What a browser keeps and sends back, with nothing of the rest of one. */
export class Browser {
  readonly jar = new Map<string, string>();
  readonly #sends: Record<string, string>;
  keeps = true;

  constructor(sends: Record<string, string> = {}) {
    this.#sends = sends;
  }

  async send(method: string, path: string, form?: Record<string, string> | URLSearchParams) {
    const headers: Record<string, string> = { accept: 'text/html', ...this.#sends };
    if (this.jar.size > 0) headers.cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form && new URLSearchParams(form);
    const response = await theApp.send(method, path.replace(TOOL, ''), { headers, ...(body && { body }) });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) this.jar.delete(name);
      else if (this.keeps) this.jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, meta: metaOf(text), path };
  }
}
export type Shown = Awaited<ReturnType<Browser['send']>>;

const unescape = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

export const metaOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/<meta name="(ve-[a-z-]+)" content="([^"]*)"/g)].map(([, name, content]) => [
      name,
      unescape(content ?? ''),
    ]),
  );

/** The controls of the form with this id, by name. */
export function formIn(html: string, id: string) {
  const [, attributes = '', inside = ''] = new RegExp(`<form id="${id}"([^>]*)>(.*?)</form>`, 's').exec(html) ?? [];
  const attribute = (name: string) => unescape(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
  const fields = Object.fromEntries(
    [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      unescape(value ?? ''),
    ]),
  );
  return { attribute, fields };
}

/** A platform the app knows, and browsers that go between the two. */
export async function aPlatform(
  mode: Mode = 'openedx',
  { skewMs = 0, changes = {} }: { skewMs?: number; changes?: Partial<typeof registration.$inferInsert> } = {},
) {
  answerTheApp();
  const host = `${newId('request').slice(4)}.lms.example.org`;
  sharedKey ??= mintKey();
  const platform = createPlatform({
    origin: `https://${host}`,
    now: () => Date.now() + skewMs,
    random: seededRandom(7),
    deliver: () => {},
    mode,
    toolUrl: TOOL,
    signingKeys: [await sharedKey],
    fetch: async (input) => await theApp.send('GET', new URL(input).pathname),
  });
  platforms.set(host, platform);
  const { lti } = platform;
  // Canvas has one issuer for everybody: its customers differ by their client ids.
  if (mode === 'canvas') Object.assign(lti.tool(), { clientId: `client of ${host}` });
  const { deployments, ...facts } = lti.registration();
  const registrationId = newId('registration');
  await db.insert(registration).values({
    id: registrationId,
    name: host,
    createdAt: Date.now(),
    ...facts,
    frameOrigins: [`https://${host}`],
    isActive: true,
    ...changes,
  } as never);
  await db.insert(deployment).values(
    deployments.map((deploymentId: string) => ({
      registrationId,
      deploymentId,
      isApproved: true,
      createdAt: Date.now(),
    })),
  );

  /** As far as the token: login at the tool, then what the platform posts. */
  async function loggedIn(
    browser: Browser,
    username: string,
    link: Link,
    kind: 'resource' | 'deep-linking' = 'resource',
  ) {
    const { method, url, params } = lti.makeLaunch(username, link, { kind });
    const login = await browser.send(
      method,
      method === 'GET' ? url : new URL(url).pathname,
      method === 'GET' ? undefined : params,
    );
    const goOn = login.headers.get('location') ?? formIn(login.text, 've-login').attribute('data-go-on');
    const answer = await lti.authorise(goOn);
    if (answer.kind !== 'form') throw new Error(`the platform says: ${JSON.stringify(answer)}`);
    return { login, goOn, action: answer.action, fields: answer.fields };
  }

  async function launch(
    username: string,
    link: Link,
    options: { browser?: Browser; kind?: 'resource' | 'deep-linking' } = {},
  ) {
    const { browser = new Browser(), kind = 'resource' } = options;
    const { action, fields } = await loggedIn(browser, username, link, kind);
    const shown = await browser.send('POST', action, fields);
    return { browser, shown, action, fields };
  }

  return { platform, lti, registrationId, loggedIn, launch, host };
}
