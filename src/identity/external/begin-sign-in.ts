import * as oauth from 'oauth4webapi';
import type { SystemCall } from '../../lib/call.ts';
import { newSecret, sha256 } from '../../lib/crypto.ts';
import { externalSignIn } from '../schema.ts';
import { type ProviderName, providers } from './providers.ts';

/** How long somebody may take to sign in at a provider, in ms. */
export const SIGN_IN_MS = 10 * 60_000;

type Begin = {
  provider: ProviderName;
  clientId: string;
  redirectUri: string;
  next: string;
  /** The secret of the cookie of the browser that begins: only there does it end. */
  browser: string;
  /** Whom the provider's identity is to be linked to; without, somebody signs in. */
  userId?: string;
};

/**
 * Begins a sign-in with a provider (authorization code, PKCE S256, state, nonce) and answers where to send the browser. One round trip.
 */
export async function beginExternalSignIn({ db, now }: SystemCall, begin: Begin): Promise<{ url: string }> {
  const { provider, clientId, redirectUri, next, browser, userId = null } = begin;
  const { server, scope } = providers[provider];
  const [state, nonce, verifier] = [newSecret(), newSecret(), newSecret()];
  await db.insert(externalSignIn).values({
    ...{ stateHash: await sha256(state), browserHash: await sha256(browser) },
    ...{ provider, verifier, nonce, next, userId, expiresAt: now + SIGN_IN_MS },
  });
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    // Phones and computers are shared: nobody is signed in as whoever sat there before.
    prompt: 'select_account',
    ...(providers[provider].kind === 'openid' && { nonce }),
  });
  return { url: `${server.authorization_endpoint}?${query}` };
}
