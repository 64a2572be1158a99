import type { DrizzleD1Database } from 'drizzle-orm/d1';
import type { Hono } from 'hono';
import { connect } from '../db/index.ts';
import { sha256 } from '../lib/crypto.ts';
import { DomainError } from '../lib/errors.ts';
import type { AppContext, AppEnv } from './context.ts';
import type { Access, Answer, Endpoint, EndpointRequest } from './endpoint.ts';
import type { Guard, Passage } from './guards.ts';
import { answerOnce } from './idempotency.ts';

/** How long an answer with a secret is given again, in ms. */
const SECRET_MS = 15 * 60 * 1000;

function toResponse({ status, body, text, headers }: Answer): Response {
  const all = { 'cache-control': 'private, no-store', ...headers };
  if (text !== undefined) return new Response(text, { status, headers: all });
  if (body === undefined) return new Response(null, { status, headers: all });
  const json = { 'content-type': 'application/json; charset=utf-8', ...all };
  return new Response(JSON.stringify(body), { status, headers: json });
}

async function handle(c: AppContext, endpoint: Endpoint, guards: readonly Guard[]): Promise<Response> {
  c.set('route', endpoint.path);
  const passage: Passage = { endpoint, bytes: new Uint8Array(), params: undefined, query: undefined, body: undefined };
  try {
    try {
      for (const guard of guards) await guard.check(c, passage);
    } finally {
      await passage.beside;
    }
    return await answer(c, passage);
  } catch (error) {
    throw passage.whenRefused ? await passage.whenRefused(error) : error;
  }
}

async function answer(c: AppContext, passage: Passage): Promise<Response> {
  const { endpoint } = passage;
  const { actor, address, now, requestId, settings, trips } = c.var;
  let db: DrizzleD1Database | undefined;
  const call = {
    now,
    actor,
    requestId,
    address,
    // The answer path asks no database, and should not pay for reaching one.
    get db() {
      db ??= connect(c.env.DB, trips);
      return db;
    },
  };
  const request = {
    call,
    holder: passage.holder,
    params: passage.params,
    query: passage.query,
    body: passage.body,
    bytes: passage.bytes,
    env: c.env,
    settings,
    // Links begin as configured, whatever host the request named.
    get url() {
      const url = new URL(c.req.url);
      const { protocol, host } = new URL(settings.publicOrigin);
      return Object.assign(url, { protocol, host });
    },
    headers: c.req.raw.headers,
    defer: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
  } as unknown as EndpointRequest<Access, undefined, undefined, undefined>;

  if (endpoint.isOnce && c.req.method === 'HEAD') return toResponse({ status: 200 });
  const key = endpoint.creates && actor ? c.req.header('idempotency-key') : undefined;
  if (key === undefined || !actor) return toResponse(await endpoint.run(request));
  const isSecret = endpoint.creates === 'a secret';
  const path = isSecret ? `${c.req.path} ${actor.sessionId}` : c.req.path;
  const scope = { userId: actor.userId, method: endpoint.method, path, key, ...(isSecret && { keptMs: SECRET_MS }) };
  const said = endpoint.raw ? await sha256(passage.bytes) : passage.body;
  return toResponse(await answerOnce(call, scope, said, () => endpoint.run(request), c.env.SECRETS_KEY));
}

/** Puts endpoints on the app, each behind the guards in their order. */
export function mountEndpoints(app: Hono<AppEnv>, endpoints: readonly Endpoint[], guards: readonly Guard[]) {
  for (const one of endpoints) {
    const path = one.path.replaceAll(/\{([^}]+)\}/g, ':$1');
    app.on(one.method.toUpperCase(), path, (c) => handle(c, one, guards));
  }
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What a path takes, as `Allow` says it; undefined where it takes nothing. */
export function methodsOf(app: Hono<AppEnv>, path: string): string | undefined {
  // Middleware is there for all methods; what is there for one is a route.
  const isTaken = (method: string) => app.router.match(method, path)[0].some(([[, { method: its }]]) => its === method);
  const taken = methods.filter(isTaken).map((method) => (method === 'GET' ? 'GET, HEAD' : method));
  return taken.length === 0 ? undefined : taken.join(', ');
}

/**
 * The page of a path: itself; or, where it takes nothing but posts, the nearest above it that can be read, to which the form belongs. `/` where
 * there is none.
 */
export function pageFor(app: Hono<AppEnv>, path: string): string {
  const isRead = (at: string) => methodsOf(app, at)?.includes('GET');
  if (methodsOf(app, path) === undefined || isRead(path)) return path;
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (isRead(at)) return at;
  return '/';
}

/** The refusal of a path that takes other methods than the one it was asked by; undefined where it takes none. */
export function wrongMethod(app: Hono<AppEnv>, path: string): DomainError | undefined {
  const allow = methodsOf(app, path);
  return allow === undefined ? undefined : new DomainError('method_not_allowed', `Use ${allow}`, { allow });
}
