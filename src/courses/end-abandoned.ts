import { and, eq, inArray, isNull, lt, notExists, or, sql } from 'drizzle-orm';
import { selectSiteSettings, siteSettingsOf } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { enrolment, lesson, lessonProgress } from './schema.ts';

const DAY_MS = 24 * 3600 * 1000;
/** The next sweep takes the rest. */
const AT_ONCE = 500;

/**
 * For the sweep: ends enrolments that students made themselves and have not used for `abandonedEnrolmentDays` (a setting; 0: never): neither the
 * course nor a lesson of it was opened since. A seat is free again; who comes back enrols again and finds all their progress. Those
 * that staff or a platform made stay. Two round trips.
 */
export async function endAbandonedEnrolments({ db, now }: SystemCall): Promise<void> {
  const { abandonedEnrolmentDays } = siteSettingsOf(await selectSiteSettings(db));
  if (abandonedEnrolmentDays === 0) return;
  const since = now - abandonedEnrolmentDays * DAY_MS;
  const used = db
    .select({ one: sql`1` })
    .from(lessonProgress)
    .innerJoin(lesson, eq(lesson.id, lessonProgress.lessonId))
    .where(
      and(
        eq(lesson.courseId, enrolment.courseId),
        eq(lessonProgress.userId, enrolment.userId),
        sql`max(${lessonProgress.lastOpenedAt}, coalesce(${lessonProgress.completedAt}, 0)) >= ${since}`,
      ),
    );
  const abandoned = db
    .select({ id: enrolment.id })
    .from(enrolment)
    .where(
      and(
        eq(enrolment.isActive, true),
        eq(enrolment.origin, 'self'),
        lt(enrolment.createdAt, since),
        or(isNull(enrolment.lastAccessedAt), lt(enrolment.lastAccessedAt, since)),
        notExists(used),
      ),
    )
    .limit(AT_ONCE);
  await db
    .update(enrolment)
    .set({ isActive: false, endedAt: now })
    .where(and(inArray(enrolment.id, abandoned), eq(enrolment.isActive, true)));
}
