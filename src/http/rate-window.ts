/*
 * The rule behind every exact limit, without storage or clock: at most `limit` times in any `windowMs`, wherever the window is laid. What
 * happened is counted in slots of a fiftieth of the window, so that a counter of any limit stays small; a slot counts until the window of
 * its last instant is over, so the rule errs by at most one slot, and only to the strict side.
 */

/** At most `limit` times in `windowMs`, which is a multiple of 50. */
export type Rate = { limit: number; windowMs: number };

/** How often, by slot, the oldest first. Empty slots are left out. */
export type Counted = readonly (readonly [slot: number, count: number])[];

/**
 * `slot` is where it was counted, for `giveBack`. `remaining`: how many more there is room for now. `waitMs`: when it was refused, after
 * how long there is room for one again; else after how long there is room for one more than `remaining`.
 */
export type Taken = { isAllowed: boolean; slot: number; remaining: number; waitMs: number };

const SLOTS = 50;

const total = (counted: Counted) => counted.reduce((sum, [, count]) => sum + count, 0);

/** What still counts. A clock that was set back moves nothing into the future. */
export function stillCounted(counted: Counted, { windowMs }: Rate, now: number): Counted {
  const slot = Math.floor(now / (windowMs / SLOTS));
  const kept = new Map<number, number>();
  for (const [at, count] of counted) {
    const its = Math.min(at, slot);
    if (its >= slot - SLOTS && count > 0) kept.set(its, (kept.get(its) ?? 0) + count);
  }
  return [...kept];
}

/** When the last of it stops counting, in ms since 1970. */
export const overAt = (counted: Counted, { windowMs }: Rate): number =>
  ((counted.at(-1)?.[0] ?? 0) + 1 + SLOTS) * (windowMs / SLOTS);

/** After how many ms fewer than `below` count. */
function waitFor(counted: Counted, rate: Rate, now: number, below: number): number {
  let left = total(counted);
  for (const entry of counted) {
    left -= entry[1];
    if (left < below) return overAt([entry], rate) - now;
  }
  return 0;
}

/** Counts one more, if there is room. What is refused is not counted, so whoever waits as long as told is let in. */
export function take(earlier: Counted, rate: Rate, now: number): { counted: Counted; taken: Taken } {
  const counted = stillCounted(earlier, rate, now);
  const slot = Math.floor(now / (rate.windowMs / SLOTS));
  const used = total(counted);
  if (used >= rate.limit) {
    const waitMs = waitFor(counted, rate, now, rate.limit);
    return { counted, taken: { isAllowed: false, slot, remaining: 0, waitMs } };
  }
  const last = counted.at(-1);
  const after: Counted = last?.[0] === slot ? [...counted.slice(0, -1), [slot, last[1] + 1]] : [...counted, [slot, 1]];
  const remaining = rate.limit - used - 1;
  return { counted: after, taken: { isAllowed: true, slot, remaining, waitMs: waitFor(after, rate, now, used + 1) } };
}

/** Takes back one that was counted in `slot`; nothing, where it no longer counts. */
export function giveBack(counted: Counted, slot: number): Counted {
  return counted.flatMap(([at, count]) =>
    at !== slot ? [[at, count] as const] : count > 1 ? [[at, count - 1] as const] : [],
  );
}

/** What a counter answers over RPC (durable-objects/rate-limiter.ts). */
export interface RateCounter {
  take(rate: Rate): Promise<Taken>;
  giveBack(slot: number): Promise<void>;
}
