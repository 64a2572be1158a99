import { and, count, desc, eq, sql } from 'drizzle-orm';
import * as z from 'zod';
import { course, selectByKey } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import { auditIfChanged } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { offsetOf, type Page, PageQuery } from '../lib/paging.ts';
import { requireAdmin } from './registrations.ts';
import { context, membership } from './schema.ts';

export const ListContextsInput = PageQuery.extend({ registrationId: z.string().max(64).optional() });
export type ListContextsInput = z.output<typeof ListContextsInput>;

export const JoinContextInput = z.strictObject({ courseKey: z.string().trim().min(1).max(255) });
export type JoinContextInput = z.output<typeof JoinContextInput>;

/** A course of a platform, `contextId` in its own words, and the course it is here. */
export type ListedContext = {
  id: string;
  registrationId: string;
  deploymentId: string;
  contextId: string;
  title: string;
  courseKey: string;
  courseTitle: string;
};

const columns = {
  id: context.id,
  registrationId: context.registrationId,
  deploymentId: context.deploymentId,
  contextId: context.contextId,
  title: context.title,
  courseKey: course.courseKey,
  courseTitle: sql<string>`${course.title}`.as('course_title'),
};

/** The courses that launches brought, the newest first. Admins only. One round trip. */
export async function listContexts(call: Call, input: ListContextsInput): Promise<Page<ListedContext>> {
  requireAdmin(call);
  const { db } = call;
  const where = input.registrationId === undefined ? undefined : eq(context.registrationId, input.registrationId);
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(context).where(where),
    db
      .select(columns)
      .from(context)
      .innerJoin(course, eq(course.id, context.courseId))
      .where(where)
      .orderBy(desc(context.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/**
 * Says that a platform's course is one of ours: whoever teaches or learns there does so here, those too who have launched already. No launch can
 * say so by itself. Refuses with `not_found`, and `invalid` for a course that is not there. Admins only. Three round trips.
 */
export async function joinContext(call: Call, id: string, { courseKey }: JoinContextInput): Promise<ListedContext> {
  requireAdmin(call);
  const { db, now } = call;
  const [[before], [wanted]] = await db.batch([
    db.select({ courseId: context.courseId }).from(context).where(eq(context.id, id)),
    selectByKey(db, courseKey),
  ]);
  if (!before) throw new DomainError('not_found');
  if (!wanted) throw invalidFields([{ pointer: '/courseKey', message: 'unknown course' }]);
  const those = (role: 'student' | 'instructor') =>
    sql`select user_id from ${membership} where context_id = ${id} and role = ${role}`;
  await db.batch([
    db
      .update(context)
      .set({ courseId: wanted.id })
      .where(and(eq(context.id, id), eq(context.courseId, before.courseId))),
    auditIfChanged(call, { action: 'lti.context.joined', subject: id, detail: { courseKey } }),
    batchable(
      db,
      sql`insert into course_staff (course_id, user_id) select ${wanted.id}, user_id from (${those('instructor')})
        where true on conflict do nothing`,
    ),
    batchable(
      db,
      sql`insert into enrolment (id, user_id, course_id, is_active, mode, created_at)
        select ${`${newId('enrolment', now)}_`} || row_number() over (), user_id, ${wanted.id}, 1, 'audit', ${now}
        from (${those('student')}) where true
        on conflict (user_id, course_id) do update set is_active = 1, ended_at = null`,
    ),
  ]);
  const [joined] = await db
    .select(columns)
    .from(context)
    .innerJoin(course, eq(course.id, context.courseId))
    .where(eq(context.id, id));
  if (!joined) throw new DomainError('not_found');
  return joined;
}
