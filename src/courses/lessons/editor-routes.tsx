import { Hono } from 'hono';
import { renderDocument } from '../../content/index.ts';
import { type AppContext, type AppEnv, validate } from '../../http/index.ts';
import { doOnce, pageCall, pageGuard, readForm, staffOnly } from '../../identity/index.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Fields, fieldsOf, frameOf, tryForm } from '../../ui/index.ts';
import { requireWritableCourse } from '../courses.ts';
import { removeAttachment, requireRemoved, restoreAttachment } from './attachments.ts';
import { createLesson } from './create-lesson.ts';
import { restoreLesson } from './delete-lesson.ts';
import { CreateLessonInput, ReplaceLessonInput } from './input.ts';
import { requireRestorableLesson, requireWritableLesson, type WritableLesson } from './lessons.ts';
import { type Place, preview, problemsOf, savedPath, show, showDeleted, toldOf } from './show-editor.tsx';
import { lessonListPath } from './staff-list-page.tsx';
import { type Taken, takeChosen } from './take-chosen.ts';
import { updateLesson } from './update-lesson.ts';

/** `/staff/courses/{courseKey}/lessons/new` and `/staff/lessons/{id}`: where lessons are written. */
export const editorPages = new Hono<AppEnv>({ strict: false });

/** A photo straight from a phone is larger than what is kept; its refusal should not cost what was typed. In bytes. */
const MAX_FORM_BYTES = 12 * 1024 * 1024;

const fieldsOfLesson = ({ title, body, objectiveId }: WritableLesson): Fields => ({
  title,
  body,
  objectiveId: objectiveId ?? '',
});

const warningsOf = (body: string): readonly string[] => {
  const drawn = renderDocument(body);
  return 'html' in drawn ? drawn.warnings : [];
};

const given = ({ title, body = '', objectiveId }: Fields) => ({ title, body, objectiveId: objectiveId || null });

editorPages.get('/staff/courses/:courseKey/lessons/new', pageGuard, staffOnly, async (c) => {
  const course = await requireWritableCourse(pageCall(c), c.req.param('courseKey'));
  return await show(c, { course }, { fields: {} });
});

editorPages.post('/staff/courses/:courseKey/lessons/new', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const form = await readForm(c, MAX_FORM_BYTES);
  const call = pageCall(c);
  const course = await requireWritableCourse(call, c.req.param('courseKey'));
  const taken = await takeChosen(c, { form, fields: fieldsOf(form) });
  const { fields, problems } = taken;
  const told = toldOf(words, taken);
  if (fields.do === 'image' || Object.keys(problems).length > 0)
    return await show(c, { course }, { fields, problems, ...told });
  if (fields.do === 'preview') return await preview(c, { course }, taken);
  const made = await tryForm(['invalid'], () =>
    doOnce(c, fields, {
      meanwhile: lessonListPath(course.courseKey),
      async run() {
        const input = validate(CreateLessonInput, { courseKey: course.courseKey, ...given(fields) });
        const { id } = await createLesson(call, input);
        return savedPath(id, taken);
      },
    }),
  );
  if (!(made instanceof DomainError)) return c.redirect(made, 303);
  return await show(c, { course }, { fields, problems: problemsOf(words, made), ...told });
});

const placeIn = (lesson: WritableLesson): Required<Place> => {
  const { courseId, courseKey, courseTitle } = lesson;
  return { lesson, course: { id: courseId, courseKey, title: courseTitle } };
};

/** Where a form was sent to: a lesson that is there, or one that was deleted while it was written. One round trip. */
const placeOf = async (c: AppContext, id: string) => placeIn(await requireRestorableLesson(pageCall(c), id));

editorPages.get('/staff/lessons/:id', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const place = placeIn(await requireWritableLesson(pageCall(c), c.req.param('id')));
  const { saved, image, file } = c.req.query();
  const added = place.lesson.attachments.find(({ id }) => id === file);
  return await show(c, place, {
    fields: fieldsOfLesson(place.lesson),
    warnings: [...(image === 'heavy' ? [words('lessonImageHeavy')] : []), ...warningsOf(place.lesson.body)],
    ...(saved && {
      notices: [
        words(image ? 'lessonSavedImage' : 'lessonSaved'),
        ...(added ? [words('lessonSavedFile', { name: added.name })] : []),
      ],
    }),
  });
});

const inputOf = (fields: Fields) => validate(ReplaceLessonInput, { ...given(fields), version: Number(fields.version) });

/** Whether what was sent stands there: a form that is sent twice comes too late for its own first time. */
const isWritten = ({ title, body, objectiveId }: WritableLesson, fields: Fields) => {
  const sent = given(fields);
  return title === sent.title?.trim() && body === sent.body && objectiveId === sent.objectiveId;
};

async function save(c: AppContext, place: Required<Place>, taken: Taken & { isBack: boolean }) {
  const { words } = frameOf(c);
  const { id } = place.lesson;
  const { fields } = taken;
  const saved = await tryForm(['invalid', 'conflict', 'not_found'], () =>
    updateLesson(pageCall(c), id, inputOf(fields)),
  );
  if (!(saved instanceof DomainError)) return c.redirect(savedPath(id, taken), 303);
  const now = await placeOf(c, id);
  const told = toldOf(words, taken);
  if (now.lesson.deletedAt !== null) return await show(c, now, { fields, ...told });
  if (saved.code === 'invalid') return await show(c, now, { fields, problems: problemsOf(words, saved), ...told });
  if (isWritten(now.lesson, fields)) return c.redirect(savedPath(id, taken), 303);
  const { title, body, version } = now.lesson;
  return await show(c, now, { fields: { ...fields, version: String(version) }, theirs: { title, body }, ...told });
}

/** Puts the lesson back that was deleted meanwhile, once its form says something that can be saved; else how it is refused. */
async function putBack(c: AppContext, id: string, fields: Fields): Promise<DomainError | undefined> {
  const input = await tryForm(['invalid'], async () => inputOf(fields));
  if (input instanceof DomainError) return input;
  // Somebody else may have been faster.
  await tryForm(['not_found'], () => restoreLesson(pageCall(c), id));
  return undefined;
}

editorPages.post('/staff/lessons/:id', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const form = await readForm(c, MAX_FORM_BYTES);
  const typed = fieldsOf(form);
  const call = pageCall(c);
  const id = c.req.param('id');
  const [what = '', attachmentId = ''] = (typed.do ?? 'save').split(':');
  let place = await placeOf(c, id);
  if (place.lesson.deletedAt !== null) {
    if (what !== 'restore') return await showDeleted(c, place, form);
    const refused = await putBack(c, id, typed);
    if (refused) return await showDeleted(c, place, form, problemsOf(words, refused));
    place = placeIn(await requireWritableLesson(call, id));
  }
  const isBack = what === 'restore';
  const taken = { ...(await takeChosen(c, { form, fields: typed }, place.lesson)), isBack };
  const { fields, problems } = taken;
  const told = toldOf(words, taken);
  const now = async () => (taken.file ? await placeOf(c, id) : place);
  if (Object.keys(problems).length > 0) return await show(c, await now(), { fields, problems, ...told });
  switch (what) {
    case 'image':
    case 'file':
      return await show(c, await now(), { fields, ...told });
    case 'preview':
      return await preview(c, await now(), taken);
    case 'remove': {
      const file = { lessonId: id, attachmentId };
      const gone = await tryForm(['not_found'], () => removeAttachment(call, file));
      // Pressed twice: it can be put back all the same.
      const removed =
        gone instanceof DomainError
          ? await tryForm(['not_found'], () => requireRemoved(call, file))
          : place.lesson.attachments.find((one) => one.id === attachmentId);
      return await show(c, await placeOf(c, id), {
        fields,
        removed: removed instanceof DomainError ? undefined : removed,
        ...told,
      });
    }
    case 'back':
      await tryForm(['not_found'], () => restoreAttachment(call, { lessonId: id, attachmentId }));
      return await show(c, await placeOf(c, id), { fields, ...told });
    default:
      return await save(c, place, taken);
  }
});
