import * as z from 'zod';
import { checkEndpointUrl } from './registration-urls.ts';
import { TOOL_CONFIGURATION } from './tool-configuration.ts';

/** What we use of a platform's OpenID configuration (lti-dr-v1p0 §3.4). */
const Configuration = z.object({
  issuer: z.string().min(1).max(255),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  registration_endpoint: z.string(),
  /** The audience of our assertions, where it is not the token address. */
  authorization_server: z
    .string()
    .regex(/^[\x20-\x7e]{1,1000}$/)
    .nullish()
    .catch(null),
});

export type PlatformConfiguration = {
  issuer: string;
  authLoginUrl: string;
  authTokenUrl: string;
  keySetUrl: string;
  registrationUrl: string;
  audience: string | null;
};

type Read =
  | { ok: true; configuration: PlatformConfiguration }
  | { ok: false; reason: 'configuration_malformed' | 'other_host' | 'address_refused'; detail: string };

function parse<S extends z.ZodType>(schema: S, text: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Reads a platform's configuration that was fetched at `url`. Its issuer must live on the host it came from (§3.4), or anybody could
 * register in the name of somebody else's platform; every address must be one that may be asked.
 */
export function readConfiguration(text: string, url: string, rules: { allowLoopback: boolean }): Read {
  const given = parse(Configuration, text);
  if (!given) return { ok: false, reason: 'configuration_malformed', detail: '' };
  if (URL.parse(given.issuer)?.host !== new URL(url).host)
    return { ok: false, reason: 'other_host', detail: URL.parse(given.issuer)?.host ?? '' };
  const checked = {
    authLoginUrl: checkEndpointUrl(given.authorization_endpoint, rules),
    authTokenUrl: checkEndpointUrl(given.token_endpoint, rules),
    keySetUrl: checkEndpointUrl(given.jwks_uri, rules),
    registrationUrl: checkEndpointUrl(given.registration_endpoint, rules),
  };
  const refused = Object.values(checked).find(({ ok }) => !ok);
  if (refused && !refused.ok) return { ok: false, reason: 'address_refused', detail: refused.reason };
  const addresses = Object.fromEntries(
    Object.entries(checked).map(([name, one]) => [name, one.ok ? one.url : '']),
  ) as Record<keyof typeof checked, string>;
  const { issuer, authorization_server: audience } = given;
  return { ok: true, configuration: { ...addresses, issuer, audience: audience ?? null } };
}

const said = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^[\x20-\x7e]{1,255}$/));

/** What a platform answers to a registration (§3.6), as far as we use it. */
const Registered = z.object({
  client_id: said,
  [TOOL_CONFIGURATION]: z
    .object({ deployment_id: said.nullish().catch(null) })
    .nullish()
    .catch(null),
});

/** The client id and the deployment we were given; undefined where there is no client id. */
export function readRegistered(text: string): { clientId: string; deploymentId: string | null } | undefined {
  const given = parse(Registered, text);
  return given && { clientId: given.client_id, deploymentId: given[TOOL_CONFIGURATION]?.deployment_id ?? null };
}
