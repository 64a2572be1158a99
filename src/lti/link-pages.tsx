import { CsrfField, ProblemSummary, type Problems, showInstant, type Words } from '../ui/index.ts';
import type { LinkDesk } from './link-desk.ts';

type Parts = { words: Words; csrf: string; desk: LinkDesk; problems: Problems; notice: string | undefined };

const Sent = ({ words, sent }: { words: Words; sent: LinkDesk['students'][number]['sent'] }) => {
  if (!sent) return <>{words('ltiSentNothing')}</>;
  if (sent.state === 'parked') return <>{words('ltiSentParked', { error: sent.lastError ?? '' })}</>;
  if (sent.state === 'delivered' && sent.deliveredAt !== null)
    return <>{words(sent.hasScore ? 'ltiSentDelivered' : 'ltiSentStarted', { at: showInstant(sent.deliveredAt) })}</>;
  return <>{words('ltiSentPending')}</>;
};

const Grade = ({ words, standing }: { words: Words; standing: LinkDesk['students'][number]['standing'] }) => {
  if (!standing) return <>–</>;
  if (!standing.grade) return <>{words('ltiDeskNotGraded')}</>;
  const { score, percent } = standing.grade;
  return (
    <>{words('scoreLine', { given: score.given, maximum: score.maximum, percent: Math.round(percent * 100) / 100 })}</>
  );
};

/** A place in a platform's course: what it carries, who came, what the platform was told. */
export function LinkDeskPage({ words, csrf, desk, problems, notice }: Parts) {
  const { id, title, course, carries, offered, hasGrades, students } = desk;
  return (
    <>
      <h1>{title || words('ltiDesk', { course: course.title })}</h1>
      <p>
        <a href={`/staff/courses/${encodeURIComponent(course.courseKey)}`}>{course.title}</a>
      </p>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary words={words} problems={problems} />
      {carries ? (
        <p>
          {words('ltiDeskCarries')} <a href={`/staff/assessments/${carries.id}`}>{carries.title}</a> (
          {words(carries.behaviour)}).
        </p>
      ) : (
        <p>{words('ltiDeskNone')}</p>
      )}
      {!hasGrades && <p>{words('ltiDeskNoGrades')}</p>}
      <details open={!carries}>
        <summary>{words(carries ? 'ltiDeskChange' : 'ltiDeskChooseOne')}</summary>
        {offered.length === 0 ? (
          <p>
            {words('ltiDeskOffered')} <a href="/staff/assessments/new">{words('asmNew')}</a>
          </p>
        ) : (
          <form method="post" action={`/staff/lti/links/${id}`}>
            <CsrfField csrf={csrf} />
            {carries && <p>{words('ltiDeskChangeNote')}</p>}
            <fieldset>
              <legend>{words('ltiDeskChoose')}</legend>
              {offered.map((one) => (
                <p>
                  <label>
                    <input type="radio" name="assessment" value={one.id} checked={one.id === carries?.id} /> {one.title}{' '}
                    <small>({words(one.behaviour)})</small>
                  </label>
                </p>
              ))}
            </fieldset>
            <button type="submit">{words('ltiDeskSave')}</button>
          </form>
        )}
      </details>
      <h2>{words('ltiDeskPeople')}</h2>
      {students.length === 0 ? (
        <p>{words('ltiDeskNobody')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{words('ltiDeskStudent')}</th>
              <th scope="col">{words('ltiDeskGrade')}</th>
              <th scope="col">{words('ltiDeskSent')}</th>
            </tr>
          </thead>
          <tbody>
            {students.map(({ name, standing, sent }) => (
              <tr>
                <th scope="row">{name}</th>
                <td>
                  <Grade words={words} standing={standing} />
                </td>
                <td>
                  <Sent words={words} sent={sent} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
