import type { Version } from './pull.ts';

/** What a run knows before it pulls. `eventAt` in µs; null when an event that joined had no time. */
export type Asked = { isForced: boolean; confirmedVersion: string | null; eventAt: number | null; cause: string };
export type Seen = { seenVersion: string | null; seenPublishedAt: number | null };

/**
 * - `pull`: there is something to pull.
 * - `wait`: the platform does not show yet what the event told of; look again until the patience of the run ends.
 * - `older`: staff ask for a version older than the one seen last.
 * - `unchanged`: it shows everything the run was asked for, and we have seen it.
 */
export type Look = 'pull' | 'wait' | 'older' | 'unchanged';

/** What to do at the version the platform shows now. Pure. */
export function nextLook(shown: Version, asked: Asked, { seenVersion, seenPublishedAt }: Seen): Look {
  if (seenVersion === null || seenPublishedAt === null) return 'pull';
  if (shown.publishedAt < seenPublishedAt) {
    if (!asked.isForced) return 'wait';
    return asked.confirmedVersion === shown.version ? 'pull' : 'older';
  }
  if (shown.version !== seenVersion || asked.isForced) return 'pull';
  // `published_at` is told in µs and kept in ms.
  const tellsOfTheEvent = asked.eventAt !== null && shown.publishedAt * 1000 + 999 >= asked.eventAt;
  return tellsOfTheEvent || asked.cause !== 'event' ? 'unchanged' : 'wait';
}
