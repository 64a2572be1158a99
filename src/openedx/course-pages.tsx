import type { Outline } from '../courses/index.ts';
import { CsrfField, Neighbours, showInstant, showShortInstant, type Words } from '../ui/index.ts';
import { showPlatformDate } from './change-line.tsx';
import { type CourseState, isBehind, type UnknownCourse } from './list-followed.ts';
import { coursePath, eventsPath, runPath } from './paths.ts';
import { showCounts, showWhen, stateWords } from './run-words.ts';

type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };
type Shown = { words: Words; state: CourseState };

/** What is not as it should be between a course and its platform. */
const Drift = ({ words, state }: Shown) => (
  <>
    {isBehind(state) && <p class="problem">{words('syncBehind')}</p>}
    {state.followed?.lastError && <p class="problem">{words('syncProblem', { error: state.followed.lastError })}</p>}
  </>
);

const followsWhat = ({ words, state: { followed } }: Shown) =>
  followed === null ? words('syncOurs') : words('syncFollows', { name: followed.connectionName });

type CourseList = {
  words: Words;
  courses: Paged<CourseState>;
  unknown: readonly UnknownCourse[];
};

export const CourseListPage = ({ words, courses, unknown }: CourseList) => (
  <>
    <h1>{words('syncCourses')}</h1>
    {courses.results.length === 0 && <p>{words('syncCoursesNone')}</p>}
    <p>
      <a href="/staff/courses/new">{words('syncAdd')}</a> · <a href="/courses">{words('crsCatalogue')}</a>
    </p>
    <ul class="cards">
      {courses.results.map((state) => {
        const { course, followed, lastRun } = state;
        return (
          <li>
            <a href={coursePath(course.courseKey)}>{course.title}</a>
            <p>
              {course.courseKey} · {followsWhat({ words, state })}
            </p>
            {lastRun && <p>{words('syncLast', { state: words(stateWords[lastRun.state]), at: showWhen(lastRun) })}</p>}
            {followed && !lastRun && <p>{words('syncNever')}</p>}
            <Drift words={words} state={state} />
          </li>
        );
      })}
    </ul>
    <Neighbours words={words} previous={courses.previous} next={courses.next} />
    {unknown.length > 0 && (
      <>
        <h2>{words('syncUnknown')}</h2>
        <p>{words('syncUnknownNote')}</p>
        <ul class="cards">
          {unknown.map(({ courseKey, connectionId, connectionName, lastAt }) => (
            <li>
              <a href={`/staff/courses/new?${new URLSearchParams({ courseKey, connectionId })}`}>{courseKey}</a>
              <p>{words('syncUnknownLine', { name: connectionName, at: showShortInstant(lastAt) })}</p>
            </li>
          ))}
        </ul>
      </>
    )}
  </>
);

type Node = Pick<
  Outline['topics'][number],
  'title' | 'usageKey' | 'due' | 'graded' | 'format' | 'visibility' | 'problems'
>;

/** What else staff want to know of a node, in one line of small print; nothing where there is nothing. */
const Badges = ({ words, node }: { words: Words; node: Node }) => {
  const { due, graded, format, visibility, problems } = node;
  const badges = [
    due && words('courseDue', { at: showPlatformDate(due) }),
    graded && (format ? `${words('courseGraded')} (${format})` : words('courseGraded')),
    visibility === 'hidden' && words('courseHidden'),
    visibility === 'staff' && words('courseStaffOnly'),
    problems === 1 && words('courseOneProblem'),
    problems !== undefined && problems > 1 && words('courseProblems', { count: problems }),
  ].filter(Boolean);
  return badges.length > 0 && <small>{badges.join(' · ')}</small>;
};

const titleOf = (words: Words, { title }: Node) => title.trim() || words('courseUntitled');

const StaffOutline = ({ words, topics }: { words: Words; topics: Outline['topics'] }) => (
  <ol class="outline">
    {topics.map((topic) => (
      <li>
        <h3>{titleOf(words, topic)}</h3> <Badges words={words} node={topic} />
        <ol>
          {topic.subtopics.map((subtopic) => (
            <li>
              <h4>{titleOf(words, subtopic)}</h4> <Badges words={words} node={subtopic} />
              <ol>
                {subtopic.objectives.map((objective) => (
                  <li>
                    {titleOf(words, objective)} <Badges words={words} node={objective} />
                  </li>
                ))}
              </ol>
            </li>
          ))}
        </ol>
      </li>
    ))}
  </ol>
);

const LastRun = ({ words, state: { lastRun } }: Shown) =>
  lastRun ? (
    <p>
      <a href={runPath(lastRun.id)}>
        {words('syncLast', { state: words(stateWords[lastRun.state]), at: showWhen(lastRun) })}
      </a>{' '}
      {showCounts(words, lastRun)}
    </p>
  ) : (
    <p>{words('syncNever')}</p>
  );

/** As the list of assessments takes it. */
const LONGEST_SEARCH = 200;

type Course = Shown & { csrf: string; isAdmin: boolean; topics: Outline['topics'] };

export function CoursePage({ words, csrf, state, isAdmin, topics }: Course) {
  const { course, followed } = state;
  const path = coursePath(course.courseKey);
  return (
    <>
      <p>
        <a href="/staff/courses">{words('syncCourses')}</a>
      </p>
      <h1>{course.title}</h1>
      <p>
        {[course.courseKey, course.examinationLevel, course.academicClass].filter(Boolean).join(' · ')} ·{' '}
        {words('syncVersion', { version: course.version })}
      </p>
      <ul>
        <li>
          <a href={`${path}/edit`}>{words('crsEdit')}</a>
        </li>
        {course.source === 'here' && (
          <li>
            <a href={`${path}/outline`}>{words('crsEditOutline')}</a>
          </li>
        )}
        <li>
          <a href={`${path}/lessons`}>{words('lessons')}</a>
        </li>
        <li>
          <a href={`${path}/roster`}>{words('crsRoster')}</a>
        </li>
        <li>
          <a href={`/staff/assessments?${new URLSearchParams({ search: course.courseKey.slice(0, LONGEST_SEARCH) })}`}>
            {words('crsAssessments')}
          </a>
        </li>
        {isAdmin && (
          <li>
            <a href={`${path}/teachers`}>{words('crsTeachers')}</a>
          </li>
        )}
      </ul>
      <h2>{words('syncState')}</h2>
      <p>
        {followed && isAdmin ? (
          <a href={`/staff/connections/${followed.connectionId}`}>{followsWhat({ words, state })}</a>
        ) : (
          followsWhat({ words, state })
        )}
        {followed?.reconciledAt && (
          <>
            {' '}
            <small>{words('syncCompared', { at: showInstant(followed.reconciledAt) })}</small>
          </>
        )}
      </p>
      {followed && (
        <>
          <LastRun words={words} state={state} />
          <Drift words={words} state={state} />
          <form method="post" action={`${path}/sync`}>
            <CsrfField csrf={csrf} />
            <button type="submit">{words('syncNow')}</button>
          </form>
          <ul>
            <li>
              <a href={`${path}/runs`}>{words('syncAllRuns')}</a>
            </li>
            <li>
              <a href={eventsPath(course.courseKey)}>{words('syncCourseEvents')}</a>
            </li>
          </ul>
        </>
      )}
      <h2>{words('courseOutline')}</h2>
      <p>
        <a href={`/courses/${encodeURIComponent(course.courseKey)}`}>{words('syncAsStudents')}</a>
      </p>
      {topics.length === 0 ? (
        <p>
          {words('courseEmpty')} {words(followed ? 'crsNextSynced' : 'crsNext')}
        </p>
      ) : (
        <StaffOutline words={words} topics={topics} />
      )}
    </>
  );
}
