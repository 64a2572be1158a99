/** `deep_linking_settings` of a deep linking request, as far as we use it (lti-dl-v2p0 §4.4.1). */
export type DeepLinkingSettings = {
  returnUrl: string;
  acceptTypes: string[];
  acceptMultiple: boolean;
  /** Null: the platform did not say; it may keep line items. */
  acceptLineItem: boolean | null;
  /** Echoed unchanged. */
  data: string | null;
};

/** What a launch that passed every check says. Null: the platform did not say, or nothing that can be used. */
export type Launch = {
  messageType: 'LtiResourceLinkRequest' | 'LtiDeepLinkingRequest';
  deploymentId: string;
  /** Null only where the registration allows anonymous launches. */
  sub: string | null;
  roles: string[];
  targetLinkUri: string;
  context: { id: string; title: string | null } | null;
  /** Always there in a resource link launch. */
  resourceLink: { id: string; title: string | null } | null;
  name: string | null;
  email: string | null;
  /** Open edX: the user name, unique on that platform. */
  preferredUsername: string | null;
  custom: Record<string, string>;
  grades: { scopes: string[]; lineItem: string | null; lineItems: string | null } | null;
  rosterUrl: string | null;
  deepLinking: DeepLinkingSettings | null;
};
