import type { Child } from 'hono/jsx';
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

type CardsProps<T> = { id: string; title: string; list: readonly T[]; children: (one: T) => Child };

/** A list under its heading; nothing where it is empty. */
const Cards = <T,>({ id, title, list, children }: CardsProps<T>) =>
  list.length > 0 && (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul class="cards">
        {list.map((one) => (
          <li>{children(one)}</li>
        ))}
      </ul>
    </section>
  );

/** Papers: what is being written, what can be started, what comes, what is over. */
const Papers = ({ words, papers: { open, startable, upcoming, finished }, now, isOfCourse = false }: Parts) => (
  <>
    <Cards id="open" title={words('homeOpen')} list={open}>
      {(one) => (
        <>
          <a href={`/attempts/${one.attemptId}`}>{words('homeContinue', { title: one.title })}</a>
          <p>
            <Kind words={words} one={one} isOfCourse={isOfCourse} /> {timeLeft(words, one.endsAt, now)}
          </p>
        </>
      )}
    </Cards>
    <Cards id="startable" title={words('homeStart')} list={startable}>
      {(one) => (
        <>
          <a href={`/assessments/${one.id}`}>{one.title}</a>
          <p>
            <Kind words={words} one={one} isOfCourse={isOfCourse} />{' '}
            {one.closesAt !== null && words('homeClosesAt', { at: showInstant(one.closesAt) })}
          </p>
        </>
      )}
    </Cards>
    <Cards id="upcoming" title={words('homeUpcoming')} list={upcoming}>
      {(one) => (
        <>
          <a href={`/assessments/${one.id}`}>{one.title}</a>
          <p>
            <Kind words={words} one={one} isOfCourse={isOfCourse} />{' '}
            {words('homeOpensAt', { at: showInstant(one.opensAt ?? now) })}
          </p>
        </>
      )}
    </Cards>
    <Cards id="finished" title={words('homeFinished')} list={finished}>
      {(one) => (
        <>
          <a href={`/attempts/${one.attemptId}/result`}>{words('homeResult', { title: one.title })}</a>
          <p>
            <Score words={words} one={one} />
          </p>
          <p>
            <Kind words={words} one={one} isOfCourse={isOfCourse} />{' '}
            {words('homeFinishedAt', { at: showInstant(one.finishedAt) })}
          </p>
        </>
      )}
    </Cards>
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
    <Cards id="courses" title={words('courseMine')} list={desk.courses}>
      {({ courseKey, title, lessons, completed, lastAccessedAt }) => (
        <>
          <a href={`/courses/${encodeURIComponent(courseKey)}`}>{title}</a>
          <p>
            {[
              lessons > 0 && words('crsProgressShort', { completed, lessons }),
              lastAccessedAt !== null && words('crsLastHereShort', { at: showShortInstant(lastAccessedAt) }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </>
      )}
    </Cards>
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
