import * as oauth from 'oauth4webapi';
import { ZodError } from 'zod';
import { type Outside, reachPlatform } from '../../http/index.ts';
import type { Credentials, Person, Provider } from './providers.ts';

/**
 * What came of asking who somebody is. `denied`: they or the provider said no. `away`: there was no answer. `misconfigured`: what was
 * answered proves nothing; `why` is a code for the log.
 */
export type Asked =
  | { ok: true; person: Person }
  | { ok: false; reason: 'denied' | 'away' | 'misconfigured'; why: string };

class Away extends Error {}

type ToSend = { method: string; headers: Record<string, string>; body?: unknown };

/** Time and size are bounded, no redirect is followed, and a provider in trouble is away, whatever it says. */
const fetchOf =
  (outside: Outside) =>
  async (url: string, { method, headers, body }: ToSend): Promise<Response> => {
    const reached = await reachPlatform(outside, url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      ...(body instanceof URLSearchParams && { body: body.toString() }),
    });
    if (reached.kind !== 'answered') throw new Away(reached.kind);
    if (reached.status >= 500 || reached.status === 429) throw new Away(`status ${reached.status}`);
    const type = reached.headers.get('content-type') ?? '';
    return new Response(reached.text === '' ? null : reached.text, {
      status: reached.status,
      headers: { 'content-type': type },
    });
  };

type Question = {
  /** What the provider sent the browser back with. */
  parameters: URLSearchParams;
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
  credentials: Credentials;
};

/** A code for the log, never the provider's words. */
const whyOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

async function read(provider: Provider, asked: Question, outside: Outside): Promise<Person> {
  // A fresh copy: the package keeps key sets and requests under way by this object, and those belong to one request.
  const server = { ...provider.server };
  const client = { client_id: asked.credentials.id };
  const options = { [oauth.customFetch]: fetchOf(outside) };
  // RFC 9207: `iss` is checked wherever it is given; beside that each provider has a redirect address of its own.
  const parameters = oauth.validateAuthResponse(server, client, asked.parameters, asked.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(asked.credentials.secret),
    parameters,
    asked.redirectUri,
    asked.verifier,
    options,
  );
  if (provider.kind === 'openid') {
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: asked.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (!claims) throw new Error('no id token');
    return provider.read(claims);
  }
  const { access_token } = await oauth.processAuthorizationCodeResponse(server, client, response);
  return await provider.read(async (url) => {
    const headers = new Headers({ accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' });
    const answer = await oauth.protectedResourceRequest(access_token, 'GET', new URL(url), headers, null, options);
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    return await answer.json();
  });
}

/**
 * Who came back from a provider: checks the answer (RFC 9207 `iss`, state), exchanges the code with its PKCE verifier, and believes an id
 * token only with our nonce, audience and issuer, unexpired, signed with RS256 by a key of the provider. No token is kept.
 */
export async function askProvider(provider: Provider, asked: Question, outside: Outside): Promise<Asked> {
  try {
    return { ok: true, person: await read(provider, asked, outside) };
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) return { ok: false, reason: 'denied', why: whyOf(error) };
    for (let one = error; one instanceof Error; one = one.cause)
      if (one instanceof Away) return { ok: false, reason: 'away', why: one.message };
    return { ok: false, reason: 'misconfigured', why: error instanceof ZodError ? 'shape' : whyOf(error) };
  }
}
