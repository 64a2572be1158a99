import type { Outside, Reached } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { postScore, readResult } from './ags.ts';
import { type Backoff, waitAfter } from './backoff.ts';
import { type Claimed, claimPassback, type Ending, readdress, renewClaim, retime, settle } from './claim-passback.ts';
import type { NoToken, PlatformTokens } from './platform-token.ts';
import type { Asking } from './read-pages.ts';
import { findOrMakeLineItem, lookForLineItem, type Sought } from './seek-line-item.ts';
import { isHeld, type Verdict, verdictOf } from './verdict.ts';
import { scopes } from './words.ts';

/** What the consumer does: nothing more, or a message that comes in so many seconds. */
export type Passed = { kind: 'done' } | { kind: 'later'; delaySeconds: number };
export type PassParts = { outside: Outside; tokens: PlatformTokens; backoff: Backoff };

/** A queue holds a message no longer than this; the sweep sends another. */
const MAX_DELAY_SECONDS = 43_200;
/** While somebody else looks for the line item of the same link. */
const BUSY_MS = 3_000;

/** The claim was lost, or a newer score is wanted: nothing is known of this try, and nothing is to be written but that it is over. */
type Overtaken = { kind: 'overtaken' };

type Try = { call: () => SystemCall; asking: Asking; claimed: Claimed; backoff: Backoff };

function endingOf({ call, claimed, backoff }: Try, verdict: Verdict): Ending {
  const { status } = verdict;
  if (verdict.kind === 'delivered') return { kind: 'delivered', status };
  if (verdict.kind !== 'later') return { kind: 'parked', status, words: verdict.words };
  const wait = waitAfter(claimed.row.attempts + 1, backoff, verdict.retryAfterSeconds);
  const { words, isUnclear } = verdict;
  return { kind: 'later', nextAt: call().now + wait, status, words, isUnclear };
}

/** What failed beside the score itself: refused, it is for people; else it is tried again. The score was not sent with it. */
function endingOfAside(one: Try, answer: Reached | NoToken, reason: string): Ending {
  const { row } = one.claimed;
  const verdict = verdictOf(answer, { ...row, isUnclear: false }, one.call().now);
  if (verdict.kind === 'later') return endingOf(one, { ...verdict, isUnclear: false });
  const status = 'status' in answer ? answer.status : null;
  const words = 'words' in verdict && verdict.words !== '' ? `${reason} ${verdict.words}` : reason;
  return { kind: 'parked', status, words };
}

function endingOfSought(one: Try, sought: Exclude<Sought, { kind: 'found' }>): Ending {
  switch (sought.kind) {
    case 'busy':
      return { kind: 'wait', nextAt: one.call().now + BUSY_MS };
    case 'none':
      return { kind: 'parked', status: null, words: sought.reason };
    case 'failed':
      return endingOfAside(one, sought.unread.answer, `The line item cannot be found. ${sought.unread.reason}`);
  }
}

/** Whether the platform holds this score; undefined where that cannot be read. */
async function holds({ asking, claimed }: Try, lineItem: string): Promise<boolean | undefined> {
  const { row, link } = claimed;
  const { scoreGiven, scoreMaximum } = row;
  if (scoreGiven === null || scoreMaximum === null || !link.scopes.includes(scopes.result)) return undefined;
  const held = await readResult(asking, lineItem, row.sub);
  if (!held.ok) return undefined;
  return held.value !== undefined && isHeld(held.value, { scoreGiven, scoreMaximum });
}

const scoreOf = ({ row }: Claimed) => ({
  userId: row.sub,
  timestamp: row.timestamp,
  score:
    row.scoreGiven === null || row.scoreMaximum === null ? null : { given: row.scoreGiven, maximum: row.scoreMaximum },
  startedAt: row.startedAt,
  submittedAt: row.submittedAt,
});

/** Sends what the row wants to a line item, and does what the verdict asks for until there is an ending. */
async function sendTo(one: Try, first: string): Promise<Ending | Overtaken> {
  const { call, asking, claimed } = one;
  let lineItem = first;
  let isSearched = false;
  // Every round but the last uses up one of two chances: a later timestamp, another address.
  for (;;) {
    // A try that may have been stored is not repeated where it was: Canvas would grade, and tell the student, once more.
    if (claimed.row.isUnclear && (await holds(one, lineItem))) return { kind: 'delivered', status: null };
    if (!(await renewClaim(call(), claimed))) return { kind: 'overtaken' };
    const answer = await postScore(asking, lineItem, scoreOf(claimed));
    const verdict = verdictOf(answer, claimed.row, call().now);
    switch (verdict.kind) {
      case 'compare': {
        if (await holds(one, lineItem)) return { kind: 'delivered', status: verdict.status };
        if (!verdict.mayRetime || claimed.row.isRetimed) return endingOf(one, verdict);
        const platformNow = answer.kind === 'answered' ? answer.at : call().now;
        if (!(await retime(call(), claimed, platformNow))) return { kind: 'overtaken' };
        break;
      }
      case 'elsewhere': {
        if (isSearched) return endingOf(one, verdict);
        isSearched = true;
        const sought = await lookForLineItem(asking, claimed);
        if (sought.kind === 'failed') {
          const ending = endingOfSought(one, sought);
          return ending.kind === 'later' ? ending : endingOf(one, verdict);
        }
        if (sought.kind !== 'found' || sought.lineItem === lineItem) return endingOf(one, verdict);
        lineItem = sought.lineItem;
        if (!(await readdress(call(), claimed, lineItem))) return { kind: 'overtaken' };
        break;
      }
      case 'delivered':
      case 'later':
      case 'parked':
        return endingOf(one, verdict);
    }
  }
}

/** Why a score is held back while its platform is; it goes on when the platform is switched on again. */
export const SWITCHED_OFF = 'The platform is switched off here.';

/** Finds where the score goes, and sends it there. */
async function deliver(one: Try): Promise<Ending | Overtaken> {
  const { call, asking, claimed } = one;
  const { row, registration, link } = claimed;
  if (registration.deletedAt !== null || !registration.isActive)
    return { kind: 'parked', status: null, words: SWITCHED_OFF };
  if (!link.scopes.includes(scopes.score))
    return { kind: 'parked', status: null, words: 'The platform takes no scores for this link.' };
  let lineItem = link.lineItem ?? (row.slot === row.linkId ? null : row.slot);
  if (lineItem === null) {
    const sought = await findOrMakeLineItem(call(), asking, claimed);
    if (sought.kind !== 'found') return endingOfSought(one, sought);
    lineItem = sought.lineItem;
  }
  if (row.slot !== lineItem && !(await readdress(call(), claimed, lineItem))) return { kind: 'overtaken' };
  return await sendTo(one, lineItem);
}

/**
 * Brings one row to its platform. It claims the row for a minute, so that scores of one line item and user never overtake each
 * other, tries once, and writes down what came of it. `done` also when there was nothing to do. It throws only for what is our
 * own; the row is taken up again then when its lease ends.
 */
export async function passScore(
  given: SystemCall,
  id: string,
  { outside, tokens, backoff }: PassParts,
): Promise<Passed> {
  const call = (): SystemCall => ({ db: given.db, now: outside.now() });
  const claimed = await claimPassback(call(), id);
  if (!claimed) return { kind: 'done' };
  const one: Try = { call, claimed, backoff, asking: { outside, tokens, registration: claimed.registration } };
  const ended = await deliver(one);
  const now = outside.now();
  const ending: Ending = ended.kind === 'overtaken' ? { kind: 'wait', nextAt: now } : ended;
  const nextAt = await settle({ db: given.db, now }, claimed, ending);
  if (nextAt === undefined) return { kind: 'done' };
  return { kind: 'later', delaySeconds: Math.min(Math.max(0, Math.ceil((nextAt - now) / 1000)), MAX_DELAY_SECONDS) };
}
