/** The parts an attempt's end is made of. Instants in ms, durations in seconds. */
export type EndTerms = {
  startedAt: number;
  timeLimitSeconds: number | null;
  closesAt: number | null;
  extraTimeSeconds: number;
  timeMultiplier: number;
  /** Given to everybody while this attempt was open. */
  grantedSeconds?: number;
  /** Set by reopening; replaces the limit and the closing time. */
  reopenedUntil?: number | null;
};

/**
 * When an attempt ends (CONTRACT: `min(startedAt + timeLimit × timeMultiplier, closesAt) + extraTimeSeconds`), or null
 * when nothing ends it.
 */
export function endOf(terms: EndTerms): number | null {
  const extra = (terms.extraTimeSeconds + (terms.grantedSeconds ?? 0)) * 1000;
  if (terms.reopenedUntil != null) return terms.reopenedUntil + extra;
  const limit =
    terms.timeLimitSeconds === null
      ? Number.POSITIVE_INFINITY
      : terms.startedAt + Math.round(terms.timeLimitSeconds * terms.timeMultiplier * 1000);
  const end = Math.min(limit, terms.closesAt ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(end) ? end + extra : null;
}
