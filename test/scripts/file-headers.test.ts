import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { securityHeaders } from '../../src/http/security-headers.ts';

it('files are served with what every answer carries', async () => {
  const text = await readFile('public/_headers', 'utf8');
  const forAll = /^\/\*\n((?: {2}.*\n)*)/m.exec(text)?.[1] ?? '';
  const said = [...forAll.matchAll(/^ {2}([\w-]+): (.*)$/gm)].map(([, name = '', value]) => [
    name.toLowerCase(),
    value,
  ]);
  // Files may be kept: nothing in them is personal.
  const { 'cache-control': _, ...ours } = securityHeaders;
  expect(Object.fromEntries(said)).toEqual({
    ...ours,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
});
