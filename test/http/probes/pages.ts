import { env } from 'cloudflare:workers';
import type { ContractPage } from '../../../src/http/index.ts';
import type { testApp } from '../../factories.ts';
import { nobody } from '../sample.ts';
import { nameOf } from './situation.ts';
import { watchWrites } from './watch-writes.ts';

const FORM = 'application/x-www-form-urlencoded';
/** No page that other programs post to takes more. */
const TOO_LARGE = 1024 * 1024 + 1;

/**
 * What a stranger can send to a page that other programs rely on: nothing, nonsense in every field, everything twice, names of an
 * object's own, too much, another type. None of it opens anything, changes anything or is a bug.
 */
export async function probePage(page: ContractPage, app: ReturnType<typeof testApp>): Promise<string[]> {
  const found: string[] = [];
  const wrong = (what: string) => found.push(`${nameOf(page)}: ${what}`);
  const names = Object.keys(page.fields).map((name) => name.replace(/\?$/, ''));
  const isPost = page.method === 'post';
  const path = page.path.replaceAll(/\{\w+\}/g, nobody);

  async function ask(what: string, fields: [string, string][], raw?: { body: BodyInit; type: string }) {
    const { database, wrote } = watchWrites(env.DB);
    const sent = new URLSearchParams(fields);
    const response = await app.send(page.method.toUpperCase(), isPost ? path : `${path}?${sent}`, {
      ...(isPost && { body: raw?.body ?? sent.toString(), headers: { 'content-type': raw?.type ?? FORM } }),
      bindings: { DB: database },
    });
    const text = await response.text();
    const { status, headers } = response;
    if (status >= 500) wrong(`${what} → ${status}`);
    if (wrote.length > 0) wrong(`${what} has changed something: ${wrote.join('; ')}`);
    if (/ve_session|ve_lti_frame/.test(headers.get('set-cookie') ?? '')) wrong(`${what} signs in`);
    if (/<script(?![^>]* src=")|javascript:|onerror=/i.test(text)) wrong(`${what} puts script on the page`);
    if (headers.get('x-content-type-options') !== 'nosniff') wrong(`${what} may be sniffed`);
    if (!headers.get('content-security-policy')?.startsWith("default-src 'none'")) wrong(`${what} has no policy`);
    return { status, headers };
  }

  const nonsense = [
    'x',
    '',
    '<script>alert(1)</script>',
    "' or 1=1 --",
    '\u0000',
    'a'.repeat(9000),
    'javascript:alert(1)',
  ];
  const filled = (value: string) => names.map((name): [string, string] => [name, value]);
  await Promise.all([
    ask('nothing', []),
    ...nonsense.map((value) => ask(`nonsense ${value.slice(0, 20)}`, filled(value))),
    ask('everything twice', [...filled('x'), ...filled('y')]),
    ask(
      'lists',
      names.map((name) => [`${name}[]`, 'x']),
    ),
    ask(
      'names of an object',
      ['__proto__', 'constructor', 'prototype', 'role'].map((name) => [name, 'superadmin']),
    ),
  ]);
  if (isPost) {
    const refused = await Promise.all([
      ask('JSON', [], { body: '{}', type: 'application/json' }),
      ask('plain text', [], { body: 'a=b', type: 'text/plain' }),
      ask('oversize', [], { body: 'a'.repeat(TOO_LARGE), type: FORM }),
    ]);
    const statuses = refused.map(({ status }) => status);
    if (JSON.stringify(statuses) !== '[415,415,413]') wrong(`JSON, plain text, oversize → ${statuses}`);
  }
  const method = isPost ? 'PUT' : 'DELETE';
  const other = await app.send(method, path, { headers: { 'x-http-method-override': page.method } });
  if (other.status !== 405) wrong(`${method} that a header calls ${page.method} → ${other.status}`);
  if ('role' in {}) wrong('all objects have a role');
  return found;
}
