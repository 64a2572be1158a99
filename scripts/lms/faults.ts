import type { RandomSource } from './random-source.ts';

/** Groups of endpoints a fault can be kept to. */
export const areas = [
  'token',
  'outline',
  'blocks',
  'courses',
  'studio',
  'enrolment',
  'account',
  'lti-token',
  'lti-keys',
  'lti-line-items',
  'lti-scores',
  'lti-results',
  'lti-members',
] as const;
export type Area = (typeof areas)[number];

/** Off or on, a probability, or so many times, perhaps only in some areas. */
export type Switch = boolean | number | { readonly chance?: number; times?: number; readonly on?: readonly Area[] };

/** What can go wrong. Set the fields directly; a countdown counts itself down. */
export type Faults = {
  /** How long learning_sequences shows what was published before. */
  outlineLagMs: number;
  /** How long Blocks shows what was published before. */
  blocksLagMs: number;
  /** How far the clock runs ahead, or behind when below 0, in LTI's tokens and checks. */
  clockSkewMs: number;
  /** 503, as whoever stands in front of a platform that is not there says. */
  down: Switch;
  /** An answer takes `slowMs` longer. */
  slow: Switch;
  slowMs: number;
  /** 500 with a page of HTML. */
  serverError: Switch;
  /** A score is kept, and the answer is 500. */
  storeThenFail: Switch;
  /** LTI's services answer 401 to a good token. */
  unauthorised: Switch;
  /** The list of members answers that the course is too big. */
  aboveResponseLimit: Switch;
  /** The key set is a page of HTML. */
  keysHtml: Switch;
  /** The key set has 10 MB. */
  keysHuge: Switch;
  /** Blocks refuses as if the service user had lost the role; LTI's services answer 403 to a good token. */
  forbidden: Switch;
  /** 429, with `Retry-After` when `retryAfterSeconds` is a number. */
  throttled: Switch;
  retryAfterSeconds: number | null;
  /** No answer until the asker gives up. */
  timeout: Switch;
  /** Blocks answers what a learner sees although everything was asked for. */
  learnerView: Switch;
  /** Blocks answers without one chapter. */
  missingChapter: Switch;
  /** Blocks names a child whose block is not in the answer. */
  missingBlock: Switch;
  /** The body ends in the middle. */
  cutBody: Switch;
  /** Blocks answers the version before the one that learning_sequences shows. */
  staleBlocks: Switch;
  /** The token endpoint answers 500. */
  tokenError: Switch;
  /** The token endpoint knows no client. */
  clientRefused: Switch;
  /** Every token is taken to have expired. */
  expiredToken: Switch;
  /** 302 to `redirectTo`. */
  redirect: Switch;
  redirectTo: string;
  webhookLost: Switch;
  webhookDuplicated: Switch;
  /** Kept back, and sent later in another order. */
  webhookHeld: Switch;
};

export const noFaults = (): Faults => ({
  outlineLagMs: 0,
  blocksLagMs: 0,
  clockSkewMs: 0,
  down: false,
  slow: false,
  slowMs: 1000,
  serverError: false,
  storeThenFail: false,
  unauthorised: false,
  aboveResponseLimit: false,
  keysHtml: false,
  keysHuge: false,
  forbidden: false,
  throttled: false,
  retryAfterSeconds: null,
  timeout: false,
  learnerView: false,
  missingChapter: false,
  missingBlock: false,
  cutBody: false,
  staleBlocks: false,
  tokenError: false,
  clientRefused: false,
  expiredToken: false,
  redirect: false,
  redirectTo: 'https://elsewhere.example/',
  webhookLost: false,
  webhookDuplicated: false,
  webhookHeld: false,
});

/** The fields of `Faults` that are switches. */
export const switchNames = [
  'down',
  'slow',
  'serverError',
  'storeThenFail',
  'unauthorised',
  'aboveResponseLimit',
  'keysHtml',
  'keysHuge',
  'forbidden',
  'throttled',
  'timeout',
  'learnerView',
  'missingChapter',
  'missingBlock',
  'cutBody',
  'staleBlocks',
  'tokenError',
  'clientRefused',
  'expiredToken',
  'redirect',
  'webhookLost',
  'webhookDuplicated',
  'webhookHeld',
] as const satisfies readonly (keyof Faults)[];
export type SwitchName = (typeof switchNames)[number];

/** Does this fault strike now? Counts a countdown down when it does. */
export function strikes(faults: Faults, name: SwitchName, random: RandomSource, area?: Area): boolean {
  const fault = faults[name];
  if (typeof fault === 'boolean') return fault;
  if (typeof fault === 'number') return random() < fault;
  if (fault.on && (!area || !fault.on.includes(area))) return false;
  if (fault.times !== undefined && fault.times <= 0) return false;
  if (fault.chance !== undefined && random() >= fault.chance) return false;
  if (fault.times !== undefined) fault.times -= 1;
  return true;
}
