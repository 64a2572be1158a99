import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createPlatform, type Platform, type PlatformOptions } from '../../scripts/lms/platform.ts';
import { seededRandom } from '../../scripts/lms/random-source.ts';

/** What an answer holds, whatever its shape. */
// biome-ignore lint: answers of any shape are looked into
export type Any = ReturnType<typeof JSON.parse>;

const ORIGIN = 'http://localhost:8842';
export const TOOL = 'http://127.0.0.1:8841';
export const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export type Pair = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

export async function aKey(kid: string): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

const toolKey = await aKey('tool-1');
export const platformKey = await aKey('platform-1');

/** A platform whose clock the test moves, and a tool that is only its keys. */
export function aPlatform(options: Partial<PlatformOptions> = {}) {
  const clock = { ms: Date.parse('2026-04-14T09:10:00.400Z') };
  const fetched: string[] = [];
  const platform: Platform = createPlatform({
    origin: ORIGIN,
    now: () => clock.ms,
    random: seededRandom(11),
    deliver: () => {},
    toolUrl: TOOL,
    signingKeys: [platformKey],
    fetch: async (input) => {
      fetched.push(input);
      return Response.json({ keys: [toolKey.publicJwk] });
    },
    ...options,
  });
  const { lti } = platform;
  const send = (url: string, init?: RequestInit) => platform.fetch(new Request(new URL(url, ORIGIN), init));
  const seconds = () => Math.floor(clock.ms / 1000);

  /** A good client assertion with changes. */
  const assertion = async (changes: JWTPayload = {}, header: Record<string, unknown> = {}, key = toolKey) => {
    const { clientId } = lti.tool();
    const claims: JWTPayload = {
      iss: clientId,
      sub: clientId,
      aud: lti.registration().authTokenUrl,
      iat: seconds() - 10,
      exp: seconds() + 300,
      jti: crypto.randomUUID(),
      ...changes,
    };
    return await new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header })
      .sign(key.privateKey);
  };

  const askToken = async (scope: string, changes: Record<string, string> = {}) => {
    const form = {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION,
      client_assertion: changes.client_assertion ?? (await assertion()),
      scope,
      ...changes,
    };
    const response = await send(lti.registration().authTokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Any };
  };

  /** A request to a service as the tool makes it. */
  const serve = async (
    url: string,
    token: string | undefined,
    {
      method = 'GET',
      type,
      body,
      headers = {},
    }: { method?: string; type?: string; body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const response = await send(url, {
      method,
      headers: {
        'user-agent': 'a tool',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(type && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };

  return { platform, lti, clock, send, serve, assertion, askToken, fetched, seconds };
}

const parsed = (text: string): Any => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The authorisation request that a tool makes of a login initiation. */
export function authorisationUrl(
  authLoginUrl: string,
  params: Record<string, string>,
  changes: Record<string, string | undefined> = {},
) {
  const url = new URL(authLoginUrl);
  const all = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: params.client_id,
    redirect_uri: `${TOOL}/lti/launch`,
    login_hint: params.login_hint,
    lti_message_hint: params.lti_message_hint,
    state: 'the-state',
    nonce: 'the-nonce',
    ...changes,
  };
  for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
