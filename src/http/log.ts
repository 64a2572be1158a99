import type { LogLine } from '../lib/log.ts';
import type { AppContext } from './context.ts';

/** CONTRACT: one line a request. */
export function requestLine(c: AppContext, status: number, startedAt: number): LogLine {
  const { requestId, route, actor, holderId, trips } = c.var;
  return {
    message: 'request',
    request_id: requestId,
    method: c.req.method,
    route: route ?? c.req.routePath,
    status,
    duration_ms: Date.now() - startedAt,
    actor: actor?.userId ?? holderId ?? null,
    d1: trips.d1,
    kv: trips.kv,
  };
}
