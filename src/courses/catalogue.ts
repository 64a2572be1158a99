import { and, asc, count, eq, sql } from 'drizzle-orm';
import { contains } from '../db/index.ts';
import type { Call } from '../lib/call.ts';
import { DomainError } from '../lib/errors.ts';
import { offsetOf, type Page } from '../lib/paging.ts';
import type { ListCoursesInput } from './input.ts';
import { type CourseCache, readKept, stampColumns } from './kept-course.ts';
import { selectLessonsOf } from './lessons/list-lessons.ts';
import { type Outline, outlineOf } from './outline.ts';
import { course, enrolment } from './schema.ts';
import { visibleCourse, writableCourse } from './who-sees.ts';

/** `null`: as many as come. Names are written out: of a lone table drizzle leaves the table's out, and they would mean the enrolment's. */
const seatsLeft = sql<number | null>`case when course.seat_limit is not null then max(0, course.seat_limit
  - (select count(*) from enrolment taken where taken.course_id = course.id and taken.is_active = 1)) end`;

export type CatalogueCourse = {
  courseKey: string;
  title: string;
  examinationLevel: string | null;
  academicClass: string | null;
  seatsLeft: number | null;
  isMine: boolean;
};

/** The courses somebody may look into, by title, with the seats that are left. One round trip. */
export async function readCatalogue({ db, actor }: Call, input: ListCoursesInput): Promise<Page<CatalogueCourse>> {
  const wanted = input.search?.trim();
  const where = and(visibleCourse(actor), wanted ? contains(wanted, course.title, course.courseKey) : undefined);
  const isMine = sql<boolean>`${enrolment.id} is not null`.mapWith(Boolean);
  const [[total], results] = await db.batch([
    db.select({ count: count() }).from(course).where(where),
    db
      .select({
        courseKey: course.courseKey,
        title: course.title,
        examinationLevel: course.examinationLevel,
        academicClass: course.academicClass,
        seatsLeft: seatsLeft.as('seats_left'),
        isMine: isMine.as('is_mine'),
      })
      .from(course)
      .leftJoin(
        enrolment,
        and(eq(enrolment.courseId, course.id), eq(enrolment.userId, actor.userId), eq(enrolment.isActive, true)),
      )
      .where(where)
      .orderBy(asc(course.title), asc(course.id))
      .limit(input.pageSize)
      .offset(offsetOf(input)),
  ]);
  return { count: total?.count ?? 0, results };
}

/** What the page of a course shows. `mine` is the reader's active enrolment; `isTaught`: they may change it. */
export type CourseView = Outline & {
  mine: { id: string; canEnd: boolean } | undefined;
  seatsLeft: number | null;
  isTaught: boolean;
  lessons: Awaited<ReturnType<typeof selectLessonsOf>>;
};

/** Reads all that the page of a course shows, or refuses with `not_found`. One round trip to D1, then one to KV (see `readKept`). */
export async function readCourseView(call: Call, courseKey: string, cache: CourseCache): Promise<CourseView> {
  const { db, actor } = call;
  const its = eq(course.courseKey, courseKey);
  const [[stamp], [mine], [taught], lessons] = await db.batch([
    db
      .select({ ...stampColumns, seatsLeft: seatsLeft.as('seats_left') })
      .from(course)
      .where(and(its, visibleCourse(actor))),
    db
      .select({ id: sql<string>`${enrolment.id}`.as('enrolment_id'), origin: enrolment.origin })
      .from(enrolment)
      .innerJoin(course, eq(course.id, enrolment.courseId))
      .where(and(its, eq(enrolment.userId, actor.userId), eq(enrolment.isActive, true))),
    db
      .select({ id: course.id })
      .from(course)
      .where(and(its, writableCourse(actor))),
    selectLessonsOf(db, courseKey, actor.userId),
  ]);
  if (!stamp) throw new DomainError('not_found');
  const kept = await readKept(call, stamp, cache);
  return {
    ...outlineOf(kept, actor),
    mine: mine && { id: mine.id, canEnd: mine.origin !== 'platform' },
    seatsLeft: stamp.seatsLeft,
    isTaught: taught !== undefined,
    lessons,
  };
}
