import type { Job } from '../events/index.ts';

/** As many as a queue takes at once. */
const AT_ONCE = 100;

/** Has events reacted to at once; the sweep finds those that a crash leaves behind. */
export async function pokeAll(queue: Queue<Job>, eventIds: readonly string[]): Promise<void> {
  for (let at = 0; at < eventIds.length; at += AT_ONCE)
    await queue.sendBatch(eventIds.slice(at, at + AT_ONCE).map((eventId) => ({ body: { job: 'react', eventId } })));
}
