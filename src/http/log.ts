import type { LogLine } from '../lib/log.ts';
import type { AppContext } from './context.ts';

/** CONTRACT: one line a request. */
export function requestLine(c: AppContext, status: number, startedAt: number): LogLine {
  return {
    message: 'request',
    request_id: c.var.requestId,
    method: c.req.method,
    route: c.var.route ?? c.req.routePath,
    status,
    duration_ms: Date.now() - startedAt,
    actor: c.var.actor?.userId ?? null,
    d1: c.var.trips.d1,
    kv: c.var.trips.kv,
  };
}
