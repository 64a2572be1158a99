import { and, eq } from 'drizzle-orm';
import { courseStaff, enrolment } from '../courses/index.ts';
import type { SystemCall } from '../lib/call.ts';

/** A deleted user teaches nothing any more, and is on no roster. What they learnt stays with their results. Safe to repeat. One round trip. */
export async function leaveCourses({ db, now }: SystemCall, { userId }: { userId: string }): Promise<void> {
  await db.batch([
    db.delete(courseStaff).where(eq(courseStaff.userId, userId)),
    db
      .update(enrolment)
      .set({ isActive: false, endedAt: now })
      .where(and(eq(enrolment.userId, userId), eq(enrolment.isActive, true))),
  ]);
}
