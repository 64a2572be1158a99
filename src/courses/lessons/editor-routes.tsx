import { Hono } from 'hono';
import { keepImage, renderDocument } from '../../content/index.ts';
import { type AppContext, type AppEnv, validate } from '../../http/index.ts';
import { doOnce, newOnce, pageCall, pageGuard, readForm, staffOnly } from '../../identity/index.ts';
import { sha256 } from '../../lib/crypto.ts';
import { DomainError, type FieldError } from '../../lib/errors.ts';
import { type Fields, fieldsOf, frameOf, type Problems, page, tryForm, type Words } from '../../ui/index.ts';
import { requireWritableCourse } from '../courses.ts';
import { listObjectives } from '../objectives.ts';
import { attachments } from './attachment-types.ts';
import { attach, removeAttachment, restoreAttachment } from './attachments.ts';
import { createLesson } from './create-lesson.ts';
import { EditorPage, type EditorProps } from './editor-page.tsx';
import { CreateLessonInput, ReplaceLessonInput } from './input.ts';
import { requireWritableLesson, type WritableLesson } from './lessons.ts';
import { lessonListPath } from './staff-list-page.tsx';
import { updateLesson } from './update-lesson.ts';

/** `/staff/courses/{courseKey}/lessons/new` and `/staff/lessons/{id}`: where lessons are written. */
export const editorPages = new Hono<AppEnv>({ strict: false });

/** A photo straight from a phone is larger than what is kept; its refusal should not cost what was typed. In bytes. */
const MAX_FORM_BYTES = 12 * 1024 * 1024;

type Place = { course: { id: string; courseKey: string; title: string }; lesson?: WritableLesson };
type Shown = Pick<EditorProps, 'fields'> &
  Partial<Omit<EditorProps, 'fields' | 'lesson' | 'course' | 'words' | 'csrf' | 'once'>>;

async function show(c: AppContext, { course, lesson }: Place, { fields, problems = {}, ...more }: Shown) {
  const { words, viewer, csrf } = frameOf(c);
  const objectives = await listObjectives(pageCall(c).db, course.id);
  const status = more.theirs ? 409 : Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words(lesson ? 'lessonEdit' : 'lessonNew'), viewer, status },
    <EditorPage once={newOnce()} {...{ words, csrf, fields, problems, course, objectives, lesson }} {...more} />,
  );
}

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

/** What a refusal says, by the control where it is mended. */
function problemsOf(words: Words, refused: DomainError): Problems {
  const errors = (refused.more.errors ?? []) as FieldError[];
  return Object.fromEntries(
    errors.map(({ pointer, message }) => {
      const name = pointer.slice(1);
      if (name === 'title') return [name, words('lessonTitleBad')];
      if (name === 'objectiveId') return [name, words('lessonObjectiveBad')];
      return ['body', words('lessonBodyBad', { why: message })];
    }),
  );
}

const chosen = async (form: FormData, name: string): Promise<{ name: string; bytes: Uint8Array } | undefined> => {
  const file: unknown = form.get(name);
  if (!(file instanceof File) || file.size === 0) return undefined;
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
};

/** What no square bracket or line end may break out of. */
const inBrackets = (text: string) =>
  text
    .replaceAll(/[[\]\\]/g, (one) => `\\${one}`)
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Keeps the chosen image and writes it at the end of what is in the form. */
async function addImage(c: AppContext, place: Place, form: FormData, fields: Fields) {
  const { words } = frameOf(c);
  const image = await chosen(form, 'image');
  if (!image) return await show(c, place, { fields, problems: { image: words('lessonChooseFirst') } });
  const alt = inBrackets(fields.alt ?? '');
  if (alt === '') return await show(c, place, { fields, problems: { alt: words('lessonAltMissing') } });
  const kept = await keepImage(image.bytes, { media: c.env.MEDIA });
  if ('refusal' in kept)
    return await show(c, place, { fields, problems: { image: words('lessonImageBad', { why: kept.refusal }) } });
  const body = `${(fields.body ?? '').trimEnd()}\n\n![${alt}](${kept.path})\n`;
  return await show(c, place, {
    fields: { ...fields, body, alt: '' },
    notice: words('lessonImageAdded'),
    ...(kept.warning && { warnings: [kept.warning] }),
  });
}

async function preview(c: AppContext, place: Place, fields: Fields) {
  const { words } = frameOf(c);
  const drawn = renderDocument(fields.body ?? '');
  if ('refusals' in drawn)
    return await show(c, place, {
      fields,
      problems: { body: words('lessonBodyBad', { why: drawn.refusals.join('; ') }) },
    });
  return await show(c, place, { fields, preview: drawn.html, warnings: drawn.warnings });
}

editorPages.get('/staff/courses/:courseKey/lessons/new', pageGuard, staffOnly, async (c) => {
  const course = await requireWritableCourse(pageCall(c), c.req.param('courseKey'));
  return await show(c, { course }, { fields: {} });
});

editorPages.post('/staff/courses/:courseKey/lessons/new', pageGuard, staffOnly, async (c) => {
  const form = await readForm(c, MAX_FORM_BYTES);
  const fields = fieldsOf(form);
  const call = pageCall(c);
  const course = await requireWritableCourse(call, c.req.param('courseKey'));
  if (fields.do === 'image') return await addImage(c, { course }, form, fields);
  if (fields.do === 'preview') return await preview(c, { course }, fields);
  const made = await tryForm(['invalid'], () =>
    doOnce(c, fields, {
      meanwhile: lessonListPath(course.courseKey),
      async run() {
        const input = validate(CreateLessonInput, { courseKey: course.courseKey, ...given(fields) });
        const { id } = await createLesson(call, input);
        return `/staff/lessons/${id}?saved=1`;
      },
    }),
  );
  if (!(made instanceof DomainError)) return c.redirect(made, 303);
  return await show(c, { course }, { fields, problems: problemsOf(frameOf(c).words, made) });
});

async function placeOf(c: AppContext, id: string): Promise<Required<Place>> {
  const lesson = await requireWritableLesson(pageCall(c), id);
  const { courseId, courseKey, courseTitle } = lesson;
  return { lesson, course: { id: courseId, courseKey, title: courseTitle } };
}

editorPages.get('/staff/lessons/:id', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const place = await placeOf(c, c.req.param('id'));
  return await show(c, place, {
    fields: fieldsOfLesson(place.lesson),
    warnings: warningsOf(place.lesson.body),
    ...(c.req.query('saved') && { notice: words('lessonSaved') }),
  });
});

async function addFile(c: AppContext, place: Required<Place>, form: FormData, fields: Fields) {
  const { words } = frameOf(c);
  const file = await chosen(form, 'file');
  const refuse = (problem: string) => show(c, place, { fields, problems: { file: problem } });
  if (!file) return await refuse(words('lessonChooseFirst'));
  if (file.bytes.byteLength > attachments.limit) return await refuse(words('lessonFileLarge'));
  const mediaType = attachments.typeOf(file.name);
  if (!mediaType) return await refuse(words('lessonFileBad'));
  const { id } = place.lesson;
  // Another file from the same page is another form.
  const said = { ...(fields.once && { once: fields.once }), name: file.name, file: await sha256(file.bytes) };
  const done = await tryForm(['invalid'], () =>
    doOnce(c, said, {
      meanwhile: file.name,
      run: async () => (await attach(pageCall(c), { lessonId: id, mediaType, ...file }, { media: c.env.MEDIA })).name,
    }),
  );
  if (done instanceof DomainError)
    return await refuse(
      words(place.lesson.attachments.length >= attachments.most ? 'lessonFileMany' : 'lessonFileBad'),
    );
  return await show(c, await placeOf(c, id), { fields, notice: words('lessonFileAdded', { name: done }) });
}

editorPages.post('/staff/lessons/:id', pageGuard, staffOnly, async (c) => {
  const { words } = frameOf(c);
  const form = await readForm(c, MAX_FORM_BYTES);
  const fields = fieldsOf(form);
  const call = pageCall(c);
  const id = c.req.param('id');
  const place = await placeOf(c, id);
  const [what = '', attachmentId = ''] = (fields.do ?? 'save').split(':');
  switch (what) {
    case 'image':
      return await addImage(c, place, form, fields);
    case 'preview':
      return await preview(c, place, fields);
    case 'file':
      return await addFile(c, place, form, fields);
    case 'remove': {
      const removed = place.lesson.attachments.find((one) => one.id === attachmentId);
      await removeAttachment(call, { lessonId: id, attachmentId });
      return await show(c, await placeOf(c, id), { fields, removed });
    }
    case 'back':
      await restoreAttachment(call, { lessonId: id, attachmentId });
      return await show(c, await placeOf(c, id), { fields });
    default: {
      const input = () => validate(ReplaceLessonInput, { ...given(fields), version: Number(fields.version) });
      const saved = await tryForm(['invalid', 'conflict'], () => updateLesson(call, id, input()));
      if (!(saved instanceof DomainError)) return c.redirect(`/staff/lessons/${id}?saved=1`, 303);
      if (saved.code === 'invalid') return await show(c, place, { fields, problems: problemsOf(words, saved) });
      const now = await placeOf(c, id);
      const { title, body, version } = now.lesson;
      return await show(c, now, { fields: { ...fields, version: String(version) }, theirs: { title, body } });
    }
  }
});
