import type { Settings } from './settings.ts';

/**
 * Access tokens of platforms, of one isolate. Texts and instants only: a promise of one request must not be awaited by another.
 * `expiresAt`: when we no longer use it, ms since 1970.
 */
type TokenCache = Map<string, { token: string; expiresAt: number }>;

/** What asking other sites needs: given by the route or the job, so that tests bring their own fetch and clock. */
export type Outside = {
  fetch: typeof fetch;
  secretsKey: string;
  allowLoopback: boolean;
  now: () => number;
  tokens: TokenCache;
};

const tokensOfIsolate: TokenCache = new Map();

/** The real outside, for routes and jobs. */
export const outsideOf = (env: Env, settings: Settings): Outside => ({
  fetch: (input, init) => fetch(input, init),
  secretsKey: env.SECRETS_KEY,
  allowLoopback: settings.allowPrivateHosts,
  now: Date.now,
  tokens: tokensOfIsolate,
});
