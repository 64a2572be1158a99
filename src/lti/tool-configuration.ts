import { scopes } from './words.ts';

export const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

/** Our addresses, as platforms want them. A launch and deep linking come to the same. */
export const toolAddresses = (origin: string) => ({
  login: `${origin}/lti/login`,
  launch: `${origin}/lti/launch`,
  keySet: `${origin}/lti/jwks`,
});

/** What we tell a platform of ourselves when we register (lti-dr-v1p0 §3.5). Only what we use is asked for. */
export function toolConfiguration(origin: string, name: string) {
  const { login, launch, keySet } = toolAddresses(origin);
  return {
    application_type: 'web',
    client_name: name,
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    initiate_login_uri: login,
    redirect_uris: [launch],
    jwks_uri: keySet,
    token_endpoint_auth_method: 'private_key_jwt',
    scope: Object.values(scopes).join(' '),
    [TOOL_CONFIGURATION]: {
      domain: new URL(origin).host,
      target_link_uri: launch,
      claims: ['iss', 'sub', 'name'],
      messages: [
        { type: 'LtiResourceLinkRequest', target_link_uri: launch },
        { type: 'LtiDeepLinkingRequest', target_link_uri: launch, label: name },
      ],
    },
  };
}
