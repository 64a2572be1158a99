import { vi } from 'vitest';
import type { Link } from '../../../scripts/lms/lti/lti-state.ts';
import type { Mode } from '../../../scripts/lms/lti/modes.ts';
import { type Json, theApp } from '../../factories.ts';
import { encodePart } from '../../lti/a-launch.ts';
import { aPlatform, Browser, formIn, type Shown, STUDENT } from '../../lti/a-launching-platform.ts';

/*
 * A school: a platform the app knows (test/lti/a-platform.ts), with what these tests do to it over HTTP. From the app itself it knows
 * nothing but what the contract says.
 */

export const TOOL = 'http://ve.test';
export const claim = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
export const role = (name: string) => `http://purl.imsglobal.org/vocab/lis/v2/membership${name}`;
export const LEARNER = role('#Learner');
export const INSTRUCTOR = role('#Instructor');

export type Claims = Record<string, unknown>;
type Fields = Record<string, string>;

/** The claims of a token, nothing verified. */
const claimsIn = (token = ''): Claims =>
  JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64(token.split('.')[1])), (one) => one.charCodeAt(0))));
const base64 = (text = '') => text.replaceAll('-', '+').replaceAll('_', '/');

/** A token that nobody signed. */
export const unsigned = (header: unknown, claims: unknown, signature = 'c2lnbmVk') =>
  `${encodePart(header)}.${encodePart(claims)}.${signature}`;

/** What a page came to: its status and whichever of the contract's marks it has. */
export const outcomeOf = ({ status, meta }: Shown) => ({
  status,
  ...(meta['ve-error'] !== undefined && { error: meta['ve-error'] }),
  ...(meta['ve-launch'] !== undefined && { launch: meta['ve-launch'] }),
  ...(meta['ve-lti-step'] !== undefined && { step: meta['ve-lti-step'] }),
});

/** What a refusal must not have: a session, a way on, or a word of the token. */
export const wrongWith = ({ headers, text, meta }: Shown, secrets: readonly string[] = []) => [
  ...headers.getSetCookie().filter((cookie) => /session|ve_frame/.test(cookie) && !/max-age=0/i.test(cookie)),
  ...(headers.has('location') ? ['a way on'] : []),
  ...(meta['ve-code'] !== undefined || meta['ve-launch'] !== undefined ? ['a code'] : []),
  ...(/text\/html/.test(headers.get('content-type') ?? '') ? [] : ['no page']),
  ...(/private, no-store/.test(headers.get('cache-control') ?? '') ? [] : ['kept']),
  ...(/frame-ancestors /.test(headers.get('content-security-policy') ?? '') ? [] : ['no word on frames']),
  ...secrets.filter((secret) => text.includes(secret)),
];

/** Round trips to D1 that a page took, by the log. */
export const tripsOf = ({ headers }: Shown) => {
  const id = headers.get('x-request-id');
  return theApp.lines.find((line) => line.message === 'request' && line.request_id === id)?.d1;
};

export const frameAncestors = ({ headers }: Pick<Shown, 'headers'>) =>
  /frame-ancestors ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1];

type Options = Parameters<typeof aPlatform>[1];
type LaunchOptions = {
  browser?: Browser;
  username?: string;
  link?: Link;
  kind?: 'resource' | 'deep-linking';
  /** Changes to what the platform signs; undefined leaves a claim out. */
  claims?: Claims;
  header?: Claims;
};

export async function aSchool(mode: Mode = 'openedx', options: Options = {}) {
  const known = await aPlatform(mode, options);
  const { platform, lti } = known;

  /** What the app asked of the platform. */
  const asked: { method: string; url: string; headers: Headers; body: string }[] = [];
  let instead: ((request: Request) => Response | Promise<Response> | undefined) | undefined;
  const real = platform.fetch;
  Object.assign(platform, {
    async fetch(request: Request) {
      const body = new TextDecoder().decode(await request.clone().arrayBuffer());
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      return (await instead?.(request)) ?? (await real(request));
    },
  });
  const isKeys = (url: string) => url === lti.registration().keySetUrl;

  /** A login, and what the platform posts after it, changed and signed once more. */
  async function loggedIn(given: LaunchOptions = {}) {
    const { browser = new Browser(), username = STUDENT, link = lti.links[1], kind = 'resource' } = given;
    if (!link) throw new Error('the stand-in has two places');
    const begun = await known.loggedIn(browser, username, link, kind);
    const said = claimsIn(begun.fields.id_token);
    const sign = (claims: Claims = {}, header: Claims = {}) => lti.sign({ ...said, ...claims }, header);
    const fields: Fields =
      given.claims || given.header
        ? { ...begun.fields, id_token: await sign(given.claims, given.header) }
        : begun.fields;
    return {
      ...begun,
      browser,
      said,
      sign,
      fields,
      post: (more: Fields = {}) => post(browser, { ...fields, ...more }),
    };
  }

  const post = (browser: Browser, fields: Fields) => browser.send('POST', '/lti/launch', fields);

  async function launch(given: LaunchOptions = {}) {
    const begun = await loggedIn(given);
    return { ...begun, shown: await begun.post() };
  }

  /** A launch whose page has its own token. `ask` asks the API with it. */
  async function signedIn({ bindings = {}, ...given }: LaunchOptions & { bindings?: Partial<Env> } = {}) {
    const launched = await launch(given);
    const { status, json } = await openSession(launched.shown.meta['ve-code']);
    if (status !== 200) throw new Error(`no session: ${JSON.stringify(outcomeOf(launched.shown))} ${json.code}`);
    const authorization = `Bearer ${json.access}`;
    const ask = (method: string, path: string, body?: unknown) =>
      theApp.ask(method, path, { headers: { authorization }, bindings, ...(body !== undefined && { body }) });
    const me = (await ask('GET', '/auth/me')).json;
    return { ...launched, ask, me };
  }

  return {
    ...known,
    ...{ asked, isKeys, loggedIn, launch, post, signedIn },
    issuer: lti.registration().issuer,
    clientId: lti.registration().clientId,
    keyFetches: () => asked.filter(({ url }) => isKeys(url)).length,
    /** Answers in the platform's place; undefined lets it answer. */
    answerInstead(answer: typeof instead) {
      instead = answer;
    },
  };
}
export type School = Awaited<ReturnType<typeof aSchool>>;

/** Trades the code of a launch page for tokens. */
export const openSession = (code = '') => theApp.ask('POST', '/lti/session', { body: { code } });

/** The code in the form that goes on from a launch page. */
export const pageCode = (shown: Shown) => formIn(shown.text, 've-open').fields.code ?? '';

export const isProblem = ({ headers, text }: Shown) =>
  headers.get('content-type')?.startsWith('application/problem+json') ? (JSON.parse(text) as Json).code : undefined;

/** Lets `seconds` go by on every clock. */
export function pass(seconds: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
}

const realTimeout = globalThis.setTimeout;

/** Waits for work that waits, without waiting: timers run as fast as they come. */
export async function hurry<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.now() });
  const over = { is: false };
  const working = work().finally(() => (over.is = true));
  while (!over.is) {
    await new Promise((resolve) => realTimeout(resolve, 4));
    vi.advanceTimersByTime(100);
  }
  pass(0);
  return await working;
}
