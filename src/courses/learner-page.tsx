import { showShortInstant, type Words } from '../ui/index.ts';
import type { CourseProgress } from './lessons/progress.ts';
import { staffCoursePath } from './paths.ts';
import type { Learner } from './roster.ts';

type Lesson = CourseProgress['lessons'][number];
type Props = {
  words: Words;
  courseKey: string;
  learner: Learner & { courseTitle: string };
  progress: CourseProgress;
};

/** What was done is told before what was opened. */
function stateOf(words: Words, { openedAt, completedAt }: Lesson): string {
  if (completedAt !== null) return `✓ ${words('crsDoneAt', { at: showShortInstant(completedAt) })}`;
  if (openedAt !== null) return words('crsOpenedAt', { at: showShortInstant(openedAt) });
  return words('crsNotOpened');
}

/** How far one student is with the lessons of a course, for who teaches it. */
export function LearnerPage({ words, courseKey, learner, progress }: Props) {
  const above = staffCoursePath(courseKey);
  const { name, username, email, isActive, enrolledAt, lastAccessedAt } = learner;
  const { completed, total, percent, lessons } = progress;
  return (
    <>
      <p>
        <a href={above}>{learner.courseTitle}</a> · <a href={`${above}/roster`}>{words('crsRoster')}</a>
      </p>
      <h1>{name}</h1>
      <p>
        {[
          username ?? email,
          words('crsEnrolledAt', { at: showShortInstant(enrolledAt) }),
          !isActive && `${words('crsEnded')}.`,
          lastAccessedAt === null
            ? words('crsNeverHere')
            : words('crsLastHere', { at: showShortInstant(lastAccessedAt) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <h2>{words('crsLessons')}</h2>
      {percent === null ? (
        <p>{words('crsNoLessons')}</p>
      ) : (
        <p>{words('crsOf', { completed, lessons: total, percent })}</p>
      )}
      <ol>
        {lessons.map((one) => (
          <li>
            <a href={`/lessons/${one.id}`}>{one.title}</a> <small>{stateOf(words, one)}</small>
          </li>
        ))}
      </ol>
    </>
  );
}
