import { env } from 'cloudflare:workers';
import type { Endpoint } from '../../../src/http/endpoint.ts';
import type { Role } from '../../../src/lib/call.ts';
import { type AskOptions, aUser, bearer, type Json, type Reply, type Somebody, type testApp } from '../../factories.ts';
import { nobody, type Sample } from '../sample.ts';
import { watchWrites } from './watch-writes.ts';

/** `as: null` is signed out. What is not said is as in the sample. */
type Asked = {
  as?: Somebody | null;
  method?: string;
  path?: string;
  body?: unknown;
  type?: string | undefined;
  headers?: Record<string, string>;
  bindings?: Partial<Env>;
};
export type Watched = Reply & { wrote: string[] };

/** A valid request to an endpoint of some app, and the ways to turn it into bad ones. */
export type Situation = {
  endpoint: Endpoint;
  sample: Sample;
  /** The whole path with its query, as the sample has it. */
  here: string;
  /** The names in the path, in order, and what the sample has in their place, as it stands in the address. */
  ids: readonly [name: string, value: string][];
  /** The path with other values in the place of some names. */
  at: (values: Record<string, string>) => string;
  /** The path with an id that nothing has: in all places, or in that of one name. */
  absent: (name?: string) => string;
  ask: (asked?: Asked) => Promise<Watched>;
  /** Notes what is wrong. */
  wrong: (what: string) => void;
  /** Notes what is not this refusal, or is not told as a problem, or has changed something. */
  expectRefusal: (what: string, reply: Watched, status: number, code: string) => void;
};

export const nameOf = ({ method, path }: { method: string; path: string }) => `${method.toUpperCase()} ${path}`;
export const takesBody = ({ method }: Endpoint) => method !== 'get' && method !== 'delete';

/** A refusal without what differs from request to request. */
export const wordForWord = ({ status, json, text }: Reply) =>
  JSON.stringify(json.code === undefined ? { status, text } : { status, ...json, requestId: '' });

const INTERNAL = /SQLITE|D1_ERROR|no such (table|column)|\bat \S+\.tsx?:|node_modules|TypeError|ReferenceError/;

/** What no answer may be, whatever was asked. */
function unsoundness(path: string, { status, headers, text, json }: Reply): string | undefined {
  if (status >= 500 && status !== 503) return `answers ${status}: ${text.slice(0, 200)}`;
  if (INTERNAL.test(text)) return `tells internals: ${INTERNAL.exec(text)?.[0]}`;
  if (headers.get('x-content-type-options') !== 'nosniff') return 'may be sniffed';
  if (!headers.get('content-security-policy')) return 'has no policy';
  if (!headers.get('x-request-id')) return 'has no request id';
  if (headers.has('set-cookie')) return 'sets a cookie';
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') && json.status === status;
  if (status >= 400 && /^\/(api|health|lti)\b/.test(path) && status !== 503 && !isProblem)
    return `answers ${status} as no problem`;
  return undefined;
}

/** Paths go out as they are. */
async function answerOf(
  app: ReturnType<typeof testApp>,
  method: string,
  path: string,
  options: AskOptions,
): Promise<Reply> {
  const response = await app.send(method, path, options);
  const { status, headers } = response;
  const text = await response.text();
  const json = (headers.get('content-type')?.includes('json') && text !== '' ? JSON.parse(text) : {}) as Json;
  const id = headers.get('x-request-id');
  const line = app.lines.findLast((one) => one.request_id === id && one.message === 'request') ?? {};
  return { status, headers, text, json, line };
}

const tokens = new WeakMap<Somebody, ReturnType<typeof bearer>>();
/** One token a person: signing and verifying one takes longer than most requests. */
function tokenOf(somebody: Somebody) {
  const token = tokens.get(somebody) ?? bearer(somebody.actor);
  tokens.set(somebody, token);
  return token;
}

const strangers = new Map<Role, Promise<Somebody>>();
/** Somebody of this role whom nothing belongs to. */
export function aStranger(role: Role): Promise<Somebody> {
  const known = strangers.get(role) ?? aUser(role);
  strangers.set(role, known);
  return known;
}

export function situationOf(
  endpoint: Endpoint,
  sample: Sample,
  app: ReturnType<typeof testApp>,
  wrong: (what: string) => void,
): Situation {
  const here = sample.path.startsWith(endpoint.path.split('/{')[0] ?? '') ? sample.path : `/api/v1${sample.path}`;
  const [way = '', search = ''] = here.split(/(?=\?)/);
  const given = way.split('/');
  const ids = endpoint.path
    .split('/')
    .flatMap((part, index) =>
      part.startsWith('{') ? [[part.slice(1, -1), given[index] ?? ''] as [string, string]] : [],
    );
  const at = (values: Record<string, string>) =>
    ids.reduce(
      (path, [name, value]) => path.replace(`{${name}}`, () => values[name] ?? value),
      endpoint.path as string,
    ) + search;
  const { body, type } = sample;

  const ask = async ({ as = sample.as, method = endpoint.method.toUpperCase(), path = here, ...asked }: Asked = {}) => {
    const { database, wrote } = watchWrites(env.DB);
    const said = 'body' in asked ? asked : { body, type };
    const reply = await answerOf(app, method, path, {
      ...(said.body !== undefined && method !== 'GET' && { body: said.body }),
      headers: {
        ...(as && (await tokenOf(as))),
        ...sample.headers,
        ...(said.type !== undefined && { 'content-type': said.type }),
        ...asked.headers,
      },
      bindings: { ...asked.bindings, DB: database },
    });
    const unsound = unsoundness(path, reply);
    if (unsound && sample.refused?.[0] !== reply.status) wrong(`${method} ${path.slice(0, 200)} ${unsound}`);
    return { ...reply, wrote };
  };
  return {
    ...{ endpoint, sample, here, ids, at, ask, wrong },
    absent: (name) =>
      name === undefined && sample.absent !== undefined
        ? sample.absent.replace(/^(?!\/api)/, here.startsWith('/api/v1') ? '/api/v1' : '')
        : at(Object.fromEntries(ids.flatMap(([one]) => (name === undefined || one === name ? [[one, nobody]] : [])))),
    expectRefusal(what, { status, json, wrote }, ...expected) {
      if (status !== expected[0] || json.code !== expected[1]) wrong(`${what} → ${status} ${json.code}`);
      if (wrote.length > 0) wrong(`${what} has changed something: ${wrote.join('; ')}`);
    },
  };
}
