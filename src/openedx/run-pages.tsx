import { CsrfField, Neighbours, showShortInstant, type Words } from '../ui/index.ts';
import { ChangeLine, type Titles, UsageKey } from './change-line.tsx';
import type { Run } from './claim-run.ts';
import type { Change } from './diff-outline.ts';
import { coursePath, runPath } from './paths.ts';
import { type RunFacts, RunTelling } from './run-telling.tsx';
import { causeWords, showCounts, showWhen, stateWords } from './run-words.ts';
import type { CourseRun } from './runs.ts';

type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };
type About = { words: Words; courseKey: string; courseTitle: string };

const BackToCourse = ({ courseKey, courseTitle }: Omit<About, 'words'>) => (
  <p>
    <a href={coursePath(courseKey)}>{courseTitle}</a>
  </p>
);

export const RunListPage = ({ runs, ...about }: About & { runs: Paged<CourseRun> }) => {
  const { words, courseTitle } = about;
  return (
    <>
      <BackToCourse {...about} />
      <h1>{words('syncHistory', { title: courseTitle })}</h1>
      {runs.results.length === 0 && <p>{words('syncHistoryNone')}</p>}
      <ul class="cards">
        {runs.results.map(({ run }) => (
          <li>
            <a href={runPath(run.id)}>
              {showWhen(run)}: {words(stateWords[run.state])}
            </a>
            <p>
              {words('syncCause')}: {words(causeWords[run.cause])}
            </p>
            <p>{showCounts(words, run)}</p>
          </li>
        ))}
      </ul>
      <Neighbours words={words} previous={runs.previous} next={runs.next} />
    </>
  );
};

/** What can be done about a run in its state, each by a form of its own. */
function actionsOn({ state, courseVersion }: Run): readonly ('confirm' | 'undo' | 'retry')[] {
  if (state === 'held') return ['confirm', 'retry'];
  if (state === 'failed') return ['retry'];
  return state === 'succeeded' && courseVersion !== null ? ['undo'] : [];
}
const actionWords = { confirm: 'syncConfirm', undo: 'syncUndo', retry: 'syncRetry' } as const;

const Actions = ({ words, csrf, run }: { words: Words; csrf: string; run: Run }) => {
  const actions = actionsOn(run);
  if (actions.length === 0) return null;
  return (
    <>
      <div class="go">
        {actions.map((action) => (
          <form method="post" action={`${runPath(run.id)}/${action}`}>
            <CsrfField csrf={csrf} />
            <button type="submit" class={action === actions[0] && action !== 'undo' ? undefined : 'quiet'}>
              {words(actionWords[action])}
            </button>
          </form>
        ))}
      </div>
      {actions.includes('undo') && <p class="note">{words('syncUndoNote')}</p>}
    </>
  );
};

/** What stands in the way of an undo: a later run, when it ended, and the node both touched. */
export type Obstacle = { runId: string; endedAt: number | null; usageKey: string };
export type Refusal = { kind: 'meanwhile' } | { kind: 'later'; obstacles: readonly Obstacle[] };

const Refused = ({ words, refusal, titles }: { words: Words; refusal: Refusal; titles: Titles }) => {
  if (refusal.kind === 'meanwhile') return <p role="alert">{words('syncMeanwhile')}</p>;
  const byRun = Map.groupBy(refusal.obstacles, ({ runId }) => runId);
  return (
    <div role="alert" class="problem">
      <p>{words('syncUndoRefused')}</p>
      <ul>
        {[...byRun].map(([runId, obstacles]) => (
          <li>
            <a href={runPath(runId)}>{words('syncAt', { at: showShortInstant(obstacles[0]?.endedAt ?? 0) })}</a>
            <ul>
              {obstacles.map(({ usageKey }) => (
                <li>
                  {titles.get(usageKey)} <UsageKey>{usageKey}</UsageKey>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
};

const FactList = ({ words, run }: Omit<RunFacts, 'titles' | 'now'>) => {
  const { cause, createdAt, startedAt, finishedAt, publishedVersion, attempts } = run;
  const facts: (readonly [Parameters<Words>[0], string | number | null])[] = [
    ['syncCause', words(causeWords[cause])],
    ['syncAsked', showShortInstant(createdAt)],
    ['syncStarted', startedAt && showShortInstant(startedAt)],
    ['syncFinished', finishedAt && showShortInstant(finishedAt)],
    ['syncFailures', attempts || null],
    ['syncPlatformVersion', publishedVersion],
  ];
  return (
    <dl>
      {facts.map(
        ([key, value]) =>
          value !== null && (
            <>
              <dt>{words(key)}</dt>
              <dd>{value}</dd>
            </>
          ),
      )}
    </dl>
  );
};

type Page = About &
  Omit<RunFacts, 'words'> & {
    csrf: string;
    changes: Paged<Change> & { count: number };
    skipped: readonly { usageKey: string; reason: string }[];
    /** `skipped` holds the first of them only. */
    isSkippedCut: boolean;
    refusal?: Refusal | undefined;
  };

export function RunPage({ csrf, changes, skipped, isSkippedCut, refusal, run, titles, now, ...about }: Page) {
  const { words, courseKey, courseTitle } = about;
  return (
    <>
      <BackToCourse courseKey={courseKey} courseTitle={courseTitle} />
      <h1>{words('syncOne', { title: courseTitle })}</h1>
      {refusal && <Refused words={words} refusal={refusal} titles={titles} />}
      <RunTelling words={words} run={run} titles={titles} now={now} />
      <Actions words={words} csrf={csrf} run={run} />
      {changes.count > 0 && (
        <>
          <h2>{words(run.state === 'held' ? 'syncWouldChange' : 'syncChanges')}</h2>
          <p>{showCounts(words, run)}</p>
          <ul class="cards">
            {changes.results.map((change) => (
              <ChangeLine words={words} change={change} titles={titles} />
            ))}
          </ul>
          <Neighbours words={words} previous={changes.previous} next={changes.next} />
        </>
      )}
      {skipped.length > 0 && (
        <>
          <h2>{words('syncSkipped')}</h2>
          <p>{isSkippedCut ? words('syncSkippedFirst', { count: skipped.length }) : words('syncSkippedNote')}</p>
          <ul>
            {skipped.map(({ usageKey, reason }) => (
              <li>
                {reason} <UsageKey>{usageKey}</UsageKey>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{words('syncState')}</h2>
      <FactList words={words} run={run} />
      <p>
        <a href={`${coursePath(courseKey)}/runs`}>{words('syncAllRuns')}</a>
      </p>
    </>
  );
}
