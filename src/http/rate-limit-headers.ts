import type { Standing } from './count-request.ts';

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11: lists of structured fields (RFC 9651), an item for each policy.
 * `t` is when there is more room than `r`, in seconds.
 */
export function rateLimitHeaders(standings: readonly Standing[]): Record<string, string> {
  if (standings.length === 0) return {};
  return {
    'ratelimit-policy': standings
      .map(({ policy, limit, windowSeconds }) => `"${policy}";q=${limit};w=${windowSeconds}`)
      .join(', '),
    ratelimit: standings
      .map(({ policy, remaining, waitSeconds }) => `"${policy}";r=${remaining};t=${waitSeconds}`)
      .join(', '),
  };
}
