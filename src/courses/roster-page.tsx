import {
  CsrfField,
  FileField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showShortInstant,
  TextField,
  type Words,
} from '../ui/index.ts';
import type { ImportedEnrolments, ImportedRow } from './import-enrolments.ts';
import { learnerPath, staffCoursePath } from './paths.ts';
import { percentOf } from './progress.ts';
import type { Learner, Roster } from './roster.ts';

type Props = FormParts & {
  csrf: string;
  roster: Roster;
  search: string;
  said?: string | undefined;
  previous: string | null;
  next: string | null;
};

const Progress = ({ words, one }: { words: Words; one: Learner }) => {
  const percent = percentOf(one);
  return <>{percent !== null && words('crsOf', { completed: one.completed, lessons: one.lessons, percent })} </>;
};

/** What tells two of one name apart, as far as the reader may see it: all of it is in the table too. */
const ToldApart = ({ words, one }: { words: Words; one: Roster['results'][number] }) => {
  const known = one.username ?? one.email;
  if (known !== null) return <small>{known}</small>;
  if (!one.hasNamesake) return null;
  return (
    <small>
      {words('crsEnrolledAt', { at: showShortInstant(one.enrolledAt) })} {one.userId}
    </small>
  );
};

/** Ends an enrolment, or opens an ended one again: either can be taken back with the other. */
const Act = ({ words, csrf, path, one }: { words: Words; csrf: string; path: string; one: Learner }) => (
  <form method="post" action={`${path}/${one.enrolmentId}/${one.isActive ? 'end' : 'again'}`}>
    <CsrfField csrf={csrf} />
    {!one.isActive && <input type="hidden" name="userId" value={one.userId} />}
    <button
      type="submit"
      class="quiet"
      aria-label={words(one.isActive ? 'crsEndWhom' : 'crsAgainWhom', { name: one.name })}
    >
      {words(one.isActive ? 'crsEnd' : 'crsAgain')}
    </button>
  </form>
);

/** Who learns in a course, and how others come in. */
export function RosterPage({ csrf, roster, search, said, previous, next, ...parts }: Props) {
  const { words } = parts;
  const { course, active, results } = roster;
  const [above, path] = [staffCoursePath(course.courseKey), `${staffCoursePath(course.courseKey)}/roster`];
  return (
    <>
      <p>
        <a href={above}>{course.title}</a>
      </p>
      <h1>{words('crsRoster')}</h1>
      <ProblemSummary {...parts} />
      {said && <p role="status">{said}</p>}
      <p>
        {course.seatLimit === null
          ? words('crsEnrolled', { count: active })
          : words(course.seatLimit === 1 ? 'crsEnrolledOfOne' : 'crsEnrolledOf', {
              count: active,
              seats: course.seatLimit,
            })}
      </p>
      <search>
        <form method="get" class="stack">
          <label for="search">{words('crsSearchPeople')}</label>
          <input id="search" name="search" type="search" value={search} maxlength={200} />
          <button type="submit">{words('bankSearchGo')}</button>
        </form>
      </search>
      {results.length === 0 ? (
        <p>{words(search === '' ? 'crsRosterEmpty' : 'crsNobodyFound')}</p>
      ) : (
        <ul class="cards">
          {results.map((one) => (
            <li>
              <a href={learnerPath(course.courseKey, one.userId)}>{one.name}</a>
              <ToldApart words={words} one={one} />
              <p>
                {!one.isActive && `${words('crsEnded')}. `}
                <Progress words={words} one={one} />
                {one.lastAccessedAt === null
                  ? words('crsNeverHere')
                  : words('crsLastHere', { at: showShortInstant(one.lastAccessedAt) })}
              </p>
              {one.origin === 'platform' && course.source === 'openedx' ? (
                <p>{words('crsByPlatform')}</p>
              ) : (
                <Act words={words} csrf={csrf} path={path} one={one} />
              )}
            </li>
          ))}
        </ul>
      )}
      <Neighbours words={words} previous={previous} next={next} />
      <h2>{words('crsEnrolOne')}</h2>
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <TextField {...parts} name="name" label={words('crsWho')} maxlength={254} autocomplete="off" />
        <button type="submit">{words('crsEnrol')}</button>
      </form>
      <h2>{words('crsEnrolMany')}</h2>
      <form method="post" action={`${path}/import`} enctype="multipart/form-data" class="stack">
        <CsrfField csrf={csrf} />
        <FileField {...parts} name="file" label={words('crsFile')} note={words('crsFileNote')} accept=".csv,text/csv" />
        <button type="submit">{words('crsEnrolMany')}</button>
      </form>
      <h2>{words('crsTables')}</h2>
      <ul>
        <li>
          <a href={`${above}/roster.csv`}>{words('crsRosterTable')}</a>
        </li>
        <li>
          <a href={`${above}/grades.csv`}>{words('crsGradesTable')}</a>
        </li>
      </ul>
    </>
  );
}

/** Why somebody is not enrolled, in words. */
export const refusalWords = {
  unknown: 'crsUnknown',
  empty: 'crsNobodyNamed',
  course_full: 'crsFullNow',
} as const satisfies Record<NonNullable<ImportedRow['reason']>, string>;

/** What became of each line of a table. */
export function EnrolledPage({
  words,
  courseKey,
  done,
}: {
  words: Words;
  courseKey: string;
  done: ImportedEnrolments;
}) {
  const told = done.rows.filter(({ status }) => status !== 'enrolled');
  return (
    <>
      <h1>{words('crsEnrolMany')}</h1>
      <p role="status">
        {words('crsImported', { enrolled: done.enrolled, already: done.already, refused: done.refused })}
      </p>
      {told.length > 0 && (
        <div class="table">
          <table>
            <thead>
              <tr>
                <th scope="col">{words('crsLine')}</th>
                <th scope="col">{words('crsWhatBecame')}</th>
              </tr>
            </thead>
            <tbody>
              {told.map(({ line, reason }) => (
                <tr>
                  <td class="number">{line}</td>
                  <td>{words(reason ? refusalWords[reason] : 'crsAlready')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p>
        <a href={`${staffCoursePath(courseKey)}/roster`}>{words('crsRoster')}</a>
      </p>
    </>
  );
}
