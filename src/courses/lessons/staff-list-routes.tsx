import { and, eq } from 'drizzle-orm';
import { Hono } from 'hono';
import type { AppEnv } from '../../http/index.ts';
import { pageCall, pageGuard, readForm, staffOnly } from '../../identity/index.ts';
import type { Call } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { fieldsOf, frameOf, page, tryForm } from '../../ui/index.ts';
import { course } from '../schema.ts';
import { writableCourse } from '../who-sees.ts';
import { deleteLesson, restoreLesson, selectDeletedOf } from './delete-lesson.ts';
import { requireRestorableLesson } from './lessons.ts';
import { selectLessonsOf } from './list-lessons.ts';
import { lessonListPath, type StaffLessonList, StaffLessonListPage } from './staff-list-page.tsx';
import { updateLesson } from './update-lesson.ts';

/** `/staff/courses/{courseKey}/lessons`: their order, and what is taken away and put back. */
export const lessonListPages = new Hono<AppEnv>({ strict: false });

/** One round trip. */
async function readList(call: Call, courseKey: string): Promise<StaffLessonList> {
  const { db, actor } = call;
  const [[found], lessons, deleted] = await db.batch([
    db
      .select({ courseKey: course.courseKey, title: course.title })
      .from(course)
      .where(and(eq(course.courseKey, courseKey), writableCourse(actor))),
    selectLessonsOf(db, courseKey, actor.userId),
    selectDeletedOf(call, courseKey),
  ]);
  if (!found) throw new DomainError('not_found');
  return { course: found, lessons, deleted };
}

lessonListPages.get('/staff/courses/:courseKey/lessons', pageGuard, staffOnly, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const list = await readList(pageCall(c), c.req.param('courseKey'));
  return page(c, { title: words('lessons'), viewer }, <StaffLessonListPage words={words} csrf={csrf} list={list} />);
});

type Wanted = { id: string; courseKey: string; isDeleted: boolean };

/** Does what a button says. Where it was done before, by a second tap or by somebody else, the page goes on as after the first. */
async function onceMore(call: Call, { id, courseKey, isDeleted }: Wanted, run: () => Promise<unknown>): Promise<void> {
  const done = await tryForm(['not_found'], run);
  if (!(done instanceof DomainError)) return;
  const stands = await requireRestorableLesson(call, id);
  if (stands.courseKey !== courseKey || (stands.deletedAt !== null) !== isDeleted) throw done;
}

lessonListPages.post('/staff/courses/:courseKey/lessons', pageGuard, staffOnly, async (c) => {
  const fields = fieldsOf(await readForm(c));
  const call = pageCall(c);
  const [what = '', id = '', to = ''] = (fields.do ?? '').split(':');
  const courseKey = c.req.param('courseKey');
  const path = lessonListPath(courseKey);
  switch (what) {
    case 'move':
      if (/^\d{1,4}$/.test(to)) await updateLesson(call, id, { position: Number(to) }, courseKey);
      return c.redirect(`${path}#${encodeURIComponent(id)}`, 303);
    case 'restore':
      await onceMore(call, { id, courseKey, isDeleted: false }, () => restoreLesson(call, id, courseKey));
      return c.redirect(`${path}#${encodeURIComponent(id)}`, 303);
    case 'delete':
      await onceMore(call, { id, courseKey, isDeleted: true }, () => deleteLesson(call, id, courseKey));
      return c.redirect(`${path}#deleted`, 303);
    default:
      return c.redirect(path, 303);
  }
});
