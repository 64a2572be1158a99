import { MATHEMATICS } from '../seed.ts';
import type { SigningKey } from './keys.ts';
import type { LineItem, Link, LtiState, Tool } from './lti-state.ts';
import type { Mode } from './modes.ts';
import { steadyHex, steadyUuid } from './steady-ids.ts';

/** What a platform's administrator is told of the tool. */
type ToolAddress = {
  loginUrl: string;
  launchUrl: string;
  redirectUris: string[];
  keysUrl: string;
};

/** The usual addresses of this tool. */
const addressesOf = (toolUrl: string): ToolAddress => {
  const base = toolUrl.replace(/\/$/, '');
  const launchUrl = `${base}/lti/launch`;
  return { loginUrl: `${base}/lti/login`, launchUrl, redirectUris: [launchUrl], keysUrl: `${base}/lti/jwks` };
};

const known: [mode: Mode, number: number, clientId: string, deploymentId: string][] = [
  ['openedx', 1, steadyUuid('client of the stand-in'), '1'],
  ['moodle', 3, 'aUn1BXfIYw7nfAK', '3'],
  ['canvas', 10, '10000000000010', `7:${steadyHex('deployment', 40)}`],
];

const tools = (address: ToolAddress): Tool[] =>
  known.map(([mode, number, clientId, deploymentId]) => ({
    mode,
    number,
    clientId,
    title: 'VE-EDU-VAULT',
    ...address,
    redirectUris: [...address.redirectUris],
    deepLinkUrl: address.launchUrl,
    deploymentIds: [deploymentId],
    isActive: true,
  }));

const link = (number: number, title: string): Link => ({
  number,
  courseKey: MATHEMATICS,
  title,
  url: null,
  custom: {},
  block: null,
  allowedAttempts: null,
  deploymentId: null,
});

const lineItem = (number: number, of: Link): LineItem => ({
  number,
  courseKey: of.courseKey,
  madeUnder: of.number,
  link: of.number,
  label: of.title,
  scoreMaximum: 100,
  resourceId: '',
  tag: '',
});

/** Two links of the mathematics course: one that is graded and one that is not. */
export function seedLti(mode: Mode, toolUrl: string, signingKeys: readonly SigningKey[]): LtiState {
  const graded = link(1, 'End of term examination');
  const free = link(2, 'Practice');
  return {
    mode,
    settings: {
      tells: null,
      isAnonymous: false,
      grades: true,
      members: true,
      isProgrammatic: false,
      accessTokenSeconds: null,
      storageTarget: 'post_message_forwarding',
    },
    tools: tools(addressesOf(toolUrl)),
    links: [graded, free],
    lineItems: [lineItem(1, graded)],
    results: new Map(),
    posts: [],
    pending: new Map(),
    tokens: new Map(),
    seenIds: new Map(),
    deepLinkingData: new Map(),
    registrationTokens: new Map(),
    keys: [...signingKeys],
    counter: 10,
  };
}
