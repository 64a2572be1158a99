import { CsrfField, type FormParts, Neighbours, ProblemSummary, TextField, type Words } from '../ui/index.ts';
import { Table, When } from './assessment-table.tsx';
import type { AssessmentRow } from './assessments.ts';
import type { FoundAttempt } from './attempts.ts';
import type { AttemptFacts } from './session-rpc.ts';
import { showGraded, stateWords } from './staff-attempt-words.ts';

type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };
type Key = Parameters<Words>[0];

type ListProps = FormParts & {
  csrf: string;
  kept: AssessmentRow;
  listed: Paged<FoundAttempt & { state: AttemptFacts['state'] }>;
  count: number;
  open: number;
  notice?: string | undefined;
};

export const AttemptListPage = ({ csrf, kept, listed, count, open, notice, ...parts }: ListProps) => {
  const { words } = parts;
  const path = `/staff/assessments/${kept.id}`;
  return (
    <>
      <p>
        <a href={path}>{kept.title}</a>
      </p>
      <h1>{words('asmAttemptList')}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      {count > 0 && <p>{words('sitCount', { count, open })}</p>}
      {listed.results.length === 0 ? (
        <p>{words('sitNone')}</p>
      ) : (
        <Table label={words('asmAttemptList')} words={words} columns={columns} numbers={['sitNumber', 'sitLate']}>
          {listed.results.map((one) => (
            <AttemptRow words={words} {...one} />
          ))}
        </Table>
      )}
      <Neighbours words={words} {...listed} />
      <p>
        <a href={`${path}/students`}>{words('asmStudents')}</a>
      </p>
      <h2>{words('sitExtra')}</h2>
      <p class="note">{words('sitExtraNote')}</p>
      {open === 0 ? (
        <p>{words('sitExtraNobody')}</p>
      ) : (
        <form method="post" action={`${path}/extra-time`} class="stack">
          <CsrfField csrf={csrf} />
          <TextField {...parts} name="minutes" label={words('sitExtraMinutes')} inputmode="decimal" />
          <button type="submit">{words('sitExtraGo')}</button>
        </form>
      )}
    </>
  );
};

const columns: Key[] = [
  'sitStudent',
  'sitNumber',
  'sitState',
  'sitStarted',
  'sitEnds',
  'sitFinished',
  'sitScore',
  'sitLate',
  'sitExtraTime',
];

type RowProps = FoundAttempt & { words: Words; state: AttemptFacts['state'] };

const AttemptRow = ({ words, attempt, user, result, state }: RowProps) => (
  <tr>
    <th scope="row">
      <a href={`/staff/attempts/${attempt.id}`}>{user.name}</a>
    </th>
    <td class="number">{attempt.number}</td>
    <td>{words(stateWords[state])}</td>
    <td>
      <When at={attempt.startedAt} none="" />
    </td>
    <td>
      <When at={attempt.endsAt} since={attempt.startedAt} none={words('sitNoEnd')} />
    </td>
    <td>
      <When at={attempt.finishedAt} since={attempt.startedAt} none="–" />
    </td>
    <td>{result ? showGraded(words, result) : '–'}</td>
    <td class="number">{result?.lateOps ?? '–'}</td>
    <td>
      <a
        href={`/staff/assessments/${attempt.assessmentId}/students/${user.id}`}
        aria-label={`${words('termsChange')}: ${user.name}`}
      >
        {words('termsChange')}
      </a>
    </td>
  </tr>
);
