const SECOND_MS = 1000;

/**
 * Whether a request at `now` comes too fast: `perSecond` came within the second before it. If not, it is counted. `recent` are the
 * instants of those counted, in ms, the oldest first; it is brought up to date. After a second there is room again in any case.
 */
export function isTooFast(recent: number[], perSecond: number, now: number): boolean {
  // A clock that was set back forgives.
  while (recent[0] !== undefined && (recent[0] <= now - SECOND_MS || recent[0] > now)) recent.shift();
  if (recent.length >= perSecond) return true;
  recent.push(now);
  return false;
}
