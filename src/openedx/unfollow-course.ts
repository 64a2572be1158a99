import { and, eq, inArray } from 'drizzle-orm';
import type { SystemCall } from '../lib/call.ts';
import { followedCourse, syncRun } from './schema.ts';

/**
 * Nothing is brought to a deleted course any more: it no longer follows its connection, and a run that waits is over. Repeating it changes
 * nothing. One round trip.
 */
export async function unfollowCourse({ db, now }: SystemCall, { courseId }: { courseId: string }): Promise<void> {
  await db.batch([
    db.delete(followedCourse).where(eq(followedCourse.courseId, courseId)),
    db
      .update(syncRun)
      .set({ state: 'failed', error: 'The course was deleted.', dueAt: null, leaseUntil: null, finishedAt: now })
      .where(and(eq(syncRun.courseId, courseId), inArray(syncRun.state, ['pending', 'running', 'held']))),
  ]);
}
