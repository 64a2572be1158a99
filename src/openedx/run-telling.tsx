import type { Child } from 'hono/jsx';
import { showExactClock, showInstant, type Words } from '../ui/index.ts';
import { type Titles, UsageKey } from './change-line.tsx';
import type { Run } from './claim-run.ts';
import { runPath } from './paths.ts';
import { adviceOn, replacedBy, showWhen } from './run-words.ts';

const DAY_MS = 24 * 3600 * 1000;
const MOST_DOUBTS = 30;

export type RunFacts = { words: Words; run: Run; titles: Titles; now: number };

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

const Held = ({ words, run, titles, now }: RunFacts) => (
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

const Failed = ({ words, run }: RunFacts) => {
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

const Pending = ({ words, run, now }: RunFacts) => {
  const { dueAt } = run;
  return (
    <p role="status">
      {dueAt !== null && dueAt > now ? words('syncStartsAt', { at: showSoon(dueAt, now) }) : words('syncStartsSoon')}{' '}
      {words('syncReloads')}
    </p>
  );
};

const Running = ({ words, run, now }: RunFacts) => (
  <>
    <p role="status">
      {words('syncIsRunning', { at: showSoon(run.startedAt ?? now, now) })}{' '}
      {run.dueAt !== null && run.dueAt > now && words('syncLooksAt', { at: showSoon(run.dueAt, now) })}{' '}
      {words('syncReloads')}
    </p>
    {run.error !== null && <p class="problem">{words('syncLastFailure', { error: run.error })}</p>}
  </>
);

const Succeeded = ({ words, run }: RunFacts) => (
  <>
    <p role="status">{words(run.courseVersion === null ? 'syncIsUnchanged' : 'syncIsDone', { at: showWhen(run) })}</p>
    {run.undoes !== null && (
      <p>
        {words('syncIsUndo')} <a href={runPath(run.undoes)}>{words('syncSeeUndoneRun')}</a>
      </p>
    )}
  </>
);

const Undone = ({ words, run }: RunFacts) => (
  <p role="status">
    {words('syncIsUndone')} {run.undoneBy !== null && <a href={runPath(run.undoneBy)}>{words('syncSeeUndo')}</a>}
  </p>
);

const tellings: Record<Run['state'], (facts: RunFacts) => Child> = {
  pending: Pending,
  running: Running,
  succeeded: Succeeded,
  held: Held,
  failed: Failed,
  undone: Undone,
};

/** How a run stands, in words: what is next, what is wrong and what to do. */
export const RunTelling = (facts: RunFacts) => tellings[facts.run.state](facts);
