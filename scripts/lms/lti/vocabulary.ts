/** A claim of LTI 1.3 by its short name. */
export const claim = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;

export const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
export const NRPS = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
export const deepLinkingClaim = (name: string) => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;

export const scopes = {
  lineItems: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  readLineItems: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly',
  results: 'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
  scores: 'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  members: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const;

export const mediaTypes = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  members: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json',
} as const;

const vocabulary = 'http://purl.imsglobal.org/vocab/lis/v2';
export const membership = (role: string) => `${vocabulary}/membership#${role}`;
export const subRole = (role: string, sub: string) => `${vocabulary}/membership/${role}#${sub}`;
export const institution = (role: string) => `${vocabulary}/institution/person#${role}`;
export const system = (role: string) => `${vocabulary}/system/person#${role}`;
export const courseType = (name: string) => `${vocabulary}/course#${name}`;

/** Canvas's own claim about the submission behind a score. */
export const SUBMISSION = 'https://canvas.instructure.com/lti/submission';
