import type * as z from 'zod';
import { nameOf, type Situation } from './situation.ts';

const MOST_ROUND_TRIPS = 5;
/** Imports and exports: their round trips grow with what is in them. */
const unbounded = new Set(['GET /api/v1/users/me/export']);

/** Fields of an answer that its schema does not have: what nobody decided to tell. */
function untold(schema: z.ZodType | null | undefined, json: unknown): string | undefined {
  if (!schema) return undefined;
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    return `is not as described: ${parsed.error.issues.map(({ path, message }) => `${path.join('/')} ${message}`)}`;
  const [told, said] = [JSON.stringify(parsed.data), JSON.stringify(json)];
  return told.length === said.length ? undefined : `has more in it than is described: ${said} / ${told}`;
}

/**
 * The sample itself is served: at most five round trips, nothing in the answer that its schema does not have, in no shared cache, and, once it
 * has an ETag, 304 for one round trip. Headers that name another method change nothing.
 */
export async function good({ endpoint, sample, ask, wrong }: Situation): Promise<void> {
  const headers = endpoint.method === 'get' ? { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE' } : {};
  const reply = await ask({ headers });
  const { status, json, line, text } = reply;
  const name = nameOf(endpoint);
  const isRefused = sample.refused?.[0] === status && sample.refused[1] === json.code;
  // Strangers to sign-in are refused for their own reason.
  const isSignIn = name.includes('/auth/') && status === 401 && json.code !== 'unauthenticated';
  if (status >= 300 && !isRefused && !isSignIn) wrong(`its own sample → ${status} ${text}`);
  if (Number(line.d1) > MOST_ROUND_TRIPS && !unbounded.has(name)) wrong(`takes ${line.d1} round trips to D1`);
  const cached = reply.headers.get('cache-control') ?? '';
  if (endpoint.access.kind !== 'anyone' && !/\b(no-store|private)\b/.test(cached))
    wrong('may be kept by a shared cache');
  const isJson = reply.headers.get('content-type')?.startsWith('application/json');
  const more = status < 300 && isJson ? untold(endpoint.answers[status], json) : undefined;
  if (more) wrong(`its answer ${more}`);
  if (status < 300 && !(status in endpoint.answers)) wrong(`answers ${status}, which it does not say`);

  const etag = reply.headers.get('etag');
  if (etag === null || endpoint.method !== 'get') return;
  const again = await ask({ headers: { 'if-none-match': etag } });
  const most = 'results' in json ? 1 : MOST_ROUND_TRIPS;
  if (again.status !== 304 || again.text !== '' || Number(again.line.d1) > most)
    wrong(`unchanged → ${again.status}, ${again.line.d1} round trips`);
}
