import type { Hono } from 'hono';
import { connect } from '../db/index.ts';
import { DomainError } from '../lib/errors.ts';
import type { AppContext, AppEnv } from './context.ts';
import type { Access, Answer, Endpoint, EndpointRequest } from './endpoint.ts';
import type { Guard, Passage } from './guards.ts';
import { answerOnce } from './idempotency.ts';

function toResponse(c: AppContext, { status, body, headers = {} }: Answer): Response {
  const all = { 'cache-control': 'private, no-store', ...headers };
  if (body === undefined) return c.newResponse(null, status, all);
  return c.newResponse(JSON.stringify(body), status, { 'content-type': 'application/json; charset=utf-8', ...all });
}

async function handle(c: AppContext, endpoint: Endpoint, guards: readonly Guard[]): Promise<Response> {
  c.set('route', endpoint.path);
  const passage: Passage = { endpoint, bytes: new Uint8Array(), params: undefined, query: undefined, body: undefined };
  for (const guard of guards) await guard.check(c, passage);

  const db = connect(c.env.DB, c.var.trips);
  const { actor, now, requestId, settings } = c.var;
  const request = {
    call: { db, now, actor, requestId },
    holder: passage.holder,
    params: passage.params,
    query: passage.query,
    body: passage.body,
    env: c.env,
    settings,
    url: new URL(c.req.url),
    headers: c.req.raw.headers,
    defer: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
  } as unknown as EndpointRequest<Access, undefined, undefined, undefined>;

  const key = endpoint.creates && actor ? c.req.header('idempotency-key') : undefined;
  if (key === undefined || !actor) return toResponse(c, await endpoint.run(request));
  const scope = { userId: actor.userId, method: endpoint.method, path: request.url.pathname, key };
  return toResponse(c, await answerOnce({ db, now }, scope, passage.bytes, () => endpoint.run(request)));
}

/** Puts endpoints on the app, each behind the guards in their order, and answers other methods with 405 and `Allow`. */
export function mountEndpoints(app: Hono<AppEnv>, endpoints: readonly Endpoint[], guards: readonly Guard[]) {
  const methods = new Map<string, Set<string>>();
  for (const one of endpoints) {
    const path = one.path.replaceAll(/\{([^}]+)\}/g, ':$1');
    app.on(one.method.toUpperCase(), path, (c) => handle(c, one, guards));
    const allowed = methods.get(path) ?? new Set();
    allowed.add(one.method.toUpperCase());
    if (one.method === 'get') allowed.add('HEAD');
    methods.set(path, allowed);
  }
  for (const [path, allowed] of methods) {
    app.all(path, () => {
      const allow = [...allowed].join(', ');
      throw new DomainError('method_not_allowed', `Use ${allow}`, { allow });
    });
  }
}
