import type { AppContext } from '../http/index.ts';
import type { DomainError } from '../lib/errors.ts';

/** Tells the browser of somebody who asked too often when to come again (RFC 9110 §10.2.3). */
export function tellToWait(c: AppContext, { more: { retryAfter } }: DomainError): void {
  c.header('retry-after', typeof retryAfter === 'number' ? String(retryAfter) : '60');
}
