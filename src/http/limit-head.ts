import { createMiddleware } from 'hono/factory';
import { DomainError } from '../lib/errors.ts';
import type { AppEnv } from './context.ts';

/** Characters of path and query, and of all headers together. Ours stay far below; the platform takes more. */
const MAX_ADDRESS = 16 * 1024;
const MAX_HEADERS = 32 * 1024;
/** No page's path has a control character in it, and some lead on to where it stands in a header. The API takes it for the id it is not. */
const CONTROL = /^[^?]*%([01][0-9a-f]|7f)/i;

/** Refuses an address or headers that are too long, with 414 and 431, and a path that can be no page's, with 404. */
export const limitHead = createMiddleware<AppEnv>(async (c, next) => {
  const { url } = c.req;
  if (url.length > MAX_ADDRESS) throw new DomainError('address_too_long', `At most ${MAX_ADDRESS} characters`);
  let size = 0;
  for (const [name, value] of c.req.raw.headers) size += name.length + value.length;
  if (size > MAX_HEADERS) throw new DomainError('headers_too_large', `At most ${MAX_HEADERS} characters`);
  if (CONTROL.test(url) && !c.req.path.startsWith('/api/')) throw new DomainError('not_found');
  await next();
});
