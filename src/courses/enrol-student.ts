import { and, eq, isNull, sql } from 'drizzle-orm';
import { auditIfChanged, user } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError, invalidFields } from '../lib/errors.ts';
import { scopeOf } from '../lib/permissions.ts';
import { enrolStatements, toEnrol } from './enrol.ts';
import type { EnrolInput } from './input.ts';
import type { ListedEnrolment } from './list-enrolments.ts';
import { course, enrolment } from './schema.ts';
import { openOrTheirs, writableCourse } from './who-sees.ts';

/** Who is to be enrolled, by whom, and in which courses the asker may say so. */
function whom({ actor }: Call, { userId }: EnrolInput) {
  if (scopeOf(actor, 'enrolments:write') === 'own') {
    if (userId !== undefined && userId !== actor.userId) throw new DomainError('forbidden', 'Only staff enrol others');
    return { userId: actor.userId, origin: 'self', within: openOrTheirs(actor.userId) } as const;
  }
  if (userId === undefined) throw invalidFields([{ pointer: '/userId', message: 'say who is to be enrolled' }]);
  requireOwnWord({ actor });
  return { userId, origin: 'staff', within: writableCourse(actor, 'enrolments:write') } as const;
}

/** Who teaches by a platform's word alone enrols nobody: their students come with the platform. Refuses with `forbidden`. */
export function requireOwnWord({ actor }: Pick<Call, 'actor'>): void {
  if (actor.isHeld) throw new DomainError('forbidden', 'Your learning platform enrols its students');
}

/**
 * Enrols a student: themself where the course is open, or staff one in a course of theirs. `poke` is given the event to react to. Refuses with
 * `not_found` for a course that is not theirs to enrol in, `invalid` for somebody who is no student here, `already_enrolled`, and
 * `course_full`, which holds for staff too. Two round trips.
 */
export async function enrolStudent(
  call: Call,
  input: EnrolInput,
  poke: (eventId: string) => void,
): Promise<ListedEnrolment> {
  const { db } = call;
  const { userId, origin, within } = whom(call, input);
  const [[found], [student], [earlier]] = await db.batch([
    db
      .select({ id: course.id })
      .from(course)
      .where(and(eq(course.courseKey, input.courseKey), within)),
    db
      .select({ id: user.id })
      .from(user)
      .where(and(eq(user.id, userId), eq(user.role, 'student'), isNull(user.deletedAt))),
    db
      .select({ id: enrolment.id })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .where(and(eq(enrolment.userId, userId), eq(course.courseKey, input.courseKey))),
  ]);
  if (!found) throw new DomainError('not_found');
  if (origin === 'staff' && !student) throw invalidFields([{ pointer: '/userId', message: 'unknown student' }]);

  const one = toEnrol(call, userId, earlier?.id ?? null);
  const [insert, event, ...told] = enrolStatements(
    call,
    { courseId: found.id, origin, by: origin === 'staff' ? call.actor.userId : null },
    [one],
  );
  const audited = { action: 'enrolment.made', subject: input.courseKey, detail: { userId } };
  const [, , , [won], [now], [still]] = await db.batch([
    insert,
    event,
    auditIfChanged(call, audited),
    ...told,
    db
      .select({ courseId: sql<string>`id`.as('open_course_id') })
      .from(course)
      .where(and(eq(course.id, found.id), within)),
  ]);
  if (now && won) {
    poke(one.eventId);
    return { ...now, courseKey: input.courseKey };
  }
  if (!still) throw new DomainError('not_found');
  throw new DomainError(now?.isActive ? 'already_enrolled' : 'course_full');
}
