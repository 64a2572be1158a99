/** A turn that has not ended by then belongs to a request that was given up; the next one goes ahead. */
const LEASE_MS = 5_000;
/** Between two turns whoever waits to save an answer gets through. */
const PAUSE_MS = 100;
const LOOK_AGAIN_MS = 40;

/** When the next turn may begin. Of the isolate, not of a request: it is the isolate's one thread that is shared out. */
let freeFrom = 0;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Does heavy work one at a time, with a pause after each. Hashing a password holds the isolate for 0.1 to 0.4 s: forty sign-ins
 * at once would keep every save behind them waiting for seconds, and some until after the end of their paper. No request waits
 * for a promise of another, which it could lose; each looks at the clock.
 */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  while (Date.now() < freeFrom) await pause(LOOK_AGAIN_MS * (1 + Math.random()));
  freeFrom = Date.now() + LEASE_MS;
  try {
    return await work();
  } finally {
    freeFrom = Date.now() + PAUSE_MS;
  }
}
