import { DomainError, statusOf, titleOf } from '../lib/errors.ts';
import type { AppContext } from './context.ts';

/**
 * An error as RFC 9457 problem+json (CONTRACT "Errors"). Anything that is not a refusal of ours becomes a 500 that
 * tells nothing; the log line has the rest.
 */
export function problemAnswer(c: AppContext, error: unknown): Response {
  const refusal = error instanceof DomainError ? error : new DomainError('internal');
  const status = statusOf(refusal.code);
  const headers = new Headers({
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'private, no-store',
  });
  const { allow, retryAfter, maxAge, standing: _, ...more } = refusal.more;
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  // RFC 9470 §3: the token is good, the proof behind it too old.
  if (typeof maxAge === 'number')
    headers.set('www-authenticate', `Bearer error="insufficient_user_authentication", max_age="${maxAge}"`);
  if (typeof allow === 'string') headers.set('allow', allow);
  if (typeof retryAfter === 'number') headers.set('retry-after', String(retryAfter));
  const body = {
    type: `urn:ve-edu-vault:problem:${refusal.code}`,
    title: titleOf(refusal.code),
    status,
    detail: refusal.message,
    code: refusal.code,
    requestId: c.var.requestId,
    ...more,
  };
  return c.newResponse(JSON.stringify(body), { status, headers });
}
