import type { Outside } from './outside.ts';
import { checkPlatformUrl } from './platform-url.ts';

/** How long a platform may take, body and all, in ms, and how much it may send, inflated, in bytes. */
export type Limits = { timeoutMs: number; maxBytes: number };
const USUAL: Limits = { timeoutMs: 10_000, maxBytes: 2 * 1024 * 1024 };
/** Of what comes with a refusal nobody wants to read more. */
const MAX_REFUSAL_BYTES = 4096;

/**
 * What came of asking: an answer, whatever its status, or none that can be used. `text` of an answer that is no success is cut
 * at 4 KiB. `at`: the platform's own `Date` in ms since 1970, else our time. `reason` is a sentence for staff.
 */
export type Reached =
  | { kind: 'answered'; status: number; headers: Headers; text: string; at: number }
  | { kind: 'closed-address' | 'unreachable' | 'too-large' | 'not-utf8'; reason: string };

class TooLarge extends Error {}
class NotUtf8 extends Error {}

/** The body as text, decoded as it comes, so that bytes and text of a large answer are never held both. */
async function readText({ headers, body, ok }: Response, maxBytes: number): Promise<string> {
  if (ok && Number(headers.get('content-length') ?? 0) > maxBytes) throw new TooLarge();
  if (!body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: ok, ignoreBOM: false });
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
    if (ok && size > maxBytes) throw new TooLarge();
    parts.push(decode(part));
    if (!ok && size >= MAX_REFUSAL_BYTES) break;
  }
  parts.push(decode());
  const text = parts.join('');
  return ok ? text : text.slice(0, MAX_REFUSAL_BYTES);
}

/**
 * Asks another site. It never throws; it never follows a redirect; time and size are bounded. The address is checked here too:
 * what was allowed when it was entered may not be now.
 */
export async function reachPlatform(
  outside: Outside,
  url: string,
  init: { method?: 'GET' | 'POST' | 'PUT'; headers?: Record<string, string>; body?: string } = {},
  { timeoutMs, maxBytes }: Limits = USUAL,
): Promise<Reached> {
  const { protocol, username, password, host } = new URL(url);
  const user = username === '' && password === '' ? '' : `${username}:${password}@`;
  const checked = checkPlatformUrl(`${protocol}//${user}${host}`, outside);
  if (!checked.ok) return { kind: 'closed-address', reason: `The address may not be used. ${checked.reason}` };
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<Reached>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'unreachable', reason: `The platform did not answer within ${timeoutMs / 1000} seconds.` });
      controller.abort();
    }, timeoutMs);
  });
  // Workers send no User-Agent of their own, and some platforms refuse who sends none.
  const headers = { accept: 'application/json', 'user-agent': 've-edu-vault', ...init.headers };
  const asking = (async (): Promise<Reached> => {
    try {
      const request = new Request(url, { ...init, headers, redirect: 'manual', signal: controller.signal });
      const response = await outside.fetch(request);
      const now = outside.now();
      const date = Date.parse(response.headers.get('date') ?? '');
      const at = Number.isNaN(date) ? now : date;
      const text = await readText(response, maxBytes);
      return { kind: 'answered', status: response.status, headers: response.headers, text, at };
    } catch (error) {
      controller.abort();
      if (error instanceof TooLarge)
        return { kind: 'too-large', reason: `The platform sent more than ${maxBytes / 1024 / 1024} MiB.` };
      if (error instanceof NotUtf8)
        return { kind: 'not-utf8', reason: 'The platform answered something that is not UTF-8.' };
      return { kind: 'unreachable', reason: 'The platform cannot be reached.' };
    }
  })();
  try {
    return await Promise.race([asking, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longer waits are asked for by mistake. */
const MAX_RETRY_AFTER_SECONDS = 24 * 3600;

/** `Retry-After` in seconds, RFC 9110 §10.2.3: seconds or a date; null without one. At most a day. `now` in ms. */
export function retryAfterOf(headers: Headers, now: number): number | null {
  const given = headers.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+$/.test(given) ? Number(given) : Math.ceil((Date.parse(given) - now) / 1000);
  return Number.isNaN(seconds) ? null : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS);
}
