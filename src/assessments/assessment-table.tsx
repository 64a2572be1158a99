import type { Child } from 'hono/jsx';
import { showClock, showShortInstant, toLocalField, type Words } from '../ui/index.ts';
import type { StaffListed } from './list-for-staff.ts';

type WhenProps = { at: number | null; none: string; since?: number };

/** An instant in a table: short, in Malawi time, exact for machines. On the day of `since` the clock says it all. */
export const When = ({ at, none, since }: WhenProps) => {
  if (at === null) return <>{none}</>;
  const isSameDay = since !== undefined && toLocalField(at).slice(0, 10) === toLocalField(since).slice(0, 10);
  return <time datetime={new Date(at).toISOString()}>{isSameDay ? showClock(at) : showShortInstant(at)}</time>;
};

type Key = Parameters<Words>[0];
type TableProps = {
  words: Words;
  label: string;
  columns: readonly Key[];
  /** Those of `columns` that hold numbers: they stand to the right, as the numbers do. */
  numbers: readonly Key[];
  children?: Child;
};

/** A table that scrolls sideways by itself on a small screen, by keyboard too. */
export const Table = ({ words, label, columns, numbers, children }: TableProps) => (
  <section class="table" aria-label={label} tabindex={0}>
    <table>
      <thead>
        <tr>
          {columns.map((key) => (
            <th scope="col" class={numbers.includes(key) ? 'number' : undefined}>
              {words(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);

type Props = { words: Words; label: string; listed: readonly StaffListed[] };

const columns: readonly Key[] = [
  'asmTitle',
  'asmState',
  'asmOpens',
  'asmCloses',
  'asmOpenNow',
  'asmGraded',
  'asmAttemptList',
];

/** Assessments as staff see them: state, times, and of those whose attempts they look after how many are writing and how many are marked. */
export const AssessmentTable = ({ words, label, listed }: Props) => (
  <Table label={label} words={words} columns={columns} numbers={['asmOpenNow', 'asmGraded']}>
    {listed.map(({ assessment, isOwn, open, graded }) => (
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
        <td class="number">{isOwn ? open : '–'}</td>
        <td class="number">{isOwn ? graded : '–'}</td>
        <td>
          {isOwn ? (
            <a
              href={`/staff/assessments/${assessment.id}/attempts`}
              aria-label={`${words('asmAttemptList')}: ${assessment.title}`}
            >
              {words('asmAttemptList')}
            </a>
          ) : (
            words('asmSharedWithYou')
          )}
        </td>
      </tr>
    ))}
  </Table>
);
