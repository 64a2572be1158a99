import { SignJWT } from 'jose';
import * as z from 'zod';
import { type Outside, type Reached, reachPlatform, retryAfterOf } from '../http/index.ts';
import type { SystemCall } from '../lib/call.ts';
import { newSecret } from '../lib/crypto.ts';
import { platformWords } from './platform-words.ts';
import type { registration } from './schema.ts';
import { activeSigningKey } from './signing-keys.ts';
import { USER_AGENT } from './words.ts';

type Registration = typeof registration.$inferSelect;

/** Open edX has no leeway at all, and refuses an assertion whose `iat` lies a second ahead of its clock. */
const BACKDATED_SECONDS = 10;
const ASSERTION_SECONDS = 300;
/** We stop using a token this long before it ends, or for the last third of its life: Moodle's live 60 s altogether. */
const SPARE_SECONDS = 60;
const SPARE_SHARE = 1 / 3;
/** Where the answer does not say how long (RFC 6749 §5.1 only recommends it). */
const USUAL_LIFE_SECONDS = 60;
const MAX_LIFE_SECONDS = 24 * 3600;
const MAX_BYTES = 64 * 1024;

/** RFC 6749 §5.1. Open edX writes the type in lower case. */
const TokenAnswer = z.object({
  access_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .max(8192),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .nullish(),
  expires_in: z.coerce.number().min(0).max(MAX_LIFE_SECONDS).catch(USUAL_LIFE_SECONDS),
  scope: z.string().nullish(),
});

/** Why there is no token: in words for staff. Nothing was sent to the service then. */
export type NoToken = {
  kind: 'no-token';
  isTemporary: boolean;
  status: number | null;
  reason: string;
  retryAfterSeconds: number | null;
};
type Issued = { kind: 'issued'; token: string; lifeSeconds: number };

/** Where a token is kept: another address, client or set of scopes is another token. */
const cacheKey = ({ id, authTokenUrl, clientId }: Registration, scopes: readonly string[]) =>
  JSON.stringify([id, authTokenUrl, clientId, [...scopes].sort()]);

/** The assertion of who we are (security-v1p0 §4.1.1). `at`: what the clock of the platform says, in ms. */
async function assertionOf(
  call: SystemCall,
  { clientId, audience, authTokenUrl }: Registration,
  at: number,
  secretsKey: string,
) {
  const { kid, privateKey } = await activeSigningKey(call, secretsKey);
  const issuedAt = Math.floor(at / 1000) - BACKDATED_SECONDS;
  return await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience ?? authTokenUrl)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_SECONDS)
    .setJti(newSecret())
    .sign(privateKey);
}

async function askFor(
  call: SystemCall,
  row: Registration,
  scopes: readonly string[],
  outside: Outside,
  at: number,
): Promise<Reached> {
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertionOf(call, row, at, outside.secretsKey),
    scope: scopes.join(' '),
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': USER_AGENT };
  const init = { method: 'POST', headers, body: new URLSearchParams(form).toString() } as const;
  if (!URL.canParse(row.authTokenUrl)) return { kind: 'closed-address', reason: 'The token address cannot be read.' };
  return await reachPlatform(outside, row.authTokenUrl, init, { timeoutMs: 8_000, maxBytes: MAX_BYTES });
}

const noToken = (reason: string, more: Partial<NoToken> = {}): NoToken => ({
  kind: 'no-token',
  isTemporary: false,
  status: null,
  retryAfterSeconds: null,
  reason,
  ...more,
});

/** The refusal in an answer of the token endpoint; undefined where it succeeded. */
function refusalOf(
  { status, headers, text }: Extract<Reached, { kind: 'answered' }>,
  now: number,
): NoToken | undefined {
  if (status >= 200 && status < 300) return undefined;
  const words = platformWords(text);
  const told = words === '' ? '' : ` ${words}`;
  const isTemporary = status === 408 || status === 429 || status >= 500 || (status >= 300 && status < 400);
  return noToken(
    isTemporary
      ? `The platform gives no token just now (${status}).${told}`
      : `The platform refuses us a token (${status}).${told}`,
    { isTemporary, status, retryAfterSeconds: retryAfterOf(headers, now) },
  );
}

/** What was granted. A platform that leaves `scope` out granted what was asked; Open edX answers 200 with an empty one for what it does not know. */
function readToken(text: string, status: number, scopes: readonly string[]): Issued | NoToken {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return noToken('The platform answered something that is no token.', { isTemporary: true, status });
  }
  const parsed = TokenAnswer.safeParse(json);
  if (!parsed.success)
    return noToken('The platform answered something that is no token.', { isTemporary: true, status });
  const { access_token: token, expires_in: lifeSeconds, scope } = parsed.data;
  const granted = scope?.split(/\s+/) ?? scopes;
  const missing = scopes.filter((one) => !granted.includes(one));
  if (missing.length > 0) return noToken(`The platform does not grant us ${missing.join(' ')}.`, { status });
  return { kind: 'issued', token, lifeSeconds };
}

async function request(
  call: SystemCall,
  row: Registration,
  scopes: readonly string[],
  outside: Outside,
): Promise<Issued | NoToken> {
  let answer = await askFor(call, row, scopes, outside, outside.now());
  // Refused, perhaps because our clocks differ: once more by the platform's own.
  if (answer.kind === 'answered' && (answer.status === 400 || answer.status === 401))
    answer = await askFor(call, row, scopes, outside, answer.at);
  if (answer.kind !== 'answered') return noToken(answer.reason, { isTemporary: answer.kind !== 'closed-address' });
  return refusalOf(answer, outside.now()) ?? readToken(answer.text, answer.status, scopes);
}

export type PlatformTokens = {
  /** A token for a set of scopes, kept until a little before its end. It never throws for what a platform does. */
  get: (row: Registration, scopes: readonly string[]) => Promise<Issued | NoToken>;
  /** Forgets a token that a service refused. */
  drop: (token: string) => void;
};

/** Access tokens by client-credentials assertion. Whoever shares this object shares the one fetch in flight. */
export function platformTokens(call: SystemCall, outside: Outside): PlatformTokens {
  const { tokens } = outside;
  const inFlight = new Map<string, Promise<Issued | NoToken>>();

  async function fetchToken(row: Registration, scopes: readonly string[], key: string): Promise<Issued | NoToken> {
    const answer = await request(call, row, scopes, outside);
    if (answer.kind !== 'issued') return answer;
    const now = outside.now();
    for (const [other, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(other);
    const spare = Math.min(SPARE_SECONDS, answer.lifeSeconds * SPARE_SHARE);
    tokens.set(key, { token: answer.token, expiresAt: now + (answer.lifeSeconds - spare) * 1000 });
    return answer;
  }

  return {
    async get(row, scopes) {
      const key = cacheKey(row, scopes);
      const kept = tokens.get(key);
      const left = kept ? kept.expiresAt - outside.now() : 0;
      if (kept && left > 0) return { kind: 'issued', token: kept.token, lifeSeconds: left / 1000 };
      const asking = inFlight.get(key) ?? fetchToken(row, scopes, key).finally(() => inFlight.delete(key));
      inFlight.set(key, asking);
      return await asking;
    },
    drop(token) {
      for (const [key, kept] of tokens) if (kept.token === token) tokens.delete(key);
    },
  };
}

/**
 * Asks a service with a token for one scope. Who is refused with 401, or with 403 as Open edX does for a token that has expired,
 * is asked once more with a fresh one.
 */
export async function askService<A extends { kind: string }>(
  tokens: PlatformTokens,
  { registration, scope }: { registration: Registration; scope: string },
  ask: (authorization: string) => Promise<Reached | A>,
): Promise<Reached | A | NoToken> {
  for (let isFirst = true; ; isFirst = false) {
    const issued = await tokens.get(registration, [scope]);
    if (issued.kind !== 'issued') return issued;
    const reached = await ask(`Bearer ${issued.token}`);
    const isRefused = 'status' in reached && (reached.status === 401 || reached.status === 403);
    if (!isRefused) return reached;
    tokens.drop(issued.token);
    if (!isFirst) return reached;
  }
}
