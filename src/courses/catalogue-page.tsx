import { CsrfField, Neighbours, type Words } from '../ui/index.ts';
import type { CatalogueCourse } from './catalogue.ts';
import { coursePath } from './paths.ts';

type Props = {
  words: Words;
  csrf: string;
  search: string;
  canEnrol: boolean;
  courses: { results: readonly CatalogueCourse[]; previous: string | null; next: string | null };
};

/** How many seats are left, where they are counted. */
export const Seats = ({ words, left }: { words: Words; left: number | null }) => {
  if (left === null) return null;
  if (left === 0) return <p class="problem">{words('crsFull')}</p>;
  return <p>{left === 1 ? words('crsOneSeat') : words('crsSeats', { count: left })}</p>;
};

/** Joins a course in one press. */
export const EnrolForm = ({
  words,
  csrf,
  courseKey,
  title,
}: {
  words: Words;
  csrf: string;
  courseKey: string;
  title: string;
}) => (
  <form method="post" action={`${coursePath(courseKey)}/enrol`}>
    <CsrfField csrf={csrf} />
    <button type="submit" aria-label={words('crsEnrolIn', { title })}>
      {words('crsEnrol')}
    </button>
  </form>
);

/** The courses somebody may look into, and join. */
export function CataloguePage({ words, csrf, search, canEnrol, courses }: Props) {
  return (
    <>
      <h1>{words('crsCatalogue')}</h1>
      <search>
        <form method="get" class="stack">
          <label for="search">{words('crsSearch')}</label>
          <input id="search" name="search" type="search" value={search} maxlength={200} />
          <button type="submit">{words('bankSearchGo')}</button>
        </form>
      </search>
      {courses.results.length === 0 && <p>{words(search === '' ? 'crsNone' : 'crsNoneFound')}</p>}
      <ul class="cards">
        {courses.results.map(({ courseKey, title, examinationLevel, academicClass, seatsLeft, isMine }) => (
          <li>
            <a href={coursePath(courseKey)}>{title}</a>
            <p>{[examinationLevel, academicClass].filter(Boolean).join(' · ')}</p>
            {isMine && <p>✓ {words('crsMine')}</p>}
            {!isMine && <Seats words={words} left={seatsLeft} />}
            {!isMine && canEnrol && seatsLeft !== 0 && (
              <EnrolForm words={words} csrf={csrf} courseKey={courseKey} title={title} />
            )}
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={courses.previous} next={courses.next} />
      <p>
        <a href="/">{words('home')}</a>
      </p>
    </>
  );
}
