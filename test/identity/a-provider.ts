import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { vi } from 'vitest';
import { newSecret, sha256 } from '../../src/lib/crypto.ts';
import { aBrowser } from '../openedx/a-browser.ts';

/** What the Worker is to the providers. */
export const CLIENTS = {
  GOOGLE_CLIENT_ID: 'our-id.apps.googleusercontent.com',
  GOOGLE_CLIENT_SECRET: 'our google secret',
  GITHUB_CLIENT_ID: 'our-github-id',
  GITHUB_CLIENT_SECRET: 'our github secret',
};

const newKeys = () => generateKeyPair('RS256', { extractable: true });
const [good, stranger] = [await newKeys(), await newKeys()];
const jwks = { keys: [{ ...(await exportJWK(good.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] };

export type Claims = Record<string, unknown>;
/** What the provider does otherwise than it should. */
export type Faults = {
  claims?: Claims;
  alg?: 'none' | 'HS256' | 'stranger' | 'jwk';
  /** Instead of its usual answers, by path. */
  answers?: Record<string, () => Response>;
  emails?: object[];
};

async function idToken(claims: Claims, alg: Faults['alg']): Promise<string> {
  if (alg === 'none') return new UnsecuredJWT(claims).encode();
  // The oldest confusion: the public key as the secret of an HMAC.
  if (alg === 'HS256')
    return await new SignJWT(claims)
      .setProtectedHeader({ alg, kid: 'one' })
      .sign(new TextEncoder().encode(JSON.stringify(jwks.keys[0])));
  const header = { alg: 'RS256', kid: 'one', ...(alg === 'jwk' && { jwk: await exportJWK(stranger.publicKey) }) };
  return await new SignJWT(claims).setProtectedHeader(header).sign((alg ? stranger : good).privateKey);
}

let nextSubject = 1_000;

/**
 * Google and GitHub as the Worker's own fetch finds them, until the stubs are taken back: real keys, codes that are good once and only with
 * the verifier of their challenge. `allow` is the person pressing yes there.
 */
export function stubProviders(faults: Faults = {}) {
  const codes = new Map<string, { challenge: string; nonce: string; redirectUri: string; person: Claims }>();
  const asked: { url: string; method: string; body: URLSearchParams; headers: Headers }[] = [];
  const tokens = new Map<string, Claims>();

  async function token(body: URLSearchParams, isGoogle: boolean) {
    const code = codes.get(body.get('code') ?? '');
    codes.delete(body.get('code') ?? '');
    const isOurs = isGoogle
      ? body.get('client_id') === CLIENTS.GOOGLE_CLIENT_ID && body.get('client_secret') === CLIENTS.GOOGLE_CLIENT_SECRET
      : body.get('client_id') === CLIENTS.GITHUB_CLIENT_ID &&
        body.get('client_secret') === CLIENTS.GITHUB_CLIENT_SECRET;
    const isGood =
      code?.redirectUri === body.get('redirect_uri') &&
      code?.challenge === (await sha256(body.get('code_verifier') ?? ''));
    // GitHub says so with a 200.
    if (!code || !isGood || !isOurs) return Response.json({ error: 'invalid_grant' }, { status: isGoogle ? 400 : 200 });
    const access = newSecret();
    tokens.set(access, code.person);
    if (!isGoogle) return Response.json({ access_token: access, token_type: 'bearer', scope: 'read:user,user:email' });
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: 'https://accounts.google.com', aud: CLIENTS.GOOGLE_CLIENT_ID, iat: now, exp: now + 3600 },
      ...{ nonce: code.nonce, ...code.person, ...faults.claims },
    };
    return Response.json({
      access_token: access,
      token_type: 'Bearer',
      expires_in: 3599,
      id_token: await idToken(claims, faults.alg),
    });
  }

  vi.stubGlobal('fetch', async (request: Request) => {
    const { origin, pathname } = new URL(request.url);
    const body = new URLSearchParams(
      request.method === 'POST' ? new TextDecoder().decode(await request.clone().arrayBuffer()) : '',
    );
    asked.push({ url: origin + pathname, method: request.method, body, headers: request.headers });
    const other = faults.answers?.[pathname];
    if (other) return other();
    const person = tokens.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? '');
    switch (origin + pathname) {
      case 'https://oauth2.googleapis.com/token':
        return await token(body, true);
      case 'https://github.com/login/oauth/access_token':
        return await token(body, false);
      case 'https://www.googleapis.com/oauth2/v3/certs':
        return Response.json(jwks);
      case 'https://api.github.com/user':
        return person ? Response.json(person) : Response.json({}, { status: 401 });
      case 'https://api.github.com/user/emails':
        return person ? Response.json(faults.emails ?? person.emails ?? []) : Response.json({}, { status: 401 });
      default:
        return new Response('', { status: 404 });
    }
  });

  /** The person says yes at the page they were led to: the query they come back with. */
  function allow(to: string, person: Claims): URLSearchParams {
    const { searchParams } = new URL(to);
    const code = newSecret();
    codes.set(code, {
      ...{ challenge: searchParams.get('code_challenge') ?? '', nonce: searchParams.get('nonce') ?? '', person },
      redirectUri: searchParams.get('redirect_uri') ?? '',
    });
    return new URLSearchParams({ code, state: searchParams.get('state') ?? '' });
  }
  return { asked, allow };
}

/** Somebody Google knows. */
export function aGoogler(more: Claims = {}): Claims & { sub: string; email: string } {
  nextSubject += 1;
  const sub = `1082${nextSubject}`;
  return { sub, email: `g${sub}@mail.test`, email_verified: true, name: 'Chisomo Phiri', ...more };
}

/** Somebody GitHub knows. */
export function aGitHubber(more: Claims = {}) {
  nextSubject += 1;
  const email = `h${nextSubject}@mail.test`;
  return {
    ...{ id: nextSubject, login: `chisomo${nextSubject}`, name: null },
    emails: [
      { email: `other-${email}`, primary: false, verified: true },
      { email, primary: true, verified: true },
    ],
    email,
    ...more,
  };
}

/** A browser of a Worker that has secrets for both providers. */
export const aBrowserWithProviders = () => aBrowser(CLIENTS);
