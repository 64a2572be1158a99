import { and, eq, exists, inArray, notExists, notInArray, sql } from 'drizzle-orm';
import * as z from 'zod';
import { course, courseStaff } from '../courses/index.ts';
import { batchable } from '../db/index.ts';
import type { Outside } from '../http/index.ts';
import { auditIfChanged, user } from '../identity/index.ts';
import type { OutsideCall } from '../lib/call.ts';
import type { Fetched } from './fetched.ts';
import { fetchJson } from './platform-fetch.ts';
import { followedCourse, openedxStaff } from './schema.ts';

const RolesAnswer = z.object({
  roles: z.array(z.object({ course_id: z.string().nullish(), role: z.string() })),
});

/** The roles of the platform that make somebody an instructor here, of that course only. */
const teaching = ['staff', 'instructor'];

/**
 * The keys of the courses somebody is course staff of, asked with their own token. That they are staff of the whole site
 * (`is_staff`) counts for nothing here.
 */
export async function fetchTaughtCourses(outside: Outside, lmsUrl: string, token: string): Promise<Fetched<string[]>> {
  const url = `${lmsUrl}/api/enrollment/v1/roles/`;
  const got = await fetchJson(outside, url, { headers: { authorization: `JWT ${token}` } }, RolesAnswer);
  if (!got.ok) return got;
  const keys = got.value.roles.flatMap(({ course_id, role }) =>
    course_id && teaching.includes(role) ? [course_id] : [],
  );
  return { ...got, value: [...new Set(keys)] };
}

/**
 * Makes somebody teach here what they teach there, of the courses that follow this connection, and takes back what an earlier
 * sign-in gave and is no longer so. A student who teaches becomes an instructor, nobody more than that; who has lost the last
 * course becomes a student again, unless they were given another one here. One batch.
 */
export async function applyTaughtCourses(
  call: OutsideCall,
  { connectionId, lmsUserId, userId }: { connectionId: string; lmsUserId: number; userId: string },
  courseKeys: readonly string[],
): Promise<void> {
  const { db } = call;
  const taught = db
    .select({ courseId: followedCourse.courseId })
    .from(followedCourse)
    .innerJoin(course, eq(course.id, followedCourse.courseId))
    .where(
      and(
        eq(followedCourse.connectionId, connectionId),
        sql`${course.courseKey} in (select value from json_each(${JSON.stringify(courseKeys)}))`,
      ),
    );
  const isMine = and(eq(openedxStaff.connectionId, connectionId), eq(openedxStaff.lmsUserId, lmsUserId));
  const given = db.select({ courseId: openedxStaff.courseId }).from(openedxStaff).where(isMine);
  const takenBack = db
    .select({ courseId: openedxStaff.courseId })
    .from(openedxStaff)
    .where(and(isMine, notInArray(openedxStaff.courseId, taught)));
  const staysWith = db
    .select({ courseId: courseStaff.courseId })
    .from(courseStaff)
    .where(and(eq(courseStaff.userId, userId), notInArray(courseStaff.courseId, given)));
  const themself = { ...call, actor: { userId, role: 'student' as const, sessionId: '' } };
  const roleTo = (role: string) =>
    auditIfChanged(themself, { action: 'user.role_by_openedx', subject: userId, detail: { role, connectionId } });

  await db.batch([
    db
      .update(user)
      .set({ role: 'student' })
      .where(
        and(eq(user.id, userId), eq(user.role, 'instructor'), exists(given), notExists(taught), notExists(staysWith)),
      ),
    roleTo('student'),
    db.delete(courseStaff).where(and(eq(courseStaff.userId, userId), inArray(courseStaff.courseId, takenBack))),
    db.delete(openedxStaff).where(and(isMine, notInArray(openedxStaff.courseId, taught))),
    // What staff here have given is theirs to take back, so it is not put down as ours.
    batchable(
      db,
      sql`insert into ${openedxStaff} (connection_id, lms_user_id, course_id)
      select ${connectionId}, ${lmsUserId}, course_id from (${taught}) taught
      where course_id not in (select course_id from course_staff where user_id = ${userId})
      on conflict do nothing`,
    ),
    batchable(
      db,
      sql`insert into ${courseStaff} (course_id, user_id)
      select course_id, ${userId} from (${taught}) taught where true on conflict do nothing`,
    ),
    db
      .update(user)
      .set({ role: 'instructor' })
      .where(and(eq(user.id, userId), eq(user.role, 'student'), exists(taught))),
    roleTo('instructor'),
  ]);
}
