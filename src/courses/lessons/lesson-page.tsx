import { raw } from 'hono/html';
import { CsrfField, type Words } from '../../ui/index.ts';
import { coursePath } from '../paths.ts';
import type { Lesson } from './lessons.ts';

type Neighbour = { id: string; title: string };
export type LessonView = {
  lesson: Lesson;
  html: string;
  previous: Neighbour | undefined;
  next: Neighbour | undefined;
};

/** "12 KB", "1.4 MB": what a download costs is said before it. */
export function showBytes(bytes: number): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  return kilobytes < 1000 ? `${kilobytes} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

type Props = { words: Words; csrf: string; view: LessonView; isStudent: boolean };

const Files = ({ words, lesson: { id, attachments } }: { words: Words; lesson: Lesson }) =>
  attachments.length > 0 && (
    <>
      <h2>{words('lessonFiles')}</h2>
      <ul>
        {attachments.map((one) => (
          <li>
            <a href={`/lessons/${id}/attachments/${one.id}`} download>
              {one.name}
            </a>{' '}
            <small>{showBytes(one.bytes)}</small>
          </li>
        ))}
      </ul>
    </>
  );

/** Whether the reader is through with it; and for who only looks in, the way to a place where that is kept. */
function Done({ words, csrf, lesson, isStudent }: Omit<Props, 'view'> & { lesson: Lesson }) {
  if (!lesson.isEnrolled)
    return (
      isStudent && (
        <p>
          <a href={coursePath(lesson.courseKey)}>{words('lessonEnrol')}</a>
        </p>
      )
    );
  const isDone = lesson.completedAt !== null;
  return (
    <form method="post" action={`/lessons/${lesson.id}/progress`} id="done">
      <CsrfField csrf={csrf} />
      <input type="hidden" name="completed" value={isDone ? 'no' : 'yes'} />
      {isDone && <p class="marked">✓ {words('lessonIsDone')}</p>}
      <button type="submit" class={isDone ? 'quiet' : undefined}>
        {words(isDone ? 'lessonNotDone' : 'lessonDone')}
      </button>
    </form>
  );
}

/** A lesson as its readers see it. That it is a kept copy is hidden until it is one (public/sw.js). */
export function LessonPage({ words, csrf, view: { lesson, html, previous, next }, isStudent }: Props) {
  return (
    <>
      <p>
        <a href={coursePath(lesson.courseKey)}>{lesson.courseTitle}</a>
      </p>
      <p id="offline" class="problem" role="status" hidden>
        {words('lessonOffline')}
      </p>
      <article class="lesson">
        <h1>{lesson.title}</h1>
        {html === '' ? <p>{words('lessonEmpty')}</p> : raw(html)}
      </article>
      <Files words={words} lesson={lesson} />
      <Done words={words} csrf={csrf} lesson={lesson} isStudent={isStudent} />
      <nav class="go" aria-label={words('lessonNeighbours')}>
        {previous && (
          <a href={`/lessons/${previous.id}`} rel="prev">
            ← {words('lessonPrevious', { title: previous.title })}
          </a>
        )}
        {next && (
          <a href={`/lessons/${next.id}`} rel="next">
            {words('lessonNext', { title: next.title })} →
          </a>
        )}
      </nav>
      {lesson.isWritable && (
        <p>
          <a href={`/staff/lessons/${lesson.id}`}>{words('lessonEdit')}</a>
        </p>
      )}
    </>
  );
}
