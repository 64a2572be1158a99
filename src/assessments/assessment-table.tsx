import { showShortInstant, type Words } from '../ui/index.ts';
import type { StaffListed } from './list-for-staff.ts';

/** An instant in a table: short, in Malawi time, exact for machines. */
export const When = ({ at, none }: { at: number | null; none: string }) =>
  at === null ? <>{none}</> : <time datetime={new Date(at).toISOString()}>{showShortInstant(at)}</time>;

type Props = { words: Words; caption: string; listed: readonly StaffListed[] };

/** Assessments as staff see them: state, times, how many are writing and how many are marked. */
export const AssessmentTable = ({ words, caption, listed }: Props) => (
  <div class="table">
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {(['asmTitle', 'asmState', 'asmOpens', 'asmCloses', 'asmOpenNow', 'asmGraded', 'asmAttemptList'] as const).map((key) => (
            <th scope="col">{words(key)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {listed.map(({ assessment, open, graded }) => (
          <tr>
            <th scope="row">
              <a href={`/staff/assessments/${assessment.id}`}>{assessment.title}</a>
            </th>
            <td>{words(assessment.publishedAt === null ? 'asmDraft' : 'asmPublished')}</td>
            <td>
              <When at={assessment.opensAt} none={words('asmAnyTime')} />
            </td>
            <td>
              <When at={assessment.closesAt} none={words('asmNever')} />
            </td>
            <td class="number">{open}</td>
            <td class="number">{graded}</td>
            <td>
              <a href={`/staff/assessments/${assessment.id}/attempts`}>{words('asmAttemptList')}</a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
