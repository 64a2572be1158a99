import { eq } from 'drizzle-orm';
import { course, courseKeyAsWritten, courseStaff, enrolment, lessonProgress } from '../courses/index.ts';
import type { Call } from '../lib/call.ts';

/** Where the actor learns and teaches, and how far they are with lessons. One round trip. */
export async function exportLearning({ db, actor: { userId } }: Call): Promise<Record<string, unknown>> {
  const [enrolments, teaches, lessons] = await db.batch([
    db
      .select({
        courseKey: courseKeyAsWritten,
        mode: enrolment.mode,
        isActive: enrolment.isActive,
        createdAt: enrolment.createdAt,
        endedAt: enrolment.endedAt,
        lastAccessedAt: enrolment.lastAccessedAt,
      })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .where(eq(enrolment.userId, userId)),
    db
      .select({ courseKey: courseKeyAsWritten })
      .from(courseStaff)
      .innerJoin(course, eq(course.id, courseStaff.courseId))
      .where(eq(courseStaff.userId, userId)),
    db
      .select({
        lessonId: lessonProgress.lessonId,
        openedAt: lessonProgress.openedAt,
        lastOpenedAt: lessonProgress.lastOpenedAt,
        completedAt: lessonProgress.completedAt,
      })
      .from(lessonProgress)
      .where(eq(lessonProgress.userId, userId)),
  ]);
  return { enrolments, teaches, lessons };
}
