import { countingOf, rememberSiteSettings, SiteSettings } from '../../../src/http/index.ts';
import { bearer, type Somebody, theApp } from '../../factories.ts';
import { aStranger, type Situation } from './situation.ts';

const on = { bindings: { VE_RATE_LIMITS: '' } as unknown as Partial<Env> };
/** An address that everything has been asked from already. */
const ADDRESS = '192.0.2.77';
const headers = { 'cf-connecting-ip': ADDRESS };

/** What is set holds in this isolate for a minute; the tests of other files lift all limits anyway. */
const once = { anonymousApiPerHour: 1, userApiPerHour: 1, pagesPerHour: 1 };
const setLimits = () => rememberSiteSettings(SiteSettings.parse(once), Date.now());
export const forgetLimits = () => rememberSiteSettings(SiteSettings.parse({}), 0);

let spent: Promise<Somebody> | undefined;

/** Somebody who has used up all they may, at an address that has too. */
async function spend(): Promise<Somebody> {
  const somebody = await aStranger('superadmin');
  setLimits();
  for (const path of ['/api/v1/banks', '/api/schema', '/api/v1/auth/me']) {
    for (let i = 0; i < 2; i++) {
      const isUser = path.endsWith('/me');
      if (isUser) await theApp.ask('GET', path, { ...on, headers: { ...headers, ...(await bearer(somebody.actor)) } });
      else await theApp.ask('GET', path, { ...on, headers });
    }
  }
  return somebody;
}

/** Whoever has used up their hour is refused before anything else, and told when to come again; the answer path counts in its object. */
export async function limited(situation: Situation): Promise<void> {
  const { endpoint, ask, absent, wrong, expectRefusal } = situation;
  const counting = countingOf(endpoint);
  if (counting === 'none') return;
  spent ??= spend();
  const as = await spent;
  setLimits();
  // What is counted only when it is refused is asked for with a secret that nobody has.
  const asked =
    counting === 'refused'
      ? { as: null, path: absent(), headers: { ...headers, 'x-ve-signature': 'x' } }
      : { as, headers };
  const reply = await ask({ ...asked, ...on });
  expectRefusal('over the limit', reply, 429, 'too_many_requests');
  if (reply.status !== 429) return;
  if (!/^[1-9]\d*$/.test(reply.headers.get('retry-after') ?? '')) wrong('over the limit: 429 without Retry-After');
  if (!reply.headers.get('ratelimit')?.includes('r=0')) wrong('over the limit: 429 without RateLimit');
}
