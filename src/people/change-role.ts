import { and, eq, sql } from 'drizzle-orm';
import { courseStaff } from '../courses/index.ts';
import { actorStands, auditIfChanged, requireConfirmed, superadminRemains, user } from '../identity/index.ts';
import type { Call, Role } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { mayGiveRole } from './may-change.ts';
import { reachable } from './own-students.ts';
import { requireReachable, selectReachable } from './read-users.ts';
import type { Person } from './user-answer.ts';

/**
 * Gives a person another role; it counts from their next request on. Who is no instructor any more has no students assigned, who becomes a student
 * teaches no course, and who is no student has no instructor. Refuses with `not_found`, `forbidden`, `confirm_first`,
 * `last_superadmin`, `conflict`. Three round trips.
 */
export async function changeRole(call: Call, { id, role }: { id: string; role: Role }): Promise<Person> {
  const { db, actor } = call;
  if (actor.isHeld) throw new DomainError('forbidden');
  const before = await requireReachable(call, id, 'users:role');
  if (!mayGiveRole(actor, before.role, role))
    throw new DomainError('forbidden', 'You may give and take the roles below your own');
  await requireConfirmed(call);
  if (before.role === role) return before;
  const hasRole = (condition: string) =>
    sql`exists (select 1 from ${user} them where them.id = ${id} and ${sql.raw(condition)})`;
  const [changed, , , , , [after]] = await db.batch([
    db
      .update(user)
      .set({ role })
      .where(
        and(
          eq(user.id, id),
          reachable(actor, 'users:role'),
          eq(user.role, before.role),
          actorStands(call),
          superadminRemains,
        ),
      )
      .returning({ id: user.id }),
    auditIfChanged(call, {
      action: 'user.role',
      subject: id,
      detail: { before: { role: before.role }, after: { role } },
    }),
    db
      .update(user)
      .set({ instructorId: null })
      .where(and(eq(user.instructorId, id), hasRole(`them.role <> 'instructor'`))),
    db
      .update(user)
      .set({ instructorId: null })
      .where(and(eq(user.id, id), sql`${user.role} <> 'student'`)),
    db.delete(courseStaff).where(and(eq(courseStaff.userId, id), hasRole(`them.role = 'student'`))),
    selectReachable(call, id, 'users:role'),
  ]);
  if (changed.length > 0 && after) return after;
  throw new DomainError(before.role === 'superadmin' && after?.role === 'superadmin' ? 'last_superadmin' : 'conflict');
}
