import { raw } from 'hono/html';
import { Choose, CsrfField, type FormParts, ProblemSummary, TextArea, TextField, type Words } from '../../ui/index.ts';
import { attachments as files } from './attachment-types.ts';
import { showBytes } from './lesson-page.tsx';
import type { Attachment, WritableLesson } from './lessons.ts';
import { lessonListPath } from './staff-list-page.tsx';

type Objective = { id: string; title: string; topic: string };

export type EditorProps = FormParts & {
  csrf: string;
  /** Of this one page: what it makes it makes once. */
  once: string;
  course: { courseKey: string; title: string };
  objectives: readonly Objective[];
  /** The lesson as it is now; undefined while it is new. */
  lesson: WritableLesson | undefined;
  /** What it would look like. */
  preview?: string | undefined;
  warnings?: readonly string[];
  notices?: readonly string[];
  /** Somebody else has written it meanwhile: what it says now. */
  theirs?: { title: string; body: string } | undefined;
  removed?: { id: string; name: string } | undefined;
};

/** A control to choose a file with that nobody has to use: the form has other buttons. */
const OptionalFile = ({
  name,
  label,
  accept,
  problems,
  words,
  note,
  isAlone,
}: Omit<FormParts, 'fields'> & {
  name: string;
  label: string;
  accept: string;
  note: string;
  /** Without a button of its own. */
  isAlone: boolean;
}) => (
  <div class="stack">
    <label for={name}>{label}</label>
    <small id={`${name}-note`} class="note">
      {note}
    </small>
    {name in problems && (
      <strong id={`${name}-problem`} class="problem">
        {problems[name]}
      </strong>
    )}
    <input id={name} name={name} type="file" accept={accept} aria-describedby={`${name}-note`} />
    {!isAlone && (
      <button name="do" value={name} class="quiet">
        {words(name === 'image' ? 'lessonImageAdd' : 'lessonFileAdd')}
      </button>
    )}
  </div>
);

const Theirs = ({ words, theirs }: { words: Words; theirs: { title: string; body: string } }) => (
  <section role="alert" class="problem" aria-labelledby="theirs-title">
    <h2 id="theirs-title">{words('lessonConflict')}</h2>
    <p>{words('lessonConflictNote')}</p>
    <div class="stack">
      <label for="theirs">{words('lessonTheirs', { title: theirs.title })}</label>
      <textarea id="theirs" rows={10} readonly>
        {theirs.body}
      </textarea>
    </div>
  </section>
);

const Attached = ({ words, id, attachments }: { words: Words; id: string; attachments: readonly Attachment[] }) => (
  <ul>
    {attachments.map(({ id: attachmentId, name, bytes }) => (
      <li>
        <a href={`/lessons/${id}/attachments/${attachmentId}`}>{name}</a> <small>{showBytes(bytes)}</small>{' '}
        <button
          name="do"
          value={`remove:${attachmentId}`}
          class="quiet"
          aria-label={words('lessonFileRemoveOf', { name })}
        >
          {words('lessonFileRemove')}
        </button>
      </li>
    ))}
  </ul>
);

/** The form a lesson is written in. Every button sends the whole of it, so that nothing typed is lost; the first is what Enter presses. */
export function EditorPage(props: EditorProps) {
  const {
    words,
    csrf,
    once,
    fields,
    problems,
    course,
    objectives,
    lesson,
    preview,
    warnings = [],
    notices = [],
    theirs,
    removed,
  } = props;
  const parts = { fields, problems, words };
  const isGone = lesson !== undefined && lesson.deletedAt !== null;
  return (
    <>
      <p>
        <a href={lessonListPath(course.courseKey)}>{words('lessonsOf', { title: course.title })}</a>
      </p>
      <h1>{words(lesson ? 'lessonEdit' : 'lessonNew')}</h1>
      <ProblemSummary words={words} problems={problems} />
      {notices.map((one) => (
        <p role="status">{one}</p>
      ))}
      {isGone && (
        <section role="alert" class="problem" aria-labelledby="gone">
          <h2 id="gone">{words('lessonGone')}</h2>
          <p>{words('lessonGoneNote')}</p>
        </section>
      )}
      {theirs && <Theirs words={words} theirs={theirs} />}
      {warnings.length > 0 && (
        <div class="note" role="status">
          <p>{words('lessonWarnings')}</p>
          <ul>
            {warnings.map((one) => (
              <li>{one}</li>
            ))}
          </ul>
        </div>
      )}
      {preview !== undefined && (
        <section aria-labelledby="preview">
          <h2 id="preview">{words('lessonPreview')}</h2>
          <article class="lesson reviewed">{raw(preview)}</article>
        </section>
      )}
      <form method="post" enctype="multipart/form-data" class="editor">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        {lesson && <input type="hidden" name="version" value={fields.version ?? String(lesson.version)} />}
        <TextField {...parts} name="title" label={words('lessonTitle')} maxlength={200} />
        <TextArea {...parts} name="body" label={words('lessonBody')} note={words('lessonBodyNote')} rows={20} />
        {objectives.length > 0 && (
          <Choose
            {...parts}
            name="objectiveId"
            label={words('lessonObjective')}
            options={[
              ['', words('lessonNoObjective')],
              ...objectives.map(({ id, title, topic }) => [id, `${topic}: ${title}`] as const),
            ]}
          />
        )}
        <p>
          <button name="do" value={isGone ? 'restore' : 'save'}>
            {words(isGone ? 'lessonBackAndSave' : 'lessonSave')}
          </button>{' '}
          {!isGone && (
            <button name="do" value="preview" class="quiet">
              {words('lessonPreview')}
            </button>
          )}
        </p>
        <h2>{words('lessonImage')}</h2>
        <TextField
          {...parts}
          name="alt"
          label={words('lessonImageAlt')}
          note={words('lessonImageAltNote')}
          maxlength={300}
        />
        <OptionalFile
          {...parts}
          name="image"
          label={words('lessonImageFile')}
          note={words('lessonImageNote')}
          isAlone={isGone}
          accept="image/png,image/jpeg,image/gif,image/webp"
        />
        {lesson && (
          <>
            <h2>{words('lessonFiles')}</h2>
            {removed && (
              <p role="status">
                {words('lessonFileRemoved', { name: removed.name })}{' '}
                <button name="do" value={`back:${removed.id}`} class="quiet">
                  {words('lessonFileBack')}
                </button>
              </p>
            )}
            {!isGone && <Attached words={words} id={lesson.id} attachments={lesson.attachments} />}
            <OptionalFile
              {...parts}
              name="file"
              label={words('lessonFile')}
              note={words('lessonFileNote')}
              isAlone={isGone}
              accept={files.endings.map((ending) => `.${ending}`).join()}
            />
          </>
        )}
      </form>
      {lesson && !isGone && (
        <p>
          <a href={`/lessons/${lesson.id}`}>{words('lessonRead')}</a>
        </p>
      )}
    </>
  );
}
