import { showShortInstant, type Words } from '../ui/index.ts';
import type { Run } from './claim-run.ts';
import type { Counts } from './diff-outline.ts';
import { failureSentences } from './fail-run.ts';
import type { PlatformFailure } from './platform.ts';
import type { RunCause, RunState } from './words.ts';

type Key = Parameters<Words>[0];

export const stateWords: Record<RunState, Key> = {
  pending: 'syncWaiting',
  running: 'syncRunning',
  succeeded: 'syncDone',
  held: 'syncHeld',
  failed: 'syncFailed',
  undone: 'syncUndone',
};

export const causeWords: Record<RunCause, Key> = {
  event: 'syncByEvent',
  staff: 'syncByStaff',
  reconciliation: 'syncByClock',
  undo: 'syncByUndo',
};

const countWords: Record<keyof Counts, Key> = {
  added: 'syncCountAdded',
  removed: 'syncCountRemoved',
  renamed: 'syncCountRenamed',
  moved: 'syncCountMoved',
  reordered: 'syncCountReordered',
  field: 'syncCountField',
};

/** "2 renamed, 1 moved"; of a run that has not counted yet nothing. */
export function showCounts(words: Words, { counts, state }: Pick<Run, 'counts' | 'state'>): string {
  const some = Object.entries(counts ?? {}).filter(([, count]) => count > 0);
  if (some.length > 0) return some.map(([op, count]) => words(countWords[op as keyof Counts], { count })).join(', ');
  return state === 'succeeded' || state === 'undone' ? words('syncNoChanges') : '';
}

/** What to do about a failure. */
const advice: Record<PlatformFailure['kind'], Key> = {
  temporary: 'syncDoAway',
  unauthorised: 'syncDoSecret',
  forbidden: 'syncDoRight',
  not_found: 'syncDoCourse',
  malformed: 'syncDoTest',
  refused: 'syncDoTest',
};
const kinds = Object.keys(advice) as PlatformFailure['kind'][];
const REPLACED = /^superseded by (\S+)$/;

/** The run that took the place of this one. */
export const replacedBy = (error: string | null): string | undefined => REPLACED.exec(error ?? '')?.[1];

/** A run keeps its reason as a sentence; which one tells what to do. */
export function adviceOn(error: string | null): Key {
  const kind = kinds.find((one) => error?.startsWith(failureSentences[one]));
  return kind === undefined ? 'syncDoTest' : advice[kind];
}

/** When a run was last heard of. */
export const showWhen = ({ finishedAt, startedAt, createdAt }: Run) =>
  showShortInstant(finishedAt ?? startedAt ?? createdAt);
