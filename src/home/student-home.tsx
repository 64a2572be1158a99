import { type MyDesk, type MyPapers, showScore } from '../assessments/index.ts';
import { showEnd, showInstant, showLeft, showShortInstant, type Words } from '../ui/index.ts';

type Parts = { words: Words; papers: MyPapers; now: number; isOfCourse?: boolean };

const timeLeft = (words: Words, endsAt: number | null, now: number) =>
  endsAt === null
    ? words('homeNoEnd')
    : words('homeTimeLeft', { left: showLeft(endsAt, now), end: showEnd(endsAt, now) });

const Score = ({ words, one }: { words: Words; one: MyPapers['finished'][number] }) => {
  if (one.isWaiting) return <>{words('homeWaiting')}</>;
  if (!one.grade) return <>{words('homeScoreHidden')}</>;
  const { score, percent, passed } = one.grade;
  return (
    <>
      {showScore(words, score, percent)} {passed ? `✓ ${words('passed')}` : `✗ ${words('notPassed')}`}
    </>
  );
};

type KindProps = {
  words: Words;
  one: Pick<MyPapers['open'][number], 'behaviour' | 'courseTitle'>;
  isOfCourse: boolean;
};

/** "MSCE Mathematics · Exam."; on the page of a course its name stands above. */
const Kind = ({ words, one, isOfCourse }: KindProps) => (
  <>{[isOfCourse ? null : one.courseTitle, words(one.behaviour)].filter(Boolean).join(' · ')}.</>
);

/** Papers: what is being written, what can be started, what comes, what is over. */
const Papers = ({ words, papers: { open, startable, upcoming, finished }, now, isOfCourse = false }: Parts) => (
  <>
    {open.length > 0 && (
      <section aria-labelledby="open">
        <h2 id="open">{words('homeOpen')}</h2>
        <ul class="cards">
          {open.map((one) => (
            <li>
              <a href={`/attempts/${one.attemptId}`}>{words('homeContinue', { title: one.title })}</a>
              <p>
                <Kind words={words} one={one} isOfCourse={isOfCourse} /> {timeLeft(words, one.endsAt, now)}
              </p>
            </li>
          ))}
        </ul>
      </section>
    )}
    {startable.length > 0 && (
      <section aria-labelledby="startable">
        <h2 id="startable">{words('homeStart')}</h2>
        <ul class="cards">
          {startable.map((one) => (
            <li>
              <a href={`/assessments/${one.id}`}>{one.title}</a>
              <p>
                <Kind words={words} one={one} isOfCourse={isOfCourse} />{' '}
                {one.closesAt !== null && words('homeClosesAt', { at: showInstant(one.closesAt) })}
              </p>
            </li>
          ))}
        </ul>
      </section>
    )}
    {upcoming.length > 0 && (
      <section aria-labelledby="upcoming">
        <h2 id="upcoming">{words('homeUpcoming')}</h2>
        <ul class="cards">
          {upcoming.map((one) => (
            <li>
              <a href={`/assessments/${one.id}`}>{one.title}</a>
              <p>
                <Kind words={words} one={one} isOfCourse={isOfCourse} />{' '}
                {words('homeOpensAt', { at: showInstant(one.opensAt ?? now) })}
              </p>
            </li>
          ))}
        </ul>
      </section>
    )}
    {finished.length > 0 && (
      <section aria-labelledby="finished">
        <h2 id="finished">{words('homeFinished')}</h2>
        <ul class="cards">
          {finished.map((one) => (
            <li>
              <a href={`/attempts/${one.attemptId}/result`}>{words('homeResult', { title: one.title })}</a>
              <p>
                <Score words={words} one={one} />
              </p>
              <p>
                <Kind words={words} one={one} isOfCourse={isOfCourse} />{' '}
                {words('homeFinishedAt', { at: showInstant(one.finishedAt) })}
              </p>
            </li>
          ))}
        </ul>
      </section>
    )}
  </>
);

const isNone = ({ open, startable, upcoming, finished }: MyPapers) =>
  [open, startable, upcoming, finished].every((list) => list.length === 0);

/** What a student finds first: their papers, and the courses they are in. */
export const StudentHome = ({ words, desk, now }: { words: Words; desk: MyDesk; now: number }) => (
  <>
    <h1>{words('myAssessments')}</h1>
    {isNone(desk) && <p>{words(desk.courses.length === 0 ? 'homeNothing' : 'courseNoPaper')}</p>}
    <Papers words={words} papers={desk} now={now} />
    {desk.courses.length > 0 && (
      <section aria-labelledby="courses">
        <h2 id="courses">{words('courseMine')}</h2>
        <ul class="cards">
          {desk.courses.map(({ courseKey, title, lessons, completed, lastAccessedAt }) => (
            <li>
              <a href={`/courses/${encodeURIComponent(courseKey)}`}>{title}</a>
              <p>
                {[
                  lessons > 0 && words('crsProgressShort', { completed, lessons }),
                  lastAccessedAt !== null && words('crsLastHereShort', { at: showShortInstant(lastAccessedAt) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
            </li>
          ))}
        </ul>
      </section>
    )}
    <p>
      <a href="/courses">{words('crsCatalogue')}</a>
    </p>
  </>
);

/** What a student finds of a course's papers. */
export const CoursePapers = ({ words, papers, title, path, now }: Parts & { title: string; path: string }) => (
  <>
    <p>
      <a href={path}>{title}</a>
    </p>
    <h1>{words('coursePapers')}</h1>
    {isNone(papers) && <p>{words('courseNoPaper')}</p>}
    <Papers words={words} papers={papers} now={now} isOfCourse />
  </>
);
