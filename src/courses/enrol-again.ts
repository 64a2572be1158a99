import { and, eq } from 'drizzle-orm';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { enrolStudent } from './enrol-student.ts';
import { course, enrolment } from './schema.ts';
import { enrolmentWithin } from './who-sees.ts';

/**
 * Enrols a student again whose enrolment of a course has ended. Refuses with `not_found`, also where it is not of that course, and as `enrolStudent`
 * does. Three round trips.
 */
export async function enrolAgain(
  call: Call,
  { courseKey, id }: { courseKey: string; id: string },
  poke: (eventId: string) => void,
): Promise<void> {
  const [ended] = await call.db
    .select({ userId: enrolment.userId })
    .from(enrolment)
    .innerJoin(course, eq(course.id, enrolment.courseId))
    .where(and(eq(enrolment.id, id), eq(course.courseKey, courseKey), enrolmentWithin(call.actor, 'enrolments:write')));
  if (!ended) throw new DomainError('not_found');
  await enrolStudent(call, { courseKey, userId: ended.userId }, poke);
}
