import type * as z from 'zod';
import { type Fetched, failed } from './fetched.ts';
import type { Outside } from './outside.ts';
import { checkPlatformUrl } from './platform-url.ts';

/** How long a platform may take, body and all, in ms, and how much it may send, inflated, in bytes. */
export type Limits = { timeoutMs: number; maxBytes: number };
const USUAL: Limits = { timeoutMs: 10_000, maxBytes: 2 * 1024 * 1024 };
export const FOR_BLOCKS: Limits = { timeoutMs: 30_000, maxBytes: 16 * 1024 * 1024 };

/** Longer waits are asked for by mistake. */
const MAX_RETRY_AFTER_SECONDS = 24 * 3600;

class TooLarge extends Error {}
class NotUtf8 extends Error {}

/** The body as text, decoded as it comes, so that bytes and text of a large answer are never held both. */
async function readText({ headers, body }: Response, maxBytes: number): Promise<string> {
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw new TooLarge();
  if (!body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new NotUtf8();
    }
  };
  const parts: string[] = [];
  let size = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > maxBytes) throw new TooLarge();
    parts.push(decode(part));
  }
  parts.push(decode());
  return parts.join('');
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfterOf(headers: Headers, now: number): number | null {
  const given = headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+$/.test(given) ? Number(given) : Math.ceil((Date.parse(given) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS);
}

/** The refusal in a status; undefined for success. */
function failureOf({ status, headers }: Response, now: number) {
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

async function ask<S extends z.ZodType>(
  outside: Outside,
  request: Request,
  maxBytes: number,
  answer: S,
): Promise<Fetched<z.output<S>>> {
  const response = await outside.fetch(request);
  const now = outside.now();
  const { status } = response;
  const failure = failureOf(response, now);
  if (failure) {
    await response.body?.cancel();
    return failure;
  }
  const text = await readText(response, maxBytes);
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
  const date = Date.parse(response.headers.get('date') ?? '');
  return { ok: true, value: parsed.data, at: Number.isNaN(date) ? now : date };
}

/**
 * Asks a platform and reads its JSON. It never throws; it never follows a redirect; time and size are bounded. The address is
 * checked here too: what was allowed when a connection was made may not be now.
 */
export async function fetchJson<S extends z.ZodType>(
  outside: Outside,
  url: string,
  init: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string },
  answer: S,
  { timeoutMs, maxBytes }: Limits = USUAL,
): Promise<Fetched<z.output<S>>> {
  const { protocol, username, password, host } = new URL(url);
  const user = username === '' && password === '' ? '' : `${username}:${password}@`;
  const checked = checkPlatformUrl(`${protocol}//${user}${host}`, outside);
  if (!checked.ok) return failed('refused', `The address may not be used. ${checked.reason}`);
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<ReturnType<typeof failed>>((resolve) => {
    timer = setTimeout(() => {
      resolve(failed('temporary', `The platform did not answer within ${timeoutMs / 1000} seconds.`));
      controller.abort();
    }, timeoutMs);
  });
  const headers = { accept: 'application/json', 'user-agent': 've-edu-vault', ...init.headers };
  const asking = (async () => {
    try {
      const request = new Request(url, { ...init, headers, redirect: 'manual', signal: controller.signal });
      return await ask(outside, request, maxBytes, answer);
    } catch (error) {
      controller.abort();
      if (error instanceof TooLarge)
        return failed('refused', `The platform sent more than ${maxBytes / 1024 / 1024} MiB.`);
      if (error instanceof NotUtf8) return failed('malformed', 'The platform answered something that is not UTF-8.');
      return failed('temporary', 'The platform cannot be reached.');
    }
  })();
  try {
    return await Promise.race([asking, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
