import { and, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { course, enrolment, lesson, lessonProgress } from '../schema.ts';
import { stands } from '../standing.ts';
import { visibleCourse, writableCourse } from '../who-sees.ts';

export type Attachment = { id: string; name: string; mediaType: string; bytes: number };

const attachments = sql<Attachment[]>`(
  select json_group_array(json_object('id', id, 'name', name, 'mediaType', media_type, 'bytes', bytes)) from (
    select * from lesson_attachment where lesson_id = ${lesson.id} and deleted_at is null order by created_at, id
  )
)`.mapWith((text: string) => JSON.parse(text) as Attachment[]);

/** The objective a lesson is for; one that is no longer in the outline it is no more. */
export const standingObjective = sql<
  string | null
>`case when ${stands(sql`${lesson.objectiveId}`)} then ${lesson.objectiveId} end`.as('objective_id');

const isOfCourse = eq(course.id, lesson.courseId);
const isThere = isNull(lesson.deletedAt);

/** The statement that reads all of a lesson but its texts, and how far the actor is with it. Instants in ms. */
const selectLesson = ({ db, actor }: Call, where: SQL | undefined) =>
  db
    .select({
      id: lesson.id,
      courseId: lesson.courseId,
      courseKey: course.courseKey,
      courseTitle: sql<string>`${course.title}`.as('course_title'),
      title: lesson.title,
      position: lesson.position,
      objectiveId: standingObjective,
      version: sql<number>`${lesson.version}`.as('lesson_version'),
      updatedAt: lesson.updatedAt,
      attachments: attachments.as('attachments'),
      isWritable: sql<boolean>`(${writableCourse(actor)})`.mapWith(Boolean).as('is_writable'),
      isEnrolled: sql<boolean>`${enrolment.id} is not null`.mapWith(Boolean).as('is_enrolled'),
      lastAccessedAt: enrolment.lastAccessedAt,
      openedAt: lessonProgress.openedAt,
      lastOpenedAt: lessonProgress.lastOpenedAt,
      completedAt: lessonProgress.completedAt,
    })
    .from(lesson)
    .innerJoin(course, isOfCourse)
    .leftJoin(
      enrolment,
      and(eq(enrolment.courseId, lesson.courseId), eq(enrolment.userId, actor.userId), eq(enrolment.isActive, true)),
    )
    .leftJoin(lessonProgress, and(eq(lessonProgress.lessonId, lesson.id), eq(lessonProgress.userId, actor.userId)))
    .where(where);

/** The statement, for the asker's own batch, that reads a lesson the actor may read. */
export const selectVisibleLesson = (call: Call, id: string) =>
  selectLesson(call, and(eq(lesson.id, id), isThere, visibleCourse(call.actor)));

export type Lesson = Awaited<ReturnType<typeof selectVisibleLesson>>[number];

/** A lesson the actor may read; any other is refused exactly as an absent one, with `not_found`. One round trip. */
export async function requireLesson(call: Call, id: string): Promise<Lesson> {
  const [found] = await selectVisibleLesson(call, id);
  if (!found) throw new DomainError('not_found');
  return found;
}

/** The statement, for the batch of who reads that lesson too, that finds the ones before and after it. */
export const selectNeighbours = ({ db }: Call, id: string) => {
  const its = (column: SQL) => sql`(select ${column} from lesson as one where one.id = ${id})`;
  return db
    .select({ id: lesson.id, title: lesson.title, position: lesson.position })
    .from(lesson)
    .where(
      and(
        eq(lesson.courseId, its(sql`one.course_id`)),
        isThere,
        sql`${lesson.position} - ${its(sql`one.position`)} in (-1, 1)`,
      ),
    );
};

const selectWritable = ({ db, actor }: Call, where: SQL | undefined) =>
  db
    .select({
      id: lesson.id,
      courseId: lesson.courseId,
      courseKey: course.courseKey,
      courseTitle: sql<string>`${course.title}`.as('course_title'),
      title: lesson.title,
      body: lesson.body,
      html: lesson.html,
      position: lesson.position,
      objectiveId: standingObjective,
      version: sql<number>`${lesson.version}`.as('lesson_version'),
      updatedAt: lesson.updatedAt,
      deletedAt: lesson.deletedAt,
      attachments: attachments.as('attachments'),
    })
    .from(lesson)
    .innerJoin(course, isOfCourse)
    .where(and(where, writableCourse(actor)));

/** The statement, for the asker's own batch, that reads a lesson the actor may change, with its texts. */
export const selectWritableLesson = (call: Call, id: string) => selectWritable(call, and(eq(lesson.id, id), isThere));

export type WritableLesson = Awaited<ReturnType<typeof selectWritableLesson>>[number];

/** How long what was deleted can be put back. */
export const RESTORABLE_MS = 30 * 24 * 3600 * 1000;

/** As `requireWritableLesson`, also one that is deleted and can be put back. One round trip. */
export async function requireRestorableLesson(call: Call, id: string): Promise<WritableLesson> {
  const isWithin = or(isThere, gt(lesson.deletedAt, call.now - RESTORABLE_MS));
  const [found] = await selectWritable(call, and(eq(lesson.id, id), isWithin));
  if (!found) throw new DomainError('not_found');
  return found;
}

/** As `requireLesson`, for one the actor may change. One round trip. */
export async function requireWritableLesson(call: Call, id: string): Promise<WritableLesson> {
  const [found] = await selectWritableLesson(call, id);
  if (!found) throw new DomainError('not_found');
  return found;
}
