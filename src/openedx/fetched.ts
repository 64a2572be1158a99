/**
 * Why the platform gave no answer that can be used.
 * - `temporary`: it is away, too slow, too busy (429) or broken (5xx). Later may do.
 * - `unauthorised`: it does not take our credentials.
 * - `forbidden`: it knows us, and a right is missing. Says nothing about whether the thing is there.
 * - `not_found`: 404 or 410.
 * - `malformed`: it answered, and not what its API promises.
 * - `refused`: it refuses the request for good (any other 4xx), or we refuse the answer: a redirect, an address that is not
 *   its own, more than the size cap.
 *
 * `detail` is plain words for staff: no secrets, nothing out of a body.
 */
export type PlatformFailure = {
  kind: 'temporary' | 'unauthorised' | 'forbidden' | 'not_found' | 'malformed' | 'refused';
  status: number | null;
  retryAfterSeconds: number | null;
  detail: string;
};

/** What a platform answered. `at`: its own `Date` in ms since 1970, else our time. */
export type Fetched<T> = { ok: true; value: T; at: number } | { ok: false; failure: PlatformFailure };

export const failed = (
  kind: PlatformFailure['kind'],
  detail: string,
  { status = null, retryAfterSeconds = null }: Partial<PlatformFailure> = {},
): { ok: false; failure: PlatformFailure } => ({ ok: false, failure: { kind, status, retryAfterSeconds, detail } });
