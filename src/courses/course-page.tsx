import { raw } from 'hono/html';
import type { Words } from '../ui/index.ts';
import type { CourseView } from './catalogue.ts';
import { EnrolForm, Seats } from './catalogue-page.tsx';
import { OutlineList, shown } from './outline-list.tsx';
import { coursePath, staffCoursePath } from './paths.ts';
import { percentOf } from './progress.ts';

type Props = { words: Words; csrf: string; view: CourseView; isStudent: boolean; problem?: string | undefined };

const Facts = ({ words, view: { course } }: Pick<Props, 'words' | 'view'>) => (
  <p>
    {[
      course.examinationLevel,
      course.academicClass,
      course.estimatedHours !== null && words('crsHours', { count: course.estimatedHours }),
    ]
      .filter(Boolean)
      .join(' · ')}
  </p>
);

/** What a student has to do with the course: their progress, or the way in. */
function Standing({ words, csrf, view }: Pick<Props, 'words' | 'csrf' | 'view'>) {
  const { course, mine, seatsLeft, lessons } = view;
  const { courseKey, title, minimumMasteryPercent } = course;
  if (!mine) {
    return (
      <>
        <Seats words={words} left={seatsLeft} />
        {seatsLeft !== 0 && <EnrolForm words={words} csrf={csrf} courseKey={courseKey} title={title} />}
      </>
    );
  }
  const completed = lessons.filter(({ completedAt }) => completedAt !== null).length;
  const percent = percentOf({ lessons: lessons.length, completed });
  return (
    <>
      <p>
        ✓ {words('crsMine')}.{' '}
        {percent !== null && words('crsProgress', { completed, lessons: lessons.length, percent })}
      </p>
      {minimumMasteryPercent !== null && <p>{words('crsMastery', { percent: minimumMasteryPercent })}</p>}
    </>
  );
}

/** The lessons in their order, and which are done. */
const Lessons = ({ words, lessons }: { words: Words; lessons: CourseView['lessons'] }) =>
  lessons.length > 0 && (
    <>
      <h2>{words('crsLessons')}</h2>
      <ol>
        {lessons.map(({ id, title, completedAt }) => (
          <li>
            <a href={`/lessons/${id}`}>{title}</a> {completedAt !== null && <small>✓ {words('crsDone')}</small>}
          </li>
        ))}
      </ol>
    </>
  );

/** A course as its readers see it. That it is a kept copy is hidden until it is one (public/sw.js). */
export function CoursePage({ words, csrf, view, isStudent, problem }: Props) {
  const { course, topics, mine, isTaught, lessons } = view;
  // A student who finds something to do here has no use for hearing what is not.
  const hasOutline = !isStudent || shown(topics).length > 0 || (lessons.length === 0 && !mine);
  return (
    <>
      <p id="offline" class="problem" role="status" hidden>
        {words('crsOffline')}
      </p>
      <h1>{course.title}</h1>
      {problem && (
        <p role="alert" class="problem">
          {problem}
        </p>
      )}
      <Facts words={words} view={view} />
      {isStudent && <Standing words={words} csrf={csrf} view={view} />}
      {course.descriptionHtml !== '' && <div>{raw(course.descriptionHtml)}</div>}
      <Lessons words={words} lessons={lessons} />
      {!isStudent && course.teacherGuideHtml !== '' && (
        <>
          <h2>{words('crsTeacherGuide')}</h2>
          <div>{raw(course.teacherGuideHtml)}</div>
        </>
      )}
      {isStudent && mine && (
        <p>
          <a href={`${coursePath(course.courseKey)}/assessments`}>{words('coursePapers')}</a>
        </p>
      )}
      {hasOutline && (
        <>
          <h2>{words('courseOutline')}</h2>
          <OutlineList words={words} topics={topics} />
        </>
      )}
      {isTaught && (
        <p>
          <a href={staffCoursePath(course.courseKey)}>{words('courseStaffPage')}</a>
        </p>
      )}
      {mine?.canEnd && (
        <p>
          <a href={`${coursePath(course.courseKey)}/leave`}>{words('crsLeave')}</a>
        </p>
      )}
      <p>
        <a href="/courses">{words('crsCatalogue')}</a> · <a href="/">{words('home')}</a>
      </p>
    </>
  );
}
