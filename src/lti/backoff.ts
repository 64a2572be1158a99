import type { Settings } from '../http/index.ts';

/** How long we wait after a try that failed, in ms. Local runs shorten it (`VE_PASSBACK_BACKOFF_MS`). */
export type Backoff = { baseMs: number; capMs: number; random: () => number };

const BASE_MS = 30_000;
const CAP_MS = 3600_000;
const JITTER = 0.2;

export const backoffOf = ({ passbackBackoffMs: base }: Settings): Backoff => ({
  baseMs: base ?? BASE_MS,
  capMs: base === null ? CAP_MS : 2 * base,
  random: Math.random,
});

/**
 * The wait after try number `attempts` in ms: doubling, ±20 % so that what failed together does not come back together, and never
 * shorter than the platform asked for.
 */
export function waitAfter(
  attempts: number,
  { baseMs, capMs, random }: Backoff,
  retryAfterSeconds: number | null,
): number {
  const wait = Math.min(baseMs * 2 ** Math.min(attempts - 1, 30), capMs) * (1 - JITTER + 2 * JITTER * random());
  return Math.round(Math.max(wait, (retryAfterSeconds ?? 0) * 1000));
}
