import {
  type AppContext,
  countingOf,
  countRequest,
  type Guard,
  knownRefusal,
  limitsOf,
  loadSiteSettings,
  networkOf,
  type Passage,
  type PolicyName,
  renewSiteSettings,
  tooMany,
} from '../http/index.ts';
import { DomainError, statusOf } from '../lib/errors.ts';
import { findCaller } from './authenticate.ts';

/** By whom a request is counted: the user behind a good token or key, else the network it came from. */
async function principalOf(c: AppContext, passage: Passage): Promise<[PolicyName, string]> {
  const network = networkOf(c.var.address);
  if (countingOf(passage.endpoint) === 'pages') return ['pages', network];
  const caller = passage.endpoint.access.kind === 'anyone' ? undefined : await findCaller(c, passage);
  return caller ? ['user', caller.userId] : ['anonymous', network];
}

async function count(c: AppContext, policy: PolicyName, principal: string): Promise<void> {
  await loadSiteSettings(c);
  const standing = await countRequest(limitsOf(c), policy, principal);
  if (!standing) return;
  c.set('standings', [standing]);
  if (!standing.isAllowed) throw tooMany(standing);
}

/**
 * Counts requests by the hour (http/README.md), before anything else is done for them. The counting goes on beside the guards behind this one, and is
 * over before the verb runs; who is known to be refused gets no further at once. The answer path is not counted here: its object does.
 */
export const limitRequests: Guard = {
  name: 'limits',
  async check(c, passage) {
    if (!c.var.settings.rateLimits) return;
    const counting = countingOf(passage.endpoint);
    if (counting === 'none') return renewSiteSettings(c);
    if (counting === 'refused') {
      passage.whenRefused = async (error) => {
        if (!(error instanceof DomainError) || statusOf(error.code) !== 401) return error;
        try {
          await count(c, 'anonymous', networkOf(c.var.address));
          return error;
        } catch (over) {
          return over;
        }
      };
      return;
    }
    const principal = await principalOf(c, passage);
    const known = knownRefusal(...principal, c.var.now);
    if (known) {
      c.set('standings', [known]);
      throw tooMany(known);
    }
    passage.beside = count(c, ...principal);
    // Whoever waits for it is told; until then nobody is.
    passage.beside.catch(() => {});
  },
};
