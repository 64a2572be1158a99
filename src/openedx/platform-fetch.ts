import type * as z from 'zod';
import { type Limits, type Outside, type Reached, reachPlatform, retryAfterOf } from '../http/index.ts';
import { type Fetched, failed } from './fetched.ts';

export const FOR_BLOCKS: Limits = { timeoutMs: 30_000, maxBytes: 16 * 1024 * 1024 };

/** The refusal in a status; undefined for success. */
function failureOf({ status, headers }: { status: number; headers: Headers }, now: number) {
  const more = { status, retryAfterSeconds: retryAfterOf(headers, now) };
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400)
    return failed('refused', 'The platform redirects to another address. Redirects are not followed.', more);
  if (status === 401) return failed('unauthorised', 'The platform does not accept our credentials (401).', more);
  if (status === 403) return failed('forbidden', 'The platform says that a right is missing (403).', more);
  if (status === 404 || status === 410) return failed('not_found', `The platform has no such thing (${status}).`, more);
  if (status === 429) return failed('temporary', 'The platform is asked too often (429).', more);
  if (status === 408 || status >= 500) return failed('temporary', `The platform has a problem (${status}).`, more);
  return failed('refused', `The platform refuses the request (${status}).`, more);
}

const kinds = {
  'closed-address': 'refused',
  unreachable: 'temporary',
  'too-large': 'refused',
  'not-utf8': 'malformed',
} as const satisfies Record<Exclude<Reached['kind'], 'answered'>, string>;

/** Asks a platform and reads its JSON, in the bounds of `reachPlatform`. It never throws. */
export async function fetchJson<S extends z.ZodType>(
  outside: Outside,
  url: string,
  init: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
  answer: S,
  limits?: Limits,
): Promise<Fetched<z.output<S>>> {
  const reached = await reachPlatform(outside, url, init, limits);
  if (reached.kind !== 'answered') return failed(kinds[reached.kind], reached.reason);
  const { status, text, at } = reached;
  const failure = failureOf(reached, outside.now());
  if (failure) return failure;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failed('malformed', 'The platform answered something that is not JSON.', { status });
  }
  const parsed = answer.safeParse(json);
  if (!parsed.success) {
    // Names of fields only: values would carry what is in the body.
    const where = parsed.error.issues[0]?.path.map(String).join('.').slice(0, 100) || 'the whole';
    return failed('malformed', `The platform answered in an unexpected shape, at ${where}.`, { status });
  }
  return { ok: true, value: parsed.data, at };
}
