import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import {
  CsrfField,
  type FormParts,
  Neighbours,
  ProblemSummary,
  showDuration,
  showExactClock,
  TextField,
  type Words,
} from '../ui/index.ts';
import { When } from './assessment-table.tsx';
import type { AssessmentRow } from './assessments.ts';
import type { FoundAttempt } from './attempts.ts';
import { KeyedItem } from './keyed-item.tsx';
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

const showScore = (words: Words, { given, maximum, percent, passed }: NonNullable<FoundAttempt['result']>) =>
  `${words('sitScoreOf', { given, maximum, percent })}, ${words(passed ? 'sitPassed' : 'sitFailed')}`;

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
      {listed.results.length === 0 ? (
        <p>{words('sitNone')}</p>
      ) : (
        <div class="table">
          <table>
            <caption>{words('sitCount', { count, open })}</caption>
            <thead>
              <tr>
                {columns.map((key) => (
                  <th scope="col">{words(key)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {listed.results.map((one) => (
                <AttemptRow words={words} {...one} />
              ))}
            </tbody>
          </table>
        </div>
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
  'asmStudents',
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
      <When at={attempt.endsAt} none={words('sitNoEnd')} />
    </td>
    <td>
      <When at={attempt.finishedAt} none="–" />
    </td>
    <td>{result ? showScore(words, result) : '–'}</td>
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
  const { found, state, result, live } = attempt;
  const { id, number, assessmentId } = found.attempt;
  const items = result?.paper?.result.items ?? [];
  const order = live ? live.items.map((item) => item.id) : items.map(({ itemId }) => itemId);
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
      <RefusedOps words={words} ops={attempt.refused.results} order={order} choices={choiceTexts(attempt)} />
      <h2>{words('sitItems')}</h2>
      {!result && <p>{words('sitNotYet')}</p>}
      {result && !result.paper && <p>{words('sitMarking')}</p>}
      <ol class="items">
        {items.map(({ itemId, response, choiceOrder, score, outcome }, index) => {
          const source = result?.paper?.items.get(itemId);
          if (!source) return null;
          return (
            <li>
              <KeyedItem
                words={words}
                number={index + 1}
                {...source}
                choiceOrder={choiceOrder}
                response={response}
                judged={{ score, outcome }}
              />
            </li>
          );
        })}
      </ol>
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
      {graded && (
        <Fact name={words('sitScore')}>
          {showScore(words, { ...graded, ...graded.score, attemptId: found.attempt.id })}
        </Fact>
      )}
      {graded && <Fact name={words('sitLate')}>{graded.lateOps}</Fact>}
      {grantedSeconds > 0 && <Fact name={words('sitGranted')}>{showDuration(grantedSeconds)}</Fact>}
      {reopenings > 0 && <Fact name={words('sitReopenings')}>{words('sitTimes', { count: reopenings })}</Fact>}
    </dl>
  );
}

/** Texts of choices by item and choice, to show a refused answer as it was meant. Sanitised HTML. */
function choiceTexts({ live, result }: StaffAttempt): (itemId: string, choiceId: string) => string | undefined {
  if (live) {
    const shown = new Map(live.items.map((item) => [item.id, item]));
    return (itemId, choiceId) => {
      const item = shown.get(itemId);
      return item?.type === 'choice' ? item.choices.find(({ id }) => id === choiceId)?.text : undefined;
    };
  }
  return (itemId, choiceId) => result?.paper?.items.get(itemId)?.rendered.choices?.[choiceId];
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

type RefusedProps = {
  words: Words;
  ops: readonly ListedOp[];
  order: readonly string[];
  choices: (itemId: string, choiceId: string) => string | undefined;
};

function RefusedOps({ words, ops, order, choices }: RefusedProps) {
  if (ops.length === 0) return <p>{words('sitRefusedNone')}</p>;
  return (
    <>
      <p class="note">{words('sitRefusedNote')}</p>
      <div class="table">
        <table>
          <thead>
            <tr>
              {(['sitReceived', 'itemPrompt', 'sitWhat', 'sitWhy'] as const).map((key) => (
                <th scope="col">{words(key)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ops.map((op) => (
              <tr>
                <td>
                  <time datetime={op.receivedAt}>{showExactClock(Date.parse(op.receivedAt))}</time>
                </td>
                <td>{op.itemId === null ? '–' : words('keyNumber', { number: order.indexOf(op.itemId) + 1 })}</td>
                <td>
                  <OpText words={words} op={op} choices={choices} />
                </td>
                <td>{op.refused !== undefined && (op.refused in reasonWords ? words(reasonWords[op.refused] ?? 'whyInvalid') : op.refused)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function OpText({ words, op, choices }: Pick<RefusedProps, 'words' | 'choices'> & { op: ListedOp }) {
  const { kind, response, itemId } = op;
  if (kind === null) return <>{words('sitUnread')}</>;
  if (kind !== 'set' || response === null) return <>{words(kind === 'flag' ? 'sitFlag' : 'sitClear')}</>;
  if ('value' in response) return <>{response.value}</>;
  if ('blanks' in response) return <>{Object.values(response.blanks).join(' / ')}</>;
  return (
    <>
      {response.selected.map((id) => {
        const text = itemId === null ? undefined : choices(itemId, id);
        return <span>{text === undefined ? id : raw(text)} </span>;
      })}
    </>
  );
}

type TermsProps = FormParts & { csrf: string; assessmentId: string; student: StudentTerms; attemptId?: string | undefined };

/** One student's own terms. All three are sent together: what is there is what counts. */
export const TermsForm = ({ csrf, assessmentId, student, attemptId, ...parts }: TermsProps) => {
  const { words } = parts;
  return (
    <form method="post" action={`/staff/assessments/${assessmentId}/students/${student.id}`} class="stack">
      <CsrfField csrf={csrf} />
      {attemptId !== undefined && <input type="hidden" name="attempt" value={attemptId} />}
      <p class="note">{words('termsNote')}</p>
      <TextField {...parts} name="extraMinutes" label={words('termsMinutes')} note={words('termsMinutesNote')} inputmode="decimal" />
      <TextField {...parts} name="timeMultiplier" label={words('termsMultiplier')} note={words('termsMultiplierNote')} inputmode="decimal" />
      <TextField {...parts} name="extraAttempts" label={words('termsAttempts')} inputmode="numeric" />
      <button type="submit">{words('save')}</button>
    </form>
  );
};
