import { CsrfField, showShortInstant, type Words } from '../../ui/index.ts';
import { staffCoursePath } from '../paths.ts';

export const lessonListPath = (courseKey: string) => `${staffCoursePath(courseKey)}/lessons`;

export type StaffLessonList = {
  course: { courseKey: string; title: string };
  lessons: readonly { id: string; title: string; position: number; updatedAt: number }[];
  deleted: readonly { id: string; title: string; deletedAt: number | null }[];
};

type Props = { words: Words; csrf: string; list: StaffLessonList };

/** The lessons of a course for those who write them: in order, with buttons that move and delete, and those that can be put back. */
export function StaffLessonListPage({ words, csrf, list: { course, lessons, deleted } }: Props) {
  const path = lessonListPath(course.courseKey);
  const last = lessons.length - 1;
  return (
    <>
      <p>
        <a href={staffCoursePath(course.courseKey)}>{course.title}</a>
      </p>
      <h1>{words('lessons')}</h1>
      <p>
        <a href={`${path}/new`} class="button">
          {words('lessonNew')}
        </a>
      </p>
      {lessons.length === 0 && <p>{words('lessonNone')}</p>}
      <form method="post" action={path}>
        <CsrfField csrf={csrf} />
        <ol>
          {lessons.map(({ id, title, position, updatedAt }) => (
            <li id={id}>
              <a href={`/staff/lessons/${id}`}>{title}</a>{' '}
              <small>{words('lessonUpdated', { at: showShortInstant(updatedAt) })}</small>
              <p>
                {position > 0 && (
                  <button
                    class="quiet"
                    name="do"
                    value={`move:${id}:${position - 1}`}
                    aria-label={words('lessonUpOf', { title })}
                  >
                    ↑ {words('lessonUp')}
                  </button>
                )}{' '}
                {position < last && (
                  <button
                    class="quiet"
                    name="do"
                    value={`move:${id}:${position + 1}`}
                    aria-label={words('lessonDownOf', { title })}
                  >
                    ↓ {words('lessonDown')}
                  </button>
                )}{' '}
                <button class="quiet" name="do" value={`delete:${id}`} aria-label={words('lessonDeleteOf', { title })}>
                  {words('lessonDelete')}
                </button>
              </p>
            </li>
          ))}
        </ol>
        {deleted.length > 0 && (
          <>
            <h2 id="deleted">{words('lessonDeleted')}</h2>
            <p class="note">{words('lessonDeletedNote')}</p>
            <ul>
              {deleted.map(({ id, title, deletedAt }) => (
                <li>
                  {title} <small>{words('lessonDeletedAt', { at: showShortInstant(deletedAt ?? 0) })}</small>{' '}
                  <button
                    class="quiet"
                    name="do"
                    value={`restore:${id}`}
                    aria-label={words('lessonRestoreOf', { title })}
                  >
                    {words('lessonRestore')}
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </form>
    </>
  );
}
