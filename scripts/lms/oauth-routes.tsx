import { type Context, Hono } from 'hono';
import { faulty } from './answers.ts';
import { strikes } from './faults.ts';
import { document } from './page.tsx';
import { hex } from './random-source.ts';
import { issueToken, TOKEN_SECONDS } from './tokens.ts';
import type { Client, World } from './world.ts';

const CODE_MS = 60_000;

type Form = Record<string, string>;

async function formOf(c: Context): Promise<Form> {
  const form = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(form).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** Client id and secret from the form or from HTTP Basic. */
function credentials(c: Context, form: Form): [string, string] {
  const [scheme, encoded = ''] = (c.req.header('authorization') ?? '').split(' ');
  if (scheme !== 'Basic') return [form.client_id ?? '', form.client_secret ?? ''];
  try {
    const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(atob(encoded)) ?? [];
    return [decodeURIComponent(id), decodeURIComponent(secret)];
  } catch {
    return ['', ''];
  }
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

const refused = (c: Context, error: string, status: 400 | 401 = 400, error_description?: string) =>
  c.json({ error, ...(error_description && { error_description }) }, status);

const allowedScopes = (client: Client, asked: string | undefined) => {
  const wanted = asked?.split(' ').filter((one) => one !== '') ?? [];
  return wanted.length === 0 ? [...client.scopes] : wanted.filter((one) => client.scopes.includes(one));
};

/** A code for a token: once, within a minute, with everything as it was asked for. */
async function swapCode(world: World, c: Context, client: Client, form: Form) {
  const grant = world.codes.get(form.code ?? '');
  world.codes.delete(form.code ?? '');
  if (!grant || grant.clientId !== client.clientId || grant.expires <= world.now()) return refused(c, 'invalid_grant');
  if (grant.redirectUri !== form.redirect_uri) return refused(c, 'invalid_request', 400, 'Mismatching redirect URI.');
  if (grant.challenge !== undefined && grant.challenge !== (await challengeOf(form.code_verifier ?? '')))
    return refused(c, 'invalid_grant');
  const person = world.people.get(grant.username);
  if (!person) return refused(c, 'invalid_grant');
  return c.json({
    access_token: await issueToken(world, person, grant.scopes, 'authorization-code'),
    expires_in: TOKEN_SECONDS,
    token_type: 'JWT',
    scope: grant.scopes.join(' '),
    refresh_token: hex(world.random, 30),
  });
}

/** What was asked of the page that allows, or why it cannot be shown, or where the refusal is sent. */
function asked(world: World, params: Form) {
  const client = world.clients.find(({ clientId }) => clientId === params.client_id);
  const redirectUri = params.redirect_uri ?? '';
  if (!client?.grants.includes('authorization_code')) return { problem: 'Invalid client_id parameter value.' };
  if (!client.redirectUris?.includes(redirectUri)) return { problem: 'Mismatching redirect URI.' };
  const back = (answer: Form) => {
    const url = new URL(redirectUri);
    for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
    if (params.state !== undefined) url.searchParams.set('state', params.state);
    return url.href;
  };
  const scopes = allowedScopes(client, params.scope);
  if (params.response_type !== 'code') return { back: back({ error: 'unsupported_response_type' }) };
  if (params.code_challenge !== undefined && params.code_challenge_method !== 'S256')
    return { back: back({ error: 'invalid_request' }) };
  if (scopes.length === 0) return { back: back({ error: 'invalid_scope' }) };
  return { client, redirectUri, scopes, answer: back };
}

/** OAuth2: tokens for machines, and the page on which a person allows a sign-in. */
export function oauthRoutes(world: World): Hono {
  const app = new Hono();

  for (const path of ['/oauth2/access_token', '/oauth2/access_token/'])
    app.post(path, faulty(world, 'token'), async (c) => {
      const form = await formOf(c);
      if (strikes(world.faults, 'tokenError', world.random, 'token')) return c.html('<h1>Server Error (500)</h1>', 500);
      const [id, secret] = credentials(c, form);
      const client = world.clients.find(({ clientId }) => clientId === id);
      const isRefused = strikes(world.faults, 'clientRefused', world.random, 'token');
      if (isRefused || !client || client.clientSecret !== secret) return refused(c, 'invalid_client', 401);
      const type = form.grant_type;
      if (type !== 'client_credentials' && type !== 'authorization_code') return refused(c, 'unsupported_grant_type');
      if (!client.grants.includes(type)) return refused(c, 'unauthorized_client');
      const isJwt = form.token_type?.toLowerCase() === 'jwt' || c.req.header('x-token-type')?.toLowerCase() === 'jwt';
      if (!isJwt)
        // An opaque token, which opens nothing here.
        return c.json({
          access_token: hex(world.random, 30),
          expires_in: TOKEN_SECONDS,
          token_type: 'Bearer',
          scope: client.scopes.join(' '),
        });
      if (type === 'authorization_code') return swapCode(world, c, client, form);
      const person = world.people.get(client.username ?? '');
      if (!person) return refused(c, 'unauthorized_client');
      const scopes = allowedScopes(client, form.scope);
      if (scopes.length === 0) return refused(c, 'invalid_scope', 401);
      return c.json({
        access_token: await issueToken(world, person, scopes, 'client-credentials'),
        expires_in: TOKEN_SECONDS,
        token_type: 'JWT',
        scope: scopes.join(' '),
      });
    });

  for (const path of ['/oauth2/authorize', '/oauth2/authorize/']) {
    app.get(path, (c) => {
      const params = c.req.query();
      const request = asked(world, params);
      if ('problem' in request) return c.html(document('Error', <p>{request.problem}</p>), 400);
      if ('back' in request) return c.redirect(request.back);
      return c.html(
        document(
          'Authorise',
          <form method="post" action="/oauth2/authorize/">
            {Object.entries(params).map(([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ))}
            <p>
              <strong>{request.client.clientId}</strong> wants to know: {request.scopes.join(', ')}
            </p>
            <p>
              <label for="username">Sign in as</label>{' '}
              <select id="username" name="username">
                {[...world.people.values()].map(({ username, name }) => (
                  <option value={username}>{name ? `${name} (${username})` : username}</option>
                ))}
              </select>
            </p>
            <p>
              <button type="submit" name="allow" value="yes">
                Allow
              </button>{' '}
              <button type="submit" name="allow" value="no">
                Cancel
              </button>
            </p>
          </form>,
        ),
      );
    });
    app.post(path, async (c) => {
      const { username = '', allow, ...params } = await formOf(c);
      const request = asked(world, params);
      if ('problem' in request) return c.html(document('Error', <p>{request.problem}</p>), 400);
      if ('back' in request) return c.redirect(request.back);
      if (allow !== 'yes') return c.redirect(request.answer({ error: 'access_denied' }));
      if (!world.people.has(username)) return c.html(document('Error', <p>There is no such user.</p>), 400);
      const code = hex(world.random, 30);
      world.codes.set(code, {
        clientId: request.client.clientId,
        redirectUri: request.redirectUri,
        username,
        scopes: request.scopes,
        challenge: params.code_challenge,
        expires: world.now() + CODE_MS,
      });
      return c.redirect(request.answer({ code }));
    });
  }

  return app;
}
