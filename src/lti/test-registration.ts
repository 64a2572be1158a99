import type { Outside } from '../http/index.ts';
import { auditRow } from '../identity/index.ts';
import type { Call } from '../lib/call.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import { parseKeySet } from './key-set.ts';
import { type NoToken, platformTokens } from './platform-token.ts';
import { requireAdmin, requireRegistrationRow } from './registrations.ts';
import type { registration } from './schema.ts';
import { scopes } from './words.ts';

export const checkNames = ['keys', 'token'] as const;
export type Check = { name: (typeof checkNames)[number]; ok: boolean; tried: boolean; detail: string };

type Row = typeof registration.$inferSelect;

const keyAdvice = {
  key_set_unavailable:
    'The keys of the platform cannot be fetched. Check the key set address (a redirect is not followed) and that it can be reached from outside the school.',
  key_set_malformed:
    'What stands at the key set address is no JWK set of a sensible size. Often it is a page: open the address in a browser and compare.',
} as const;

async function checkKeys(row: Row, outside: Outside): Promise<Check> {
  const check = (ok: boolean, detail: string): Check => ({ name: 'keys', ok, tried: true, detail });
  const fetched = await fetchKeySet(outside, row.keySetUrl);
  if (fetched.kind !== 'fetched') return check(false, `${keyAdvice[fetched.kind]} No launch works without them.`);
  const count = parseKeySet(fetched.text)?.size ?? 0;
  if (count > 0)
    return check(true, `The platform publishes ${count === 1 ? 'one key' : `${count} keys`} that we can use.`);
  return check(
    false,
    'The platform publishes no key that we can use: RSA with at least 2048 bits, for signatures by RS256, with a kid. No launch works without one.',
  );
}

/** What to look at when a platform refuses us a token, by what it says. */
function tokenAdvice({ status, reason }: NoToken): string {
  if (/does not grant us/.test(reason))
    return 'Allow the tool the grade service (“assignment and grades”) on the platform. Without it no score is sent.';
  if (status === null || status === 404 || (status >= 300 && status < 400) || status >= 500)
    return 'Check the token address, and try again in a minute.';
  return (
    'Check the client id, and that the platform can read our key set at /lti/jwks: Open edX fetches it as “Python-urllib”, which Cloudflare’s ' +
    'Browser Integrity Check and bot rules answer with 403 until they are turned off for that path. Check the clocks of both sides too, and ' +
    'whether the platform wants an audience of its own.'
  );
}

async function checkToken(call: Call, row: Row, outside: Outside): Promise<Check> {
  const check = (ok: boolean, detail: string): Check => ({ name: 'token', ok, tried: true, detail });
  const answer = await platformTokens(call, { ...outside, tokens: new Map() }).get(row, [scopes.score]);
  if (answer.kind === 'issued') return check(true, 'The platform gives us a token to send scores with.');
  return check(false, `${answer.reason} ${tokenAdvice(answer)}`);
}

/**
 * Tries what we ask of a platform itself: its keys, and a token to send scores with. Each check says what is wrong and what to do.
 * Admins only.
 */
export async function testRegistration(
  call: Call,
  id: string,
  outside: Outside,
): Promise<{ works: boolean; checks: Check[] }> {
  requireAdmin(call);
  const row = await requireRegistrationRow(call, id);
  await call.db.batch([auditRow(call, { action: 'registration.tested', subject: id, detail: {} })]);
  const checks = await Promise.all([checkKeys(row, outside), checkToken(call, row, outside)]);
  return { works: checks.every(({ ok }) => ok), checks };
}
