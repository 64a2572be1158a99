import type { Child } from 'hono/jsx';
import { CsrfField, type FormParts, ProblemSummary, showDuration, TextField, type Words } from '../ui/index.ts';
import { When } from './assessment-table.tsx';
import { KeyedItem } from './keyed-item.tsx';
import type { StaffAttempt } from './read-attempt.ts';
import { RefusedOps } from './refused-ops.tsx';
import { showGraded, stateWords } from './staff-attempt-words.ts';
import { TermsForm } from './student-pages.tsx';
import type { StudentTerms } from './students.ts';

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
      <RefusedOps words={words} attempt={attempt} />
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
  // Of a practice tries count, not what is chosen.
  const given = live && (live.attempt.behaviour === 'practice' ? live.tries : live.responses);
  const answered = graded?.answered ?? Object.keys(given ?? {}).length;
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
