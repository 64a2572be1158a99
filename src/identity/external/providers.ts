import type * as oauth from 'oauth4webapi';
import * as z from 'zod';
import type { identityProviders } from '../schema.ts';

export type ProviderName = (typeof identityProviders)[number];

/** Who somebody is at a provider. `email` is there only where the provider has verified it. */
export type Person = { subject: string; email: string | null; name: string };

/** Answers of a provider, fetched with the token of the person. */
type Ask = (url: string) => Promise<unknown>;

/** The endpoints are constants: no sign-in waits for a discovery document, and no setting or answer can lead our secret elsewhere. */
export type Provider = {
  label: string;
  server: oauth.AuthorizationServer;
  scope: string;
} & (
  | { kind: 'openid'; read: (claims: oauth.IDToken) => Person }
  | { kind: 'oauth'; read: (ask: Ask) => Promise<Person> }
);

const MAX_NAME = 200;
/** One line, as names here are. */
const nameOf = (name: unknown, otherwise: string) =>
  (typeof name === 'string' ? name : '')
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME) || otherwise;

const GoogleClaims = z.object({ email: z.email().max(254).optional(), email_verified: z.boolean().optional() });

const GitHubUser = z.object({ id: z.int().positive(), login: z.string(), name: z.string().nullish() });
const GitHubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

export const providers: Record<ProviderName, Provider> = {
  // https://accounts.google.com/.well-known/openid-configuration
  google: {
    label: 'Google',
    kind: 'openid',
    scope: 'openid email profile',
    server: {
      issuer: 'https://accounts.google.com',
      authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
      token_endpoint: 'https://oauth2.googleapis.com/token',
      jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
      id_token_signing_alg_values_supported: ['RS256'],
    },
    read(claims) {
      const { email, email_verified } = GoogleClaims.parse(claims);
      return {
        subject: claims.sub,
        email: email_verified === true ? (email ?? null) : null,
        name: nameOf(claims.name, email ?? 'Google'),
      };
    },
  },
  // OAuth 2.0 only: GitHub gives no id token, so who it is is asked of its API.
  github: {
    label: 'GitHub',
    kind: 'oauth',
    scope: 'read:user user:email',
    server: {
      issuer: 'https://github.com/login/oauth',
      authorization_endpoint: 'https://github.com/login/oauth/authorize',
      token_endpoint: 'https://github.com/login/oauth/access_token',
    },
    async read(ask) {
      const { id, login, name } = GitHubUser.parse(await ask('https://api.github.com/user'));
      const emails = GitHubEmails.parse(await ask('https://api.github.com/user/emails'));
      const primary = emails.find((one) => one.primary && one.verified)?.email;
      return {
        // The number: a login can be given up and taken by somebody else.
        subject: String(id),
        email: z.email().max(254).safeParse(primary).data ?? null,
        name: nameOf(name, login),
      };
    },
  },
};

export type Credentials = { id: string; secret: string };

/** What we are to a provider; undefined where the Worker has no secrets for it, and then it is not offered. */
export function credentialsOf(env: Env, provider: ProviderName): Credentials | undefined {
  const [id, secret] =
    provider === 'google'
      ? [env.GOOGLE_CLIENT_ID, env.GOOGLE_CLIENT_SECRET]
      : [env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET];
  return id && secret ? { id, secret } : undefined;
}
