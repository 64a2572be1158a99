import { keepImage } from '../../content/index.ts';
import type { AppContext } from '../../http/index.ts';
import { doOnce, pageCall } from '../../identity/index.ts';
import { sha256 } from '../../lib/crypto.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Fields, frameOf, type Problems, tryForm } from '../../ui/index.ts';
import { attachments, fileNameOf } from './attachment-types.ts';
import { attach } from './attachments.ts';
import type { WritableLesson } from './lessons.ts';

/** What became of the files that were chosen in a form. `fields`: as they were typed, and with the image in the text. */
export type Taken = {
  fields: Fields;
  problems: Problems;
  /** Where an image now stands in the text. */
  image?: { isHeavy: boolean };
  /** What was kept with the lesson. The id is empty where the same form, sent before, is still at it. */
  file?: { id: string; name: string };
};

type Form = { form: FormData; fields: Fields };

export const chosen = async (
  form: FormData,
  name: 'image' | 'file',
): Promise<{ name: string; bytes: Uint8Array } | undefined> => {
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
async function takeImage(c: AppContext, { form, fields }: Form): Promise<Taken> {
  const { words } = frameOf(c);
  const image = await chosen(form, 'image');
  if (!image) return { fields, problems: {} };
  const alt = inBrackets(fields.alt ?? '');
  if (alt === '') return { fields, problems: { alt: words('lessonAltMissing') } };
  const kept = await keepImage(image.bytes, { media: c.env.MEDIA });
  if ('refusal' in kept) return { fields, problems: { image: words('lessonImageBad', { why: kept.refusal }) } };
  const body = `${(fields.body ?? '').trimEnd()}\n\n![${alt}](${kept.path})\n`;
  return { fields: { ...fields, body, alt: '' }, problems: {}, image: { isHeavy: kept.warning !== undefined } };
}

/** Keeps the chosen file with the lesson, once however often the form is sent. Five round trips to D1. */
async function takeFile(c: AppContext, { form, fields }: Form, lesson: WritableLesson): Promise<Omit<Taken, 'fields'>> {
  const { words } = frameOf(c);
  const refuse = (file: string) => ({ problems: { file } });
  const file = await chosen(form, 'file');
  if (!file) return { problems: {} };
  if (file.bytes.byteLength > attachments.limit) return refuse(words('lessonFileLarge'));
  const mediaType = attachments.typeOf(file.name);
  if (!mediaType) return refuse(words('lessonFileBad'));
  // Another file from the same page is another form.
  const said = { ...(fields.once && { once: fields.once }), name: file.name, file: await sha256(file.bytes) };
  const given = { lessonId: lesson.id, mediaType, ...file };
  const id = await tryForm(['invalid'], () =>
    doOnce(c, said, {
      meanwhile: '',
      run: async () => (await attach(pageCall(c), given, { media: c.env.MEDIA })).id,
    }),
  );
  if (id instanceof DomainError)
    return refuse(words(lesson.attachments.length >= attachments.most ? 'lessonFileMany' : 'lessonFileBad'));
  return { problems: {}, file: { id, name: fileNameOf(file.name, mediaType) } };
}

/**
 * Takes what was chosen in a form, whichever of its buttons sent it: nothing chosen is thrown away in silence. Whoever asks has seen that the
 * actor may write there; `lesson` is undefined while it is new, and then has no files.
 */
export async function takeChosen(c: AppContext, given: Form, lesson?: WritableLesson): Promise<Taken> {
  const { words } = frameOf(c);
  const image = await takeImage(c, given);
  const file = lesson ? await takeFile(c, given, lesson) : { problems: {} };
  const problems = { ...image.problems, ...file.problems };
  const wanted = given.fields.do;
  if (Object.keys(problems).length === 0 && ((wanted === 'image' && !image.image) || (wanted === 'file' && !file.file)))
    problems[wanted] = words('lessonChooseFirst');
  return { ...image, ...file, problems };
}
