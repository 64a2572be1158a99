import { DomainError } from '../lib/errors.ts';
import { consoleLog, errorLine } from '../lib/log.ts';
import type { AppContext } from './context.ts';
import { networkOf } from './network-of.ts';
import { type PolicyName, policies } from './policies.ts';
import type { Rate, RateCounter, Taken } from './rate-window.ts';
import type { Settings } from './settings.ts';
import { knownSiteSettings } from './site-settings-memory.ts';

/** What counting wants to know of a request: a call, and what the route knows beside it. `address` as the edge saw it. */
export type Counting = { env: Env; settings: Settings; address: string; now: number };

/** The same of a page request. */
export const limitsOf = ({ env, var: { settings, address, now } }: AppContext): Counting => ({
  ...{ env, settings, address, now },
});

/** How a principal stands with a policy. Waits in whole seconds, rounded up. */
export type Standing = {
  policy: PolicyName;
  limit: number;
  windowSeconds: number;
  isAllowed: boolean;
  remaining: number;
  waitSeconds: number;
};

/**
 * Who was refused, and until when (ms since 1970), in this isolate: nobody is let in before, so nobody has to be asked. A flood of
 * one principal reaches no object.
 */
const refusedUntil = new Map<string, number>();
const MAX_REFUSED = 5_000;

/** An object that cannot be reached is told of once a minute. */
let toldAt = Number.NEGATIVE_INFINITY;

function tell(error: unknown, policy: PolicyName, now: number) {
  if (now - toldAt < 60_000) return;
  toldAt = now;
  consoleLog('error', errorLine({ where: 'rate limit', policy }, error));
}

const counterOf = (env: Env, name: string): RateCounter =>
  env.LIMITS.get(env.LIMITS.idFromName(name), { locationHint: 'afr' });

const rateOf = (policy: PolicyName) => {
  const { windowSeconds, setting } = policies[policy];
  return { limit: knownSiteSettings()[setting], windowMs: windowSeconds * 1000 };
};

const nameOf = (policy: PolicyName, principal: string) => `${policy}/${policies[policy].windowSeconds}/${principal}`;

/** Another limit is another refusal: what an admin sets holds at once. */
const refusalOf = (policy: PolicyName, principal: string) => `${rateOf(policy).limit} ${nameOf(policy, principal)}`;

const standing = (policy: PolicyName, { limit, windowMs }: Rate, { waitMs, ...taken }: Taken) => ({
  ...{ policy, limit, windowSeconds: windowMs / 1000 },
  ...taken,
  waitSeconds: Math.ceil(waitMs / 1000),
});

/** The refusal of a principal that holds still, if this isolate knows of one. Asks nobody. */
export function knownRefusal(policy: PolicyName, principal: string, now: number) {
  const name = refusalOf(policy, principal);
  const waitMs = (refusedUntil.get(name) ?? now) - now;
  if (waitMs > 0) return standing(policy, rateOf(policy), { isAllowed: false, slot: 0, remaining: 0, waitMs });
  refusedUntil.delete(name);
  return undefined;
}

/**
 * Counts one request of a principal (a user's id, a network, the hash of an account). Undefined where limits are lifted, and where the counter cannot be
 * reached: then everybody is let through, for a school that cannot work is worse than a limit that does not hold for a while, and the flood
 * gates (`limitRate`) still stand. One call to an object; none while the principal is known to be refused.
 */
export async function countRequest(
  { env, settings, now }: Counting,
  policy: PolicyName,
  principal: string,
): Promise<(Standing & { slot: number }) | undefined> {
  if (!settings.rateLimits) return undefined;
  const known = knownRefusal(policy, principal, now);
  if (known) return known;
  const rate = rateOf(policy);
  let taken: Taken;
  try {
    taken = await counterOf(env, nameOf(policy, principal)).take(rate);
  } catch (error) {
    tell(error, policy, now);
    return undefined;
  }
  // A right sign-in may give one back meanwhile, so those are asked each time.
  if (!taken.isAllowed && policy !== 'sign-in') {
    refusedUntil.set(refusalOf(policy, principal), now + taken.waitMs);
    if (refusedUntil.size > MAX_REFUSED) refusedUntil.delete(refusedUntil.keys().next().value ?? '');
  }
  return standing(policy, rate, taken);
}

/** As if it had not been asked for. */
export async function uncountRequest(
  { env, now }: Counting,
  policy: PolicyName,
  principal: string,
  slot: number,
): Promise<void> {
  try {
    await counterOf(env, nameOf(policy, principal)).giveBack(slot);
  } catch (error) {
    tell(error, policy, now);
  }
}

/** The refusal of who has no more room. */
export const tooMany = (standing: Standing) =>
  new DomainError('too_many_requests', `At most ${standing.limit} in ${inWords(standing.windowSeconds)}`, {
    retryAfter: standing.waitSeconds,
    standing,
  });

const inWords = (seconds: number) => (seconds === 3600 ? 'an hour' : `${seconds / 60} minutes`);

/** Counts, and refuses with `too_many_requests`. */
export async function limitTo(asked: Counting, policy: PolicyName, principal: string): Promise<void> {
  const standing = await countRequest(asked, policy, principal);
  if (standing?.isAllowed === false) throw tooMany(standing);
}

/** As `limitTo`, by the network a request came from. */
export const limitNetworkTo = (asked: Counting, policy: PolicyName) => limitTo(asked, policy, networkOf(asked.address));
