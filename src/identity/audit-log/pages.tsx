import { type FormParts, Neighbours, ProblemSummary, showShortInstant, TextField } from '../../ui/index.ts';
import type { AuditEntry } from './list-audit.ts';

type Props = FormParts & {
  listed: { count: number; results: AuditEntry[]; previous: string | null; next: string | null };
  csv: string;
};

/** Where a subject is looked into: people have a page. */
const Subject = ({ id }: { id: string }) =>
  id.startsWith('usr_') ? <a href={`/staff/people/${id}`}>{id}</a> : <>{id}</>;

/** Some entries name hundreds of things; the table has them all. */
const MOST_CHARACTERS = 300;
const shortened = (text: string) => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

export const AuditPage = ({ words, fields, problems, listed, csv }: Props) => {
  const parts = { words, fields, problems };
  return (
    <>
      <p>
        <a href="/staff">{words('staffDesk')}</a>
      </p>
      <h1>{words('audTitle')}</h1>
      <p>{words('audNote')}</p>
      <ProblemSummary {...parts} />
      <search>
        <form action="/staff/audit">
          <TextField {...parts} name="actor" label={words('audActor')} maxlength={64} />
          <TextField {...parts} name="subject" label={words('audSubject')} maxlength={255} />
          <TextField {...parts} name="action" label={words('audAction')} maxlength={64} />
          <TextField {...parts} name="from" label={words('audFrom')} type="datetime-local" />
          <TextField {...parts} name="to" label={words('audTo')} type="datetime-local" />
          <button type="submit">{words('audGo')}</button>
        </form>
      </search>
      {listed.results.length === 0 && <p>{words('audNone')}</p>}
      <ul class="cards">
        {listed.results.map((one) => (
          <li>
            <strong>{one.action}</strong> {one.subjectName ?? ''} <Subject id={one.subject} />
            <p>
              {showShortInstant(one.at)}, {one.actorName ?? ''} <Subject id={one.actorId} />
              {one.address !== null && `, ${one.address}`}
            </p>
            {Object.keys(one.detail).length > 0 && (
              <p>
                <code>{shortened(JSON.stringify(one.detail))}</code>
              </p>
            )}
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={listed.previous} next={listed.next} />
      {listed.results.length > 0 && (
        <p>
          <a href={csv}>{words('audCsv')}</a>
        </p>
      )}
    </>
  );
};
