/** A turn that has not ended by then belongs to a request that was given up; the next one goes ahead. */
const LEASE_MS = 5_000;
/** Between two turns whoever waits to save an answer gets through. */
const PAUSE_MS = 100;
const LOOK_AGAIN_MS = 40;

/** When the next turn may begin. Of the isolate, not of a request: it is the isolate's one thread that is shared out. */
let freeFrom = 0;

/** A turn that would begin later than any lease ends was set by a clock that has been put back since. */
const isTaken = (now: number) => now < freeFrom && freeFrom <= now + LEASE_MS;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Does heavy work one at a time, with a pause after each. Hashing a password holds the isolate for 0.1 to 0.4 s: forty sign-ins
 * at once would keep every save behind them waiting for seconds, and some until after the end of their paper. No request waits
 * for a promise of another, which it could lose; each looks at the clock. `before` is asked when the turn has come: if it throws, nothing
 * heavy was done, and the next turn begins at once.
 */
export async function inTurn<T>(work: () => Promise<T>, before?: () => Promise<void>): Promise<T> {
  while (isTaken(Date.now())) await pause(LOOK_AGAIN_MS * (1 + Math.random()));
  freeFrom = Date.now() + LEASE_MS;
  try {
    await before?.();
  } catch (error) {
    freeFrom = Date.now();
    throw error;
  }
  try {
    return await work();
  } finally {
    freeFrom = Date.now() + PAUSE_MS;
  }
}
