import * as z from 'zod';
import { type ErrorCode, errorCodes, statusOf } from '../lib/errors.ts';
import { type Permission, rolesWith, scopeFor } from '../lib/permissions.ts';
import type { Endpoint } from './endpoint.ts';
import { countingOf } from './policies.ts';

type Json = Record<string, unknown>;

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return rest;
};

const properties = (schema: z.ZodType | undefined): [string, Json, boolean][] => {
  if (!schema) return [];
  const { properties: found = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(found).map(([name, one]) => [name, one, required.includes(name)]);
};

/** What an endpoint can refuse with: by its access and shape, then its own. */
function refusalsOf(one: Endpoint): ErrorCode[] {
  const codes: ErrorCode[] = ['internal', 'unavailable'];
  if (one.access.kind !== 'anyone') codes.push('unauthenticated', 'forbidden');
  if (one.access.kind !== 'anyone' && one.access.kind !== 'attempt' && !one.opensFirst)
    codes.push('password_change_required');
  // The requests to an attempt are not counted by the hour, but its object counts them.
  if (one.access.kind === 'attempt' || countingOf(one) !== 'none') codes.push('too_many_requests');
  if (one.method !== 'get' && one.method !== 'delete')
    codes.push('malformed', 'invalid', 'too_large', 'unsupported_media_type');
  if (one.query) codes.push('invalid');
  if (one.params) codes.push('not_found');
  if (one.creates) codes.push('in_progress', 'key_reused');
  return [...new Set([...codes, ...(one.refusals ?? [])])];
}

function answersOf(one: Endpoint): Json {
  const answers: Json = {};
  for (const [status, schema] of Object.entries(one.answers)) {
    answers[status] = schema
      ? {
          description: 'Success',
          content: { [one.produces ?? 'application/json']: { schema: jsonSchema(schema, 'output') } },
        }
      : { description: status === '304' ? 'As you have it' : 'Success, no body' };
  }
  for (const code of refusalsOf(one)) {
    const status = String(statusOf(code));
    const earlier = answers[status] as { description: string } | undefined;
    answers[status] = earlier
      ? { ...earlier, description: `${earlier.description}, \`${code}\`` }
      : {
          description: `\`${code}\``,
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        };
  }
  return answers;
}

/** Who may, and how far, as the table of permissions has it. */
const rolesLine = (permission: Permission) =>
  `Permission \`${permission}\`: ${rolesWith(permission)
    .map((role) => `${role} (${scopeFor(role, permission)})`)
    .join(', ')}.`;

function operationOf(one: Endpoint): Json {
  const parameters = [
    ...properties(one.params).map(([name, schema]) => ({ name, in: 'path', required: true, schema })),
    ...properties(one.query).map(([name, schema, required]) => ({ name, in: 'query', required, schema })),
    ...(one.creates
      ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }]
      : []),
  ];
  const roles = one.access.kind === 'signed-in' ? ` ${rolesLine(one.access.permission)}` : '';
  const attempt =
    one.access.kind === 'attempt' ? ' Bearer: the attempt token, or the access token of its student.' : '';
  return {
    tags: [one.tag],
    summary: one.summary,
    description: `${one.summary}.${roles}${attempt}`,
    security: one.access.kind === 'anyone' ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(one.body && { requestBody: { content: { 'application/json': { schema: jsonSchema(one.body, 'input') } } } }),
    ...(one.raw && {
      requestBody: {
        content: Object.fromEntries(
          one.raw.types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
        ),
      },
    }),
    responses: answersOf(one),
  };
}

/**
 * A page that other programs rely on. It stands in the document beside the endpoints; its room mounts it. `fields`: name → what it is; a
 * name ending in `?` may be left out. They are the query of a GET and the form of a POST. `answers`: status → what it says.
 */
export type ContractPage = {
  method: 'get' | 'post';
  path: `/${string}`;
  tag: string;
  summary: string;
  fields: Readonly<Record<string, string>>;
  answers: Readonly<Record<number, string>>;
};

function pageOperationOf({ method, tag, summary, fields, answers, path }: ContractPage): Json {
  const named = Object.entries(fields).map(([name, description]) => ({
    name: name.replace(/\?$/, ''),
    required: !name.endsWith('?'),
    schema: { type: 'string', description },
  }));
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...(method === 'get' ? named.map((one) => ({ ...one, in: 'query' })) : [])];
  const html = { 'text/html': { schema: { type: 'string' } } };
  return {
    tags: [tag],
    summary,
    description: `${summary}.`,
    security: [],
    ...(parameters.length > 0 && { parameters }),
    ...(method === 'post' && {
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: Object.fromEntries(named.map(({ name, schema }) => [name, schema])),
              required: named.flatMap(({ name, required }) => (required ? [name] : [])),
            },
          },
        },
      },
    }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, description]) => [status, { description, content: html }]),
    ),
  };
}

/**
 * The OpenAPI 3.1 document of these endpoints and pages. The endpoints are the very objects that are mounted, so they cannot
 * drift.
 */
export function openApiDocument(endpoints: readonly Endpoint[], pages: readonly ContractPage[]): Json {
  const paths: Record<string, Json> = {};
  for (const one of endpoints) paths[one.path] = { ...paths[one.path], [one.method]: operationOf(one) };
  for (const one of pages) paths[one.path] = { ...paths[one.path], [one.method]: pageOperationOf(one) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'VE-EDU-VAULT',
      version: '1',
      description: 'Assessment and learning backend. Errors are RFC 9457 problems.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
            code: { enum: errorCodes },
            requestId: { type: 'string' },
            errors: {
              type: 'array',
              items: {
                type: 'object',
                required: ['pointer', 'message'],
                properties: { pointer: { type: 'string' }, message: { type: 'string' } },
              },
            },
          },
        },
      },
    },
  };
}
