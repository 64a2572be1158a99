/**
 * Every way a login or a launch can be refused: the code in `ve-error`, and its status. The codes are part of the contract; the words
 * for each stand in ui/english.ts under the same name.
 */
const refusals = {
  // The request itself.
  malformed: 400,
  token_malformed: 400,
  target_not_ours: 400,
  platform_refused: 400,
  assessment_not_found: 400,
  // The token.
  algorithm_refused: 401,
  key_id_missing: 401,
  key_unknown: 401,
  signature_wrong: 401,
  critical_header: 401,
  issuer_wrong: 401,
  audience_wrong: 401,
  authorized_party_wrong: 401,
  expiry_wrong: 401,
  expired: 401,
  issued_at_wrong: 401,
  too_old: 401,
  not_yet_valid: 401,
  nonce_wrong: 401,
  version_wrong: 401,
  message_type_wrong: 401,
  roles_wrong: 401,
  resource_link_missing: 401,
  deep_linking_settings_wrong: 401,
  target_link_uri_wrong: 401,
  subject_missing: 401,
  // The login it answers, and the browser.
  state_unknown: 401,
  state_expired: 401,
  state_used: 401,
  not_this_browser: 401,
  // Who may launch.
  registration_unknown: 403,
  registration_ambiguous: 403,
  registration_inactive: 403,
  deployment_missing: 403,
  deployment_pending: 403,
  deployment_wrong: 403,
  not_an_instructor: 403,
  blocked: 403,
  too_large: 413,
  too_many_requests: 429,
  key_set_unavailable: 502,
  key_set_malformed: 502,
} as const;

export type LaunchRefusal = keyof typeof refusals;
export const launchRefusals = Object.keys(refusals) as LaunchRefusal[];
export const statusOfRefusal = (code: LaunchRefusal) => refusals[code];
