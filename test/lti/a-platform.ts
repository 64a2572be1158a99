import { newId } from '../../src/lib/ids.ts';
import { TOOL_CONFIGURATION } from '../../src/lti/tool-configuration.ts';

/** A registration as an admin would enter it, new at every call. */
export const aPlatform = (changes: object = {}) => ({
  issuer: 'https://lms.example.mw',
  clientId: newId('registration'),
  authLoginUrl: 'https://lms.example.mw/auth',
  authTokenUrl: 'https://lms.example.mw/token',
  keySetUrl: 'https://lms.example.mw/keys',
  deployments: ['1'],
  ...changes,
});

export const SITE = 'https://moodle.example.mw';
export const CONFIGURATION = `${SITE}/mod/lti/openid-configuration.php`;

export const configuration = (changes: object = {}) => ({
  issuer: SITE,
  authorization_endpoint: `${SITE}/mod/lti/auth.php`,
  token_endpoint: `${SITE}/mod/lti/token.php`,
  jwks_uri: `${SITE}/mod/lti/certs.php`,
  registration_endpoint: `${SITE}/mod/lti/openid-registration.php`,
  ...changes,
});

type Answer = Response | Promise<Response>;
type Answers = { configuration?: () => Answer; registration?: (request: Request) => Answer };

/** A platform that registers tools. `asked` is a list of what it was asked, `told` of the tools it was told of. */
export function aRegistrar({ configuration: configure, registration: register }: Answers = {}) {
  const asked: Request[] = [];
  const told: Record<string, unknown>[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push(request.clone());
    if (request.method === 'GET') return (await configure?.()) ?? Response.json(configuration());
    told.push(await request.clone().json());
    if (register) return await register(request);
    return Response.json({ client_id: newId('registration'), [TOOL_CONFIGURATION]: { deployment_id: '7' } });
  };
  return { asked, told, fetch };
}
