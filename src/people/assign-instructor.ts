import { and, eq, isNull, sql } from 'drizzle-orm';
import { selectSiteSettings, siteSettingsOf } from '../http/index.ts';
import { actorStands, auditIfChanged, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { requireChangeable } from './require-changeable.ts';
import type { Person } from './user-answer.ts';

/**
 * Assigns a student to an instructor; null to none. The limit of students is part of the write, so that no two take the last place. Refuses
 * with `not_found`, `invalid`, `instructor_full`, `conflict`. Three round trips.
 */
export async function assignInstructor(
  call: Call,
  { id, instructorId }: { id: string; instructorId: string | null },
): Promise<Person> {
  const { db } = call;
  const student = await requireChangeable(call, id, 'users:manage');
  if (student.role !== 'student') throw invalidFields([{ pointer: '/path/id', message: 'only students are assigned' }]);
  if (student.instructorId === instructorId) return student;
  const [settings, [instructor]] = await db.batch([
    selectSiteSettings(db),
    db
      .select({ id: user.id })
      .from(user)
      .where(
        and(
          eq(user.id, instructorId ?? ''),
          eq(user.role, 'instructor'),
          isNull(user.blockedAt),
          isNull(user.deletedAt),
        ),
      ),
  ]);
  if (instructorId !== null && !instructor)
    throw invalidFields([{ pointer: '/instructorId', message: 'unknown instructor' }]);
  const { studentsPerInstructor } = siteSettingsOf(settings);
  const hasPlace =
    instructorId === null
      ? undefined
      : sql`exists (select 1 from ${user} them where them.id = ${instructorId} and them.role = 'instructor'
            and them.blocked_at is null and them.deleted_at is null)
          and (select count(*) from ${user} theirs where theirs.instructor_id = ${instructorId}) < ${studentsPerInstructor}`;
  const [[assigned], , [{ students } = { students: 0 }]] = await db.batch([
    db
      .update(user)
      .set({ instructorId })
      .where(
        and(
          eq(user.id, id),
          eq(user.role, 'student'),
          isNull(user.deletedAt),
          sql`${user.instructorId} is ${student.instructorId}`,
          actorStands(call),
          hasPlace,
        ),
      )
      .returning(),
    auditIfChanged(call, {
      action: 'user.instructor',
      subject: id,
      detail: { before: { instructorId: student.instructorId }, after: { instructorId } },
    }),
    db
      .select({ students: sql<number>`count(*)` })
      .from(user)
      .where(eq(user.instructorId, instructorId ?? '')),
  ]);
  if (assigned) return assigned;
  throw new DomainError(students >= studentsPerInstructor ? 'instructor_full' : 'conflict');
}
