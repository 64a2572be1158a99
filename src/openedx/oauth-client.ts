import * as z from 'zod';
import type { Outside } from '../http/index.ts';
import { openSecret } from './connection-secrets.ts';
import { type Fetched, failed } from './fetched.ts';
import { fetchJson } from './platform-fetch.ts';
import type { connection } from './schema.ts';

/** We stop using a token this long before it ends. */
const SPARE_MS = 60_000;
const MAX_LIFE_SECONDS = 24 * 3600;

/** RFC 6749 §5.1 with the platform's own type: what we asked for by `token_type=jwt`, or nothing. */
const TokenAnswer = z.object({
  access_token: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/)
    .max(8192),
  token_type: z.string().regex(/^JWT$/i),
  expires_in: z.number().min(1).max(MAX_LIFE_SECONDS),
});

/** `POST {LMS}/oauth2/access_token`. A refusal of the client (400 or 401) is `unauthorised` in words that say so. */
export async function requestToken(
  outside: Outside,
  lmsUrl: string,
  form: Record<string, string>,
): Promise<Fetched<z.output<typeof TokenAnswer>>> {
  const answer = await fetchJson(
    outside,
    `${lmsUrl}/oauth2/access_token`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, token_type: 'jwt' }).toString(),
    },
    TokenAnswer,
  );
  if (answer.ok) return answer;
  const { status } = answer.failure;
  if (status !== 400 && status !== 401) return answer;
  return failed('unauthorised', 'The platform refuses the client id or secret, or the grant of its application.', {
    status,
  });
}

/** Where a token is kept: another address, client or secret is another token. Only the sealed secret is part of it. */
const cacheKey = ({ id, lmsUrl, clientId, clientSecret }: typeof connection.$inferSelect) =>
  JSON.stringify([id, lmsUrl, clientId, clientSecret]);

type Tokens = { get: () => Promise<Fetched<string>>; drop: (token: string) => void };

/**
 * The access tokens of a connection's service user (client credentials). Kept in `outside.tokens` until a minute before their
 * end; whoever shares this object shares the one fetch in flight.
 */
export function tokensOf(row: typeof connection.$inferSelect, outside: Outside): Tokens {
  const key = cacheKey(row);
  let inFlight: Promise<Fetched<string>> | undefined;

  async function fetchToken(): Promise<Fetched<string>> {
    const secret = await openSecret(outside.secretsKey, row, 'client');
    if (secret === undefined)
      return failed('unauthorised', 'The client secret cannot be opened any more. Enter it again in the connection.');
    const answer = await requestToken(outside, row.lmsUrl, {
      grant_type: 'client_credentials',
      client_id: row.clientId,
      client_secret: secret,
    });
    if (!answer.ok) return answer;
    const { access_token: token, expires_in: seconds } = answer.value;
    const now = outside.now();
    for (const [other, { expiresAt }] of outside.tokens) if (expiresAt <= now) outside.tokens.delete(other);
    outside.tokens.set(key, { token, expiresAt: now + seconds * 1000 - SPARE_MS });
    return { ok: true, value: token, at: answer.at };
  }

  return {
    async get() {
      const kept = outside.tokens.get(key);
      if (kept && kept.expiresAt > outside.now()) return { ok: true, value: kept.token, at: outside.now() };
      inFlight ??= fetchToken().finally(() => {
        inFlight = undefined;
      });
      return await inFlight;
    },
    drop(token) {
      if (outside.tokens.get(key)?.token === token) outside.tokens.delete(key);
    },
  };
}
