import type { Child } from 'hono/jsx';
import { CsrfField, Neighbours, showExactClock, showInstant, showShortInstant, type Words } from '../ui/index.ts';
import { ChangeLine, type Titles, UsageKey } from './change-line.tsx';
import type { Run } from './claim-run.ts';
import type { Change } from './diff-outline.ts';
import { coursePath, runPath } from './paths.ts';
import { adviceOn, causeWords, replacedBy, showCounts, showWhen, stateWords } from './run-words.ts';
import type { CourseRun } from './runs.ts';

type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };
type About = { words: Words; courseKey: string; courseTitle: string };

const DAY_MS = 24 * 3600 * 1000;
const MOST_DOUBTS = 30;

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

type Facts = { words: Words; run: Run; titles: Titles; now: number };

/** What comes soon is told to the second. */
const showSoon = (at: number, now: number) => (at - now < DAY_MS ? showExactClock(at) : showInstant(at));

const USAGE_KEY = /block-v1:[^\s;:]+/;

/** A sentence about a block, by its title; its key in small print. */
const Doubt = ({ sentence, titles }: { sentence: string; titles: Titles }) => {
  const key = USAGE_KEY.exec(sentence)?.[0];
  const title = key === undefined ? undefined : titles.get(key);
  if (key === undefined || title === undefined) return <li>{sentence}</li>;
  return (
    <li>
      {sentence.replace(key, () => `“${title}”`)} <UsageKey>{key}</UsageKey>
    </li>
  );
};

/** The usage keys in the reason why a run is held. */
export const keysInError = (error: string | null): string[] =>
  (error ?? '').split('; ').flatMap((sentence) => USAGE_KEY.exec(sentence) ?? []);

const Held = ({ words, run, titles, now }: Facts) => (
  <>
    <div role="alert" class="problem">
      <p>{words('syncIsHeld')}</p>
      <ul>
        {(run.error ?? '')
          .split('; ')
          .slice(0, MOST_DOUBTS)
          .map((sentence) => (
            <Doubt sentence={sentence} titles={titles} />
          ))}
      </ul>
    </div>
    {run.dueAt !== null && <p>{words('syncLooksAt', { at: showSoon(run.dueAt, now) })}</p>}
    <p>{words('syncIsHeldNote')}</p>
  </>
);

const Failed = ({ words, run }: Facts) => {
  const later = replacedBy(run.error);
  if (later !== undefined)
    return (
      <p>
        {words('syncIsReplaced')} <a href={runPath(later)}>{words('syncSeeLater')}</a>
      </p>
    );
  return (
    <>
      <div role="alert" class="problem">
        <p>{words('syncIsFailed')}</p>
        <p>{run.error}</p>
      </div>
      <p>{words(adviceOn(run.error))}</p>
    </>
  );
};

const Pending = ({ words, run, now }: Facts) => {
  const { dueAt } = run;
  return (
    <p role="status">
      {dueAt !== null && dueAt > now ? words('syncStartsAt', { at: showSoon(dueAt, now) }) : words('syncStartsSoon')}{' '}
      {words('syncReloads')}
    </p>
  );
};

const Running = ({ words, run, now }: Facts) => (
  <>
    <p role="status">
      {words('syncIsRunning', { at: showSoon(run.startedAt ?? now, now) })}{' '}
      {run.dueAt !== null && run.dueAt > now && words('syncLooksAt', { at: showSoon(run.dueAt, now) })}{' '}
      {words('syncReloads')}
    </p>
    {run.error !== null && <p class="problem">{words('syncLastFailure', { error: run.error })}</p>}
  </>
);

const Succeeded = ({ words, run }: Facts) => (
  <>
    <p role="status">{words(run.courseVersion === null ? 'syncIsUnchanged' : 'syncIsDone', { at: showWhen(run) })}</p>
    {run.undoes !== null && (
      <p>
        {words('syncIsUndo')} <a href={runPath(run.undoes)}>{words('syncSeeUndoneRun')}</a>
      </p>
    )}
  </>
);

const Undone = ({ words, run }: Facts) => (
  <p role="status">
    {words('syncIsUndone')} {run.undoneBy !== null && <a href={runPath(run.undoneBy)}>{words('syncSeeUndo')}</a>}
  </p>
);

const tellings: Record<Run['state'], (facts: Facts) => Child> = {
  pending: Pending,
  running: Running,
  succeeded: Succeeded,
  held: Held,
  failed: Failed,
  undone: Undone,
};

/** What can be done about a run in its state, each by a form of its own. */
export function actionsOn({ state, courseVersion }: Run): readonly ('confirm' | 'undo' | 'retry')[] {
  if (state === 'held') return ['confirm', 'retry'];
  if (state === 'failed') return ['retry'];
  return state === 'succeeded' && courseVersion !== null ? ['undo'] : [];
}
const actionWords = { confirm: 'syncConfirm', undo: 'syncUndo', retry: 'syncRetry' } as const;

const Actions = ({ words, csrf, run }: { words: Words; csrf: string; run: Run }) => {
  const actions = actionsOn(run);
  if (actions.length === 0) return null;
  return (
    <div class="go">
      {actions.map((action) => (
        <form method="post" action={`${runPath(run.id)}/${action}`}>
          <CsrfField csrf={csrf} />
          <button type="submit" class={action === 'confirm' || actions.length === 1 ? undefined : 'quiet'}>
            {words(actionWords[action])}
          </button>
        </form>
      ))}
    </div>
  );
};

/** What stands in the way of an undo: a later run, and the node both touched. */
export type Obstacle = { runId: string; usageKey: string };
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
            <a href={runPath(runId)}>{runId}</a>
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

const Facts = ({ words, run }: Facts) => {
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
  Omit<Facts, 'words'> & {
    csrf: string;
    changes: Paged<Change> & { count: number };
    skipped: readonly { usageKey: string; reason: string }[];
    /** `skipped` holds the first of them only. */
    isSkippedCut: boolean;
    refusal?: Refusal | undefined;
  };

export function RunPage({ csrf, changes, skipped, isSkippedCut, refusal, run, titles, now, ...about }: Page) {
  const { words, courseKey, courseTitle } = about;
  const facts = { words, run, titles, now };
  const Telling = tellings[run.state];
  return (
    <>
      <BackToCourse courseKey={courseKey} courseTitle={courseTitle} />
      <h1>{words('syncOne', { title: courseTitle })}</h1>
      {refusal && <Refused words={words} refusal={refusal} titles={titles} />}
      {Telling(facts)}
      <Actions words={words} csrf={csrf} run={run} />
      {changes.count > 0 && (
        <>
          <h2>{words(run.state === 'held' ? 'syncWouldChange' : 'syncChanges')}</h2>
          <p>{showCounts(words, run)}</p>
          <ul class="changes">
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
      <Facts {...facts} />
      <p>
        <a href={`${coursePath(courseKey)}/runs`}>{words('syncAllRuns')}</a>
      </p>
    </>
  );
}
