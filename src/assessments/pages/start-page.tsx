import type { Child } from 'hono/jsx';
import { CsrfField, showDuration, showInstant, showLeft, type Words } from '../../ui/index.ts';
import type { SectionCover } from '../cover-of.ts';
import type { Start } from '../read-start.ts';
import { showScore } from './result-page.tsx';

type Parts = { words: Words; start: Start; now: number };

const showMarks = (words: Words, { least, most }: Pick<SectionCover, 'least' | 'most'>) =>
  least === most ? String(most) : words('startMarksRange', { least, most });

const Fact = ({ name, children }: { name: string; children: Child }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

/** How long it takes and when it really ends, this student's own terms and the closing time included. */
function Times({ words, start: { row, own, open, endsAtIfStartedNow, startRefused }, now }: Parts) {
  const limit = row.timeLimitSeconds;
  const time = limit === null ? undefined : showDuration(Math.round(limit * own.timeMultiplier));
  const endsAt = open ? open.endsAt : endsAtIfStartedNow;
  return (
    <Fact name={words('startTime')}>
      <p>
        {time === undefined
          ? words('startNoLimit')
          : own.timeMultiplier > 1
            ? words('startTimeOwn', { time })
            : words('startTimeLimit', { time })}
      </p>
      {row.closesAt !== null && <p>{words('startCloses', { at: showInstant(row.closesAt) })}</p>}
      {own.extraTimeSeconds > 0 && <p>{words('startExtra', { time: showDuration(own.extraTimeSeconds) })}</p>}
      {(open || !startRefused) && (
        <p>
          <strong>
            {endsAt === null
              ? words('startEndsNever')
              : words(open ? 'startEndsOpen' : 'startEnds', { at: showInstant(endsAt), left: showLeft(endsAt, now) })}
          </strong>
        </p>
      )}
    </Fact>
  );
}

function Covers({ words, start: { cover, topics } }: Pick<Parts, 'words' | 'start'>) {
  return (
    <>
      {cover.sections.length > 1 && (
        <>
          <h2>{words('startSections')}</h2>
          <ul>
            {cover.sections.map((section, index) => (
              <li>
                {section.title ?? words('startSection', { number: index + 1 })}.{' '}
                {words('startSectionSize', { count: section.count, marks: showMarks(words, section) })}
              </li>
            ))}
          </ul>
        </>
      )}
      {topics.length > 0 && (
        <>
          <h2>{words('startTopics')}</h2>
          {topics.map(({ title, objectives }) => (
            <details>
              <summary>{title}</summary>
              <ul>
                {objectives.map((objective) => (
                  <li>{objective}</li>
                ))}
              </ul>
            </details>
          ))}
        </>
      )}
    </>
  );
}

const examRules = ['startRuleSaved', 'startRuleNoScript', 'startRulePower', 'startRuleOnePage'] as const;
const practiceRules = ['startRuleTries', 'startRulePractice'] as const;

/** Why it cannot be started just now, in words. */
function showRefusal(words: Words, { startRefused, row }: Start): string | undefined {
  if (!startRefused) return undefined;
  if (startRefused.code === 'not_open') return words('startNotYet', { at: showInstant(row.opensAt ?? 0) });
  if (startRefused.code === 'closed') return words('startClosed', { at: showInstant(row.closesAt ?? 0) });
  return words('startUsedUp');
}

/** What a student reads before Start, and Start itself, or why there is none. */
export function StartPage({
  words,
  start,
  now,
  csrf,
  problem,
}: Parts & { csrf: string; problem?: string | undefined }) {
  const { view, row, courseTitle, cover, open } = start;
  const refusal = showRefusal(words, start);
  const { attemptsLeft, grade } = view.mine;
  const rules = row.behaviour === 'exam' ? examRules : practiceRules;
  return (
    <>
      <h1>{row.title}</h1>
      <p>{[courseTitle, words(row.behaviour)].filter(Boolean).join(' · ')}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <dl>
        <Fact name={words('startQuestions')}>{view.items}</Fact>
        <Fact name={words('startMarks')}>{showMarks(words, cover)}</Fact>
        <Fact name={words('startPassMark')}>
          {words('startPassMarkShare', { percent: Math.round(row.passMark * 10_000) / 100 })}
        </Fact>
        <Times words={words} start={start} now={now} />
        <Fact name={words('startAttempts')}>{attemptsLeft ?? words('startAttemptsFree')}</Fact>
        {grade && (
          <Fact name={words('startSoFar')}>
            {showScore(words, grade.score, grade.percent)} {words(grade.passed ? 'passed' : 'notPassed')}
          </Fact>
        )}
      </dl>
      <h2>{words('startRules')}</h2>
      <ul>
        {rules.map((rule) => (
          <li>{words(rule)}</li>
        ))}
        {row.behaviour === 'exam' && (row.timeLimitSeconds ?? row.closesAt) !== null && (
          <li>{words('startRuleEnd')}</li>
        )}
      </ul>
      {open ? (
        <p>
          <a class="button" href={`/attempts/${open.id}`}>
            {words('startContinue')}
          </a>
        </p>
      ) : refusal ? (
        <p class="problem">{refusal}</p>
      ) : (
        <form method="post" action={`/assessments/${row.id}/start`}>
          <CsrfField csrf={csrf} />
          <button type="submit">{words('startNow')}</button>
        </form>
      )}
      <Covers words={words} start={start} />
      <p>
        <a href="/">{words('backHome')}</a>
      </p>
    </>
  );
}
