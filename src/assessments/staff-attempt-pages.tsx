import type { Child } from 'hono/jsx';
import { type PublicItem, publicItem } from '../items/index.ts';
import {
  CsrfField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showDuration,
  TextField,
  type Words,
} from '../ui/index.ts';
import { Table, When } from './assessment-table.tsx';
import type { AssessmentRow } from './assessments.ts';
import type { FoundAttempt } from './attempts.ts';
import { KeyedItem } from './keyed-item.tsx';
import { AnswerText } from './pages/answer-text.tsx';
import { showScore } from './pages/result-page.tsx';
import type { StaffAttempt } from './read-attempt.ts';
import type { ListedOp } from './read-ops.ts';
import type { AttemptFacts } from './session-rpc.ts';
import type { StudentTerms } from './students.ts';

type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };
type Key = Parameters<Words>[0];

const stateWords: Record<AttemptFacts['state'], Key> = {
  open: 'sitOpen',
  submitted: 'sitSubmitted',
  expired: 'sitExpired',
  graded: 'sitGraded',
};

type Graded = { given: number; maximum: number; percent: number; passed: boolean };

const showGraded = (words: Words, { percent, passed, ...score }: Graded) =>
  `${showScore(words, score, percent)} ${words(passed ? 'passed' : 'notPassed')}`;

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

type AttemptProps = FormParts & {
  csrf: string;
  attempt: StaffAttempt;
  terms: StudentTerms;
  notice?: string | undefined;
  refusal?: string | undefined;
};

export const StaffAttemptPage = ({ csrf, attempt, terms, notice, refusal, ...parts }: AttemptProps) => {
  const { words } = parts;
  const { found, state, result } = attempt;
  const { id, number, assessmentId } = found.attempt;
  const items = result?.paper?.result.items ?? [];
  return (
    <>
      <p>
        <a href={`/staff/assessments/${assessmentId}/attempts`}>{found.assessment.title}</a>
      </p>
      <h1>{words('sitOf', { number, student: found.user.name })}</h1>
      {notice && <p role="status">{notice}</p>}
      {refusal && (
        <p role="alert" class="problem">
          {refusal}
        </p>
      )}
      <ProblemSummary {...parts} />
      <AttemptFactList words={words} attempt={attempt} />
      <h2>{words('termsOf', { student: terms.name })}</h2>
      <TermsForm {...parts} csrf={csrf} assessmentId={assessmentId} student={terms} attemptId={id} />
      {(state === 'graded' || result) && (
        <>
          <h2>{words('sitReopen')}</h2>
          <p class="note">{words('sitReopenNote')}</p>
          <form method="post" action={`/staff/attempts/${id}/reopen`} class="stack">
            <CsrfField csrf={csrf} />
            <TextField {...parts} name="reopenMinutes" label={words('sitReopenMinutes')} inputmode="decimal" />
            <button type="submit">{words('sitReopen')}</button>
          </form>
        </>
      )}
      <h2>{words('sitRefused')}</h2>
      <RefusedOps words={words} ops={attempt.refused.results} shown={shownItems(attempt)} />
      <h2>{words('sitItems')}</h2>
      {!result && <p>{words('sitNotYet')}</p>}
      {result && !result.paper && <p>{words('sitMarking')}</p>}
      {items.map(({ itemId, response, choiceOrder, score, outcome }, index) => {
        const source = result?.paper?.items.get(itemId);
        const judged = { score, outcome };
        return (
          source && (
            <KeyedItem
              words={words}
              number={index + 1}
              {...source}
              choiceOrder={choiceOrder}
              response={response}
              judged={judged}
            />
          )
        );
      })}
    </>
  );
};

const Fact = ({ name, children }: { name: string; children?: Child }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

function AttemptFactList({ words, attempt }: { words: Words; attempt: StaffAttempt }) {
  const { found, state, endsAt, result, live } = attempt;
  const { startedAt, grantedSeconds, reopenings } = found.attempt;
  const graded = result?.paper?.result;
  const finishedAt = result?.attempt.finishedAt ?? null;
  const answered = graded?.answered ?? Object.keys(live?.responses ?? {}).length;
  const items = graded?.items.length ?? live?.items.length ?? 0;
  return (
    <dl>
      <Fact name={words('sitState')}>{words(stateWords[graded ? 'graded' : state])}</Fact>
      <Fact name={words('sitStarted')}>
        <When at={startedAt} none="" />
      </Fact>
      <Fact name={words('sitEnds')}>
        <When at={endsAt} none={words('sitNoEnd')} />
      </Fact>
      {finishedAt !== null && (
        <Fact name={words('sitFinished')}>
          <When at={finishedAt} none="" />
        </Fact>
      )}
      <Fact name={words('sitAnswered')}>{words('sitAnsweredOf', { answered, items })}</Fact>
      {graded && <Fact name={words('sitScore')}>{showGraded(words, { ...graded, ...graded.score })}</Fact>}
      {graded && <Fact name={words('sitLate')}>{graded.lateOps}</Fact>}
      {grantedSeconds > 0 && <Fact name={words('sitGranted')}>{showDuration(grantedSeconds)}</Fact>}
      {reopenings > 0 && <Fact name={words('sitReopenings')}>{words('sitTimes', { count: reopenings })}</Fact>}
    </dl>
  );
}

/** The items of the paper in their order, as far as they are at hand. */
function shownItems({ live, result }: StaffAttempt): PublicItem[] {
  if (live) return live.items;
  const { result: graded, items } = result?.paper ?? {};
  return (graded?.items ?? []).flatMap(({ itemId }) => {
    const source = items?.get(itemId);
    return source ? [publicItem(itemId, source.item, source.rendered)] : [];
  });
}

const reasonWords: Record<string, Key> = {
  late: 'whyLate',
  finished: 'whyFinished',
  stale_epoch: 'whyStale',
  unknown_item: 'whyUnknown',
  invalid: 'whyInvalid',
  blank: 'whyBlank',
  conflict: 'whyConflict',
};

const showReason = (words: Words, reason: string | undefined) => {
  const key = reasonWords[reason ?? ''];
  return key ? words(key) : (reason ?? '');
};

type RefusedProps = {
  words: Words;
  ops: readonly ListedOp[];
  shown: readonly PublicItem[];
};

function RefusedOps({ words, ops, shown }: RefusedProps) {
  if (ops.length === 0) return <p>{words('sitRefusedNone')}</p>;
  return (
    <>
      <p class="note">{words('sitRefusedNote')}</p>
      <Table
        label={words('sitRefused')}
        words={words}
        columns={['sitReceived', 'itemPrompt', 'sitWhat', 'sitWhy']}
        numbers={['itemPrompt']}
      >
        {ops.map((op) => {
          const place = shown.findIndex(({ id }) => id === op.itemId);
          return (
            <tr>
              <td>
                <When at={Date.parse(op.receivedAt)} none="" />
              </td>
              <td class="number">{place < 0 ? '–' : place + 1}</td>
              <td>
                <OpText words={words} op={op} item={shown[place]} />
              </td>
              <td>{showReason(words, op.refused)}</td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

function OpText({ words, op, item }: { words: Words; op: ListedOp; item: PublicItem | undefined }) {
  const { kind, response } = op;
  if (kind === null) return <>{words('sitUnread')}</>;
  if (kind === 'flag') return <>{words('sitFlag')}</>;
  if (kind === 'clear' || response === null) return <>{words('sitClear')}</>;
  return item ? <AnswerText words={words} item={item} response={response} /> : <>{words('sitSet')}</>;
}

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
