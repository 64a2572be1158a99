import { renderDocument } from '../../content/index.ts';
import type { AppContext } from '../../http/index.ts';
import { newOnce, pageCall } from '../../identity/index.ts';
import type { DomainError, FieldError } from '../../lib/errors.ts';
import { fieldsOf, frameOf, type Problems, page, type Words } from '../../ui/index.ts';
import { listObjectives } from '../objectives.ts';
import { EditorPage, type EditorProps } from './editor-page.tsx';
import type { WritableLesson } from './lessons.ts';
import { chosen, type Taken } from './take-chosen.ts';

export type Place = { course: { id: string; courseKey: string; title: string }; lesson?: WritableLesson };
type Shown = Pick<EditorProps, 'fields'> &
  Partial<Omit<EditorProps, 'fields' | 'lesson' | 'course' | 'words' | 'csrf' | 'once'>>;

export async function show(c: AppContext, { course, lesson }: Place, { fields, problems = {}, ...more }: Shown) {
  const { words, viewer, csrf } = frameOf(c);
  const objectives = await listObjectives(pageCall(c).db, course.id);
  const status = more.theirs || lesson?.deletedAt ? 409 : Object.keys(problems).length > 0 ? 400 : 200;
  return page(
    c,
    { title: words(lesson ? 'lessonEdit' : 'lessonNew'), viewer, status },
    <EditorPage once={newOnce()} {...{ words, csrf, fields, problems, course, objectives, lesson }} {...more} />,
  );
}

/** What a refusal says, by the control where it is mended. */
export function problemsOf(words: Words, refused: DomainError): Problems {
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

/** What is told of what was taken from the form, on the page where the text is still to be saved. */
export function toldOf(words: Words, { isBack, image, file }: Taken & { isBack?: boolean }) {
  return {
    notices: [
      ...(isBack ? [words('lessonIsBack')] : []),
      ...(image ? [words('lessonImageAdded')] : []),
      ...(file ? [words('lessonFileAdded', { name: file.name })] : []),
    ],
    warnings: image?.isHeavy ? [words('lessonImageHeavy')] : [],
  };
}

/** Where a saved lesson is shown, with what else the form brought. */
export function savedPath(id: string, { image, file }: Taken): string {
  const told = {
    saved: '1',
    ...(image && { image: image.isHeavy ? 'heavy' : 'kept' }),
    ...(file && { file: file.id }),
  };
  return `/staff/lessons/${id}?${new URLSearchParams(told)}`;
}

export async function preview(c: AppContext, place: Place, taken: Taken) {
  const { words } = frameOf(c);
  const { fields } = taken;
  const { notices, warnings } = toldOf(words, taken);
  const drawn = renderDocument(fields.body ?? '');
  if ('refusals' in drawn) {
    const problems = { body: words('lessonBodyBad', { why: drawn.refusals.join('; ') }) };
    return await show(c, place, { fields, problems, notices, warnings });
  }
  return await show(c, place, { fields, notices, preview: drawn.html, warnings: [...warnings, ...drawn.warnings] });
}

/** The form again, of a lesson that was deleted meanwhile. What was chosen is not kept, and is said to be to choose again. */
export async function showDeleted(c: AppContext, place: Place, form: FormData, problems: Problems = {}) {
  const { words } = frameOf(c);
  const again: Problems = { ...problems };
  for (const name of ['image', 'file'] as const) if (await chosen(form, name)) again[name] = words('lessonChooseAgain');
  return await show(c, place, { fields: fieldsOf(form), problems: again });
}
