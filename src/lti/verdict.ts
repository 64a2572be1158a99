import { type Reached, retryAfterOf } from '../http/index.ts';
import type { NoToken } from './platform-token.ts';
import { platformWords } from './platform-words.ts';

/** What a row was when it was sent. */
export type Sent = { scoreGiven: number | null; isUnclear: boolean; timestamp: number; attempts: number };

/**
 * What an answer to a score means. `words` are for staff.
 * - `later`: once more after a wait; `isUnclear` when the platform may have stored it all the same.
 * - `compare`: it refuses the timestamp. What it holds decides: the same score is delivered; another one is worth a later
 *   timestamp, if `mayRetime`.
 * - `elsewhere`: the line item is gone, or has another address now.
 * - `parked`: nothing more happens until somebody looks at it.
 */
export type Verdict =
  | { kind: 'delivered'; status: number | null }
  | { kind: 'later'; status: number | null; words: string; isUnclear: boolean; retryAfterSeconds: number | null }
  | { kind: 'compare'; status: number; words: string; mayRetime: boolean }
  | { kind: 'elsewhere'; status: number; words: string }
  | { kind: 'parked'; status: number | null; words: string };

const DAY_MS = 24 * 3600 * 1000;
/** A platform that is away longer than this, and was asked so often, is somebody's business. */
const PATIENCE_MS = 14 * DAY_MS;
const PATIENCE_TRIES = 20;

/**
 * Open edX: "Score timestamp can only be updated to a later point in time", "Score already exists for the provided timestamp";
 * Canvas: "Provided timestamp of … before last updated timestamp of …"; Moodle says it with 409. Moodle's other refusals repeat our
 * whole body, in which the field has its name in quotes.
 */
const isAboutTime = (words: string) => /timestamp/i.test(words.replaceAll(/"timestamp"/gi, ''));

/** Canvas, when our clock is more than a minute ahead of its: it passes by itself. */
const isOfTheFuture = (words: string) => /\bin the future\b/i.test(words);

function ofStatus(answer: Extract<Reached, { kind: 'answered' }>, sent: Sent, now: number): Verdict {
  const { status, headers, text } = answer;
  const said = platformWords(text);
  const words = said === '' ? `The platform answered ${status}.` : said;
  const retryAfterSeconds = retryAfterOf(headers, now);
  // Open edX: stored is not published. A score of 0 never reaches its gradebook (it takes 0 for none), and nobody tells us.
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  // A platform in maintenance sends people elsewhere. Redirects are not followed: our token would go with them.
  if (status < 400)
    return { kind: 'later', status, words: `The platform redirects (${status}).`, isUnclear: false, retryAfterSeconds };
  if (status >= 500 || status === 408) return { kind: 'later', status, words, isUnclear: true, retryAfterSeconds };
  if (status === 429 || status === 425) return { kind: 'later', status, words, isUnclear: false, retryAfterSeconds };
  if (status === 404 || status === 410) return { kind: 'elsewhere', status, words };
  if (status === 400 && isOfTheFuture(words))
    return { kind: 'later', status, words, isUnclear: false, retryAfterSeconds };
  const isLate = status === 409 || (status === 400 && isAboutTime(words));
  if (isLate || (status === 400 && sent.isUnclear)) {
    // Progress that comes too late has been overtaken by what is there: no harm done, nothing to do.
    if (sent.scoreGiven === null && isLate) return { kind: 'delivered', status };
    if (sent.scoreGiven !== null) return { kind: 'compare', status, words, mayRetime: isLate };
  }
  return { kind: 'parked', status, words };
}

/** The one table of what is done about an answer. Pure; `now` in ms. */
export function verdictOf(answer: Reached | NoToken, sent: Sent, now: number): Verdict {
  const verdict = ((): Verdict => {
    switch (answer.kind) {
      case 'answered':
        return ofStatus(answer, sent, now);
      case 'closed-address':
        return { kind: 'parked', status: null, words: answer.reason };
      case 'no-token': {
        const { status, reason: words, retryAfterSeconds } = answer;
        if (!answer.isTemporary) return { kind: 'parked', status, words };
        return { kind: 'later', status, words, isUnclear: false, retryAfterSeconds };
      }
      case 'unreachable':
      case 'too-large':
      case 'not-utf8':
        return { kind: 'later', status: null, words: answer.reason, isUnclear: true, retryAfterSeconds: null };
    }
  })();
  const isTried = sent.attempts + 1 >= PATIENCE_TRIES && now - sent.timestamp > PATIENCE_MS;
  if (verdict.kind !== 'later' || !isTried) return verdict;
  return { kind: 'parked', status: verdict.status, words: verdict.words };
}

const TOLERANCE = 1e-4;

/** Whether a platform holds a score, whatever maximum it counts by. Open edX cuts what is above it. */
export function isHeld(
  { resultScore, resultMaximum }: { resultScore: number; resultMaximum: number },
  { scoreGiven, scoreMaximum }: { scoreGiven: number; scoreMaximum: number },
): boolean {
  const [held, wanted] = [resultScore / resultMaximum, scoreGiven / scoreMaximum];
  return Math.abs(held - wanted) <= TOLERANCE || (wanted > 1 && Math.abs(held - 1) <= TOLERANCE);
}
