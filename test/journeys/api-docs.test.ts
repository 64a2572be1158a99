import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { contractPages, createApp, endpoints } from '../../src/app.ts';
import { openApiDocument } from '../../src/http/index.ts';
import { statusOf } from '../../src/lib/errors.ts';
import { launchRefusals, statusOfRefusal } from '../../src/lti/refusals.ts';

type Json = { [name: string]: unknown };
type Parameter = { name: string; in: string; required: boolean; schema: Json };
type Operation = {
  tags: string[];
  summary: string;
  description: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Json; schemas: Json };
};

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
/** Pages that stand among the API's paths and are no part of it. */
const PAGES = ['GET /api/docs', 'GET /api/docs/permissions'];

const ask = (path: string, init?: RequestInit) => exports.default.fetch(`http://ve.test${path}`, init);
const document = await (await ask('/api/schema')).json<Document>();

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method,
    path,
    operation,
  })),
);

const isPage = (name: string) => contractPages.some(({ method, path }) => name === `${method.toUpperCase()} ${path}`);

/** What the app really answers under the API's paths. */
const mounted = (app = createApp()) =>
  app.routes
    .filter(({ method, path }) => method !== 'ALL' && /^\/(api|health|lti)(\/|$)/.test(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:([^/]+)/g, '{$1}')}`);

/** Every value of a JSON tree with the pointer to it. */
function* walk(value: unknown, pointer = '#'): Generator<[pointer: string, value: Json]> {
  if (typeof value !== 'object' || value === null) return;
  yield [pointer, value as Json];
  for (const [name, under] of Object.entries(value)) {
    yield* walk(under, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
const pointers = new Set([...walk(document)].map(([pointer]) => pointer));

describe('the schema', () => {
  it('is an OpenAPI 3.1 document, for anybody, made of the very endpoints that are mounted', async () => {
    const answer = await ask('/api/schema');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(endpoints, contractPages))));
  });

  it('names every route of the app, and no other', () => {
    const named = operations.map(({ name }) => name);
    expect(new Set(named).size).toBe(named.length);
    expect([...named, ...PAGES].sort()).toEqual([...new Set(mounted())].sort());
  });

  it('would notice a route that nobody described', () => {
    const app = createApp();
    app.get('/api/v1/secret/:id', (c) => c.text(''));
    const named = new Set(operations.map(({ name }) => name));
    expect(mounted(app).filter((name) => !named.has(name) && !PAGES.includes(name))).toEqual([
      'GET /api/v1/secret/{id}',
    ]);
  });

  it('has no reference that leads nowhere', () => {
    const references = [...walk(document)].flatMap(([pointer, { $ref }]) =>
      typeof $ref === 'string' ? [[pointer, $ref] as const] : [],
    );
    expect(references.length).toBeGreaterThan(0);
    for (const [pointer, $ref] of references) expect(pointers.has($ref), `${pointer} → ${$ref}`).toBe(true);
  });

  it('gives every operation a summary, a tag and answers, and only methods OpenAPI knows', () => {
    for (const { name, method, path, operation } of operations) {
      expect(path, name).toMatch(/^\/[^?#\s]*$/);
      expect(METHODS, name).toContain(method);
      expect(operation.summary, name).toMatch(/\S/);
      expect(operation.tags.length, name).toBeGreaterThan(0);
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => /^2\d\d$/.test(status)),
        name,
      ).toBe(true);
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(status, name).toMatch(/^[2-5]\d\d$/);
        expect(answer.description, `${name} ${status}`).toMatch(/\S/);
      }
    }
  });

  it('declares every parameter of a path, once, as required, and no other', () => {
    for (const { name, path, operation } of operations) {
      const { parameters = [] } = operation;
      const places = parameters.map((one) => `${one.in} ${one.name}`);
      expect(new Set(places).size, name).toBe(places.length);
      const inPath = parameters.filter((one) => one.in === 'path');
      expect(inPath.map((one) => one.name).sort(), name).toEqual(
        [...path.matchAll(/\{([^}]+)\}/g)].map(([, one]) => one).sort(),
      );
      expect(
        inPath.every(({ required }) => required),
        name,
      ).toBe(true);
      for (const one of parameters) expect(typeof one.schema, `${name} ${one.name}`).toBe('object');
    }
  });

  it('has a body only where one is read', () => {
    for (const { name, method, path, operation } of operations) {
      const { requestBody } = operation;
      if (method === 'get' || method === 'delete') expect(requestBody, name).toBeUndefined();
      const raw = endpoints.find((one) => `${one.method} ${one.path}` === `${method} ${path}`)?.raw;
      const types = isPage(name) ? ['application/x-www-form-urlencoded'] : (raw?.types ?? ['application/json']);
      if (requestBody) expect(Object.keys(requestBody.content), name).toEqual(types);
      if (raw || isPage(name)) continue;
      for (const { schema } of Object.values(requestBody?.content ?? {})) {
        const shapes = Array.isArray(schema.oneOf) ? (schema.oneOf as Json[]) : [schema];
        for (const shape of shapes) expect(shape, name).toMatchObject({ type: 'object', additionalProperties: false });
      }
    }
  });

  it('says 401 and 403 of every operation that asks for a token, and 404 of every one that names a thing', () => {
    const guarded = operations.filter(({ operation }) => operation.security.length > 0);
    expect(guarded.length).toBeGreaterThan(20);
    for (const { name, operation } of guarded) {
      for (const one of operation.security)
        for (const scheme of Object.keys(one))
          expect(pointers, name).toContain(`#/components/securitySchemes/${scheme}`);
      expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining(['401', '403']));
      if (operation.parameters?.some((one) => one.in === 'path'))
        expect(Object.keys(operation.responses), name).toContain('404');
    }
  });

  it('describes every refusal as a problem of the one kind, and of a page as a page that names its codes', () => {
    for (const { name, operation } of operations) {
      if (isPage(name)) continue;
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || content?.['application/json']) continue;
        expect(content?.['application/problem+json']?.schema, `${name} ${status}`).toEqual({
          $ref: '#/components/schemas/Problem',
        });
      }
    }
    for (const code of launchRefusals) {
      const answer = document.paths['/lti/launch']?.post?.responses[statusOfRefusal(code)];
      expect(answer?.description, code).toContain(`\`${code}\``);
      expect(answer?.content, code).toHaveProperty(['text/html']);
    }
    for (const one of endpoints) {
      const responses = document.paths[one.path]?.[one.method]?.responses ?? {};
      for (const code of one.refusals ?? [])
        expect(responses[statusOf(code)]?.description, `${one.path} ${code}`).toContain(`\`${code}\``);
    }
  });

  it('asks for a token in truth wherever it says so, and nowhere else', async () => {
    for (const { name, method, path, operation } of operations) {
      const { status } = await ask(path.replaceAll(/\{[^}]+\}/g, 'x'), { method: method.toUpperCase() });
      if (operation.security.length > 0) expect(status, name).toBe(401);
      else expect(status, name).not.toBe(401);
    }
  });
});

describe('the page of the API', () => {
  it('is served with our own files only, under a policy that allows no inline script', async () => {
    const answer = await ask('/api/docs');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    const text = await answer.text();
    const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
    expect(links.filter((link) => !/^(\/[^/]|data:,)/.test(link ?? ''))).toEqual([]);
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/);
    expect(links).toContain('/api/schema');
  });

  it('answers HEAD, and other methods with 405 and Allow', async () => {
    for (const path of ['/api/docs', '/api/schema']) {
      expect((await ask(path, { method: 'HEAD' })).status).toBe(200);
      const posted = await ask(path, { method: 'POST' });
      expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(await posted.json()).toMatchObject({ code: 'method_not_allowed' });
    }
  });

  it('names a secret or an internal nowhere', () => {
    expect(JSON.stringify(document)).not.toMatch(/passwordHash|secretHash|ACCESS_TOKEN_KEY/);
  });
});
