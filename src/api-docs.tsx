import { Hono } from 'hono';
import { html } from 'hono/html';
import * as z from 'zod';
import { type AppEnv, anyone, type ContractPage, type Endpoint, endpoint, openApiDocument } from './http/index.ts';
import { DomainError } from './lib/errors.ts';

/**
 * `/api/schema`: the OpenAPI document of all endpoints, itself among them. It is the same until the next deploy, so it is
 * made at the first request and kept.
 */
export function apiSchema(endpoints: () => readonly Endpoint[], pages: readonly ContractPage[]): Endpoint {
  let document: ReturnType<typeof openApiDocument> | undefined;
  return endpoint({
    method: 'get',
    path: '/api/schema',
    tag: 'Documents',
    summary: 'This document: OpenAPI 3.1',
    access: anyone,
    answers: { 200: z.looseObject({ openapi: z.literal('3.1.0') }) },
    async run() {
      document ??= openApiDocument(endpoints(), pages);
      return { status: 200, body: document, headers: { 'cache-control': 'public, max-age=300' } };
    },
  });
}

/** `/api/docs`: Swagger UI over `/api/schema`, every file of it served by us, under the same policy as our own pages. */
export const apiDocs = new Hono<AppEnv>({ strict: false });

apiDocs.get('/api/docs', (c) => {
  const version = c.env.VERSION?.id || 'local';
  c.header('cache-control', 'no-cache');
  return c.html(html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API · VE-EDU-VAULT</title>
        <link rel="stylesheet" href="/api-docs/swagger-ui.css?v=${version}" />
        <link rel="icon" href="data:," />
        <script src="/api-docs/swagger-ui-bundle.js?v=${version}" defer></script>
        <script src="/api-docs-init.js?v=${version}" defer></script>
      </head>
      <body>
        <nav><a href="/api/docs/permissions">Who may do what</a></nav>
        <main id="swagger-ui"><p>The API as an OpenAPI 3.1 document: <a href="/api/schema">/api/schema</a></p></main>
      </body>
    </html>`);
});

apiDocs.all('/api/docs', () => {
  throw new DomainError('method_not_allowed', 'Use GET, HEAD', { allow: 'GET, HEAD' });
});
