import { and, asc, count, eq, inArray, type SQL } from 'drizzle-orm';
import { type Actor, type Call, isAdmin, isStaff } from '../lib/call.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListEnrolmentsInput } from './input.ts';
import { course, enrolment } from './schema.ts';
import { taughtBy } from './who-sees.ts';

export type ListedEnrolment = Pick<typeof enrolment.$inferSelect, 'id' | 'userId' | 'isActive' | 'mode'> & {
  courseKey: string;
};

/** Condition on `enrolment`: admins see all, instructors those of their courses, students their own. */
function visible(actor: Actor): SQL | undefined {
  if (isAdmin(actor)) return undefined;
  return isStaff(actor) ? inArray(enrolment.courseId, taughtBy(actor.userId)) : eq(enrolment.userId, actor.userId);
}

/** Enrolments, ended ones too, in the order they were made. One round trip. */
export async function listEnrolments({ db, actor }: Call, input: ListEnrolmentsInput): Promise<Page<ListedEnrolment>> {
  const where = and(
    visible(actor),
    input.courseKey === undefined ? undefined : eq(course.courseKey, input.courseKey),
    input.userId === undefined ? undefined : eq(enrolment.userId, input.userId),
  );
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(enrolment).innerJoin(course, eq(course.id, enrolment.courseId)).where(where),
    db
      .select({
        id: enrolment.id,
        userId: enrolment.userId,
        courseKey: course.courseKey,
        isActive: enrolment.isActive,
        mode: enrolment.mode,
      })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .where(where)
      .orderBy(asc(enrolment.createdAt), asc(enrolment.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}
