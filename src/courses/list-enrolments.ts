import { and, asc, count, eq, isNull } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListEnrolmentsInput } from './input.ts';
import { course, enrolment } from './schema.ts';
import { enrolmentWithin } from './who-sees.ts';

export type ListedEnrolment = Pick<typeof enrolment.$inferSelect, 'id' | 'userId' | 'isActive' | 'mode'> & {
  courseKey: string;
};

/** Enrolments, ended ones too, in the order they were made. One round trip. */
export async function listEnrolments(call: Call, input: ListEnrolmentsInput): Promise<Page<ListedEnrolment>> {
  const { db } = call;
  const where = and(
    enrolmentWithin(call.actor, 'enrolments:read'),
    isNull(course.deletedAt),
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
