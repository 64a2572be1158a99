import type { SigningKey } from './keys.ts';
import type { Mode } from './modes.ts';

/** A tool as one platform knows it. */
export type Tool = {
  /** The tool type of Moodle, the passport of Open edX, the developer key of Canvas. */
  readonly number: number;
  readonly mode: Mode;
  readonly clientId: string;
  title: string;
  loginUrl: string;
  launchUrl: string;
  deepLinkUrl: string;
  /** Exactly these, character for character. */
  redirectUris: string[];
  keysUrl: string;
  /** The first is what launches carry. */
  deploymentIds: string[];
  /** One that registered itself waits for the administrator. */
  isActive: boolean;
};

/** A resource link on a course page. */
export type Link = {
  readonly number: number;
  readonly courseKey: string;
  title: string;
  /** Where it leads, when that is not the tool's launch URL. */
  url: string | null;
  custom: Record<string, string>;
  /** Open edX: what deep linking chose stays inside the block it was chosen for. */
  readonly block: number | null;
  /** Canvas: submissions allowed, null for any number. */
  allowedAttempts: number | null;
  /** Another deployment than the tool's first. */
  deploymentId: string | null;
};

export type LineItem = {
  readonly number: number;
  readonly courseKey: string;
  /** Under which block or activity it was made. */
  readonly madeUnder: number | null;
  link: number | null;
  label: string;
  scoreMaximum: number;
  resourceId: string;
  tag: string;
};

/** What the platform keeps of one person and line item. */
export type Result = {
  readonly lineItem: number;
  readonly username: string;
  /** As it was posted. */
  timestamp: string;
  scoreGiven: number | null;
  scoreMaximum: number | null;
  comment: string | null;
  activityProgress: string;
  gradingProgress: string;
  /** What the gradebook shows, in the line item's points. */
  grade: number | null;
  /** Scores taken in. */
  accepted: number;
  submissions: number;
};

/** One request to a score service, whatever became of it. */
export type ScorePost = {
  readonly at: number;
  readonly mode: Mode;
  readonly lineItem: number;
  readonly userId: string | null;
  readonly username: string | null;
  readonly status: number;
  readonly body: unknown;
};

export type PendingLaunch = {
  readonly mode: Mode;
  readonly tool: number;
  readonly kind: 'resource' | 'deep-linking';
  readonly courseKey: string;
  /** Null: content is added to the course, not to a block. */
  readonly link: number | null;
  readonly username: string;
  readonly documentTarget: 'iframe' | 'window';
  readonly expires: number;
};

type AccessToken = {
  readonly mode: Mode;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expires: number;
};

export const tellings = ['none', 'email', 'names', 'all'] as const;

export type LtiSettings = {
  /** What launches tell of people; null as the platform does. */
  tells: (typeof tellings)[number] | null;
  /** Launches without `sub`. */
  isAnonymous: boolean;
  /** Are grades offered? */
  grades: boolean;
  /** Is the list of members offered? */
  members: boolean;
  /** May the tool make line items in Open edX? */
  isProgrammatic: boolean;
  /** For how long an access token holds; null as the platform does. */
  accessTokenSeconds: number | null;
  /** Canvas: where the tool finds the platform's storage. */
  storageTarget: 'post_message_forwarding' | '_parent' | null;
};

/** Everything the platform keeps for LTI. */
export type LtiState = {
  mode: Mode;
  readonly settings: LtiSettings;
  readonly tools: Tool[];
  readonly links: Link[];
  readonly lineItems: LineItem[];
  readonly results: Map<string, Result>;
  readonly posts: ScorePost[];
  readonly pending: Map<string, PendingLaunch>;
  readonly tokens: Map<string, AccessToken>;
  /** Ids of client assertions and when they stop to count. */
  readonly seenIds: Map<string, number>;
  /** What deep linking requests sent as `data`. */
  readonly deepLinkingData: Map<string, string>;
  /** Registration tokens not used yet, and when they end. */
  readonly registrationTokens: Map<string, number>;
  /** The newest first. */
  readonly keys: SigningKey[];
  counter: number;
};

export const resultKey = (lineItem: number, username: string) => `${lineItem},${username}`;
