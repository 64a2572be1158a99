import { showShortInstant, type Words } from '../ui/index.ts';
import type { Run } from './claim-run.ts';
import type { Counts } from './diff-outline.ts';
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

/** What to do about a failure, by how its reason begins (`work-on-run.ts`). */
const advice: readonly (readonly [beginning: string, Key])[] = [
  ['The platform is away or too busy', 'syncDoAway'],
  ['The platform does not take our credentials', 'syncDoSecret'],
  ['The service user lacks a right', 'syncDoRight'],
  ['The platform does not know this course', 'syncDoCourse'],
];
const REPLACED = /^superseded by (\S+)$/;

/** The run that took the place of this one. */
export const replacedBy = (error: string | null): string | undefined => REPLACED.exec(error ?? '')?.[1];

export const adviceOn = (error: string | null): Key =>
  advice.find(([beginning]) => error?.startsWith(beginning))?.[1] ?? 'syncDoTest';

/** When a run was last heard of. */
export const showWhen = ({ finishedAt, startedAt, createdAt }: Run) =>
  showShortInstant(finishedAt ?? startedAt ?? createdAt);
