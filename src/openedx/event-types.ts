import * as z from 'zod';
import type { EventFacts } from './learner-facts.ts';
import type { FlatData } from './read-webhook.ts';

/** The events that mean something to us (FORMATS "Event catalogue"). Any other type is ignored, and counted. */
export const eventTypes = [
  'org.openedx.content_authoring.course.catalog_info.changed.v1',
  'org.openedx.content_authoring.course.import.completed.v1',
  'org.openedx.content_authoring.course.created.v1',
  'org.openedx.content_authoring.xblock.published.v1',
  'org.openedx.content_authoring.xblock.updated.v1',
  'org.openedx.content_authoring.xblock.deleted.v1',
  'course_published',
  'org.openedx.learning.student.registration.completed.v1',
  'org.openedx.learning.auth.session.login.completed.v1',
  'org.openedx.learning.course.enrollment.created.v1',
  'org.openedx.learning.course.enrollment.changed.v1',
  'org.openedx.learning.course.unenrollment.completed.v1',
  'org.openedx.learning.course.persistent_grade_summary.changed.v1',
  'org.openedx.learning.course.passing.status.updated.v1',
  'org.openedx.learning.certificate.created.v1',
  'org.openedx.learning.certificate.changed.v1',
  'org.openedx.learning.certificate.revoked.v1',
] as const;
export type EventType = (typeof eventTypes)[number];

export const isOurs = (eventType: string): eventType is EventType =>
  (eventTypes as readonly string[]).includes(eventType);

const key = z.string().min(1).max(255);
/** What Open edX allows in the names of a key: letters and digits of any script, and `_ - ~ . :`. */
const NAME = '[\\p{L}\\p{N}_\\-~.:]+';
const CourseKey = key.regex(new RegExp(`^course-v1:${NAME}\\+${NAME}\\+${NAME}$`, 'u'), 'is not a course key');
const flag = z.boolean();
/** Form mode writes numbers as text. */
const number = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)])
  .transform(Number)
  .pipe(z.number());
const userId = number.pipe(z.int().positive());
const note = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);

const Course = z
  .object({ course_key: CourseKey })
  .transform(({ course_key }): EventFacts => ({ kind: 'course', courseKey: course_key }));

/** `block-v1:{org}+{course}+{run}+type@…`, with or without a branch behind the run. */
const XBlock = z
  .object({ usage_key: key.regex(new RegExp(`^block-v1:${NAME}\\+${NAME}\\+${NAME}\\+`, 'u'), 'is not a usage key') })
  .transform(({ usage_key }): EventFacts => {
    const names = usage_key.slice('block-v1:'.length).split('+').slice(0, 3).join('+');
    return { kind: 'course', courseKey: `course-v1:${names}` };
  });

const account = (prefix: '' | 'user_') =>
  z
    .object({
      [`${prefix}id`]: userId,
      [`${prefix}is_active`]: flag,
      [`${prefix}pii_username`]: key,
      [`${prefix}pii_email`]: z.string().max(320).nullish(),
      [`${prefix}pii_name`]: z.string().max(500).nullish(),
    })
    .transform((read) => {
      const of = read as Record<string, unknown>;
      return {
        lmsUserId: of[`${prefix}id`] as number,
        username: of[`${prefix}pii_username`] as string,
        email: (of[`${prefix}pii_email`] as string | null | undefined) || null,
        name: (of[`${prefix}pii_name`] as string | null | undefined) ?? '',
        isActive: of[`${prefix}is_active`] as boolean,
      };
    });

const Account = account('').transform((read): EventFacts => ({ kind: 'account', account: read }));

const Enrolment = z
  .intersection(
    account('user_').transform((read) => ({ account: read })),
    z.object({ course_course_key: CourseKey, mode: z.string().min(1).max(100), is_active: flag }),
  )
  .transform(
    ({ account, course_course_key, mode, is_active }): EventFacts => ({
      kind: 'enrolment',
      account,
      courseKey: course_course_key,
      mode,
      isActive: is_active,
    }),
  );

const grade = (gradeKind: 'summary' | 'passing' | 'certificate', idName: string, names: readonly string[]) =>
  z
    .object({
      [idName]: userId,
      course_course_key: CourseKey,
      ...Object.fromEntries(names.map((name) => [name, note.nullish()])),
    })
    .transform((read): EventFacts => {
      const of = read as Record<string, unknown>;
      return {
        kind: 'grade',
        gradeKind,
        lmsUserId: of[idName] as number,
        courseKey: of.course_course_key as string,
        facts: Object.fromEntries(names.map((name) => [name, (of[name] ?? null) as string | number | boolean | null])),
      };
    });

const Certificate = grade('certificate', 'user_id', ['mode', 'grade', 'current_status']);

/** One reader per event type: a type of ours without one does not compile. */
const readers: { [T in EventType]: z.ZodType<EventFacts> } = {
  'org.openedx.content_authoring.course.catalog_info.changed.v1': Course,
  'org.openedx.content_authoring.course.import.completed.v1': Course,
  'org.openedx.content_authoring.course.created.v1': Course,
  'org.openedx.content_authoring.xblock.published.v1': XBlock,
  'org.openedx.content_authoring.xblock.updated.v1': XBlock,
  'org.openedx.content_authoring.xblock.deleted.v1': XBlock,
  course_published: Course,
  'org.openedx.learning.student.registration.completed.v1': Account,
  'org.openedx.learning.auth.session.login.completed.v1': Account,
  'org.openedx.learning.course.enrollment.created.v1': Enrolment,
  'org.openedx.learning.course.enrollment.changed.v1': Enrolment,
  'org.openedx.learning.course.unenrollment.completed.v1': Enrolment,
  'org.openedx.learning.course.persistent_grade_summary.changed.v1': grade('summary', 'user_id', [
    'percent_grade',
    'letter_grade',
    'passed_timestamp',
    'course_version',
  ]),
  'org.openedx.learning.course.passing.status.updated.v1': grade('passing', 'user_id', ['is_passing']),
  'org.openedx.learning.certificate.created.v1': Certificate,
  'org.openedx.learning.certificate.changed.v1': Certificate,
  'org.openedx.learning.certificate.revoked.v1': Certificate,
};

/** What the data of an event says; or which field cannot be read. */
export function readFacts(eventType: EventType, data: FlatData): { facts: EventFacts } | { why: string } {
  const read = readers[eventType].safeParse({ ...data });
  if (read.success) return { facts: read.data };
  const [issue] = read.error.issues;
  return { why: `${issue?.path.join('_') ?? ''}: ${issue?.message ?? 'cannot be read'}` };
}
