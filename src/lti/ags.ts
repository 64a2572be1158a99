import * as z from 'zod';
import type { Reached } from '../http/index.ts';
import type { NoToken } from './platform-token.ts';
import { type Asking, askWith, readPages, type Unread } from './read-pages.ts';
import { isBeside, lineItemsOfUrl, resultsUrl, scoresUrl } from './service-address.ts';
import { scopes } from './words.ts';

/*
 * The calls of Assignment and Grade Services (lti-ags-v2p0). Open edX answers 415 and 406 to any media type but the exact ones.
 */

const SCORE = 'application/vnd.ims.lis.v1.score+json';
const RESULTS = 'application/vnd.ims.lis.v2.resultcontainer+json';
const LINE_ITEM = 'application/vnd.ims.lis.v2.lineitem+json';
const LINE_ITEMS = 'application/vnd.ims.lis.v2.lineitemcontainer+json';

const MOST_LINE_ITEMS = 1000;
const MOST_RESULTS = 5000;
const MOST_PAGES = 20;
/** What Open edX takes at most; of a tag 50. */
const MAX_LABEL = 100;

/** A score (§3.4). Null `score`: how far somebody is. Instants in ms. */
export type Score = {
  userId: string;
  timestamp: number;
  score: { given: number; maximum: number } | null;
  startedAt: number | null;
  submittedAt: number | null;
};

/** Canvas has one issuer for everybody, and others beside it for its betas. */
export const isCanvas = (issuer: string) => /(^|\.)instructure\.com$/.test(URL.parse(issuer)?.hostname ?? '');

const iso = (at: number) => new Date(at).toISOString();

/** The body of a score. Only Completed with FullyGraded is final; anything else would wipe the grade on Moodle. */
export function scoreBody({ userId, timestamp, score, startedAt, submittedAt }: Score, issuer: string) {
  const submission = {
    ...(startedAt !== null && { startedAt: iso(startedAt) }),
    ...(submittedAt !== null && { submittedAt: iso(submittedAt) }),
  };
  return {
    userId,
    timestamp: iso(timestamp),
    ...(score
      ? {
          activityProgress: 'Completed',
          gradingProgress: 'FullyGraded',
          scoreGiven: score.given,
          scoreMaximum: score.maximum,
        }
      : { activityProgress: 'Started', gradingProgress: 'NotReady' }),
    ...(Object.keys(submission).length > 0 && { submission }),
    // Canvas counts every score as another submission, and an attempt, unless it is told not to.
    ...(isCanvas(issuer) && { 'https://canvas.instructure.com/lti/submission': { new_submission: false } }),
  };
}

export const postScore = (asking: Asking, lineItem: string, score: Score): Promise<Reached | NoToken> =>
  askWith(asking, scopes.score, scoresUrl(lineItem), {
    method: 'POST',
    accept: '*/*',
    contentType: SCORE,
    body: JSON.stringify(scoreBody(score, asking.registration.issuer)),
  });

const Result = z.object({
  userId: z.coerce.string(),
  resultScore: z.number().nullish(),
  resultMaximum: z.number().positive().nullish(),
});
type Result = z.output<typeof Result>;

/** What a platform holds for one user (§3.3): a score out of a maximum, 1 where it names none; undefined without a score. */
export async function readResult(
  asking: Asking,
  lineItem: string,
  sub: string,
): Promise<{ ok: true; value: { resultScore: number; resultMaximum: number } | undefined } | Unread> {
  const read = await readPages(asking, {
    url: resultsUrl(lineItem, sub),
    scope: scopes.result,
    accept: RESULTS,
    page: z.array(Result),
    most: MOST_RESULTS,
    mostPages: MOST_PAGES,
  });
  if (!read.ok) return read;
  const its = read.value.find(({ userId, resultScore }) => userId === sub && resultScore != null);
  if (!its) return { ok: true, value: undefined };
  return { ok: true, value: { resultScore: its.resultScore ?? 0, resultMaximum: its.resultMaximum ?? 1 } };
}

const LineItem = z.object({
  id: z.string(),
  resourceLinkId: z.coerce.string().nullish(),
  resourceId: z.coerce.string().nullish(),
});

/** What is asked of line items: which link, for what of ours. */
export type Wanted = { lineItems: string; resourceLinkId: string; resourceId: string; label: string };

/**
 * The line item of a resource link, the one made for this assessment first; undefined where there is none. It is looked for by
 * `resource_link_id`; a platform that ignores it sends them all.
 */
export async function findLineItem(
  asking: Asking,
  { lineItems, resourceLinkId, resourceId }: Omit<Wanted, 'label'>,
  scope: string,
): Promise<{ ok: true; value: string | undefined } | Unread> {
  const read = await readPages(asking, {
    url: lineItemsOfUrl(lineItems, resourceLinkId),
    scope,
    accept: LINE_ITEMS,
    page: z.array(LineItem),
    most: MOST_LINE_ITEMS,
    mostPages: MOST_PAGES,
  });
  if (!read.ok) return read;
  const its = read.value.filter((one) => one.resourceLinkId === resourceLinkId && isBeside(one.id, lineItems));
  return { ok: true, value: (its.find((one) => one.resourceId === resourceId) ?? its[0])?.id };
}

const cut = (text: string, length: number) => [...text].slice(0, length).join('');

/** Makes a line item (§3.2.6). Open edX takes no fraction for its maximum; scores are scaled to it. */
export async function createLineItem(
  asking: Asking,
  { lineItems, resourceLinkId, resourceId, label }: Wanted,
): Promise<{ ok: true; value: string } | Unread> {
  const answer = await askWith(asking, scopes.lineItem, lineItems, {
    method: 'POST',
    accept: LINE_ITEM,
    contentType: LINE_ITEM,
    body: JSON.stringify({
      scoreMaximum: 100,
      label: cut(label.trim() === '' ? 'Assessment' : label.trim(), MAX_LABEL),
      tag: 'grade',
      resourceId,
      resourceLinkId,
    }),
  });
  const stop = (reason: string): Unread => ({ ok: false, reason, answer });
  if (answer.kind !== 'answered') return stop(answer.reason);
  if (answer.status < 200 || answer.status >= 300) return stop(`The platform answered ${answer.status}.`);
  let made: unknown;
  try {
    made = JSON.parse(answer.text);
  } catch {
    made = undefined;
  }
  const parsed = LineItem.safeParse(made);
  if (!parsed.success || !isBeside(parsed.data.id, lineItems))
    return stop('The platform made a line item without an address.');
  return { ok: true, value: parsed.data.id };
}
