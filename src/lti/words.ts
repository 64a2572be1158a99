/** What a launch makes of somebody here. */
export const launchRoles = ['student', 'instructor'] as const;
export type LaunchRole = (typeof launchRoles)[number];

export const passbackStates = ['pending', 'sending', 'delivered', 'parked'] as const;

/** Why a platform's keys could not be had. */
export const keySetFaults = ['key_set_unavailable', 'key_set_malformed'] as const;

/** `next` is published and does not sign yet, `retiring` no longer signs and is still published. */
export const signingKeyStates = ['next', 'active', 'retiring'] as const;

/** LTI claim names: everything of the core specification stands under this prefix. */
export const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/';
export const AGS_CLAIM = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
export const NRPS_CLAIM = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
export const DEEP_LINKING_CLAIM = 'https://purl.imsglobal.org/spec/lti-dl/claim/';

export const scopes = {
  lineItem: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  lineItemReadOnly: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly',
  result: 'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
  score: 'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  membership: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const;

/** Who we say we are to platforms. Canvas refuses API calls without one, and Workers send none by themselves. */
export const USER_AGENT = 've-edu-vault (LTI 1.3 tool)';
