import {
  CsrfField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showDuration,
  TextField,
  type Words,
} from '../ui/index.ts';
import { Table } from './assessment-table.tsx';
import type { AssessmentRow } from './assessments.ts';
import { SearchForm } from './staff-pages.tsx';
import type { StudentTerms } from './students.ts';

type ListProps = {
  words: Words;
  kept: AssessmentRow;
  listed: { results: readonly StudentTerms[]; previous: string | null; next: string | null };
  search: string;
};

/** Staff: the students of an assessment, each with what was arranged for them before they start. */
export const StudentListPage = ({ words, kept, listed, search }: ListProps) => (
  <>
    <p>
      <a href={`/staff/assessments/${kept.id}`}>{kept.title}</a>
    </p>
    <h1>{words('asmStudents')}</h1>
    <SearchForm words={words} label={words('termsSearch')} search={search} />
    {listed.results.length === 0 ? (
      <p>{words('termsNobody')}</p>
    ) : (
      <Table
        label={words('termsCaption')}
        words={words}
        columns={['sitStudent', 'termsMinutes', 'termsMultiplier', 'termsAttempts', 'asmAttemptList']}
        numbers={['termsMultiplier', 'termsAttempts', 'asmAttemptList']}
      >
        {listed.results.map(({ id, name, extraTimeSeconds, timeMultiplier, extraAttempts, attempts }) => (
          <tr>
            <th scope="row">
              <a href={`/staff/assessments/${kept.id}/students/${id}`}>{name}</a>
            </th>
            <td>{extraTimeSeconds === 0 ? '–' : showDuration(extraTimeSeconds)}</td>
            <td class="number">{timeMultiplier}</td>
            <td class="number">{extraAttempts}</td>
            <td class="number">{attempts}</td>
          </tr>
        ))}
      </Table>
    )}
    <Neighbours words={words} {...listed} />
  </>
);

type TermsPageProps = FormParts & {
  csrf: string;
  kept: AssessmentRow;
  student: StudentTerms;
  notice?: string | undefined;
};

export const StudentTermsPage = ({ csrf, kept, student, notice, ...parts }: TermsPageProps) => {
  const { words } = parts;
  return (
    <>
      <p>
        <a href={`/staff/assessments/${kept.id}`}>{kept.title}</a>
      </p>
      <h1>{words('termsOf', { student: student.name })}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      <TermsForm {...parts} csrf={csrf} assessmentId={kept.id} student={student} />
      <p>
        <a href={`/staff/assessments/${kept.id}/students`}>{words('asmStudents')}</a>
      </p>
    </>
  );
};

type TermsProps = FormParts & {
  csrf: string;
  assessmentId: string;
  student: StudentTerms;
  attemptId?: string | undefined;
};

/** One student's own terms. All three are sent together: what is there is what counts. */
export const TermsForm = ({ csrf, assessmentId, student, attemptId, ...parts }: TermsProps) => {
  const { words } = parts;
  return (
    <form method="post" action={`/staff/assessments/${assessmentId}/students/${student.id}`} class="stack">
      <CsrfField csrf={csrf} />
      {attemptId !== undefined && <input type="hidden" name="attempt" value={attemptId} />}
      <p class="note">{words('termsNote')}</p>
      <TextField
        {...parts}
        name="extraMinutes"
        label={words('termsMinutes')}
        note={words('termsMinutesNote')}
        inputmode="decimal"
      />
      <TextField
        {...parts}
        name="timeMultiplier"
        label={words('termsMultiplier')}
        note={words('termsMultiplierNote')}
        inputmode="decimal"
      />
      <TextField {...parts} name="extraAttempts" label={words('termsAttempts')} inputmode="numeric" />
      <button type="submit">{words('save')}</button>
    </form>
  );
};
