import { and, asc, eq, sql } from 'drizzle-orm';
import { batchable } from '../db/index.ts';
import { auditIfChanged, teachers, user } from '../identity/index.ts';
import type { Call, SystemCall } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { course, courseStaff } from './schema.ts';
import { writableCourse } from './who-sees.ts';

/** Makes a user one of those who teach a course; repeating it changes nothing. It asks nobody's leave: the seed calls it. */
export async function assignStaff(
  { db }: SystemCall,
  { courseId, userId }: { courseId: string; userId: string },
): Promise<void> {
  await db.insert(courseStaff).values({ courseId, userId }).onConflictDoNothing();
}

export type Teaching = { courseKey: string; userId: string };
export type Teacher = { userId: string; name: string };

async function requireCourseId({ db, actor }: Call, courseKey: string): Promise<string> {
  const [found] = await db
    .select({ id: course.id })
    .from(course)
    .where(and(eq(course.courseKey, courseKey), writableCourse(actor, 'courses:staff')));
  if (!found) throw new DomainError('not_found');
  return found.id;
}

/** Who teaches a course, by name. For those who may say so: admins. Two round trips. */
export async function listTeachers(call: Call, courseKey: string): Promise<Teacher[]> {
  const courseId = await requireCourseId(call, courseKey);
  return await call.db
    .select({ userId: user.id, name: user.name })
    .from(courseStaff)
    .innerJoin(user, eq(user.id, courseStaff.userId))
    .where(eq(courseStaff.courseId, courseId))
    .orderBy(asc(user.name), asc(user.id));
}

/**
 * Has somebody of the staff teach a course; repeating it changes nothing. Refuses with `not_found` for a course or person that is not there,
 * students among them. Two round trips.
 */
export async function addTeacher(call: Call, { courseKey, userId }: Teaching): Promise<void> {
  const { db } = call;
  const courseId = await requireCourseId(call, courseKey);
  const isTeacher = teachers(eq(user.id, userId));
  const [, , [there]] = await db.batch([
    batchable(
      db,
      sql`insert into ${courseStaff} (course_id, user_id) select ${courseId}, ${user.id} from ${user} where ${isTeacher}
        on conflict do nothing`,
    ),
    auditIfChanged(call, { action: 'course.teacher_added', subject: courseKey, detail: { userId } }),
    db.select({ id: user.id }).from(user).where(isTeacher),
  ]);
  if (!there) throw new DomainError('not_found');
}

/** Somebody teaches a course no longer. What they made there stays. Refuses with `not_found` who does not teach it. Two round trips. */
export async function removeTeacher(call: Call, { courseKey, userId }: Teaching): Promise<void> {
  const { db } = call;
  const courseId = await requireCourseId(call, courseKey);
  const [[removed]] = await db.batch([
    db
      .delete(courseStaff)
      .where(and(eq(courseStaff.courseId, courseId), eq(courseStaff.userId, userId)))
      .returning({ userId: courseStaff.userId }),
    auditIfChanged(call, { action: 'course.teacher_removed', subject: courseKey, detail: { userId } }),
  ]);
  if (!removed) throw new DomainError('not_found');
}
