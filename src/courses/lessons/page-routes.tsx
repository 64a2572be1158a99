import { Hono } from 'hono';
import { type AppContext, type AppEnv, isUnchanged, revalidated } from '../../http/index.ts';
import { pageCall, pageGuard, readForm } from '../../identity/index.ts';
import { isStaff } from '../../lib/call.ts';
import { DomainError } from '../../lib/errors.ts';
import { frameOf, page } from '../../ui/index.ts';
import { fileHeaders, openFile } from './attachment-routes.ts';
import { requireAttachment } from './attachments.ts';
import { editorPages } from './editor-routes.tsx';
import { keptOnPhone } from './kept-on-phone.ts';
import { LessonPage, type LessonView } from './lesson-page.tsx';
import { readTexts } from './lesson-texts.ts';
import { selectNeighbours, selectVisibleLesson } from './lessons.ts';
import { noteOpened, setProgress } from './progress.ts';
import { lessonListPages } from './staff-list-routes.tsx';

/** `/lessons/{id}`: a lesson to read, its files, and the button of who is through with it. */
export const lessonsPages = new Hono<AppEnv>({ strict: false });

lessonsPages.route('/', lessonListPages);
lessonsPages.route('/', editorPages);

/** One round trip to the database after the sign-in's, and one to the cache. */
async function readView(c: AppContext, id: string): Promise<LessonView> {
  const call = pageCall(c);
  const defer = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const [[lesson], around] = await call.db.batch([selectVisibleLesson(call, id), selectNeighbours(call, id)]);
  if (!lesson) throw new DomainError('not_found');
  defer(noteOpened(call, lesson));
  const { html } = await readTexts(call.db, lesson, { kv: c.env.BANKS, defer });
  const at = (position: number) => around.find((one) => one.position === position);
  return { lesson, html, previous: at(lesson.position - 1), next: at(lesson.position + 1) };
}

lessonsPages.get('/lessons/:id', pageGuard, async (c) => {
  const { words, viewer, csrf } = frameOf(c);
  const view = await readView(c, c.req.param('id'));
  return page(
    c,
    { title: view.lesson.title, viewer, ...(await keptOnPhone(c)) },
    <LessonPage words={words} csrf={csrf} view={view} isStudent={!isStaff(pageCall(c).actor)} />,
  );
});

/** Where a refusal is looked at again. */
lessonsPages.get('/lessons/:id/progress', pageGuard, (c) => c.redirect(`/lessons/${c.req.param('id')}`, 303));

lessonsPages.post('/lessons/:id/progress', pageGuard, async (c) => {
  const form = await readForm(c);
  const id = c.req.param('id');
  await setProgress(pageCall(c), { id, completed: form.get('completed') === 'yes' });
  return c.redirect(`/lessons/${id}#done`, 303);
});

lessonsPages.get('/lessons/:id/attachments/:attachmentId', pageGuard, async (c) => {
  const { id, attachmentId } = c.req.param();
  const file = await requireAttachment(pageCall(c), { lessonId: id, attachmentId });
  const headers = fileHeaders(file);
  if (isUnchanged(c.req.raw.headers, headers.etag)) return c.body(null, 304, revalidated(headers.etag));
  return c.body(await openFile(file, c.env.MEDIA), 200, headers);
});
