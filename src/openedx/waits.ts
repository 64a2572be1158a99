import type { Settings } from '../http/index.ts';

/** How long a sync waits, in ms. Local runs shorten the first two (`VE_SYNC_DEBOUNCE_SECONDS`, `VE_SYNC_POLL_SECONDS`). */
export type Waits = {
  /** Instead of the connection's own debounce; null leaves it. */
  debounceMs: number | null;
  /** Between two looks for a version not seen yet, and the first backoff after a failure. */
  pollMs: number;
};

const STANDARD_POLL_MS = 10_000;

export const waitsOf = ({ syncDebounceSeconds, syncPollSeconds }: Settings): Waits => ({
  debounceMs: syncDebounceSeconds === null ? null : syncDebounceSeconds * 1000,
  pollMs: syncPollSeconds === null ? STANDARD_POLL_MS : syncPollSeconds * 1000,
});

/** How often a run looks again before it ends without changes: 5 minutes at the standard wait. */
export const LOOKS = 30;
/** A run that fails more often than this has failed. The queue counts the same (wrangler.toml `max_retries`). */
export const MAX_RETRIES = 3;
/**
 * Longer than a pull can take (a token, Blocks between two looks: 60 s at the most), or the write after it: then whoever held the
 * run has died. Renewed after each pull.
 */
export const leaseMs = ({ pollMs }: Waits) => Math.max(5_000, 9 * pollMs);
/** A platform that asks us to wait longer than this is asked again all the same. */
export const LONGEST_RETRY_MS = 300_000;
/** When a version that was just applied is looked at again: the platform renews its caches one after the other. */
export const SETTLE_MS = [60_000, 600_000] as const;
/** Every followed course is compared with its platform at least this often. */
export const RECONCILE_MS = 30 * 60_000;
