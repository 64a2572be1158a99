import type { Item } from '../items/index.ts';
import { readAgainstKey } from './read-against-key.ts';
import type { Scored } from './share.ts';

/** Practice: tries at one item (CONTRACT `tries`). */
export const TRIES_PER_ITEM = 3;

/** Where a learner stands with one item. An item is over when it is mastered or no try is left; over leaves no tries. */
export type Standing = {
  mastered: boolean;
  triesUsed: number;
  triesLeft: number;
  over: boolean;
  best: Scored | undefined;
};

/** Reckons where the tries so far leave a learner: an unscorable one uses no try, the best score is kept. */
export function standingAfter(tries: readonly Scored[]): Standing {
  const counted = tries.filter(({ outcome }) => outcome !== 'unscorable');
  const mastered = counted.some(({ outcome }) => outcome === 'right');
  const triesLeft = mastered ? 0 : Math.max(0, TRIES_PER_ITEM - counted.length);
  const best = counted.reduce<Scored | undefined>(
    (best, scored) => (best === undefined || scored.score.given > best.score.given ? scored : best),
    undefined,
  );
  return { mastered, triesUsed: counted.length, triesLeft, over: triesLeft === 0, best };
}

/** What to say, as a code: the words are the page's. */
export type FeedbackMessage = 'right' | 'try_again' | 'hint' | 'solution' | 'unscorable';

/** `misconceptions`: the chosen wrong choices, by id, that have one. */
export type Feedback = Standing & {
  message: FeedbackMessage;
  reveals: { hint: boolean; solution: boolean; key: boolean; misconceptions: string[] };
};

function messageFor(item: Item, { outcome }: Scored, { over, triesLeft }: Standing): FeedbackMessage {
  if (outcome === 'right' || outcome === 'unscorable') return outcome;
  if (over) return 'solution';
  return triesLeft === 1 && item.hint !== undefined ? 'hint' : 'try_again';
}

function misconceptionsIn(item: Item, raw: unknown): string[] {
  if (item.type !== 'choice') return [];
  const read = readAgainstKey('choice', item, raw);
  if (read.kind !== 'given') return [];
  const { selected } = read.response;
  return item.choices
    .filter(
      ({ id, misconception }) => misconception !== undefined && selected.includes(id) && !item.correct.includes(id),
    )
    .map(({ id }) => id);
}

/**
 * The practice ladder (CONTRACT `tries`): first miss, try again; second, the hint; third, the solution with the
 * misconceptions behind what was chosen. Right at any try masters the item. Solution and key show only when it is over.
 * `earlier`: the scored tries before this one. Undefined when they had ended the item: the try is to be refused.
 */
export function giveFeedback(
  item: Item,
  earlier: readonly Scored[],
  raw: unknown,
  scored: Scored,
): Feedback | undefined {
  if (standingAfter(earlier).over) return undefined;
  const standing = standingAfter([...earlier, scored]);
  const message = messageFor(item, scored, standing);
  return {
    ...standing,
    message,
    reveals: {
      hint: message === 'hint',
      solution: standing.over && item.solution !== undefined,
      key: standing.over,
      misconceptions: standing.over ? misconceptionsIn(item, raw) : [],
    },
  };
}
