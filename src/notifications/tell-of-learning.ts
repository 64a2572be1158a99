import { and, eq, isNull } from 'drizzle-orm';
import { findResultNotice } from '../assessments/index.ts';
import { course, enrolment } from '../courses/index.ts';
import { user } from '../identity/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { type MailParts, personColumns, writeMail } from './write-mail.ts';

const calledBy = ({ name, emailVerifiedAt }: { name: string; emailVerifiedAt: number | null }) =>
  emailVerifiedAt === null ? undefined : name;

/** Confirms an enrolment that still stands. It may be repeated: one mail. Three round trips and the queue. */
export async function confirmEnrolment(
  call: SystemCall,
  { enrolmentId }: { enrolmentId: string },
  parts: MailParts,
  eventId: string,
): Promise<void> {
  const [found] = await call.db
    .select({ person: personColumns, title: course.title, courseKey: course.courseKey })
    .from(enrolment)
    .innerJoin(course, eq(course.id, enrolment.courseId))
    .innerJoin(user, eq(user.id, enrolment.userId))
    .where(and(eq(enrolment.id, enrolmentId), eq(enrolment.isActive, true), isNull(course.deletedAt)));
  if (!found) return;
  const { person, title, courseKey } = found;
  const link = `${parts.origin}/courses/${encodeURIComponent(courseKey)}`;
  const says = () => ({ kind: 'enrolment', name: calledBy(person), course: title, link }) as const;
  await writeMail(call, { eventId, person, kind: 'enrolment', says }, parts);
}

/** Tells a student what came of an exam, as far as review lets them see it now; an address that was not verified is told that it is there, not what it is. It may be repeated: one mail. Four round trips and the queue. */
export async function tellResult(
  call: SystemCall,
  finished: { attemptId: string; resultNumber: number },
  parts: MailParts,
  eventId: string,
): Promise<void> {
  const notice = await findResultNotice(call, finished);
  if (!notice || notice.behaviour !== 'exam') return;
  const [person] = await call.db.select(personColumns).from(user).where(eq(user.id, notice.userId));
  const { title, shownAt } = notice;
  // Whoever has the address may be somebody else, as long as nobody has shown otherwise.
  const grade = person?.emailVerifiedAt == null ? undefined : notice.grade;
  const link = `${parts.origin}/attempts/${finished.attemptId}/result`;
  const says = () =>
    ({ kind: 'result', name: person && calledBy(person), title, link, shownAt, ...(grade && { grade }) }) as const;
  await writeMail(call, { eventId, person, kind: 'result', says }, parts);
}
